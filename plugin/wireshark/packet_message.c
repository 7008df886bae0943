/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet_message.h"

#include <epan/address.h>

#include "packet_stream.h"

/* SCTP chunk types and offsets (RFC 9260 3.3.1, RFC 8260 2.1). */
enum {
    SCTP_TAG = 4,
    SCTP_DATA = 0,
    SCTP_I_DATA = 64,
    SCTP_DATA_PPID = 12,
    SCTP_I_DATA_PPID = 16,
    SCTP_FLAG_UNORDERED = 0x04,
};

/* One frame's messages on their way to the analysis. */
struct message_reading {
    struct packet_reader *reader;
    packet_info *pinfo;
    proto_tree *tree;
    GPtrArray *embedded; /* those of them that lie in another one's body; NULL: none */
    int icmp;
};

/* ---- which nodes count ----------------------------------------------------------------------- */

struct embedded_search {
    bool inside; /* below a sip node */
    GPtrArray *found;
};

static void embedded_visit(proto_node *node, gpointer data)
{
    const struct embedded_search *search = data;
    const field_info *item = PNODE_FINFO(node); /* NULL since 4.6 if the item is faked */
    bool is_sip = item && item->hfinfo && packet_field_is(item, PACKET_SIP);

    if (is_sip && search->inside) {
        g_ptr_array_add(search->found, (gpointer)item);
    }

    struct embedded_search below = {search->inside || is_sip, search->found};
    proto_tree_children_foreach(node, embedded_visit, &below);
}

/* Layer numbers cannot tell a message in a body from a second one in the frame; the tree can. */
static GPtrArray *embedded_find(proto_tree *tree, const GPtrArray *nodes)
{
    struct embedded_search search = {false, NULL};

    if (nodes->len < 2) {
        return NULL;
    }
    search.found = g_ptr_array_new();
    proto_tree_children_foreach(tree, embedded_visit, &search);
    return search.found;
}

static bool node_is_embedded(const struct message_reading *reading, const field_info *node)
{
    return reading->embedded && g_ptr_array_find(reading->embedded, node, NULL);
}

/* ---- what carried it ------------------------------------------------------------------------- */

/* The innermost UDP, TCP or SCTP header below the message. */
static const field_info *transport_item(proto_tree *tree, int below)
{
    static const enum packet_field fields[] = {PACKET_UDP, PACKET_TCP, PACKET_SCTP};
    const field_info *found = NULL;
    const field_info *ip_item = ip_item_below(tree, below);

    if (!ip_item) {
        return NULL;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(fields); i++) {
        int above = ip_item->total_layer_num;
        /* Each further chunk of an SCTP packet makes a sctp node too, in a higher layer. */
        const field_info *item = fields[i] == PACKET_SCTP
                                     ? packet_field_outermost(tree, fields[i], above, below)
                                     : packet_field_between(tree, fields[i], above, below);
        if (item && (!found || item->total_layer_num > found->total_layer_num)) {
            found = item;
        }
    }
    return found;
}

static enum transport transport_of(proto_tree *tree, const field_info *item, int below)
{
    int above = item->total_layer_num;

    if (packet_field_is(item, PACKET_UDP)) {
        return TRANSPORT_UDP;
    }

    bool has_tls = packet_field_between(tree, PACKET_TLS, above, below);
    if (packet_field_is(item, PACKET_SCTP)) {
        bool has_dtls = packet_field_between(tree, PACKET_DTLS, above, below); /* RFC 6083 */
        return has_tls || has_dtls ? TRANSPORT_TLS_SCTP : TRANSPORT_SCTP;
    }
    if (packet_field_between(tree, PACKET_WS, above, below)) {
        return has_tls ? TRANSPORT_WSS : TRANSPORT_WS;
    }
    return has_tls ? TRANSPORT_TLS : TRANSPORT_TCP;
}

