/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "allow.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#include "allow_entry.h"
#include "rule_names.h"
#include "text_file.h"

struct allow {
    char *path;
    GPtrArray *entries; /* struct allow_entry * */
};

/* A condition of an entry: its name with the sign behind it, and where its value goes. */
struct allow_key {
    const char *prefix;
    size_t offset;
};

static const struct allow_key keys[] = {
    {"capture=", offsetof(struct allow_entry, capture)},
    {"src=", offsetof(struct allow_entry, src)},
    {"dst=", offsetof(struct allow_entry, dst)},
    {"peer=", offsetof(struct allow_entry, peer)},
    {"text~", offsetof(struct allow_entry, text)},
    {"until=", offsetof(struct allow_entry, until)},
    {"reason=", offsetof(struct allow_entry, reason)},
};

static char **entry_value(struct allow_entry *entry, const struct allow_key *key)
{
    return (char **)((char *)entry + key->offset);
}

static void entry_free(void *data)
{
    struct allow_entry *entry = data;

    for (unsigned i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_free(*entry_value(entry, &keys[i]));
    }
    g_free(entry);
}

static bool date_is_valid(const char *text)
{
    unsigned year = 0, month = 0, day = 0;
    char rest;

    return strlen(text) == strlen("2026-01-31") && strspn(text, "0123456789-") == strlen(text) &&
           sscanf(text, "%4u-%2u-%2u%c", &year, &month, &day, &rest) == 3 &&
           g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year);
}

static bool word_parse(struct allow_entry *entry, const char *word, GError **error)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (g_str_has_prefix(word, keys[i].prefix)) {
            char **value = entry_value(entry, &keys[i]);
            g_free(*value);
            *value = g_strdup(word + strlen(keys[i].prefix));
            return true;
        }
    }
    g_set_error(
        error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "'%s' is no condition, use capture=, src=, dst=, peer=, text~, until=, reason=", word);
    return false;
}

static bool entry_parse(struct allow_entry *entry, char *const *words, GError **error)
{
    if (!rule_names_parse(words[0], &entry->rule, error)) {
        return false;
    }
    for (unsigned i = 1; words[i]; i++) {
        if (!word_parse(entry, words[i], error)) {
            return false;
        }
    }
    if (!entry->reason || !*entry->reason) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "the entry has no reason, add reason=\"...\"");
        return false;
    }
    if (entry->until && !date_is_valid(entry->until)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "until=%s is no date, write it as 2026-01-31", entry->until);
        return false;
    }
    return true;
}

static bool line_parse(struct allow *allow, const char *line, unsigned number, const char *today,
                       GError **error)
{
    g_auto(GStrv) words = NULL;
    g_autoptr(GError) cause = NULL;

    if (!g_utf8_validate(line, -1, NULL)) {
        g_set_error(&cause, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                    "the line is no text, save the file as UTF-8");
    } else if (g_shell_parse_argv(line, NULL, &words, &cause)) {
        struct allow_entry *entry = g_new0(struct allow_entry, 1);
        g_ptr_array_add(allow->entries, entry);
        entry->line = number;
        if (entry_parse(entry, words, &cause)) {
            /* Dates of this form are in order as texts. */
            entry->is_expired = entry->until && strcmp(entry->until, today) < 0;
            return true;
        }
    } else if (g_error_matches(cause, G_SHELL_ERROR, G_SHELL_ERROR_EMPTY_STRING)) {
        return true; /* blank, or a comment */
    } else {
        g_clear_error(&cause);
        g_set_error(&cause, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                    "a quotation mark is not closed, close it or put \\ before it");
    }
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s:%u: %s", allow->path, number,
                cause->message);
    return false;
}

struct allow *allow_read(const char *path, const char *today, GError **error)
{
    g_autofree char *text = text_file_read(path, "allow list", NULL, error);

    if (!text) {
        return NULL;
    }

    struct allow *allow = g_new0(struct allow, 1);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    allow->path = g_strdup(path);
    allow->entries = g_ptr_array_new_with_free_func(entry_free);
    for (unsigned i = 0; lines[i]; i++) {
        if (!line_parse(allow, g_strchomp(lines[i]), i + 1, today, error)) {
            allow_free(allow);
            return NULL;
        }
    }
    return allow;
}

void allow_free(struct allow *allow)
{
    if (allow) {
        g_ptr_array_unref(allow->entries);
        g_free(allow->path);
        g_free(allow);
    }
}

void allow_apply(struct allow *allow, struct result *result)
{
    for (unsigned i = 0; i < result->findings->len; i++) {
        struct finding_item *finding = g_ptr_array_index(result->findings, i);
        for (unsigned j = 0; j < allow->entries->len; j++) {
            struct allow_entry *entry = g_ptr_array_index(allow->entries, j);
            if (!allow_entry_matches(entry, result, finding)) {
                continue;
            }
            entry->is_used = true;
            if (!entry->is_expired) {
                finding->hidden_by = g_string_chunk_insert_const(result->strings, entry->reason);
                break;
            }
        }
    }
}

GPtrArray *allow_complaints(const struct allow *allow, bool only_expired)
{
    GPtrArray *complaints = g_ptr_array_new_with_free_func(g_free);

    for (unsigned i = 0; i < allow->entries->len; i++) {
        const struct allow_entry *entry = g_ptr_array_index(allow->entries, i);
        const char *rule = rule_get(entry->rule)->id;
        if (entry->is_expired) {
            g_ptr_array_add(
                complaints,
                g_strdup_printf("%s:%u: the entry for %s expired on %s and hides nothing any more, "
                                "fix the cause or give it a new date",
                                allow->path, entry->line, rule, entry->until));
        } else if (!entry->is_used && !only_expired) {
            g_ptr_array_add(complaints,
                            g_strdup_printf("%s:%u: the entry for %s matched no finding, remove it "
                                            "if the cause is gone",
                                            allow->path, entry->line, rule));
        }
    }
    return complaints;
}

char *allow_today(void)
{
    const char *epoch = g_getenv("SOURCE_DATE_EPOCH");
    guint64 seconds;
    g_autoptr(GDateTime) now =
        epoch && g_ascii_string_to_unsigned(epoch, 10, 0, G_MAXINT32, &seconds, NULL)
            ? g_date_time_new_from_unix_utc((gint64)seconds)
            : g_date_time_new_now_utc();

    return g_date_time_format(now, "%F");
}
