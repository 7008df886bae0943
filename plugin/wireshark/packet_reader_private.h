/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_PACKET_READER_PRIVATE_H
#define SIPCONN_PACKET_READER_PRIVATE_H

#include "packet_fields.h"
#include "packet_ip.h"
#include "packet_reader.h"

/* What the files of the reader share. */

/* Above every layer of any packet. */
#define LAYER_NONE G_MAXINT

/* Bytes of a header without options, RFC 768 and RFC 9293 3.1. */
#define UDP_HEADER 8
#define TCP_HEADER 20

/* RFC 3261 18.1.1: 5060, 5061 with TLS. */
#define IS_SIP_PORT(port) ((port) == 5060 || (port) == 5061)

/*
 * A message that we found behind a ping goes on in the next segments: Wireshark's dissector, which
 * did not see its start, takes what follows for the start of another one.
 */
struct stream_remainder {
    struct endpoint src;
    uint64_t missing; /* bytes */
};

/*
 * The same, but not even its headers have come to their end: it is put together here from the payload
 * of the segments, whatever the dissector makes of these.
 */
struct stream_start {
    struct endpoint src;
    GString *bytes;
    unsigned segments;
    uint32_t frame; /* the last one that is in bytes */
};

struct packet_reader {
    struct analysis *analysis;
    uint32_t frame;              /* being read */
    GHashTable *tls_streams;     /* tcp.stream -> struct tls_stream, owned */
    GHashTable *remainders;      /* tcp.stream -> struct stream_remainder, owned */
    GHashTable *starts;          /* tcp.stream -> struct stream_start, owned */
    GHashTable *websocket_waits; /* tcp.stream -> struct websocket_wait, owned */
    bool preferences_noted;
    struct message message; /* for framing: too big for the stack */
};

/* A UDP, TCP or SCTP header and the IP header below it. Offsets count in item->ds_tvb. */
struct transport_layer {
    const field_info *item;
    struct ip_header ip;
    struct endpoint src, dst;
    int64_t stream; /* tcp.stream or udp.stream, -1 for SCTP */
    size_t payload; /* first byte of the payload; SCTP: undefined */
    size_t end;     /* behind its last byte on the wire, captured or not */
};

/* The item of the innermost IP or IPv6 header below that layer; NULL if there is none. */
const field_info *ip_item_below(proto_tree *tree, int layer);

/* The IP header next below a layer, and its item. False if there is none. */
bool ip_layer_below(proto_tree *tree, int layer, struct ip_header *ip, const field_info **item);

/* Reads the header that item (a udp, tcp or sctp node) stands for. False if it is cut. */
bool transport_layer_read(proto_tree *tree, const field_info *item, struct transport_layer *layer);

#endif