/* SIP in an envelope: the headers below it are those of the envelope's hop, not of SIP's. */
static bool has_envelope(proto_tree *tree, int above, int below)
{
    static const enum packet_field fields[] = {PACKET_HEP, PACKET_STUN, PACKET_TURN_CHANNEL};

    for (unsigned i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (packet_field_between(tree, fields[i], above, below)) {
            return true;
        }
    }
    return false;
}

static void packet_set_mac(struct packet_message *packet, const packet_info *pinfo)
{
    if (pinfo->dl_src.type != AT_ETHER || pinfo->dl_dst.type != AT_ETHER ||
        pinfo->dl_src.len != (int)sizeof packet->mac_src ||
        pinfo->dl_dst.len != (int)sizeof packet->mac_dst) {
        return;
    }
    packet->has_mac = true;
    memcpy(packet->mac_src, pinfo->dl_src.data, sizeof packet->mac_src);
    memcpy(packet->mac_dst, pinfo->dl_dst.data, sizeof packet->mac_dst);
}

void packet_set_transport(struct packet_message *packet, const packet_info *pinfo, proto_tree *tree,
                          const struct transport_layer *layer, int below)
{
    *packet = (struct packet_message){
        .transport = transport_of(tree, layer->item, below),
        .stream = layer->stream,
        .src = layer->src,
        .dst = layer->dst,
        .ttl = layer->ip.ttl,
        .has_ip_id = !layer->ip.v6,
        .ip_id = layer->ip.v6 ? 0 : (uint16_t)layer->ip.id,
        .ipsec = packet_field_between(tree, PACKET_ESP, 0, below) ||
                 packet_field_between(tree, PACKET_AH, 0, below),
    };
    if (transport_is_tcp_based(packet->transport)) {
        packet->tcp_retransmission =
            packet_field_in_layer(tree, PACKET_TCP_RETRANSMISSION, layer->item->total_layer_num);
    }
    if (layer->ip.is_fragment) {
        const field_info *count = packet_field_between(
            tree, layer->ip.v6 ? PACKET_IPV6_FRAGMENTS : PACKET_IP_FRAGMENTS, 0, below);
        packet->fragments = count ? packet_field_uint(count) : 0;
    }
    packet_set_mac(packet, pinfo);
}

/* ---- where it ends --------------------------------------------------------------------------- */

/* Start of the next item of that field behind node in the same buffer, if it is below *end. */
static void end_at_next(const struct message_reading *reading, const field_info *node,
                        enum packet_field field, size_t *end)
{
    const GPtrArray *items = packet_fields_find(reading->tree, field);

    for (unsigned i = 0; items && i < items->len; i++) {
        const field_info *next = g_ptr_array_index(items, i);
        if (next->ds_tvb == node->ds_tvb && next->start > node->start &&
            (size_t)next->start < *end && !node_is_embedded(reading, next)) {
            *end = (size_t)next->start;
        }
    }
}

/* The DATA chunk the message came in: payload protocol, U bit, and where it ends. */
static void packet_set_chunk(struct packet_message *packet, const struct message_reading *reading,
                             const field_info *node, size_t *end)
{
    const GPtrArray *items = packet_fields_find(reading->tree, PACKET_SCTP_PPID);
    const field_info *ppid = NULL;

    /* The last one before the message; for a message put together from chunks, the last one. */
    for (unsigned i = 0; items && i < items->len; i++) {
        const field_info *item = g_ptr_array_index(items, i);
        if (item->total_layer_num < node->total_layer_num &&
            (item->ds_tvb != node->ds_tvb || item->start < node->start)) {
            ppid = item;
        }
    }
    if (!ppid) {
        return;
    }
    packet->has_ppid = true;
    packet->ppid = packet_field_uint(ppid);

    size_t length;
    size_t offset = SCTP_DATA_PPID;
    field_info chunk_start = *ppid;
    chunk_start.start = ppid->start - SCTP_DATA_PPID;
    const uint8_t *chunk = packet_field_bytes(&chunk_start, &length);
    if (length < 4 || chunk[0] != SCTP_DATA) {
        offset = SCTP_I_DATA_PPID;
        chunk_start.start = ppid->start - SCTP_I_DATA_PPID;
        chunk = packet_field_bytes(&chunk_start, &length);
        if (length < 4 || chunk[0] != SCTP_I_DATA) {
            return;
        }
    }
    packet->sctp_unordered = chunk[1] & SCTP_FLAG_UNORDERED;
    size_t chunk_end = (size_t)ppid->start - offset + bytes_be16(chunk + 2);
    if (ppid->ds_tvb == node->ds_tvb && chunk_end > (size_t)node->start) {
        *end = MIN(*end, chunk_end);
    }
}

