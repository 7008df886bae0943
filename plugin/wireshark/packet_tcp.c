/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet_tcp.h"

#include <string.h>

#include "packet_tls.h"
#include "packet_websocket.h"
#include "preferences.h"

enum {
    TCP_FLAG_FIN = 0x01,
    TCP_FLAG_SYN = 0x02,
    TCP_FLAG_RST = 0x04,
    TCP_FLAG_ACK = 0x10,
    TLS_ALERT_CLOSE_NOTIFY = 0,
    TLS_ALERT_USER_CANCELED = 90, /* RFC 8446 6: the alerts that are no failure */
    TLS_ALERT_NO_RENEGOTIATION = 100,
    WS_OPCODE_CLOSE = 8,
};

static bool segment_has_failure(proto_tree *tree, int below)
{
    const GPtrArray *alerts = packet_fields_find(tree, PACKET_TLS_ALERT);

    for (unsigned i = 0; alerts && i < alerts->len; i++) {
        const field_info *alert = g_ptr_array_index(alerts, i);
        unsigned description = packet_field_uint(alert);

        if (alert->total_layer_num > below && description != TLS_ALERT_CLOSE_NOTIFY &&
            description != TLS_ALERT_USER_CANCELED && description != TLS_ALERT_NO_RENEGOTIATION) {
            return true;
        }
    }
    return false;
}

static const char ping[] = "\r\n\r\n";

/* The same inside TLS: what was decrypted is a data source of the packet. */
static unsigned record_keep_alive(const packet_info *pinfo)
{
    for (const GSList *link = pinfo->data_src; link; link = link->next) {
        tvbuff_t *tvb = get_data_source_tvb(link->data);
        unsigned length = tvb_captured_length(tvb);

        if ((length == 4 || length == 2) &&
            tvb_memeql(tvb, 0, (const uint8_t *)ping, length) == 0) {
            return length == 4 ? TCP_PING : TCP_PONG;
        }
    }
    return 0;
}

/* A keep-alive of RFC 5626 4.4.1 and nothing else. */
static unsigned segment_keep_alive(const struct transport_layer *tcp)
{
    size_t length = tcp->end - tcp->payload;
    size_t captured;
    const uint8_t *bytes = packet_field_bytes(tcp->item, &captured);
    size_t header = tcp->payload - (size_t)tcp->item->start;

    if ((length != 4 && length != 2) || captured < header + length ||
        memcmp(bytes + header, ping, length) != 0) {
        return 0;
    }
    return length == 4 ? TCP_PING : TCP_PONG;
}

/* What dissectors above TCP found in this segment. */
static unsigned segment_session_events(const struct packet_reader *reader, proto_tree *tree,
                                       const struct transport_layer *tcp)
{
    static const struct {
        enum packet_field field;
        unsigned value;
        unsigned event;
    } rows[] = {
        {PACKET_TLS_ALERT, TLS_ALERT_CLOSE_NOTIFY, TCP_CLOSE_NOTIFY},
        {PACKET_WS_MASK, 1, TCP_WS_MASKED},
        {PACKET_WS_OPCODE, WS_OPCODE_CLOSE, TCP_WS_CLOSE},
    };
    int below = tcp->item->total_layer_num;
    unsigned events = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        const GPtrArray *items = packet_fields_find(tree, rows[i].field);
        for (unsigned j = 0; items && j < items->len; j++) {
            const field_info *item = g_ptr_array_index(items, j);
            if (item->total_layer_num > below && packet_field_uint(item) == rows[i].value) {
                events |= rows[i].event;
            }
        }
    }
    if (segment_has_failure(tree, below)) {
        events |= TCP_TLS_FATAL;
    }
    if (tls_segment_is_opening(reader, tree, tcp)) {
        events |= TCP_CLIENT_HELLO;
    }
    if (packet_field_between(tree, PACKET_WS_KEY, below, LAYER_NONE)) {
        events |= TCP_HTTP_UPGRADE;
    }
    if (packet_field_between(tree, PACKET_TLS, below, LAYER_NONE)) {
        events |= TCP_TLS;
    }
    return events;
}

/*
 * Wireshark keeps the end of the segment for later. It marks what it keeps, and likewise the piece
 * that completes what it kept before; the latter comes with the list of all pieces.
 */
static bool segment_is_unfinished(proto_tree *tree, int layer)
{
    return packet_field_count(tree, PACKET_TCP_SEGMENT_DATA, layer) >
               packet_field_count(tree, PACKET_TCP_SEGMENTS, layer) ||
           packet_field_count(tree, PACKET_TLS_SEGMENT_DATA, layer) >
               packet_field_count(tree, PACKET_TLS_SEGMENTS, layer);
}

