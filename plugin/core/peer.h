/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_PEER_H
#define SIPCONN_PEER_H

#include "connection.h"

/*
 * The connections that one host opened to one listener: whether it opened a new one beside an open
 * one, and whether it uses one for each transaction.
 */
struct peer_table;

/* Connections that are remembered for a pair; more in use at once are a pool anyway. */
#define PEER_CONNECTIONS_MAX 8

struct peer {
    struct ip_address opener;
    struct endpoint listener;
    enum transport transport;
    struct connection *recent[PEER_CONNECTIONS_MAX]; /* latest last */
    unsigned recent_count;
    unsigned parallel; /* TCP connections open now, whatever they carry (transport unknown) */
    struct connection *refused; /* the latest attempt that was refused */
    unsigned short_lived;       /* successive connections of one transaction, closed at once */
    int short_lived_closer;     /* 0: all by the opener, 1: all by the listener */
    struct finding_list findings;
};

struct peer_table *peer_table_new(void);
void peer_table_free(struct peer_table *table);

/*
 * Pair view of D.2: enters a connection whose opener began a transaction on it; if the other host
 * opened one the other way, over the same transport and still open, each becomes the other's
 * opposite. Two names of one host cannot be told apart: nothing is paired there.
 */
void peer_pair(struct peer_table *table, struct connection *connection);

/*
 * The pair of a connection whose opener is known; made if needed. TRANSPORT_UNKNOWN stands for TCP
 * whatever it carries, which an attempt to connect does not tell.
 */
struct peer *peer_of(struct peer_table *table, const struct connection *connection,
                     enum transport transport);

/* The pair, NULL if it is not known. */
struct peer *peer_find(struct peer_table *table, const struct ip_address *opener,
                       const struct endpoint *listener, enum transport transport);

/* Enters a connection as the latest. */
void peer_enter(struct peer *peer, struct connection *connection);

#endif
