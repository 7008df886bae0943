/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "result.h"

#include <stdlib.h>

#include "record_fields.h"

/* Typical texts of findings; larger ones get blocks of their own. */
#define STRING_BLOCK 4096

/* Frees the lists of a struct of result.h, not the struct. */
static void lists_free(void *item, enum record_kind kind)
{
    const struct record_type *type = record_type(kind);

    for (size_t i = 0; i < type->field_count; i++) {
        void *member = (char *)item + type->fields[i].offset;
        switch (type->fields[i].kind) {
        case FIELD_STRINGS:
            g_clear_pointer((GPtrArray **)member, g_ptr_array_unref);
            break;
        case FIELD_FRAMES:
        case FIELD_TALLIES:
            g_clear_pointer((GArray **)member, g_array_unref);
            break;
        default:
            break;
        }
    }
}

static void message_free(void *data)
{
    struct message_item *message = data;

    lists_free(message, message->is_request ? RECORD_REQUEST : RECORD_RESPONSE);
    g_free(message);
}

static void connection_free(void *data)
{
    lists_free(data, RECORD_CONNECTION);
    g_free(data);
}

static void alias_free(void *data)
{
    lists_free(data, RECORD_ALIAS);
    g_free(data);
}

static void finding_free(void *data)
{
    lists_free(data, RECORD_FINDING);
    g_free(data);
}

struct result *result_new(const char *name)
{
    struct result *result = g_new0(struct result, 1);

    result->name = g_strdup(name);
    result->strings = g_string_chunk_new(STRING_BLOCK);
    result->notes = g_ptr_array_new();
    result->messages = g_ptr_array_new_with_free_func(message_free);
    result->connections = g_ptr_array_new_with_free_func(connection_free);
    result->aliases = g_ptr_array_new_with_free_func(alias_free);
    result->findings = g_ptr_array_new_with_free_func(finding_free);
    result->events = g_ptr_array_new_with_free_func(g_free);
    result->verdicts = g_array_new(FALSE, FALSE, sizeof(struct tally));
    result->classes = g_array_new(FALSE, FALSE, sizeof(struct tally));
    result->message_times = NULL;
    return result;
}

void result_free(struct result *result)
{
    if (!result) {
        return;
    }
    lists_free(result, RECORD_CAPTURE);
    lists_free(result, RECORD_SUMMARY);
    g_ptr_array_unref(result->messages);
    g_ptr_array_unref(result->connections);
    g_ptr_array_unref(result->aliases);
    g_ptr_array_unref(result->findings);
    g_ptr_array_unref(result->events);
    g_clear_pointer(&result->message_times, g_array_unref);
    g_string_chunk_free(result->strings);
    g_free(result->name);
    g_free(result->error);
    g_free(result->warning);
    g_free(result);
}

static int connection_compare(const void *key, const void *element)
{
    uint32_t id = *(const uint32_t *)key;
    const struct connection_item *connection = *(struct connection_item *const *)element;

    return id < connection->id ? -1 : id > connection->id;
}

const struct connection_item *result_connection(const struct result *result, uint32_t id)
{
    struct connection_item **found = NULL;

    if (result->connections->len > 0) {
        found = bsearch(&id, result->connections->pdata, result->connections->len, sizeof(void *),
                        connection_compare);
    }
    return found ? *found : NULL;
}

uint32_t result_count(const struct result *result, const char *severity)
{
    uint32_t count = 0;

    for (unsigned i = 0; i < result->findings->len; i++) {
        const struct finding_item *finding = g_ptr_array_index(result->findings, i);
        count += !finding->hidden_by && g_str_equal(finding->severity, severity);
    }
    return count;
}
