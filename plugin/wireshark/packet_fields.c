/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet_fields.h"

static const char *const field_names[PACKET_FIELD_COUNT] = {
    [PACKET_SIP] = "sip",
    [PACKET_IP] = "ip",
    [PACKET_IPV6] = "ipv6",
    [PACKET_IP_FRAGMENTS] = "ip.fragment.count",
    [PACKET_IPV6_FRAGMENTS] = "ipv6.fragment.count",
    [PACKET_UDP] = "udp",
    [PACKET_UDP_STREAM] = "udp.stream",
    [PACKET_TCP] = "tcp",
    [PACKET_TCP_STREAM] = "tcp.stream",
    [PACKET_TCP_SEGMENTS] = "tcp.segments",
    [PACKET_TCP_SEGMENT_DATA] = "tcp.segment_data",
    [PACKET_TCP_RETRANSMISSION] = "tcp.analysis.retransmission",
    [PACKET_TCP_LOST_SEGMENT] = "tcp.analysis.lost_segment",
    [PACKET_TCP_ACK_LOST_SEGMENT] = "tcp.analysis.ack_lost_segment",
    [PACKET_TCP_OUT_OF_ORDER] = "tcp.analysis.out_of_order",
    [PACKET_SCTP] = "sctp",
    [PACKET_SCTP_PPID] = "sctp.data_payload_proto_id",
    [PACKET_TLS] = "tls",
    [PACKET_TLS_CONTENT_TYPE] = "tls.record.content_type",
    [PACKET_TLS_OPAQUE_TYPE] = "tls.record.opaque_type",
    [PACKET_TLS_SEGMENTS] = "tls.segments",
    [PACKET_TLS_SEGMENT_DATA] = "tls.segment.data",
    [PACKET_TLS_HANDSHAKE_TYPE] = "tls.handshake.type",
    [PACKET_TLS_CHANGE_CIPHER_SPEC] = "tls.change_cipher_spec",
    [PACKET_TLS_ALERT] = "tls.alert_message.desc",
    [PACKET_DTLS] = "dtls",
    [PACKET_WS] = "websocket",
    [PACKET_WS_OPCODE] = "websocket.opcode",
    [PACKET_WS_MASK] = "websocket.mask",
    [PACKET_WS_KEY] = "http.sec_websocket_key",
    [PACKET_WS_ACCEPT] = "http.sec_websocket_accept",
    [PACKET_WS_PROTOCOL] = "http.sec_websocket_protocol",
    [PACKET_ESP] = "esp",
    [PACKET_AH] = "ah",
    [PACKET_ICMP] = "icmp",
    [PACKET_ICMPV6] = "icmpv6",
    [PACKET_STUN] = "stun",
    [PACKET_TURN_CHANNEL] = "turnchannel",
    [PACKET_HEP] = "hep",
    [PACKET_DNS] = "dns",
    [PACKET_DNS_RESPONSE] = "dns.flags.response",
    [PACKET_DNS_RCODE] = "dns.flags.rcode",
    [PACKET_DNS_ANSWERS] = "dns.count.answers",
    [PACKET_DNS_QUERY_NAME] = "dns.qry.name",
    [PACKET_DNS_NAME] = "dns.resp.name",
    [PACKET_DNS_TYPE] = "dns.resp.type",
    [PACKET_DNS_A] = "dns.a",
    [PACKET_DNS_AAAA] = "dns.aaaa",
    [PACKET_DNS_SRV_SERVICE] = "dns.srv.service",
    [PACKET_DNS_SRV_PROTOCOL] = "dns.srv.proto",
    [PACKET_DNS_SRV_NAME] = "dns.srv.name",
    [PACKET_DNS_SRV_TARGET] = "dns.srv.target",
    [PACKET_DNS_SRV_PORT] = "dns.srv.port",
};

/* -1: this Wireshark has no such field (or its protocol is left out of the build). */
static int field_ids[PACKET_FIELD_COUNT];

/*
 * Most frames have few of these protocols, and Wireshark lists them: that spares looking for the fields
 * of the others, one by one, in each frame.
 */
static uint32_t field_protocol[PACKET_FIELD_COUNT]; /* a bit for the protocol it belongs to */
static uint32_t
    protocol_bits[256];  /* those of the protocols whose id ends so: mostly one or none */
static uint32_t present; /* those of this frame's protocols, and maybe some more */

/* Protocols whose bodies may be SIP messages; -1: not in this build. */
static const char *const body_names[] = {"http", "http2", "msrp"};
static int body_ids[G_N_ELEMENTS(body_names)];

static uint32_t *protocol_bits_of(int id)
{
    return &protocol_bits[(unsigned)id % G_N_ELEMENTS(protocol_bits)];
}

