/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table_findings.h"

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

static void row_add(struct table *table, const struct finding *finding)
{
    GString *related = g_string_new(NULL);

    for (unsigned i = 0; i < finding->related_count; i++) {
        g_string_append_printf(related, "%s%u", i ? "," : "", finding->related[i]);
    }
    table_next_row(table);
    table_set_number(table, COLUMN_FRAME, finding->frame);
    table_set_text(table, COLUMN_SEVERITY, severity_name(finding->severity));
    table_set_text(table, COLUMN_RULE, rule_get(finding->rule)->id);
    table_set_number(table, COLUMN_COUNTER, finding->count);
    table_set_text(table, COLUMN_CLAUSE, finding->clause);
    table_set_text(table, COLUMN_RELATED, related->str);
    table_set_text(table, COLUMN_TEXT, finding->text);
    g_string_free(related, true);
}

static void findings_fill(struct table *table, const struct analysis *analysis)
{
    const GPtrArray *findings = analysis_findings(analysis);

    for (unsigned i = 0; i < findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(findings, i);
        if (table_frame_passes(table, finding->frame)) {
            row_add(table, finding);
        }
    }
}

void table_findings_register(void)
{
    static const struct table_kind kind = {
        .title = "SIP Connection Findings",
        .option = "sipconn,findings",
        .columns = columns,
        .column_count = COLUMN_COUNT,
        .fill = findings_fill,
    };

    table_register(&kind);
}
