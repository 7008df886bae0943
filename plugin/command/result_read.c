/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "result.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <stdlib.h>

#include "record_fields.h"

#define SCHEMA 1

/* When a SIP message went over the wire, of an event line of kind "message". */
struct message_time {
    uint32_t frame, index;
    double time;
};

static const char *result_string(struct result *result, const char *text)
{
    /* The same few names and addresses come again and again. */
    return g_string_chunk_insert_const(result->strings, text);
}

static bool node_is_number(JsonNode *node)
{
    GType type = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_NONE;

    return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE;
}

static bool node_is_integer(JsonNode *node, int64_t max)
{
    if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_INT64) {
        return false;
    }
    return json_node_get_int(node) >= 0 && json_node_get_int(node) <= max;
}

static bool node_is_string(JsonNode *node)
{
    return JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING;
}

static bool read_strings(struct result *result, JsonNode *node, GPtrArray **member)
{
    if (JSON_NODE_HOLDS_NULL(node)) {
        return true;
    }
    if (!JSON_NODE_HOLDS_ARRAY(node)) {
        return false;
    }

    JsonArray *array = json_node_get_array(node);
    GPtrArray *strings = g_ptr_array_new();
    bool ok = true;
    for (unsigned i = 0; ok && i < json_array_get_length(array); i++) {
        JsonNode *element = json_array_get_element(array, i);
        ok = node_is_string(element);
        if (ok) {
            g_ptr_array_add(strings, (void *)result_string(result, json_node_get_string(element)));
        }
    }
    g_clear_pointer(member, g_ptr_array_unref);
    *member = strings;
    return ok;
}

static bool read_frames(JsonNode *node, GArray **member)
{
    if (!JSON_NODE_HOLDS_ARRAY(node)) {
        return false;
    }

    JsonArray *array = json_node_get_array(node);
    GArray *frames = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    bool ok = true;
    for (unsigned i = 0; ok && i < json_array_get_length(array); i++) {
        JsonNode *element = json_array_get_element(array, i);
        ok = node_is_integer(element, UINT32_MAX);
        if (ok) {
            uint32_t frame = (uint32_t)json_node_get_int(element);
            g_array_append_val(frames, frame);
        }
    }
    g_clear_pointer(member, g_array_unref);
    *member = frames;
    return ok;
}

static bool read_tallies(struct result *result, JsonNode *node, GArray **member)
{
    if (!JSON_NODE_HOLDS_OBJECT(node)) {
        return false;
    }

    JsonObjectIter iter;
    const char *name;
    JsonNode *value;
    bool ok = true;
    g_array_set_size(*member, 0);
    json_object_iter_init_ordered(&iter, json_node_get_object(node));
    while (ok && json_object_iter_next_ordered(&iter, &name, &value)) {
        ok = node_is_integer(value, UINT32_MAX);
        if (ok) {
            struct tally tally = {result_string(result, name), (uint32_t)json_node_get_int(value)};
            g_array_append_val(*member, tally);
        }
    }
    return ok;
}

static bool read_string(struct result *result, JsonNode *node, const char **member)
{
    if (JSON_NODE_HOLDS_NULL(node)) {
        *member = NULL;
        return true;
    }
    if (!node_is_string(node)) {
        return false;
    }
    *member = result_string(result, json_node_get_string(node));
    return true;
}

/* One key of a record; false if the value is of another type than schema 1 says. */
static bool read_field(struct result *result, JsonNode *node, enum field_kind kind, void *member)
{
    bool is_null = JSON_NODE_HOLDS_NULL(node);

    switch (kind) {
    case FIELD_STRING:
        return read_string(result, node, member);
    case FIELD_STRINGS:
        return read_strings(result, node, member);
    case FIELD_FRAMES:
        return read_frames(node, member);
    case FIELD_TALLIES:
        return read_tallies(result, node, member);
    case FIELD_FLAG:
        *(bool *)member = json_node_get_boolean(node);
        return JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_BOOLEAN;
    case FIELD_TIME:
        *(double *)member = is_null ? 0 : json_node_get_double(node);
        return is_null || node_is_number(node);
    case FIELD_STREAM:
        *(int64_t *)member = is_null ? -1 : json_node_get_int(node);
        return is_null || node_is_integer(node, UINT32_MAX);
    case FIELD_INDEX:
        *(int32_t *)member = is_null ? -1 : (int32_t)json_node_get_int(node);
        return is_null || node_is_integer(node, INT32_MAX);
    case FIELD_STATUS:
        *(uint16_t *)member = (uint16_t)json_node_get_int(node);
        return node_is_integer(node, UINT16_MAX);
    case FIELD_ID:
        *(uint32_t *)member = is_null ? 0 : (uint32_t)json_node_get_int(node);
        return is_null || node_is_integer(node, UINT32_MAX);
    case FIELD_NUMBER:
        *(uint32_t *)member = (uint32_t)json_node_get_int(node);
        return node_is_integer(node, UINT32_MAX);
    }
    g_assert_not_reached();
}

