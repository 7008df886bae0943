/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_ROUTE_H
#define SIPCONN_ROUTE_H

#include "names.h"
#include "transaction.h"

/*
 * Where a response should have gone and where it went: part B of the catalogue, RFC 3261 18.2.2 and
 * RFC 3581 4. Pure functions: question in, route out.
 */
struct route_question {
    const struct hop *hop;               /* the request as received: obs, srv, C */
    const struct via *request_via;       /* V: its top Via */
    const struct via *response_via;      /* W: top Via of the response */
    enum transport wire;                 /* of the response */
    struct endpoint src, dst;            /* of the response; dst is D */
    const struct connection *connection; /* K */
    const struct name_table *names;
    /* A response of this transaction could not be delivered before: RFC 3263 5 allows other places. */
    bool fallback;
};

#define ROUTE_EXPECTED_MAX 6

struct route {
    enum verdict verdict;
    enum verdict basis; /* destination class; differs from verdict if that is wrong-source */
    const char *detail; /* "unresolved", "client-reconnected", "sent-by", "rfc3263"; or NULL */
    const char *clause;
    enum rule_id broken; /* the rule the destination breaks; RULE_COUNT: none */
    bool wrong_source;
    bool unresolved; /* sent-by is a name that the file does not resolve */
    struct destination expected[ROUTE_EXPECTED_MAX]; /* legal places, most expected first */
    unsigned expected_count;
    /* What the verdict was made from. */
    uint16_t port;     /* p5: port of sent-by or default of the wire transport */
    bool has_received; /* W has a received that is an address */
    struct ip_address received;
    uint16_t response_rport;     /* numeric rport of W, 0 = none */
    uint16_t request_rport;      /* numeric rport of V, 0 = none */
    enum connection_state state; /* of C, for responses on another connection */
};

void route_judge(const struct route_question *question, struct route *route);

/* Verdict on the Via alone, for a response over UDP without its request (B.4). */
enum route_self_check {
    ROUTE_SELF_NONE, /* nothing to compare with */
    ROUTE_SELF_CONSISTENT,
    ROUTE_SELF_INCONSISTENT,
};
enum route_self_check route_self_check(const struct via *response_via, const struct endpoint *dst,
                                       struct endpoint *expected);

#endif
