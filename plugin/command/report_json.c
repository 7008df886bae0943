/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_write.h"
#include "report.h"

#define SCHEMA 1

struct json {
    FILE *out;
    bool has_captures;
};

static void *json_begin(const struct report_style *style)
{
    struct json *json = g_new0(struct json, 1);

    json->out = style->out;
    fprintf(json->out, "{\"schema\":%d,\"captures\":[", SCHEMA);
    return json;
}

/* Writes "key":[ and the items of the list that are of one of two kinds. */
static void json_items(const struct json *json, const struct result *result, const char *key,
                       enum record_kind kind, const GPtrArray *items)
{
    bool is_first = true;

    fprintf(json->out, ",\n\"%s\":[", key);
    for (unsigned i = 0; i < items->len; i++) {
        const void *item = g_ptr_array_index(items, i);
        bool is_message = kind == RECORD_REQUEST || kind == RECORD_RESPONSE;
        if (is_message &&
            ((const struct message_item *)item)->is_request != (kind == RECORD_REQUEST)) {
            continue;
        }
        fputs(is_first ? "\n" : ",\n", json->out);
        is_first = false;
        record_write_item(json->out, result, kind, item, false);
    }
    fputc(']', json->out);
}

static void json_capture(void *state, const struct result *result)
{
    struct json *json = state;

    fputs(json->has_captures ? ",\n{\"file\":" : "\n{\"file\":", json->out);
    json->has_captures = true;
    json_write_string(json->out, result->name);
    fputs(",\"error\":", json->out);
    json_write_string(json->out, result->error);
    fputs(",\n\"capture\":", json->out);
    if (result->error) {
        fputs("null", json->out);
    } else {
        record_write_capture(json->out, result, false);
    }
    json_items(json, result, "requests", RECORD_REQUEST, result->messages);
    json_items(json, result, "responses", RECORD_RESPONSE, result->messages);
    json_items(json, result, "connections", RECORD_CONNECTION, result->connections);
    json_items(json, result, "aliases", RECORD_ALIAS, result->aliases);
    json_items(json, result, "findings", RECORD_FINDING, result->findings);
    fputs(",\n\"summary\":", json->out);
    if (result->error) {
        fputs("null", json->out);
    } else {
        record_write_summary(json->out, result, false);
    }
    fputc('}', json->out);
}

static void json_end(void *state)
{
    struct json *json = state;

    fputs("]}\n", json->out);
    g_free(json);
}

const struct report_format report_json = {
    .name = "json",
    .begin = json_begin,
    .capture = json_capture,
    .end = json_end,
};
