/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet_reader.h"

#include "packet_dns.h"
#include "packet_fields.h"
#include "packet_message.h"
#include "packet_reader_private.h"
#include "packet_stream.h"
#include "packet_tcp.h"
#include "packet_tls.h"
#include "packet_websocket.h"

#define ICMP_HEADER 8

enum {
    SCTP_TAG = 4, /* offsets and chunk types of RFC 9260 3 */
    SCTP_FIRST_CHUNK = 12,
    SCTP_CHUNK_HEADER = 4,
    SCTP_INIT = 1,
    SCTP_INIT_ACK = 2,
    SCTP_ABORT = 6,
    SCTP_SHUTDOWN = 7,
};

struct packet_reader *packet_reader_new(struct analysis *analysis)
{
    struct packet_reader *reader = g_new0(struct packet_reader, 1);

    reader->analysis = analysis;
    reader->tls_streams = tls_streams_new();
    reader->remainders = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    reader->starts = stream_starts_new();
    reader->websocket_waits = websocket_waits_new();
    return reader;
}

void packet_reader_free(struct packet_reader *reader)
{
    if (!reader) {
        return;
    }
    g_hash_table_destroy(reader->tls_streams);
    g_hash_table_destroy(reader->remainders);
    g_hash_table_destroy(reader->starts);
    g_hash_table_destroy(reader->websocket_waits);
    g_free(reader);
}

/* An error message quotes headers of another packet: nothing at or above this layer is real. */
static int icmp_layer(proto_tree *tree)
{
    static const enum packet_field fields[] = {PACKET_ICMP, PACKET_ICMPV6};
    int layer = LAYER_NONE;

    for (unsigned i = 0; i < G_N_ELEMENTS(fields); i++) {
        const GPtrArray *items = packet_fields_find(tree, fields[i]);
        for (unsigned j = 0; items && j < items->len; j++) {
            const field_info *item = g_ptr_array_index(items, j);
            layer = MIN(layer, item->total_layer_num);
        }
    }
    return layer;
}

/* ---- transport layer ------------------------------------------------------------------------ */

const field_info *ip_item_below(proto_tree *tree, int layer)
{
    const field_info *v4 = packet_field_between(tree, PACKET_IP, 0, layer);
    const field_info *v6 = packet_field_between(tree, PACKET_IPV6, 0, layer);

    /* In a tunnel the innermost one is the hop that SIP sees. */
    return !v6 || (v4 && v4->total_layer_num > v6->total_layer_num) ? v4 : v6;
}

bool ip_layer_below(proto_tree *tree, int layer, struct ip_header *ip, const field_info **item)
{
    size_t length;

    *item = ip_item_below(tree, layer);
    if (!*item) {
        return false;
    }
    const uint8_t *bytes = packet_field_bytes(*item, &length);
    return ip_header_parse(bytes, length, ip);
}

bool transport_layer_read(proto_tree *tree, const field_info *item, struct transport_layer *layer)
{
    size_t length;
    const uint8_t *bytes = packet_field_bytes(item, &length);
    const field_info *ip_item;

    *layer = (struct transport_layer){.item = item, .stream = -1};
    if (length < UDP_HEADER || !ip_layer_below(tree, item->total_layer_num, &layer->ip, &ip_item)) {
        return false;
    }
    layer->src = endpoint_make(&layer->ip.src, bytes_be16(bytes));
    layer->dst = endpoint_make(&layer->ip.dst, bytes_be16(bytes + 2));

    /* Behind the packet there may be padding or a checksum of the link layer. */
    layer->end = (size_t)tvb_reported_length(item->ds_tvb);
    if (ip_item->ds_tvb == item->ds_tvb && layer->ip.end > 0) {
        layer->end = MIN(layer->end, (size_t)ip_item->start + layer->ip.end);
    }

    layer->payload = (size_t)item->start + UDP_HEADER;
    if (packet_field_is(item, PACKET_TCP)) {
        const field_info *stream =
            packet_field_in_layer(tree, PACKET_TCP_STREAM, item->total_layer_num);

        if (!stream || length < TCP_HEADER) {
            return false;
        }
        layer->stream = packet_field_uint(stream);
        layer->payload = (size_t)item->start + (size_t)(bytes[12] >> 4) * 4;
    } else if (packet_field_is(item, PACKET_UDP)) {
        const field_info *stream =
            packet_field_in_layer(tree, PACKET_UDP_STREAM, item->total_layer_num);
        size_t udp_length = bytes_be16(bytes + 4);

        if (stream) {
            layer->stream = packet_field_uint(stream);
        }
        if (udp_length > UDP_HEADER) {
            layer->end = MIN(layer->end, (size_t)item->start + udp_length);
        }
    }
    layer->end = MAX(layer->end, layer->payload);
    return true;
}

