/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_CONNECTION_PRIVATE_H
#define SIPCONN_CONNECTION_PRIVATE_H

/* The inside of the table of connections, shared by the files that fill it. */

#include "connection.h"

struct connection_table {
    GHashTable *by_stream;  /* int64_t * (in struct connection) -> struct connection, owned */
    GHashTable *by_tuple;   /* struct connection (its endpoints) -> the latest one */
    GHashTable *sctp;       /* struct sctp_path -> struct connection */
    GHashTable *sctp_pairs; /* struct connection (its endpoints) -> the latest association */
    GHashTable *open_ends;  /* struct endpoint -> number of open connections that carry SIP there */
    GPtrArray *records;     /* those that carry SIP, by id */
    GPtrArray *associations; /* SCTP ones, owned */
};

/* A connection without packets; the caller files it. */
struct connection *connection_new(int64_t stream, const struct endpoint *src,
                                  const struct endpoint *dst, uint32_t frame, int64_t time);

/* Makes side the opener, if this evidence is better than what is known. */
void connection_set_opener(struct connection *connection, int side, enum evidence evidence);

/* Brings the record up to date with the counts of the sides. */
void connection_refresh(struct connection *connection);

/* Records the first close; closer: side, or -1. */
void connection_mark_closed(struct connection_table *table, struct connection *connection,
                            int closer, enum connection_close close, uint32_t frame, int64_t time);

/* The table of associations by path, for connection_table.sctp. */
GHashTable *association_paths_new(void);

/* The association that carries a message; made if need be. */
struct connection *association_of_message(struct connection_table *table,
                                          const struct packet_message *packet, uint32_t frame,
                                          int64_t time);

#endif
