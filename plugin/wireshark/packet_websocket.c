/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet_websocket.h"

#include <string.h>

#include "packet_message.h"

/* Longer headers than any server takes: what is longer is no message that goes on. */
#define WAIT_LIMIT 65535
/* Each piece makes us read all of them again. */
#define PIECES_MAX 64

/* RFC 6455 5.2 */
enum {
    FRAME_FIN = 0x80,
    FRAME_RESERVED = 0x70, /* set by extensions: the payload is compressed */
    FRAME_OPCODE = 0x0f,
    FRAME_MASK = 0x80,
    FRAME_LENGTH = 0x7f,
    LENGTH_16_BITS = 126,
    LENGTH_64_BITS = 127,
    MASK_SIZE = 4,
    OPCODE_CONTINUATION = 0,
    OPCODE_CLOSE = 8, /* the first of the control frames */
};

/* The beginning of a message. RFC 7118 5 forbids that it goes on in another WebSocket message. */
struct websocket_wait {
    struct endpoint src;
    GString *bytes;
    unsigned pieces;
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

/* The beginning that waits for more from this sender, NULL if there is none. */
static struct websocket_wait *websocket_wait_find(const struct packet_reader *reader,
                                                  int64_t stream, const struct endpoint *src)
{
    struct websocket_wait *wait =
        g_hash_table_lookup(reader->websocket_waits, GUINT_TO_POINTER((unsigned)stream));

    return wait && endpoint_equal(&wait->src, src) ? wait : NULL;
}

static void websocket_wait_drop(struct packet_reader *reader, int64_t stream)
{
    g_hash_table_remove(reader->websocket_waits, GUINT_TO_POINTER((unsigned)stream));
}

/*
 * Only a header line without end shows beyond doubt that the message goes on: a last line without
 * the empty one behind it may be all there is, and a body that is too short is judged as it came.
 */
static bool message_goes_on(struct packet_reader *reader, struct slice text)
{
    return text.len > 0 && text.len <= WAIT_LIMIT && text.ptr[text.len - 1] != '\n' &&
           text.ptr[text.len - 1] != '\r' && message_parse(text, true, &reader->message) &&
           !reader->message.headers_complete;
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
    if (websocket_wait_find(reader, packet->stream, &packet->src)) {
        websocket_wait_drop(reader, packet->stream); /* it never came to its end */
    }
    if (packet->cut > 0 || !message_goes_on(reader, packet->bytes)) {
        messages_hand_over(reader, packet);
        return;
    }

    struct websocket_wait *wait = g_new(struct websocket_wait, 1);
    *wait = (struct websocket_wait){
        .src = packet->src,
        .bytes = g_string_new_len(packet->bytes.ptr, (gssize)packet->bytes.len),
    };
    g_hash_table_insert(reader->websocket_waits, GUINT_TO_POINTER((unsigned)packet->stream), wait);
}

/* ---- what goes on ---------------------------------------------------------------------------- */

/*
 * The payload of a WebSocket message of one frame, unmasked; NULL if it is none that can be read.
 * Read from the frame, for no item stands for unmasked data that no dissector took.
 */
static GString *frame_payload(const uint8_t *bytes, size_t length)
{
    size_t header = 2;
    size_t size;
    uint8_t mask[MASK_SIZE] = {0};

    size = bytes[1] & FRAME_LENGTH;
    if (size == LENGTH_16_BITS && length >= header + 2) {
        size = bytes_be16(bytes + header);
        header += 2;
    } else if (size >= LENGTH_16_BITS) {
        return NULL; /* cut, or longer than anything that is waited for */
    }
    if (bytes[1] & FRAME_MASK) {
        if (length < header + MASK_SIZE) {
            return NULL;
        }
        memcpy(mask, bytes + header, MASK_SIZE);
        header += MASK_SIZE;
    }
    if (!(bytes[0] & FRAME_FIN) || (bytes[0] & FRAME_RESERVED) ||
        (bytes[0] & FRAME_OPCODE) == OPCODE_CONTINUATION || length < header + size) {
        return NULL;
    }

    GString *payload = g_string_sized_new(size);
    for (size_t i = 0; i < size; i++) {
        g_string_append_c(payload, (char)(bytes[header + i] ^ mask[i % MASK_SIZE]));
    }
    return payload;
}

/* Adds one WebSocket frame to what waits, and hands it over when it is all there. */
static void continuation_read(struct packet_reader *reader, struct websocket_wait *wait,
                              const field_info *item, struct packet_message *packet)
{
    size_t length;
    const uint8_t *bytes = packet_field_bytes(item, &length);

    if (length < 2 || (bytes[0] & FRAME_OPCODE) >= OPCODE_CLOSE) {
        return;
    }

    GString *payload = frame_payload(bytes, length);
    if (!payload) {
        websocket_wait_drop(reader, packet->stream);
        return;
    }
    bool is_ping = strspn(payload->str, "\r\n") == payload->len;
    bool is_message = message_begins((struct slice){payload->str, payload->len});
    if (!is_ping && !is_message) {
        g_string_append_len(wait->bytes, payload->str, (gssize)payload->len);
        packet->bytes = (struct slice){wait->bytes->str, wait->bytes->len};
        if (++wait->pieces == PIECES_MAX || !message_goes_on(reader, packet->bytes)) {
            packet->websocket_split = true;
            messages_hand_over(reader, packet);
            websocket_wait_drop(reader, packet->stream);
        }
    }
    g_string_free(payload, true);
}

void packet_websocket_continuation_read(struct packet_reader *reader, const packet_info *pinfo,
                                        proto_tree *tree, const field_info *tcp)
{
    const GPtrArray *items = packet_fields_find(tree, PACKET_WS);
    struct transport_layer layer;
    struct packet_message packet;

    if (!items || g_hash_table_size(reader->websocket_waits) == 0 ||
        !transport_layer_read(tree, tcp, &layer)) {
        return;
    }
    packet_set_transport(&packet, pinfo, tree, &layer, LAYER_NONE);
    for (unsigned i = 0; i < items->len; i++) {
        struct websocket_wait *wait = websocket_wait_find(reader, layer.stream, &layer.src);
        if (!wait) {
            return;
        }
        continuation_read(reader, wait, g_ptr_array_index(items, i), &packet);
    }
}