static bool segment_is_cut(const struct transport_layer *tcp)
{
    return tcp->end > tcp->payload && tcp->end > tvb_captured_length(tcp->item->ds_tvb);
}

static unsigned segment_tcp_events(proto_tree *tree, const struct transport_layer *tcp,
                                   uint8_t flags)
{
    int layer = tcp->item->total_layer_num;
    unsigned events = 0;

    if (flags & TCP_FLAG_SYN) {
        events |= TCP_SYN;
    }
    if (flags & TCP_FLAG_ACK) {
        events |= TCP_ACK;
    }
    if (flags & TCP_FLAG_FIN) {
        events |= TCP_FIN;
    }
    if (flags & TCP_FLAG_RST) {
        events |= TCP_RST;
    }
    if (packet_field_in_layer(tree, PACKET_TCP_RETRANSMISSION, layer)) {
        events |= TCP_RETRANSMISSION;
    }
    if (packet_field_in_layer(tree, PACKET_TCP_LOST_SEGMENT, layer) ||
        packet_field_in_layer(tree, PACKET_TCP_ACK_LOST_SEGMENT, layer)) {
        events |= TCP_GAP;
    }
    if (segment_is_cut(tcp)) {
        events |= TCP_CUT;
    }
    if (segment_is_unfinished(tree, layer)) {
        events |= TCP_UNFINISHED;
    }
    return events;
}

void packet_tcp_read(struct packet_reader *reader, const packet_info *pinfo, proto_tree *tree,
                     const field_info *item, bool has_sip)
{
    struct transport_layer tcp;
    size_t length;
    const uint8_t *bytes = packet_field_bytes(item, &length);
    int layer = item->total_layer_num;
    bool is_bound; /* an open or a close: always told */

    if (length < TCP_HEADER) {
        return;
    }
    is_bound = bytes[13] & (TCP_FLAG_SYN | TCP_FLAG_FIN | TCP_FLAG_RST);

    const field_info *stream = packet_field_in_layer(tree, PACKET_TCP_STREAM, layer);
    if (!stream) {
        return;
    }
    bool is_wanted = analysis_wants_stream(reader->analysis, packet_field_uint(stream));
    bool has_tls = packet_fields_find(tree, PACKET_TLS);
    bool has_upgrade = packet_field_between(tree, PACKET_WS_KEY, layer, LAYER_NONE) ||
                       packet_field_between(tree, PACKET_WS_ACCEPT, layer, LAYER_NONE);
    if (!is_bound && !is_wanted && !has_tls && !has_upgrade && !has_sip) {
        return;
    }
    if (!transport_layer_read(tree, item, &tcp)) {
        return;
    }
    if (has_tls) {
        tls_stream_closed_data(reader, tree, &tcp);
    }
    /* Of streams not known to carry SIP only what tells about their ends. */
    bool has_handshake = has_tls && tls_segment_has_handshake(tree, layer);
    if (!is_bound && !is_wanted && !has_handshake && !has_upgrade && !has_sip) {
        return;
    }

    struct packet_tcp packet = {
        .stream = tcp.stream,
        .src = tcp.src,
        .dst = tcp.dst,
        .events = segment_session_events(reader, tree, &tcp) |
                  segment_tcp_events(tree, &tcp, bytes[13]) |
                  (has_tls ? record_keep_alive(pinfo) : segment_keep_alive(&tcp)),
        .payload_length = (uint32_t)(tcp.end - tcp.payload),
        .sequence = bytes_be32(bytes + 4),
        .acknowledgment = bytes_be32(bytes + 8),
        .ttl = tcp.ip.ttl,
    };
    bool has_gap = packet.events & TCP_GAP;
    if (is_wanted && (packet.events & TCP_RETRANSMISSION) &&
        preference_is_off("tcp", "reassemble_out_of_order")) {
        packet.events |= TCP_UNSORTED;
    }
    if (is_wanted && has_tls && tls_segment_is_unreadable(tree, layer)) {
        packet.events |= TCP_GAP; /* what cannot be read might as well be missing */
        analysis_note(reader->analysis, "TLS records on a connection that carries SIP could not be "
                                        "decrypted: SIP messages may be missing");
    }
    analysis_tcp_segment(reader->analysis, &packet);
    if (has_handshake) {
        packet_tls_read(reader, tree, &tcp);
    }
    if (has_upgrade) {
        packet_websocket_handshake_read(reader, pinfo, tree, &tcp);
    }

    if (is_wanted && (has_gap || packet_field_in_layer(tree, PACKET_TCP_OUT_OF_ORDER, layer)) &&
        preference_is_off("tcp", "reassemble_out_of_order")) {
        analysis_note(reader->analysis,
                      "TCP segments that carry SIP are lost or out of order, and "
                      "tcp.reassemble_out_of_order is off: SIP messages may be missing");
    }
}