/* ---- SCTP associations ------------------------------------------------------------------------ */

/* A chunk that begins or ends the association; the others say nothing of its life. */
static void sctp_chunk_read(struct packet_reader *reader, const struct transport_layer *sctp,
                            uint32_t tag, const uint8_t *chunk, size_t length)
{
    switch (chunk[0]) {
    case SCTP_INIT:
    case SCTP_INIT_ACK:
        if (length >= SCTP_CHUNK_HEADER + 4) {
            analysis_sctp_init(reader->analysis,
                               &(struct packet_sctp_init){
                                   .src = sctp->src,
                                   .dst = sctp->dst,
                                   .is_ack = chunk[0] == SCTP_INIT_ACK,
                                   .initiate_tag = bytes_be32(chunk + SCTP_CHUNK_HEADER),
                               });
        }
        break;
    case SCTP_ABORT:
    case SCTP_SHUTDOWN:
        analysis_sctp_end(reader->analysis, &(struct packet_sctp_end){
                                                .src = sctp->src,
                                                .dst = sctp->dst,
                                                .is_abort = chunk[0] == SCTP_ABORT,
                                                .tag = tag,
                                            });
        break;
    default:
        break;
    }
}

static void sctp_chunks_read(struct packet_reader *reader, proto_tree *tree, const field_info *item)
{
    struct transport_layer sctp;
    size_t length;
    const uint8_t *bytes = packet_field_bytes(item, &length);

    if (length < SCTP_FIRST_CHUNK || !transport_layer_read(tree, item, &sctp)) {
        return;
    }
    length = MIN(length, sctp.end - (size_t)item->start); /* no padding, no checksum of the link */
    /* RFC 9260 3.2: a chunk's length tells its header too, not the padding to four bytes. */
    for (size_t at = SCTP_FIRST_CHUNK; at + SCTP_CHUNK_HEADER <= length;) {
        size_t chunk = bytes_be16(bytes + at + 2);

        sctp_chunk_read(reader, &sctp, bytes_be32(bytes + SCTP_TAG), bytes + at, length - at);
        at += MAX((chunk + 3) & ~(size_t)3, SCTP_CHUNK_HEADER);
    }
}

/* ---- datagrams and errors -------------------------------------------------------------------- */

/*
 * A request whose other fragments are missing is still a request that was sent: its first fragment
 * shows who sent it where.
 */
static void fragment_read(struct packet_reader *reader, const field_info *item)
{
    size_t length;
    const uint8_t *bytes = packet_field_bytes(item, &length);
    struct ip_header ip;

    if (!ip_header_parse(bytes, length, &ip) || !ip.more_fragments || ip.fragment_offset > 0 ||
        ip.protocol != IP_PROTOCOL_UDP) {
        return;
    }
    if (ip.end > 0) {
        length = MIN(length, ip.end);
    }
    if (length < ip.payload + UDP_HEADER) {
        return;
    }

    const uint8_t *udp = bytes + ip.payload;
    struct packet_fragment fragment = {
        .src = endpoint_make(&ip.src, bytes_be16(udp)),
        .dst = endpoint_make(&ip.dst, bytes_be16(udp + 2)),
        .id = ip.id,
        .bytes = {(const char *)udp + UDP_HEADER, length - ip.payload - UDP_HEADER},
    };
    if (message_begins(fragment.bytes)) {
        analysis_fragment(reader->analysis, &fragment);
    }
}

static void fragments_read(struct packet_reader *reader, proto_tree *tree, enum packet_field field,
                           int below)
{
    const GPtrArray *items = packet_fields_find(tree, field);

    for (unsigned i = 0; items && i < items->len; i++) {
        const field_info *item = g_ptr_array_index(items, i);
        if (item->total_layer_num < below) {
            fragment_read(reader, item);
        }
    }
}

/* Destination unreachable, source quench, time exceeded, parameter problem, packet too big. */
static bool icmp_is_error(bool v6, uint8_t type)
{
    if (v6) {
        return type >= 1 && type <= 4; /* RFC 4443 3 */
    }
    return type == 3 || type == 4 || type == 11 || type == 12; /* RFC 792 */
}

