/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_ADVERTISED_H
#define SIPCONN_ADVERTISED_H

#include "endpoint.h"

/*
 * Addresses that SIP headers handed out (RFC 5923 2; RFC 3261 18.1.1, 18.2.1): somebody should be
 * listening there.
 */
struct advertised_table;
struct connection;
struct hop;

struct advertised {
    struct endpoint endpoint;
    uint32_t frame;     /* that advertised it first, for a reliable transport if any did */
    const char *header; /* "Via", "Contact" … */
    struct hop *hop;    /* the latest request whose response may be sent there; NULL if none */
    const struct connection *flow; /* on which it was advertised; NULL for datagrams */
    bool reliable; /* for a reliable transport: connections are to be accepted there */
    /* Behind a NAT, or reached over its flow only (RFC 5626): nobody can connect to it. */
    bool unreachable_by_design;
};

struct advertised_table *advertised_table_new(void);
void advertised_table_free(struct advertised_table *table);

/* Enters an address (struct advertised as above); header is not copied. */
void advertised_learn(struct advertised_table *table, const struct advertised *advertised);

/*
 * A RST with that TTL (0: unknown) came from the listener's place: it has another one than the packets
 * of its host, so a firewall on the way sent it.
 */
bool advertised_is_shielded(const struct advertised *advertised, uint8_t ttl);

/* NULL if nobody advertised it. */
const struct advertised *advertised_find(const struct advertised_table *table,
                                         const struct endpoint *endpoint);

#endif
