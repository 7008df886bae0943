/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_PACKET_FIELDS_H
#define SIPCONN_PACKET_FIELDS_H

#include "compat.h"

#include <epan/proto.h>

/*
 * The items of other protocols that the reader asks Wireshark for. Every one of them costs time in
 * every frame that has it, so the list holds protocol nodes (which tell where a header stands, its
 * bytes tell the rest) and only those values that no header holds.
 */
enum packet_field {
    PACKET_SIP,
    PACKET_IP,
    PACKET_IPV6,
    PACKET_IP_FRAGMENTS,
    PACKET_IPV6_FRAGMENTS,
    PACKET_UDP,
    PACKET_UDP_STREAM,
    PACKET_TCP,
    PACKET_TCP_STREAM,
    PACKET_TCP_SEGMENTS,
    PACKET_TCP_SEGMENT_DATA,
    PACKET_TCP_RETRANSMISSION,
    PACKET_TCP_LOST_SEGMENT,
    PACKET_TCP_ACK_LOST_SEGMENT,
    PACKET_TCP_OUT_OF_ORDER,
    PACKET_SCTP,
    PACKET_SCTP_PPID,
    PACKET_TLS,
    PACKET_TLS_CONTENT_TYPE,
    PACKET_TLS_OPAQUE_TYPE,
    PACKET_TLS_SEGMENTS,
    PACKET_TLS_SEGMENT_DATA,
    PACKET_TLS_HANDSHAKE_TYPE,
    PACKET_TLS_CHANGE_CIPHER_SPEC,
    PACKET_TLS_ALERT,
    PACKET_DTLS,
    PACKET_WS,
    PACKET_WS_OPCODE,
    PACKET_WS_MASK,
    PACKET_WS_KEY,
    PACKET_WS_ACCEPT,
    PACKET_WS_PROTOCOL,
    PACKET_ESP,
    PACKET_AH,
    PACKET_ICMP,
    PACKET_ICMPV6,
    PACKET_STUN,
    PACKET_TURN_CHANNEL,
    PACKET_HEP,
    PACKET_DNS,
    PACKET_DNS_RESPONSE,
    PACKET_DNS_RCODE,
    PACKET_DNS_ANSWERS,
    PACKET_DNS_QUERY_NAME,
    PACKET_DNS_NAME,
    PACKET_DNS_TYPE,
    PACKET_DNS_A,
    PACKET_DNS_AAAA,
    PACKET_DNS_SRV_SERVICE,
    PACKET_DNS_SRV_PROTOCOL,
    PACKET_DNS_SRV_NAME,
    PACKET_DNS_SRV_TARGET,
    PACKET_DNS_SRV_PORT,
    PACKET_FIELD_COUNT,
};

/* Looks all fields up by name. Once all protocols are registered. */
void packet_fields_resolve(void);

/* A new array (of int) with the ids of all fields, for set_postdissector_wanted_hfids(). */
GArray *packet_fields_wanted(void);

/* Begins another frame: what follows is asked of it. */
void packet_fields_begin(const packet_info *pinfo);

/*
 * The frame's SIP is in the body of another protocol (message/sip in HTTP or MSRP), which sends no SIP
 * message. WebSockets begin as HTTP, but carry it.
 */
bool packet_fields_are_of_body(const packet_info *pinfo);

/*
 * The field's items in this frame, in order of dissection, as field_info *; NULL if there are
 * none.
 */
const GPtrArray *packet_fields_find(proto_tree *tree, enum packet_field field);

/* The innermost item of the field with above < layer < below; NULL if there is none. */
const field_info *packet_field_between(proto_tree *tree, enum packet_field field, int above,
                                       int below);

/* The outermost item of the field with above < layer < below, the first of them; NULL: none. */
const field_info *packet_field_outermost(proto_tree *tree, enum packet_field field, int above,
                                         int below);

/* The item of the field in this very layer; NULL if there is none. */
const field_info *packet_field_in_layer(proto_tree *tree, enum packet_field field, int layer);

/* An item in this layer has this value. */
bool packet_field_has_uint(proto_tree *tree, enum packet_field field, int layer, unsigned value);

/* How many items of the field are in layer `from` or above it. */
unsigned packet_field_count(proto_tree *tree, enum packet_field field, int from);

/* Value of an integer or Boolean field. */
unsigned packet_field_uint(const field_info *item);

/* The item is of that field. */
bool packet_field_is(const field_info *item, enum packet_field field);

/*
 * The bytes of the buffer that item stands in, from the item's start up to the end of what was
 * captured. *length may be 0.
 */
const uint8_t *packet_field_bytes(const field_info *item, size_t *length);

#endif
