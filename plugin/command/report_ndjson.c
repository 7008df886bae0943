/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_write.h"
#include "report.h"

struct ndjson {
    FILE *out;
};

static void *ndjson_begin(const struct report_style *style)
{
    struct ndjson *ndjson = g_new0(struct ndjson, 1);

    ndjson->out = style->out;
    return ndjson;
}

static void ndjson_items(const struct ndjson *ndjson, const struct result *result,
                         enum record_kind kind, const GPtrArray *items)
{
    for (unsigned i = 0; i < items->len; i++) {
        record_write_item(ndjson->out, result, kind, g_ptr_array_index(items, i), true);
        fputc('\n', ndjson->out);
    }
}

/* A reader must be able to tell a capture without findings from one that could not be read. */
static void ndjson_error(const struct ndjson *ndjson, const struct result *result)
{
    fputs("{\"record\":\"error\",\"file\":", ndjson->out);
    json_write_string(ndjson->out, result->name);
    fputs(",\"error\":", ndjson->out);
    json_write_string(ndjson->out, result->error);
    fputs("}\n", ndjson->out);
}

static void ndjson_capture(void *state, const struct result *result)
{
    const struct ndjson *ndjson = state;

    if (result->error) {
        ndjson_error(ndjson, result);
        return;
    }
    record_write_capture(ndjson->out, result, true);
    fputc('\n', ndjson->out);
    for (unsigned i = 0; i < result->messages->len; i++) {
        const struct message_item *message = g_ptr_array_index(result->messages, i);
        record_write_item(ndjson->out, result,
                          message->is_request ? RECORD_REQUEST : RECORD_RESPONSE, message, true);
        fputc('\n', ndjson->out);
    }
    ndjson_items(ndjson, result, RECORD_CONNECTION, result->connections);
    ndjson_items(ndjson, result, RECORD_ALIAS, result->aliases);
    ndjson_items(ndjson, result, RECORD_FINDING, result->findings);
    record_write_summary(ndjson->out, result, true);
    fputc('\n', ndjson->out);
}

const struct report_format report_ndjson = {
    .name = "ndjson",
    .begin = ndjson_begin,
    .capture = ndjson_capture,
    .end = g_free,
};
