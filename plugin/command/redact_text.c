/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "redact_text.h"

#include <stdbool.h>
#include <string.h>

/* As the plugin marks values, see its preference sipconn.mark_values. */
#define VALUE_BEGIN '\002'
#define VALUE_END '\003'

static bool is_word_character(char c)
{
    /* Everything of names, addresses, Call-IDs and branches; bytes of other alphabets too. */
    return g_ascii_isalnum(c) || (unsigned char)c >= 0x80 ||
           (c != '\0' && strchr(".:[]@_-*+%~!'`", c) != NULL);
}

/* A word and the punctuation around it. */
static void word_redact(struct pseudonyms *pseudonyms, const char *word, gsize length,
                        GString *into)
{
    gsize end = length;
    char *text;
    char *redacted = NULL;

    while (end > 0 && strchr(".:!'`", word[end - 1]) != NULL) {
        end--;
    }
    text = g_strndup(word, end);
    if (*text != '\0') {
        redacted = redact_word(pseudonyms, text);
    }
    g_string_append(into, redacted != NULL ? redacted : text);
    g_string_append_len(into, word + end, (gssize)(length - end));
    g_free(redacted);
    g_free(text);
}

static void words_redact(struct pseudonyms *pseudonyms, const char *text, gsize length,
                         GString *into)
{
    const char *end = text + length;

    while (text < end) {
        const char *from = text;

        while (text < end && is_word_character(*text)) {
            text++;
        }
        if (text > from) {
            word_redact(pseudonyms, from, (gsize)(text - from), into);
        } else {
            g_string_append_c(into, *text++);
        }
    }
}

/* The text cut at its marks: what stands outside and inside of them by turns. */
static char **parts_of(const char *text)
{
    static const char marks[] = {VALUE_BEGIN, VALUE_END, '\0'};

    return g_strsplit_set(text, marks, -1);
}

/*
 * Lists of identities may be marked as one value: each has a pseudonym of its own. A comma within a
 * quoted name is no end, but then the pieces are replaced all the same.
 */
static void list_redact(struct pseudonyms *pseudonyms, const char *list, GString *into)
{
    char **values = g_strsplit(list, ", ", -1);

    for (unsigned i = 0; values[i] != NULL; i++) {
        /* A method is called what it is called in the records of messages, if they have it. */
        const char *method = pseudonym_find(pseudonyms, PSEUDONYM_METHOD, values[i]);
        char *redacted = method != NULL ? g_strdup(method) : redact_value(pseudonyms, values[i]);

        g_string_append_printf(into, "%s%s", i > 0 ? ", " : "", redacted);
        g_free(redacted);
    }
    g_strfreev(values);
}

char *redact_text(struct pseudonyms *pseudonyms, const char *text)
{
    GString *into = g_string_new(NULL);
    char **parts = parts_of(text);

    for (unsigned i = 0; parts[i] != NULL; i++) {
        if (i % 2 == 1) {
            list_redact(pseudonyms, parts[i], into);
        } else {
            words_redact(pseudonyms, parts[i], strlen(parts[i]), into);
        }
    }
    g_strfreev(parts);
    return g_string_free(into, FALSE);
}

void redact_text_learn(struct pseudonyms *pseudonyms, const char *text)
{
    GString *unused = g_string_new(NULL);
    char **parts = parts_of(text);
    unsigned count = g_strv_length(parts);

    for (unsigned i = 1; i < count; i += 2) {
        list_redact(pseudonyms, parts[i], unused);
    }
    g_strfreev(parts);
    g_string_free(unused, TRUE);
}
