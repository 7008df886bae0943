/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table_findings.h"

#include "record.h"
#include "table.h"

enum column {
    COLUMN_FRAME,
    COLUMN_SEVERITY,
    COLUMN_RULE,
    COLUMN_COUNTER,
    COLUMN_CLAUSE,
    COLUMN_RELATED,
    COLUMN_TEXT,
    COLUMN_COUNT,
};

static const struct table_column columns[COLUMN_COUNT] = {
    [COLUMN_FRAME] = {"Frame", 6, true, true},
    [COLUMN_SEVERITY] = {"Severity", 8, false, false},
    [COLUMN_RULE] = {"Rule", 31, false, false},
    [COLUMN_COUNTER] = {"Count", 5, true, true},
    [COLUMN_CLAUSE] = {"Clause", 36, false, false},
    [COLUMN_RELATED] = {"Related", 8, false, false},
    [COLUMN_TEXT] = {"Text", 4, false, false},
};

struct finding_row {
    const struct finding *finding;
    unsigned row;
};

/*
 * Findings are live: later packets of the same transaction may raise the count of one without
 * marking their own frame. So the rows of a transaction are filled again with each of its messages.
 */
static GHashTable *rows;             /* struct finding -> struct finding_row, which it owns */
static GHashTable *transaction_rows; /* number of the transaction -> GPtrArray of finding_row */

static void row_fill(stat_tap_table *table, const struct finding_row *row)
{
    const struct finding *finding = row->finding;
    GString *related = g_string_new(NULL);

    for (unsigned i = 0; i < finding->related_count; i++)
        g_string_append_printf(related, "%s%u", i ? "," : "", finding->related[i]);
    table_set_number(table, row->row, COLUMN_FRAME, finding->frame);
    table_set_text(table, row->row, COLUMN_SEVERITY, severity_name(finding->severity));
    table_set_text(table, row->row, COLUMN_RULE, rule_get(finding->rule)->id);
    table_set_number(table, row->row, COLUMN_COUNTER, finding->count);
    table_set_text(table, row->row, COLUMN_CLAUSE, finding->clause);
    table_set_text(table, row->row, COLUMN_RELATED, related->str);
    table_set_text(table, row->row, COLUMN_TEXT, finding->text);
    g_string_free(related, true);
}

static void rows_free(gpointer array)
{
    g_ptr_array_free(array, true);
}

static void findings_reset(stat_tap_table *table)
{
    if (rows) {
        g_hash_table_destroy(transaction_rows);
        g_hash_table_destroy(rows);
    }
    rows = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    transaction_rows = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, rows_free);
    table_clear(table);
}

static void row_add(stat_tap_table *table, const struct finding *finding)
{
    struct finding_row *row = g_new(struct finding_row, 1);
    gpointer key = GUINT_TO_POINTER(finding->transaction);

    *row = (struct finding_row){finding, table_add_row(table)};
    g_hash_table_insert(rows, (gpointer)finding, row);
    if (!finding->transaction)
        return;

    GPtrArray *siblings = g_hash_table_lookup(transaction_rows, key);
    if (!siblings) {
        siblings = g_ptr_array_new();
        g_hash_table_insert(transaction_rows, key, siblings);
    }
    g_ptr_array_add(siblings, row);
}

static tap_packet_status findings_packet(void *data, packet_info *pinfo _U_,
                                         epan_dissect_t *edt _U_, const void *entry,
                                         tap_flags_t flags _U_)
{
    const struct frame_record *record = entry;
    stat_tap_table *table = table_of_listener(data);

    if (!rows)
        findings_reset(table);
    for (unsigned i = 0; i < record->mark_count; i++) {
        const struct finding *finding = record->marks[i]->finding;

        if (!g_hash_table_contains(rows, finding))
            row_add(table, finding);
        row_fill(table, g_hash_table_lookup(rows, finding));
    }
    for (unsigned i = 0; i < record->message_count; i++) {
        const GPtrArray *siblings = g_hash_table_lookup(
            transaction_rows, GUINT_TO_POINTER(record->messages[i]->transaction));

        for (unsigned j = 0; siblings && j < siblings->len; j++)
            row_fill(table, g_ptr_array_index(siblings, j));
    }
    return record->mark_count ? TAP_PACKET_REDRAW : TAP_PACKET_DONT_REDRAW;
}

void table_findings_register(void)
{
    table_register("SIP Connection Findings", "sipconn,findings", columns, COLUMN_COUNT,
                   findings_packet, findings_reset);
}
