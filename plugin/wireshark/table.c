/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "dissector.h"
#include "fields.h"
#include "filler.h"
#include "passing.h"

struct table {
    stat_tap_table_ui ui; /* first: Wireshark gives it back to us */
    const struct table_kind *kind;
    struct passing *passing;
    bool has_filler; /* that of the present listener */
    unsigned rows;   /* begun since filling began */
    GPtrArray
        *spare; /* stat_tap_table_item_type *: rows without cells, the last one to be used first */
};

static GPtrArray *tables; /* struct table *, all there are */

/* The rows of Wireshark's table, NULL while no listener uses it. */
static stat_tap_table *table_rows(const struct table *table)
{
    return table->ui.tables && table->ui.tables->len > 0
               ? g_array_index(table->ui.tables, stat_tap_table *, 0)
               : NULL;
}

/* ---- cells ----------------------------------------------------------------------------------- */

/* Wireshark keeps the pointer to a cell's text; ours own a copy each. */
static void cell_free(stat_tap_table *rows _U_, unsigned row _U_, unsigned column _U_,
                      stat_tap_table_item_type *cell)
{
    if (cell->type == TABLE_ITEM_STRING) {
        wmem_free(NULL, (char *)cell->value.string_value);
    }
    *cell = (stat_tap_table_item_type){.type = TABLE_ITEM_NONE};
}

static void cell_set(struct table *table, unsigned column, stat_tap_table_item_type cell)
{
    stat_tap_table *rows = table_rows(table);
    unsigned row = table->rows - 1;

    cell_free(rows, row, column, stat_tap_get_field_data(rows, row, column));
    stat_tap_set_field_data(rows, row, column, &cell);
}

void table_set_text(struct table *table, unsigned column, const char *text)
{
    cell_set(table, column,
             (stat_tap_table_item_type){
                 .type = TABLE_ITEM_STRING,
                 .value.string_value = text_valid(NULL, slice_of(text)),
             });
}

void table_set_frame(struct table *table, unsigned column, uint32_t frame)
{
    char text[16];

    g_snprintf(text, sizeof text, "%u", frame);
    table_set_text(table, column, frame ? text : NULL);
}

void table_set_number(struct table *table, unsigned column, uint32_t number)
{
    cell_set(table, column,
             (stat_tap_table_item_type){.type = TABLE_ITEM_UINT, .value.uint_value = number});
}

/* ---- rows ------------------------------------------------------------------------------------ */

bool table_frame_passes(const struct table *table, uint32_t frame)
{
    return passing_frame(table->passing, frame);
}

bool table_connection_passes(const struct table *table, uint32_t id)
{
    return passing_connection(table->passing, id);
}

/* A window points at the cells of rows it has drawn, so a row that is there is used again. */
void table_next_row(struct table *table)
{
    stat_tap_table *rows = table_rows(table);
    unsigned row = table->rows++;

    if (row >= rows->num_elements) {
        stat_tap_table_item_type *cells = g_new0(stat_tap_table_item_type, rows->num_fields);
        stat_tap_init_table_row(rows, row, rows->num_fields, cells);
        g_free(cells);
        if (table->spare->len > 0) {
            g_free(rows->elements[row]);
            rows->elements[row] = g_ptr_array_steal_index(table->spare, table->spare->len - 1);
        }
    }
}

static void row_free_cells(stat_tap_table *rows, unsigned row)
{
    for (unsigned column = 0; column < rows->num_fields; column++) {
        cell_free(rows, row, column, stat_tap_get_field_data(rows, row, column));
    }
}

static void table_fill(void *data)
{
    struct table *table = data;
    const struct analysis *analysis = dissector_analysis();
    stat_tap_table *rows = table_rows(table);

    if (!analysis || !rows) {
        return;
    }
    table->rows = 0;
    table->kind->fill(table, analysis);
    /* A row without cells is not shown: what it told was taken back. */
    for (unsigned row = table->rows; row < rows->num_elements; row++) {
        row_free_cells(rows, row);
    }
}

