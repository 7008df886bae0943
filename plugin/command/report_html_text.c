/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_html_text.h"

#include <string.h>

/* Characters that show nothing, or turn the reading order of what stands around them. */
static bool character_is_deceptive(gunichar c)
{
    return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) || c == 0x061c ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

/* g_free()able: valid UTF-8 in which each character is either visible or a blank. */
static char *text_clean(const char *text)
{
    char *valid = g_utf8_make_valid(text, -1);
    GString *clean = g_string_sized_new(strlen(valid));

    for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        g_string_append_unichar(clean, character_is_deceptive(c) ? 0xfffd : c);
    }
    g_free(valid);
    return g_string_free(clean, FALSE);
}

void html_put(GString *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *escaped = g_markup_vprintf_escaped(format, arguments);
    va_end(arguments);

    char *clean = text_clean(escaped);
    g_string_append(out, clean);
    g_free(clean);
    g_free(escaped);
}

void html_put_count(GString *out, uint32_t count, const char *word)
{
    g_string_append_printf(out, "%u %s%s", count, word, count == 1 ? "" : "s");
}

void html_put_json(GString *out, const char *text)
{
    if (!text) {
        g_string_append(out, "null");
        return;
    }

    char *clean = text_clean(text);
    g_string_append_c(out, '"');
    for (const char *at = clean; *at; at++) {
        /* <, > and & too: neither "</script>" nor "<!--" may appear. */
        if (strchr("\"\\<>&\n\t", *at)) {
            g_string_append_printf(out, "\\u%04x", (unsigned)*at);
        } else {
            g_string_append_c(out, *at);
        }
    }
    g_string_append_c(out, '"');
    g_free(clean);
}

struct html_strings *html_strings_new(void)
{
    struct html_strings *strings = g_new0(struct html_strings, 1);

    strings->numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    strings->strings = g_ptr_array_new();
    g_ptr_array_add(strings->strings, NULL);
    return strings;
}

void html_strings_free(struct html_strings *strings)
{
    g_ptr_array_free(strings->strings, TRUE);
    g_hash_table_destroy(strings->numbers);
    g_free(strings);
}

unsigned html_strings_number(struct html_strings *strings, const char *text)
{
    if (!text) {
        return 0;
    }

    unsigned number = GPOINTER_TO_UINT(g_hash_table_lookup(strings->numbers, text));
    if (number == 0) {
        char *copy = g_strdup(text);
        number = strings->strings->len;
        g_ptr_array_add(strings->strings, copy);
        g_hash_table_insert(strings->numbers, copy, GUINT_TO_POINTER(number));
    }
    return number;
}

void html_strings_put(const struct html_strings *strings, GString *out)
{
    g_string_append_c(out, '[');
    for (unsigned i = 0; i < strings->strings->len; i++) {
        g_string_append(out, i > 0 ? "," : "");
        html_put_json(out, g_ptr_array_index(strings->strings, i));
    }
    g_string_append_c(out, ']');
}
