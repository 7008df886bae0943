/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet_stream.h"

#include <string.h>

#include "packet_message.h"
#include "packet_tls.h"
#include "packet_websocket.h"
#include "preferences.h"

/* Headers that are longer, or come in smaller pieces, are not waited for: each costs reading them anew. */
#define START_LIMIT 65535
#define START_SEGMENTS_MAX 64

static struct slice skip_line_ends(struct slice bytes)
{
    while (bytes.len > 0 && (bytes.ptr[0] == '\r' || bytes.ptr[0] == '\n')) {
        bytes.ptr++;
        bytes.len--;
    }
    return bytes;
}

/* By its own Content-Length the message goes on behind what the segments hold. */
static bool message_is_partial(const struct message *message, size_t cut)
{
    if (!message->headers_complete) {
        return cut == 0;
    }
    return message->has_content_length &&
           message->content_length > (uint64_t)message->body.len + cut;
}

static void remainder_expect(struct packet_reader *reader, const struct packet_message *packet)
{
    const struct message *message = &reader->message;
    struct stream_remainder *remainder;

    if (!packet->partial || !message->headers_complete) {
        return;
    }
    remainder = g_new(struct stream_remainder, 1);
    *remainder = (struct stream_remainder){
        .src = packet->src,
        .missing = message->content_length - message->body.len - packet->cut,
    };
    g_hash_table_insert(reader->remainders, GUINT_TO_POINTER((unsigned)packet->stream), remainder);
}

/* bytes without the rest of the message before, if they begin with it. */
static struct slice remainder_skip(struct packet_reader *reader,
                                   const struct packet_message *packet)
{
    gpointer key = GUINT_TO_POINTER((unsigned)packet->stream);
    struct stream_remainder *remainder = g_hash_table_lookup(reader->remainders, key);
    struct slice bytes = packet->bytes;

    if (!remainder || !endpoint_equal(&remainder->src, &packet->src)) {
        return bytes;
    }

    size_t skipped = (size_t)MIN(remainder->missing, bytes.len);
    struct slice rest = slice_sub(bytes, skipped, bytes.len);
    if (rest.len > 0 ? !message_begins(rest) : message_begins(bytes)) {
        rest = bytes; /* segments are missing: this is something else */
    } else {
        remainder->missing -= skipped;
    }
    if (remainder->missing == 0 || rest.len == bytes.len) {
        g_hash_table_remove(reader->remainders, key);
    }
    return rest;
}

static void stream_start_free(void *data)
{
    struct stream_start *start = data;

    g_string_free(start->bytes, true);
    g_free(start);
}

GHashTable *stream_starts_new(void)
{
    return g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, stream_start_free);
}

/* The message of this sender whose headers are awaited, NULL if there is none. */
static struct stream_start *stream_start_find(const struct packet_reader *reader,
                                              const struct packet_message *packet)
{
    struct stream_start *start =
        g_hash_table_lookup(reader->starts, GUINT_TO_POINTER((unsigned)packet->stream));

    return start && endpoint_equal(&start->src, &packet->src) ? start : NULL;
}

static void stream_start_drop(struct packet_reader *reader, const struct packet_message *packet)
{
    g_hash_table_remove(reader->starts, GUINT_TO_POINTER((unsigned)packet->stream));
}

static void stream_start_keep(struct packet_reader *reader, const struct packet_message *packet,
                              struct slice bytes)
{
    struct stream_start *start = g_new(struct stream_start, 1);

    *start = (struct stream_start){
        .src = packet->src,
        .bytes = g_string_new_len(bytes.ptr, (gssize)bytes.len),
        .frame = reader->frame,
    };
    g_hash_table_insert(reader->starts, GUINT_TO_POINTER((unsigned)packet->stream), start);
}

/* The start line of a message, as far as can be told, goes on in the next segment. */
static bool stream_start_is_cut(const struct packet_message *packet, struct slice text, size_t cut)
{
    return packet->transport == TRANSPORT_TCP && cut == 0 && text.len > 0 &&
           g_ascii_isupper(text.ptr[0]) && !memchr(text.ptr, '\n', text.len) &&
           !message_begins(text);
}

