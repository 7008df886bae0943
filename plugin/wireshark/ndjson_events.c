/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ndjson_events.h"

#include "ndjson_record.h"

/* Either a message, or something else that happened to a connection. */
struct item {
    uint32_t frame;
    unsigned order; /* within the frame */
    const struct message_record *message;
    const struct connection_record *connection;
    const struct connection_event *event;
};

/* What opens a connection stands before the messages of its frame, what closes it behind them. */
static unsigned event_order(const struct connection_event *event)
{
    return event->kind == EVENT_SYN || event->kind == EVENT_GAP ? 0 : G_MAXUINT;
}

static int item_compare(const void *left, const void *right)
{
    const struct item *a = left;
    const struct item *b = right;

    if (a->frame != b->frame) {
        return a->frame < b->frame ? -1 : 1;
    }
    return a->order < b->order ? -1 : a->order > b->order;
}

static void add_messages(GArray *items, const struct analysis *analysis,
                         const struct passing *passing)
{
    const GPtrArray *messages = analysis_messages(analysis);

    for (unsigned i = 0; i < messages->len; i++) {
        const struct message_record *message = g_ptr_array_index(messages, i);
        struct item item = {
            .frame = message->frame, .order = message->index + 1, .message = message};

        if (passing_frame(passing, message->frame)) {
            g_array_append_val(items, item);
        }
    }
}

static void add_connections(GArray *items, const struct analysis *analysis,
                            const struct passing *passing)
{
    const GPtrArray *connections = analysis_connections(analysis);

    for (unsigned i = 0; i < connections->len; i++) {
        const struct connection_record *connection = g_ptr_array_index(connections, i);
        const GArray *events = analysis_connection_events(connection);

        if (!passing_connection(passing, connection->id)) {
            continue;
        }
        for (unsigned j = 0; j < events->len; j++) {
            const struct connection_event *event =
                &g_array_index(events, struct connection_event, j);
            struct item item = {.frame = event->frame,
                                .order = event_order(event),
                                .connection = connection,
                                .event = event};

            g_array_append_val(items, item);
        }
    }
}

void ndjson_write_events(FILE *file, const struct analysis *analysis, const struct passing *passing)
{
    GArray *items = g_array_new(false, false, sizeof(struct item));

    add_messages(items, analysis, passing);
    add_connections(items, analysis, passing);
    g_array_sort(items, item_compare);
    for (unsigned i = 0; i < items->len; i++) {
        const struct item *item = &g_array_index(items, struct item, i);

        if (item->message) {
            ndjson_write_message_event(file, item->message);
        } else {
            ndjson_write_connection_event(file, item->connection, item->event);
        }
    }
    g_array_free(items, true);
}
