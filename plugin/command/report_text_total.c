/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_text_total.h"

#include "report_text_group.h"
#include "rule_names.h"
#include "rule_reference.h"

struct rule_total {
    char *rule, *severity;
    uint32_t findings, captures;
    uint32_t last_capture; /* number of the capture that was counted last */
    char *example;         /* name without folder of the capture with the first finding */
};

struct report_text_total {
    GHashTable *rules; /* "severity rule" -> struct rule_total * */
    uint32_t captures, failed, clean;
    uint32_t errors, warnings, notes;
    uint32_t responses, judged;
};

static void rule_total_free(gpointer data)
{
    struct rule_total *rule = data;

    g_free(rule->rule);
    g_free(rule->severity);
    g_free(rule->example);
    g_free(rule);
}

struct report_text_total *report_text_total_new(void)
{
    struct report_text_total *total = g_new0(struct report_text_total, 1);

    total->rules = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, rule_total_free);
    return total;
}

void report_text_total_free(struct report_text_total *total)
{
    g_hash_table_destroy(total->rules);
    g_free(total);
}

static void add_finding(struct report_text_total *total, const struct result *result,
                        const struct finding_item *finding)
{
    char *key = g_strdup_printf("%s %s", finding->severity, finding->rule);
    struct rule_total *rule = g_hash_table_lookup(total->rules, key);

    if (rule == NULL) {
        rule = g_new0(struct rule_total, 1);
        rule->rule = g_strdup(finding->rule);
        rule->severity = g_strdup(finding->severity);
        rule->example = g_path_get_basename(result->name);
        g_hash_table_insert(total->rules, g_strdup(key), rule);
    }
    rule->findings++;
    rule->captures += rule->last_capture != total->captures;
    rule->last_capture = total->captures;
    g_free(key);
}

void report_text_total_add(struct report_text_total *total, const struct result *result)
{
    uint32_t errors = result_count(result, "error");
    uint32_t warnings = result_count(result, "warn");
    uint32_t notes = result_count(result, "note");

    total->captures++;
    if (result->error != NULL) {
        total->failed++;
        return;
    }
    total->errors += errors;
    total->warnings += warnings;
    total->notes += notes;
    total->clean += errors + warnings + notes == 0;
    total->responses += result->responses;
    total->judged += result->responses_judged;
    for (unsigned i = 0; i < result->findings->len; i++) {
        const struct finding_item *finding = g_ptr_array_index(result->findings, i);

        if (finding->hidden_by == NULL && severity_find(finding->severity) > SEVERITY_CHAT) {
            add_finding(total, result, finding);
        }
    }
}

bool report_text_total_has_findings(const struct report_text_total *total)
{
    return total->errors + total->warnings + total->notes > 0;
}

static int rule_total_compare(gconstpointer a, gconstpointer b)
{
    const struct rule_total *one = a;
    const struct rule_total *other = b;
    enum severity weight = severity_find(one->severity);
    enum severity other_weight = severity_find(other->severity);

    if (weight != other_weight) {
        return weight > other_weight ? -1 : 1;
    }
    if (one->findings != other->findings) {
        return one->findings > other->findings ? -1 : 1;
    }
    return g_strcmp0(one->rule, other->rule);
}

void report_text_total_write(const struct report_text_total *total, struct layout *layout)
{
    static const struct layout_column columns[] = {
        {"Severity", false, true}, {"Rule", false, true},      {"Found", true, true},
        {"Files", true, true},     {"First in", false, false},
    };
    struct layout_table *table = layout_table_new(columns, G_N_ELEMENTS(columns));
    GList *rules = g_list_sort(g_hash_table_get_values(total->rules), rule_total_compare);

    for (const GList *entry = rules; entry != NULL; entry = entry->next) {
        const struct rule_total *rule = entry->data;
        char *cells[] = {
            g_strdup(rule->severity),
            g_strdup(rule->rule),
            g_strdup_printf("%u", rule->findings),
            g_strdup_printf("%u", rule->captures),
            g_strdup(rule->example),
        };

        G_STATIC_ASSERT(G_N_ELEMENTS(cells) == G_N_ELEMENTS(columns));
        layout_table_add(table, cells);
    }
    g_string_append_c(layout->out, '\n');
    layout_paragraph(layout, 0, 2, LAYOUT_HEADING, "All captures", "");
    if (rules != NULL) {
        layout_table_write(table, layout, 2);
    } else {
        layout_table_free(table);
    }
    g_list_free(rules);
    layout_printf(layout, 0, 2,
                  "%u capture%s: %u with findings, %u without, %u not analysed; %u error%s, %u "
                  "warning%s, %u note%s; %u of %u response%s judged.",
                  total->captures, layout_plural(total->captures),
                  total->captures - total->clean - total->failed, total->clean, total->failed,
                  total->errors, layout_plural(total->errors), total->warnings,
                  layout_plural(total->warnings), total->notes, layout_plural(total->notes),
                  total->judged, total->responses, layout_plural(total->responses));
}