/* ---- handing over ---------------------------------------------------------------------------- */

static void node_read(const struct message_reading *reading, const field_info *node)
{
    struct packet_reader *reader = reading->reader;
    int layer_number = node->total_layer_num;
    size_t captured;
    const uint8_t *bytes = packet_field_bytes(node, &captured);
    struct transport_layer layer;
    struct packet_message packet;

    if (captured == 0 || layer_number > reading->icmp || node_is_embedded(reading, node)) {
        return;
    }

    const field_info *transport = transport_item(reading->tree, layer_number);
    if (!transport || has_envelope(reading->tree, transport->total_layer_num, layer_number)) {
        analysis_note(reader->analysis, "SIP without its own IP and transport headers (exported "
                                        "PDUs, HEP, TURN) is not judged");
        return;
    }
    if (!transport_layer_read(reading->tree, transport, &layer)) {
        return;
    }
    if (packet_field_is(transport, PACKET_UDP) &&
        packet_field_between(reading->tree, PACKET_DTLS, transport->total_layer_num,
                             layer_number)) {
        analysis_note(reader->analysis, "SIP over DTLS is not judged");
        return;
    }
    packet_set_transport(&packet, reading->pinfo, reading->tree, &layer, layer_number);

    /* Wireshark did not put the fragments together: of the message only the first is here. */
    packet.partial = layer.ip.more_fragments && node->ds_tvb == transport->ds_tvb;

    size_t end = tvb_reported_length(node->ds_tvb);
    if (node->ds_tvb == transport->ds_tvb && !packet_field_is(transport, PACKET_SCTP)) {
        end = MIN(end, layer.end);
    }
    end_at_next(reading, node, PACKET_SIP, &end);
    if (transport_is_websocket(packet.transport)) {
        end_at_next(reading, node, PACKET_WS, &end); /* RFC 7118 5: one frame, one message */
    }
    if (packet_field_is(transport, PACKET_SCTP)) {
        size_t header_length;
        const uint8_t *header = packet_field_bytes(transport, &header_length);

        packet.has_sctp_tag = header_length >= SCTP_TAG + 4;
        packet.sctp_tag = packet.has_sctp_tag ? bytes_be32(header + SCTP_TAG) : 0;
        packet_set_chunk(&packet, reading, node, &end);
    }

    size_t length = end > (size_t)node->start ? end - (size_t)node->start : 0;
    packet.bytes = (struct slice){(const char *)bytes, MIN(length, captured)};
    packet.cut = length - packet.bytes.len;

    if (transport_is_tcp_based(packet.transport)) {
        packet_stream_message_read(reader, &packet);
    } else {
        analysis_message(reader->analysis, &packet);
    }
}

void packet_messages_read(struct packet_reader *reader, packet_info *pinfo, proto_tree *tree,
                          const GPtrArray *nodes, int icmp)
{
    if (packet_fields_are_of_body(pinfo)) {
        return;
    }

    struct message_reading reading = {
        .reader = reader,
        .pinfo = pinfo,
        .tree = tree,
        .embedded = embedded_find(tree, nodes),
        .icmp = icmp,
    };

    for (unsigned i = 0; i < nodes->len; i++) {
        node_read(&reading, g_ptr_array_index(nodes, i));
    }
    if (reading.embedded) {
        g_ptr_array_free(reading.embedded, true);
    }
}
