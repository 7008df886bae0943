/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rule_names.h"

#include <gio/gio.h>
#include <string.h>

enum rule_id rule_names_find(const char *id)
{
    unsigned rule = 0;

    while (rule < RULE_COUNT && strcmp(rule_get((enum rule_id)rule)->id, id) != 0) {
        rule++;
    }
    return (enum rule_id)rule;
}

/* Levenshtein's distance: single characters inserted, deleted or replaced. */
static unsigned edit_distance(const char *a, const char *b)
{
    size_t columns = strlen(b) + 1;
    g_autofree unsigned *row = g_new(unsigned, columns);

    for (size_t j = 0; j < columns; j++) {
        row[j] = (unsigned)j;
    }
    for (size_t i = 1; a[i - 1]; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j < columns; j++) {
            unsigned replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = MIN(replaced, MIN(row[j], row[j - 1]) + 1);
        }
    }
    return row[columns - 1];
}

/* The id most like a mistyped one; NULL if none is more like it than unlike. */
static const char *nearest_rule(const char *id)
{
    const char *nearest = NULL;
    size_t least = strlen(id) / 2 + 1;

    for (unsigned i = 0; i < RULE_COUNT; i++) {
        const char *candidate = rule_get((enum rule_id)i)->id;
        unsigned distance = edit_distance(id, candidate);
        if (distance < least) {
            nearest = candidate;
            least = distance;
        }
    }
    return nearest;
}

char *rule_names_unknown(const char *id)
{
    const char *nearest = nearest_rule(id);

    return nearest ? g_strdup_printf("there is no rule '%s', did you mean '%s'?", id, nearest)
                   : g_strdup_printf("there is no rule '%s', sipconn --list-rules lists them", id);
}

bool rule_names_parse(const char *id, enum rule_id *rule, GError **error)
{
    *rule = rule_names_find(id);
    if (*rule == RULE_COUNT) {
        g_autofree char *unknown = rule_names_unknown(id);
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, unknown);
        return false;
    }
    return true;
}

enum severity severity_find(const char *name)
{
    for (unsigned i = 0; i < SEVERITY_COUNT; i++) {
        if (g_strcmp0(severity_name((enum severity)i), name) == 0) {
            return (enum severity)i;
        }
    }
    return SEVERITY_CHAT;
}
