/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "rules.h"

/* The value given for a name of len bytes; NULL if it has none. */
static const char *value_find(const struct rule_arg *args, const char *name, size_t len)
{
    for (; args->name; args++) {
        if (strlen(args->name) == len && memcmp(args->name, name, len) == 0) {
            return args->value;
        }
    }
    return NULL;
}

/*
 * Appends [text, end) with its placeholders filled in; a brace without its partner is text. Values
 * are copied, not read: what a packet says may contain braces and brackets. Returns whether every
 * placeholder had a value.
 */
static bool text_append(GString *out, const char *text, const char *end,
                        const struct rule_arg *args)
{
    bool complete = true;

    while (text < end) {
        const char *close = *text == '{' ? memchr(text, '}', (size_t)(end - text)) : NULL;

        if (!close) {
            g_string_append_c(out, *text++);
            continue;
        }

        const char *value = value_find(args, text + 1, (size_t)(close - text - 1));

        g_string_append(out, value ? value : "?");
        complete = complete && value;
        text = close + 1;
    }
    return complete;
}

char *rule_text_format(const char *message, const struct rule_arg *args)
{
    GString *out = g_string_new(NULL);
    const char *text = message;

    while (*text) {
        const char *close = *text == '[' ? strchr(text, ']') : NULL;
        gsize kept = out->len;

        if (close) {
            if (!text_append(out, text + 1, close, args)) {
                g_string_truncate(out, kept);
            }
            text = close + 1;
        } else {
            /* The first byte is never an optional part's: a lone [ is text. */
            const char *end = text + 1 + strcspn(text + 1, "[");

            text_append(out, text, end, args);
            text = end;
        }
    }
    return g_string_free(out, FALSE);
}
