/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_MIDDLEBOX_H
#define SIPCONN_MIDDLEBOX_H

#include "endpoint.h"

/*
 * NATs and load balancers that the user knows of. An address of theirs speaks for hosts behind it, so
 * rules that ask whose address it is cannot tell there (the "cannot tell" conditions of the catalogue
 * that name a NAT or a balancer).
 */
enum middlebox_kind {
    MIDDLEBOX_NAT = 1u << 0,
    MIDDLEBOX_LOAD_BALANCER = 1u << 1,
};
#define MIDDLEBOX_ANY (MIDDLEBOX_NAT | MIDDLEBOX_LOAD_BALANCER)

struct middlebox {
    struct ip_address network;
    uint8_t prefix_length; /* bits of network that count */
    enum middlebox_kind kind;
};

/*
 * Reads "192.0.2.1", "192.0.2.0/24" or "2001:db8::/32" into network and prefix_length. False if it is
 * none of these.
 */
bool middlebox_parse(struct slice text, struct middlebox *middlebox);

/* One of the kinds (a set of bits) has this address. */
bool middlebox_list_has(const struct middlebox *list, unsigned count, unsigned kinds,
                        const struct ip_address *ip);

#endif
