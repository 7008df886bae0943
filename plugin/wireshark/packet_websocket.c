/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet_websocket.h"

/* Longer headers than any server takes: what is longer is no message that goes on. */
#define WAIT_LIMIT 65536

/* The beginning of a message. RFC 7118 5 forbids that it goes on in another WebSocket message. */
struct websocket_wait {
    struct endpoint src;
    GString *bytes;
};

/* ---- opening handshake ----------------------------------------------------------------------- */

/* A request may have the header several times: that is one list (RFC 6455 11.3.4). */
static struct slice protocols_of(const packet_info *pinfo, proto_tree *tree, int tcp)
{
    const GPtrArray *items = packet_fields_find(tree, PACKET_WS_PROTOCOL);
    const char *protocols = NULL;

    for (unsigned i = 0; items && i < items->len; i++) {
        const field_info *item = g_ptr_array_index(items, i);
        if (item->total_layer_num > tcp) {
            const char *value = fvalue_get_string(FINFO_VALUE(item));
            protocols =
                protocols ? wmem_strdup_printf(pinfo->pool, "%s, %s", protocols, value) : value;
        }
    }
    return slice_of(protocols);
}

void packet_websocket_handshake_read(struct packet_reader *reader, const packet_info *pinfo,
                                     proto_tree *tree, const struct transport_layer *tcp)
{
    int layer = tcp->item->total_layer_num;
    bool is_answer = packet_field_between(tree, PACKET_WS_ACCEPT, layer, LAYER_NONE);

    if (is_answer || packet_field_between(tree, PACKET_WS_KEY, layer, LAYER_NONE)) {
        analysis_websocket(reader->analysis, &(struct packet_websocket){
                                                 .stream = tcp->stream,
                                                 .is_answer = is_answer,
                                                 .protocols = protocols_of(pinfo, tree, layer),
                                             });
    }
}

/* ---- messages -------------------------------------------------------------------------------- */

static void websocket_wait_free(void *data)
{
    struct websocket_wait *wait = data;

    g_string_free(wait->bytes, true);
    g_free(wait);
}

GHashTable *websocket_waits_new(void)
{
    return g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, websocket_wait_free);
}

/*
 * Only a header line without end shows beyond doubt that the message goes on: a last line without
 * the empty one behind it may be all there is, and a body that is too short is judged as it came.
 */
static bool message_goes_on(const struct message *message, const struct packet_message *packet)
{
    struct slice text = packet->bytes;

    return !message->headers_complete && packet->cut == 0 && text.len > 0 &&
           text.len <= WAIT_LIMIT && text.ptr[text.len - 1] != '\n' &&
           text.ptr[text.len - 1] != '\r';
}

/* Takes the beginning that waits for these bytes; NULL if there is none. */
static struct websocket_wait *websocket_wait_take(struct packet_reader *reader,
                                                  const struct packet_message *packet)
{
    gpointer key = GUINT_TO_POINTER((unsigned)packet->stream);
    struct websocket_wait *wait = g_hash_table_lookup(reader->websocket_waits, key);

    if (!wait || !endpoint_equal(&wait->src, &packet->src)) {
        return NULL;
    }
    g_hash_table_steal(reader->websocket_waits, key);
    if (message_begins(packet->bytes)) {
        websocket_wait_free(wait); /* it never came to its end */
        return NULL;
    }
    return wait;
}

static void websocket_wait_keep(struct packet_reader *reader, const struct packet_message *packet)
{
    struct websocket_wait *wait = g_new(struct websocket_wait, 1);

    *wait = (struct websocket_wait){
        .src = packet->src,
        .bytes = g_string_new_len(packet->bytes.ptr, (gssize)packet->bytes.len),
    };
    g_hash_table_insert(reader->websocket_waits, GUINT_TO_POINTER((unsigned)packet->stream), wait);
}

/* What follows the message at the start of bytes, if it is another one; else an empty slice. */
static struct slice message_next(struct packet_reader *reader, struct slice bytes)
{
    struct slice behind = {NULL, 0};

    if (message_parse(bytes, true, &reader->message)) {
        struct slice text = reader->message.text;
        behind = slice_sub(bytes, (size_t)(text.ptr + text.len - bytes.ptr), bytes.len);
    }
    return message_begins(behind) ? behind : (struct slice){NULL, 0};
}

static void messages_hand_over(struct packet_reader *reader, struct packet_message *packet)
{
    struct slice rest = packet->bytes;
    size_t cut = packet->cut;

    packet->websocket_messages = 0;
    for (struct slice at = rest; at.len > 0; at = message_next(reader, at)) {
        packet->websocket_messages++;
    }
    while (rest.len > 0) {
        struct slice next = message_next(reader, rest);

        packet->bytes = slice_sub(rest, 0, rest.len - next.len);
        packet->cut = next.len > 0 ? 0 : cut;
        analysis_message(reader->analysis, packet);
        rest = next;
    }
}

void packet_websocket_message_read(struct packet_reader *reader, struct packet_message *packet)
{
    struct websocket_wait *wait = websocket_wait_take(reader, packet);

    if (wait) {
        g_string_append_len(wait->bytes, packet->bytes.ptr, (gssize)packet->bytes.len);
        packet->bytes = (struct slice){wait->bytes->str, wait->bytes->len};
        packet->websocket_split = true;
    }
    if (message_parse(packet->bytes, true, &reader->message) &&
        message_goes_on(&reader->message, packet)) {
        websocket_wait_keep(reader, packet);
    } else {
        messages_hand_over(reader, packet);
    }
    if (wait) {
        websocket_wait_free(wait);
    }
}
