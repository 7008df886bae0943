/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table.h"

#include "dissector.h"
#include "fields.h"

static void cell_free(stat_tap_table *table, unsigned row, unsigned column,
                      stat_tap_table_item_type *cell)
{
    (void)table, (void)row, (void)column;
    if (cell->type == TABLE_ITEM_STRING) {
        wmem_free(NULL, (char *)cell->value.string_value);
        cell->value.string_value = NULL;
    }
}

/* Called again each time a filter is applied: the table may be there already. */
static void table_init(stat_tap_table_ui *ui)
{
    stat_tap_table *table = stat_tap_find_table(ui, ui->title);

    if (table)
        ui->stat_tap_reset_table_cb(table);
    else
        stat_tap_add_table(ui, stat_tap_init_table(ui->title, (int)ui->nfields, 0, NULL));
}

void table_register(const char *title, const char *option, const struct table_column *columns,
                    unsigned column_count, tap_packet_cb packet, void (*reset)(stat_tap_table *))
{
    static tap_param params[] = {{PARAM_FILTER, "filter", "Filter", NULL, true}};
    stat_tap_table_ui *ui = g_new0(stat_tap_table_ui, 1);
    stat_tap_table_item *fields = g_new0(stat_tap_table_item, column_count);

    for (unsigned i = 0; i < column_count; i++) {
        const struct table_column *column = &columns[i];
        const char *align = column->is_right ? "" : "-";

        /* tshark prints names as they are: padded, they stand above their columns. */
        fields[i] = (stat_tap_table_item){
            .type = column->is_number ? TABLE_ITEM_UINT : TABLE_ITEM_STRING,
            .align = column->is_right ? TAP_ALIGN_RIGHT : TAP_ALIGN_LEFT,
            .column_name = column->is_right ? g_strdup_printf("%*s", column->width, column->name)
                                            : g_strdup_printf("%-*s", column->width, column->name),
            .field_format =
                g_strdup_printf("%%%s%u%s", align, column->width, column->is_number ? "u" : "s"),
        };
    }
    *ui = (stat_tap_table_ui){
        .group = MENU_TELEPHONY,
        .title = title,
        .tap_name = TAP_NAME,
        .cli_string = option,
        .stat_tap_init_cb = table_init,
        .packet_func = packet,
        .stat_tap_reset_table_cb = reset,
        .stat_tap_free_table_item_cb = cell_free,
        .nfields = column_count,
        .fields = fields,
        .nparams = G_N_ELEMENTS(params),
        .params = params,
    };
    register_stat_tap_table_ui(ui);
}

unsigned table_add_row(stat_tap_table *table)
{
    stat_tap_table_item_type *cells = g_new0(stat_tap_table_item_type, table->num_fields);
    unsigned row = table->num_elements;

    stat_tap_init_table_row(table, row, table->num_fields, cells);
    g_free(cells);
    return row;
}

static void cell_set(stat_tap_table *table, unsigned row, unsigned column,
                     stat_tap_table_item_type cell)
{
    cell_free(table, row, column, stat_tap_get_field_data(table, row, column));
    stat_tap_set_field_data(table, row, column, &cell);
}

void table_set_text(stat_tap_table *table, unsigned row, unsigned column, const char *text)
{
    cell_set(table, row, column,
             (stat_tap_table_item_type){
                 .type = TABLE_ITEM_STRING,
                 .value.string_value = text_valid(NULL, slice_of(text)),
             });
}

void table_set_frame(stat_tap_table *table, unsigned row, unsigned column, uint32_t frame)
{
    char text[16];

    g_snprintf(text, sizeof text, "%u", frame);
    table_set_text(table, row, column, frame ? text : NULL);
}

void table_set_number(stat_tap_table *table, unsigned row, unsigned column, uint32_t number)
{
    cell_set(table, row, column,
             (stat_tap_table_item_type){.type = TABLE_ITEM_UINT, .value.uint_value = number});
}

void table_clear(stat_tap_table *table)
{
    for (unsigned row = 0; row < table->num_elements; row++) {
        for (unsigned column = 0; column < table->num_fields; column++)
            cell_free(table, row, column, stat_tap_get_field_data(table, row, column));
        g_free(table->elements[row]);
        table->elements[row] = NULL;
    }
    table->num_elements = 0;
}

stat_tap_table *table_of_listener(void *tap_data)
{
    const stat_data_t *data = tap_data;

    return g_array_index(data->stat_tap_data->tables, stat_tap_table *, 0);
}