static void icmp_read(struct packet_reader *reader, proto_tree *tree, const field_info *item)
{
    bool v6 = packet_field_is(item, PACKET_ICMPV6);
    size_t length;
    const uint8_t *bytes = packet_field_bytes(item, &length);
    struct ip_header from, quoted;
    const field_info *from_item;

    if (length <= ICMP_HEADER || !icmp_is_error(v6, bytes[0]) ||
        !ip_layer_below(tree, item->total_layer_num, &from, &from_item)) {
        return;
    }

    const uint8_t *packet = bytes + ICMP_HEADER;
    size_t packet_length = length - ICMP_HEADER;
    if (!ip_header_parse(packet, packet_length, &quoted) || quoted.fragment_offset > 0 ||
        (quoted.protocol != IP_PROTOCOL_TCP && quoted.protocol != IP_PROTOCOL_UDP)) {
        return;
    }
    /* Behind the quoted packet there may be ICMP extensions (RFC 4884) or padding. */
    if (quoted.end > 0) {
        packet_length = MIN(packet_length, quoted.end);
    }
    if (packet_length < quoted.payload + UDP_HEADER) { /* as much as RFC 792 has quoted */
        return;
    }

    const uint8_t *ports = packet + quoted.payload;
    size_t quoted_length = packet_length - quoted.payload;
    bool tcp = quoted.protocol == IP_PROTOCOL_TCP;
    size_t header = tcp ? quoted_length : UDP_HEADER;

    if (tcp && quoted_length >= TCP_HEADER) {
        header = MIN((size_t)(ports[12] >> 4) * 4, quoted_length);
    }
    analysis_icmp_error(reader->analysis,
                        &(struct packet_icmp){
                            .v6 = v6,
                            .type = bytes[0],
                            .code = bytes[1],
                            .from = from.src,
                            .tcp = tcp,
                            .src = endpoint_make(&quoted.src, bytes_be16(ports)),
                            .dst = endpoint_make(&quoted.dst, bytes_be16(ports + 2)),
                            .quoted = {(const char *)ports + header, quoted_length - header},
                        });
}

/* The outermost error only: an error is never sent about an error (RFC 1122 3.2.2). */
static void icmp_errors_read(struct packet_reader *reader, proto_tree *tree, int layer)
{
    const field_info *item = packet_field_in_layer(tree, PACKET_ICMP, layer);

    if (!item) {
        item = packet_field_in_layer(tree, PACKET_ICMPV6, layer);
    }
    if (item) {
        icmp_read(reader, tree, item);
    }
}

/* ---- frame ----------------------------------------------------------------------------------- */

void packet_reader_frame(struct packet_reader *reader, packet_info *pinfo, proto_tree *tree)
{
    packet_fields_begin(pinfo);
    reader->frame = pinfo->num;

    const GPtrArray *sip = packet_fields_find(tree, PACKET_SIP);
    const GPtrArray *tcp = packet_fields_find(tree, PACKET_TCP);
    int icmp = icmp_layer(tree);

    if (pinfo->fd->cap_len < pinfo->fd->pkt_len) {
        analysis_packet_cut(reader->analysis);
    }
    for (unsigned i = 0; tcp && i < tcp->len; i++) {
        const field_info *item = g_ptr_array_index(tcp, i);
        if (item->total_layer_num < icmp) {
            packet_tcp_read(reader, pinfo, tree, item, sip != NULL);
        }
    }

    const field_info *sctp = packet_field_outermost(tree, PACKET_SCTP, 0, icmp);
    if (sctp) {
        sctp_chunks_read(reader, tree, sctp);
    }

    if (sip) {
        packet_messages_read(reader, pinfo, tree, sip, icmp);
    }
    for (unsigned i = 0; tcp && i < tcp->len; i++) {
        const field_info *item = g_ptr_array_index(tcp, i);
        if (item->total_layer_num < icmp) {
            packet_stream_undissected_read(reader, pinfo, tree, item);
        }
    }
    if (!sip) {
        fragments_read(reader, tree, PACKET_IP, icmp);
        fragments_read(reader, tree, PACKET_IPV6, icmp);
    }

    for (unsigned i = 0; tcp && i < tcp->len; i++) {
        const field_info *item = g_ptr_array_index(tcp, i);
        if (item->total_layer_num < icmp) {
            packet_websocket_continuation_read(reader, pinfo, tree, item);
        }
    }

    if (icmp != LAYER_NONE) {
        icmp_errors_read(reader, tree, icmp);
    }
    if (packet_fields_find(tree, PACKET_DNS)) {
        packet_dns_read(reader->analysis, tree);
    }
}

void packet_reader_add_notes(struct packet_reader *reader)
{
    if (tls_streams_any_closed(reader)) {
        analysis_note(reader->analysis, "TLS on a SIP port is not decrypted: SIP in it is "
                                        "neither seen nor judged");
    }
}