void packet_fields_resolve(void)
{
    int protocols[PACKET_FIELD_COUNT];
    unsigned count = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(body_names); i++) {
        body_ids[i] = proto_get_id_by_filter_name(body_names[i]);
    }

    for (unsigned i = 0; i < PACKET_FIELD_COUNT; i++) {
        unsigned place = 0;
        int protocol;

        field_ids[i] = proto_registrar_get_id_byname(field_names[i]);
        if (field_ids[i] < 0) {
            continue;
        }
        protocol = proto_registrar_is_protocol(field_ids[i])
                       ? field_ids[i]
                       : proto_registrar_get_parent(field_ids[i]);
        while (place < count && protocols[place] != protocol) {
            place++;
        }
        if (place == count) {
            protocols[count++] = protocol;
        }
        g_assert(place < 32);
        field_protocol[i] = UINT32_C(1) << place;
        *protocol_bits_of(protocol) |= field_protocol[i];
    }
}

void packet_fields_begin(const packet_info *pinfo)
{
    present = 0;
    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer;
         layer = wmem_list_frame_next(layer)) {
        present |= *protocol_bits_of(GPOINTER_TO_INT(wmem_list_frame_data(layer)));
    }
}

bool packet_fields_are_of_body(const packet_info *pinfo)
{
    bool found = false;

    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer;
         layer = wmem_list_frame_next(layer)) {
        int id = GPOINTER_TO_INT(wmem_list_frame_data(layer));

        if (id == field_ids[PACKET_WS]) {
            return false;
        }
        for (unsigned i = 0; i < G_N_ELEMENTS(body_ids); i++) {
            found = found || id == body_ids[i];
        }
    }
    return found;
}

GArray *packet_fields_wanted(void)
{
    GArray *wanted = g_array_new(false, false, sizeof(int));

    for (unsigned i = 0; i < PACKET_FIELD_COUNT; i++) {
        if (field_ids[i] >= 0) {
            g_array_append_val(wanted, field_ids[i]);
        }
    }
    return wanted;
}

const GPtrArray *packet_fields_find(proto_tree *tree, enum packet_field field)
{
    if (!(field_protocol[field] & present)) {
        return NULL;
    }

    const GPtrArray *items = proto_get_finfo_ptr_array(tree, field_ids[field]);
    return items && items->len > 0 ? items : NULL;
}

const field_info *packet_field_between(proto_tree *tree, enum packet_field field, int above,
                                       int below)
{
    const GPtrArray *items = packet_fields_find(tree, field);
    const field_info *found = NULL;

    for (unsigned i = 0; items && i < items->len; i++) {
        const field_info *item = g_ptr_array_index(items, i);
        if (item->total_layer_num > above && item->total_layer_num < below &&
            (!found || item->total_layer_num >= found->total_layer_num)) {
            found = item;
        }
    }
    return found;
}

const field_info *packet_field_outermost(proto_tree *tree, enum packet_field field, int above,
                                         int below)
{
    const GPtrArray *items = packet_fields_find(tree, field);
    const field_info *found = NULL;

    for (unsigned i = 0; items && i < items->len; i++) {
        const field_info *item = g_ptr_array_index(items, i);
        if (item->total_layer_num > above && item->total_layer_num < below &&
            (!found || item->total_layer_num < found->total_layer_num)) {
            found = item;
        }
    }
    return found;
}

const field_info *packet_field_in_layer(proto_tree *tree, enum packet_field field, int layer)
{
    return packet_field_between(tree, field, layer - 1, layer + 1);
}

bool packet_field_has_uint(proto_tree *tree, enum packet_field field, int layer, unsigned value)
{
    const GPtrArray *items = packet_fields_find(tree, field);

    for (unsigned i = 0; items && i < items->len; i++) {
        const field_info *item = g_ptr_array_index(items, i);
        if (item->total_layer_num == layer && packet_field_uint(item) == value) {
            return true;
        }
    }
    return false;
}

unsigned packet_field_count(proto_tree *tree, enum packet_field field, int from)
{
    const GPtrArray *items = packet_fields_find(tree, field);
    unsigned count = 0;

    for (unsigned i = 0; items && i < items->len; i++) {
        const field_info *item = g_ptr_array_index(items, i);
        if (item->total_layer_num >= from) {
            count++;
        }
    }
    return count;
}

unsigned packet_field_uint(const field_info *item)
{
    if (item->hfinfo->type == FT_BOOLEAN) {
        return (unsigned)fvalue_get_uinteger64(FINFO_VALUE(item));
    }
    return fvalue_get_uinteger(FINFO_VALUE(item));
}

bool packet_field_is(const field_info *item, enum packet_field field)
{
    return item->hfinfo->id == field_ids[field];
}

const uint8_t *packet_field_bytes(const field_info *item, size_t *length)
{
    *length = 0;
    if (!item->ds_tvb || item->start < 0) {
        return NULL;
    }

    unsigned captured = tvb_captured_length(item->ds_tvb);
    if ((unsigned)item->start >= captured) {
        return NULL;
    }
    *length = captured - (unsigned)item->start;
    return tvb_get_ptr(item->ds_tvb, item->start, (int)*length);
}