static struct table *table_of(const stat_tap_table *rows)
{
    for (unsigned i = 0; i < tables->len; i++) {
        struct table *table = g_ptr_array_index(tables, i);
        if (table_rows(table) == rows) {
            return table;
        }
    }
    return NULL;
}

/*
 * The window that calls this has dropped its view of the rows, but another window of the same table
 * points at them until it is drawn again: their memory stays theirs.
 */
static void table_clear(stat_tap_table *rows)
{
    struct table *table = table_of(rows);

    for (unsigned row = rows->num_elements; row-- > 0;) {
        row_free_cells(rows, row);
        if (table) {
            g_ptr_array_add(table->spare, rows->elements[row]);
        } else {
            g_free(rows->elements[row]);
        }
        rows->elements[row] = NULL;
    }
    rows->num_elements = 0;
    if (table) {
        passing_clear(table->passing);
    }
}

/* ---- listening ------------------------------------------------------------------------------- */

static tap_packet_status table_packet(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                      const void *entry, tap_flags_t flags _U_)
{
    const stat_data_t *listener = data;
    struct table *table = (struct table *)listener->stat_tap_data;

    if (!table->has_filler) {
        table->has_filler = true;
        filler_renew(table, table_fill);
    }
    passing_add(table->passing, entry);
    return TAP_PACKET_REDRAW;
}

/* Called again each time a filter is applied, before a new listener: the table may be there already. */
static void table_init(stat_tap_table_ui *ui)
{
    struct table *table = (struct table *)ui;
    stat_tap_table *rows = stat_tap_find_table(ui, ui->title);

    table->has_filler = false;
    if (rows) {
        table_clear(rows);
    } else {
        passing_clear(table->passing);
        stat_tap_add_table(ui, stat_tap_init_table(ui->title, (int)ui->nfields, 0, NULL));
    }
}

/* tshark prints column names as they are: padded, they stand above their columns. */
static stat_tap_table_item *table_columns(const struct table_kind *kind)
{
    stat_tap_table_item *items = g_new0(stat_tap_table_item, kind->column_count);

    for (unsigned i = 0; i < kind->column_count; i++) {
        const struct table_column *column = &kind->columns[i];
        const char *sign = column->is_right ? "" : "-";
        int width = column->is_right ? (int)column->width : -(int)column->width;

        items[i] = (stat_tap_table_item){
            .type = column->is_number ? TABLE_ITEM_UINT : TABLE_ITEM_STRING,
            .align = column->is_right ? TAP_ALIGN_RIGHT : TAP_ALIGN_LEFT,
            .column_name = g_strdup_printf("%*s", width, column->name),
            .field_format =
                g_strdup_printf("%%%s%u%s", sign, column->width, column->is_number ? "u" : "s"),
        };
    }
    return items;
}

void table_register(const struct table_kind *kind)
{
    static tap_param params[] = {{PARAM_FILTER, "filter", "Filter", NULL, true}};
    struct table *table = g_new0(struct table, 1);

    *table = (struct table){
        .ui =
            {
                .group = MENU_TELEPHONY,
                .title = kind->title,
                .tap_name = TAP_NAME,
                .cli_string = kind->option,
                .stat_tap_init_cb = table_init,
                .packet_func = table_packet,
                .stat_tap_reset_table_cb = table_clear,
                .stat_tap_free_table_item_cb = cell_free,
                .nfields = kind->column_count,
                .fields = table_columns(kind),
                .nparams = G_N_ELEMENTS(params),
                .params = params,
            },
        .kind = kind,
        .passing = passing_new(),
        .spare = g_ptr_array_new(),
    };
    if (!tables) {
        tables = g_ptr_array_new();
    }
    g_ptr_array_add(tables, table);
    register_stat_tap_table_ui(&table->ui);
}