/* All keys of a record; keys that a newer plugin has besides are passed over. */
static bool read_fields(struct result *result, JsonObject *object, enum record_kind kind,
                        void *item, GError **error)
{
    const struct record_type *type = record_type(kind);

    for (size_t i = 0; i < type->field_count; i++) {
        const struct record_field *field = &type->fields[i];
        JsonNode *node = json_object_get_member(object, field->key);
        if (!node || !read_field(result, node, field->kind, (char *)item + field->offset)) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                        "a record \"%s\" has no valid \"%s\"", type->name, field->key);
            return false;
        }
    }
    return true;
}

static GPtrArray *result_list(struct result *result, enum record_kind kind)
{
    switch (kind) {
    case RECORD_REQUEST:
    case RECORD_RESPONSE:
        return result->messages;
    case RECORD_CONNECTION:
        return result->connections;
    case RECORD_ALIAS:
        return result->aliases;
    case RECORD_FINDING:
        return result->findings;
    default:
        return result->events;
    }
}

static bool read_item(struct result *result, JsonObject *object, enum record_kind kind,
                      GError **error)
{
    void *item = g_malloc0(record_type(kind)->size);

    if (kind == RECORD_REQUEST) {
        ((struct message_item *)item)->is_request = true;
    }
    /* Owned by its list from here on, so that what was read of a bad record is freed with it. */
    g_ptr_array_add(result_list(result, kind), item);
    return read_fields(result, object, kind, item, error);
}

static bool read_capture(struct result *result, JsonObject *object, GError **error)
{
    JsonNode *schema = json_object_get_member(object, "schema");

    if (!schema || !node_is_integer(schema, SCHEMA) || json_node_get_int(schema) != SCHEMA) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                    "the records are not of schema %d, which this sipconn knows", SCHEMA);
        return false;
    }
    return read_fields(result, object, RECORD_CAPTURE, result, error);
}

static bool read_event(struct result *result, JsonObject *object, GError **error)
{
    const char *kind = json_object_get_string_member_with_default(object, "kind", "");

    if (!g_str_equal(kind, "message")) {
        return read_item(result, object, RECORD_EVENT, error);
    }

    JsonNode *index = json_object_get_member(object, "message");
    struct event_item event = {0};
    if (!read_fields(result, object, RECORD_EVENT, &event, error)) {
        return false;
    }
    if (!result->message_times) {
        result->message_times = g_array_new(FALSE, FALSE, sizeof(struct message_time));
    }
    struct message_time time = {
        .frame = event.frame,
        .index = index && node_is_number(index) ? (uint32_t)json_node_get_int(index) : 0,
        .time = event.time,
    };
    g_array_append_val(result->message_times, time);
    return true;
}

static bool read_record(struct result *result, JsonObject *object, GError **error)
{
    const char *name = json_object_get_string_member_with_default(object, "record", "");
    enum record_kind kind = record_kind_find(name);

    switch (kind) {
    case RECORD_CAPTURE:
        return read_capture(result, object, error);
    case RECORD_SUMMARY:
        result->is_complete = true;
        return read_fields(result, object, kind, result, error);
    case RECORD_EVENT:
        return read_event(result, object, error);
    case RECORD_COUNT:
        return true;
    default:
        return read_item(result, object, kind, error);
    }
}

bool result_read_line(struct result *result, const char *line, gsize length, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();

    result->size += length;
    if (!json_parser_load_from_data(parser, line, (gssize)length, error)) {
        return false;
    }
    JsonNode *root = json_parser_get_root(parser);
    if (!root || !JSON_NODE_HOLDS_OBJECT(root) ||
        !json_object_has_member(json_node_get_object(root), "record")) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "a line is no record");
        return false;
    }
    return read_record(result, json_node_get_object(root), error);
}

static int message_time_compare(const void *a, const void *b)
{
    const struct message_time *left = a, *right = b;

    if (left->frame != right->frame) {
        return left->frame < right->frame ? -1 : 1;
    }
    return left->index < right->index ? -1 : left->index > right->index;
}

void result_complete(struct result *result)
{
    GArray *times = result->message_times;

    if (!times) {
        return;
    }

    /* tshark draws the two taps in an order of its own, so times may precede their messages. */
    g_array_sort(times, message_time_compare);
    for (unsigned i = 0; i < result->messages->len; i++) {
        struct message_item *message = g_ptr_array_index(result->messages, i);
        const struct message_time key = {.frame = message->frame, .index = message->index};
        const struct message_time *found =
            bsearch(&key, times->data, times->len, sizeof(key), message_time_compare);
        message->time = found ? found->time : 0;
    }
    g_clear_pointer(&result->message_times, g_array_unref);
}
