/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_ENDPOINT_H
#define SIPCONN_ENDPOINT_H

#include "slice.h"

/*
 * An IP address in canonical binary form. An IPv4-mapped IPv6 address is the IPv4 address, so that
 * both spellings of one host compare equal (RFC 5954 4.2 asks for binary comparison).
 */
struct ip_address {
    uint8_t family; /* 0 none, 4, 6 */
    uint8_t bytes[16];
};

struct endpoint {
    struct ip_address ip;
    uint16_t port;
};

/* host [ ":" port ], the common part of a Via's sent-by and of a SIP URI (RFC 3261 25.1). */
struct host_port {
    struct slice host;    /* as written, brackets and trailing dot dropped */
    struct ip_address ip; /* family 0: the host is a name */
    bool has_port;
    uint16_t port;
};

/* Longest text endpoint_format() writes, with the NUL. */
#define ENDPOINT_TEXT_SIZE 64

/* From network-order bytes, length 4 or 16; any other length gives family 0. */
struct ip_address ip_address_from_bytes(const void *bytes, size_t length);

/*
 * Dotted quad or IPv6 text without brackets (IPv6 zone ids are refused). False, and family 0, when
 * the text is no address.
 */
bool ip_address_parse(struct slice text, struct ip_address *address);

/*
 * Reads all of text; white space may surround host, ':' and port. False if there is no host, if it
 * has characters no host has, or if the port is no number in 1..65535: then *host_port holds what
 * was read before the error.
 */
bool host_port_parse(struct slice text, struct host_port *host_port);

bool ip_address_is_set(const struct ip_address *address);
bool ip_address_equal(const struct ip_address *a, const struct ip_address *b);

/*
 * RFC 1918, 6598, 3927, 4193, link-local and loopback. Documentation ranges count as public: they
 * stand for public addresses in every example.
 */
bool ip_address_is_private(const struct ip_address *address);

/* Multicast, and the IPv4 limited broadcast address. */
bool ip_address_is_group(const struct ip_address *address);

/* Both in one /24 (IPv4) or /64 (IPv6). */
bool ip_address_same_net(const struct ip_address *a, const struct ip_address *b);

bool endpoint_equal(const struct endpoint *a, const struct endpoint *b);
uint64_t endpoint_hash(const struct endpoint *endpoint, uint64_t seed);
/* Of both, in whichever order. */
uint64_t endpoint_pair_hash(const struct endpoint *a, const struct endpoint *b);
struct endpoint endpoint_make(const struct ip_address *ip, uint16_t port);

/* "192.0.2.1" or "2001:db8::1" (RFC 5952 text); "" for family 0. Returns buffer. */
const char *ip_address_format(const struct ip_address *address, char buffer[ENDPOINT_TEXT_SIZE]);

/* "192.0.2.1:5060" or "[2001:db8::1]:5060". Returns buffer. */
const char *endpoint_format(const struct endpoint *endpoint, char buffer[ENDPOINT_TEXT_SIZE]);

#endif