/*
 * Hands over the message at the start of packet->bytes, and those behind CRLF pings that follow
 * it: Wireshark's dissector stops at a ping. A message that follows at once is left to the
 * dissector; it makes a node for it, in this frame or in the one that completes it. is_dissected:
 * it made one for the first message.
 */
static void stream_messages_read(struct packet_reader *reader, struct packet_message *packet,
                                 bool is_dissected)
{
    struct slice rest = packet->bytes;
    size_t cut = packet->cut;

    while (message_parse(rest, true, &reader->message)) {
        const char *message_end = reader->message.text.ptr + reader->message.text.len;
        struct slice behind = slice_sub(rest, (size_t)(message_end - rest.ptr), rest.len);
        struct slice next = skip_line_ends(behind);

        if (!is_dissected && !reader->message.headers_complete && cut == 0 &&
            packet->transport == TRANSPORT_TCP && rest.len <= START_LIMIT) {
            stream_start_keep(reader, packet, rest);
            return;
        }

        bool is_hidden = next.len < behind.len || !is_dissected;
        bool has_next = is_hidden && message_begins(next);
        bool next_is_cut = is_hidden && stream_start_is_cut(packet, next, cut);

        packet->bytes =
            has_next || next_is_cut ? slice_sub(rest, 0, (size_t)(next.ptr - rest.ptr)) : rest;
        packet->cut = has_next ? 0 : cut;
        packet->partial = message_is_partial(&reader->message, packet->cut);
        analysis_message(reader->analysis, packet);
        if (next_is_cut) {
            stream_start_keep(reader, packet, next);
            return;
        }
        if (!has_next) {
            break;
        }
        rest = next;
        is_dissected = false;
    }
    if (!is_dissected) {
        remainder_expect(reader, packet);
    }
}

/* What the user switched off keeps messages from us: said once, when it can matter. */
static void stream_preferences_note(struct packet_reader *reader)
{
    if (reader->preferences_noted) {
        return;
    }
    reader->preferences_noted = true;
    if (preference_is_off("tcp", "desegment_tcp_streams")) {
        analysis_note(reader->analysis, "tcp.desegment_tcp_streams is off: SIP messages that span "
                                        "TCP segments are missing or cut");
    }
    if (preference_is_off("sip", "desegment_headers")) {
        analysis_note(reader->analysis, "sip.desegment_headers is off: SIP messages whose headers "
                                        "span TCP segments are missing or cut");
    }
    if (preference_is_off("sip", "desegment_body")) {
        analysis_note(reader->analysis, "sip.desegment_body is off: SIP messages whose bodies span "
                                        "TCP segments are cut");
    }
}

static void stream_seen(struct packet_reader *reader, const struct packet_message *packet)
{
    stream_preferences_note(reader);
    if (packet->transport == TRANSPORT_TLS || packet->transport == TRANSPORT_WSS) {
        tls_stream_has_sip(reader, packet->stream);
    }
}

void packet_stream_message_read(struct packet_reader *reader, struct packet_message *packet)
{
    stream_seen(reader, packet);
    if (transport_is_websocket(packet->transport)) {
        packet_websocket_message_read(reader, packet);
        return;
    }
    if (stream_start_find(reader, packet)) {
        return; /* the dissector takes the rest of a message for one */
    }

    struct slice node = packet->bytes;
    packet->bytes = remainder_skip(reader, packet);
    /* Of a node that begins with the rest of another message the dissector read nothing. */
    stream_messages_read(reader, packet, packet->bytes.ptr == node.ptr);
}

/* payload: of a TCP segment or a TLS record; wire_length: what it was before it was cut. */
static void undissected_read(struct packet_reader *reader, struct packet_message *packet,
                             struct slice payload, size_t wire_length)
{
    struct slice text = skip_line_ends(payload);

    if (text.len == payload.len) {
        return;
    }
    packet->cut = wire_length - payload.len;
    if (message_begins(text)) {
        packet->bytes = text;
        stream_messages_read(reader, packet, false);
    } else if (stream_start_is_cut(packet, text, packet->cut)) {
        stream_start_keep(reader, packet, text);
    }
}

