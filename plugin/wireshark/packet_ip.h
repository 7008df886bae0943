/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_PACKET_IP_H
#define SIPCONN_PACKET_IP_H

#include "endpoint.h"

/*
 * IP and transport headers read from bytes. One reader for three uses: the packet itself, the first
 * fragment of a packet, and the packet that an ICMP error quotes.
 */

#define IP_PROTOCOL_TCP 6
#define IP_PROTOCOL_UDP 17

struct ip_header {
    bool v6;
    struct ip_address src, dst;
    uint8_t ttl;      /* TTL or hop limit */
    uint8_t protocol; /* of what follows the header and all IPv6 extension headers */
    bool is_fragment;
    bool more_fragments;
    uint32_t fragment_offset; /* bytes */
    uint32_t id;              /* IPv4: always; IPv6: of the fragment header, else 0 */
    size_t payload;           /* offset of what follows, from the first byte of the header */
    size_t end; /* offset behind the packet's last byte; 0: the header does not tell */
};

/*
 * Reads an IPv4 or IPv6 header with its extension headers (RFC 791 3.1, RFC 8200 3 and 4). length:
 * what was captured. False if it is no IP header, or cut before the payload.
 */
bool ip_header_parse(const uint8_t *bytes, size_t length, struct ip_header *header);

/* A 16 or 32 bit number in network order. */
uint16_t bytes_be16(const uint8_t *bytes);
uint32_t bytes_be32(const uint8_t *bytes);

#endif
