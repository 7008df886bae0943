/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_ALIAS_H
#define SIPCONN_ALIAS_H

#include "connection.h"
#include "via.h"

/*
 * The alias tables of RFC 5923 as the capture proves them: on the acceptor's side (8.2) an entry for
 * the address that the opener's Via advertises, on the initiator's side (8.1) one for the server.
 */
struct alias_table;

struct alias_table *alias_table_new(void);
void alias_table_free(struct alias_table *table);

/* All entries in the order they were learnt: struct alias_record *. */
const GPtrArray *alias_table_records(const struct alias_table *table);

/*
 * Learns from a request of the opener with alias in its top Via, over TLS, unless the client is known
 * to have presented no certificate (9.2: then no entry may be made). A Via that advertises another
 * port makes another entry.
 */
void alias_table_learn(struct alias_table *table, struct connection *connection,
                       const struct via *via, uint32_t frame);

/* The acceptor's latest entry for that address, NULL if there is none. */
struct alias_record *alias_table_find(const struct alias_table *table,
                                      const struct endpoint *endpoint);

/* An entry of this connection is for that address: its first one, or the latest of all. */
bool alias_table_covers(const struct alias_table *table, const struct connection *connection,
                        const struct endpoint *endpoint);

/* A backward request used the entry of its connection. */
void alias_table_used(struct connection *connection, uint32_t frame);

#endif
