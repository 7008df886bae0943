/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "selection.h"

#include "rule_names.h"

static bool selection_mark(struct selection *selection, char *const *lists, bool told,
                           GError **error)
{
    for (; lists && *lists; lists++) {
        g_auto(GStrv) names = g_strsplit(*lists, ",", -1);
        for (unsigned i = 0; names[i]; i++) {
            enum rule_id rule;
            if (!rule_names_parse(g_strstrip(names[i]), &rule, error)) {
                return false;
            }
            selection->told[rule] = told;
        }
    }
    return true;
}

bool selection_parse(struct selection *selection, char *const *only, char *const *ignore,
                     GError **error)
{
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        selection->told[i] = !only;
    }
    return selection_mark(selection, only, true, error) &&
           selection_mark(selection, ignore, false, error);
}

void selection_apply(const struct selection *selection, struct result *result)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < result->findings->len; i++) {
        struct finding_item *finding = g_ptr_array_index(result->findings, i);
        enum rule_id rule = rule_names_find(finding->rule);
        /* A newer plugin may have rules that could not be named here. */
        if (rule == RULE_COUNT || selection->told[rule]) {
            /* Swapped, so that one call frees those that are left at the end. */
            g_ptr_array_index(result->findings, i) = g_ptr_array_index(result->findings, kept);
            g_ptr_array_index(result->findings, kept++) = finding;
        }
    }
    g_ptr_array_set_size(result->findings, (int)kept);
}