/* Behind the piece at the payload's start that completes a message; tcp->end if there is none left. */
static size_t undissected_begin(proto_tree *tree, const struct transport_layer *tcp)
{
    const GPtrArray *pieces = packet_fields_find(tree, PACKET_TCP_SEGMENT_DATA);
    size_t begin = tcp->payload;

    for (unsigned i = 0; pieces && i < pieces->len; i++) {
        const field_info *piece = g_ptr_array_index(pieces, i);
        if (piece->ds_tvb == tcp->item->ds_tvb && piece->start >= 0 && piece->length > 0 &&
            (size_t)piece->start == begin) {
            begin += (size_t)piece->length;
        }
    }
    return MIN(begin, tcp->end);
}

/* The next segment behind a message whose headers are awaited. */
static void stream_start_continue(struct packet_reader *reader, struct packet_message *packet,
                                  struct stream_start *start, struct slice payload)
{
    GString *bytes = start->bytes;

    g_string_append_len(bytes, payload.ptr, (gssize)payload.len);
    start->frame = reader->frame;
    packet->bytes = (struct slice){bytes->str, bytes->len};
    if (message_parse(packet->bytes, true, &reader->message) &&
        (reader->message.headers_complete || packet->cut > 0)) {
        g_hash_table_steal(reader->starts, GUINT_TO_POINTER((unsigned)packet->stream));
        stream_messages_read(reader, packet, false);
        stream_start_free(start);
    } else if (++start->segments == START_SEGMENTS_MAX || bytes->len > START_LIMIT ||
               (!message_begins(packet->bytes) && memchr(bytes->str, '\n', bytes->len))) {
        stream_start_drop(reader, packet);
    }
}

static void undissected_segment_read(struct packet_reader *reader, struct packet_message *packet,
                                     proto_tree *tree, const struct transport_layer *tcp)
{
    struct stream_start *start = stream_start_find(reader, packet);
    int number = tcp->item->total_layer_num;
    size_t captured;
    const uint8_t *bytes = packet_field_bytes(tcp->item, &captured);
    size_t begin = start ? tcp->payload : undissected_begin(tree, tcp);
    size_t header = begin - (size_t)tcp->item->start;
    size_t length = tcp->end - begin;

    if (captured <= header || length == 0) {
        return;
    }
    struct slice payload = {(const char *)bytes + header, MIN(length, captured - header)};

    if (!start) {
        undissected_read(reader, packet, payload, length);
    } else if (packet_field_in_layer(tree, PACKET_TCP_LOST_SEGMENT, number)) {
        stream_start_drop(reader, packet);
    } else if (start->frame != reader->frame &&
               !packet_field_in_layer(tree, PACKET_TCP_RETRANSMISSION, number)) {
        packet->cut = length - payload.len;
        stream_start_continue(reader, packet, start, payload);
    }
}

/* No item stands for decrypted data that no dissector took: it is only a buffer of the frame. */
static void undissected_records_read(struct packet_reader *reader, struct packet_message *packet,
                                     const packet_info *pinfo)
{
    for (const GSList *source = pinfo->data_src; source; source = source->next) {
        tvbuff_t *data = get_data_source_tvb(source->data);
        unsigned captured = tvb_captured_length(data);

        if (captured > 0) {
            const char *bytes = (const char *)tvb_get_ptr(data, 0, (int)captured);
            undissected_read(reader, packet, (struct slice){bytes, captured},
                             tvb_reported_length(data));
        }
    }
}

void packet_stream_undissected_read(struct packet_reader *reader, const packet_info *pinfo,
                                    proto_tree *tree, const field_info *tcp)
{
    struct transport_layer layer;
    struct packet_message packet;
    int number = tcp->total_layer_num;

    const field_info *stream = packet_field_in_layer(tree, PACKET_TCP_STREAM, number);
    if (!stream || !analysis_wants_stream(reader->analysis, packet_field_uint(stream))) {
        return;
    }
    /* Part of a message that Wireshark puts together: a body may begin like a message. */
    if (packet_fields_find(tree, PACKET_TLS_SEGMENT_DATA)) {
        return;
    }
    if (!transport_layer_read(tree, tcp, &layer)) {
        return;
    }

    packet_set_transport(&packet, pinfo, tree, &layer, LAYER_NONE);
    if (packet.transport == TRANSPORT_TLS) {
        undissected_records_read(reader, &packet, pinfo);
    } else if (packet.transport == TRANSPORT_TCP) {
        undissected_segment_read(reader, &packet, tree, &layer);
    }
}
