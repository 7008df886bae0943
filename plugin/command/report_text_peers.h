/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REPORT_TEXT_PEERS_H
#define SIPCONN_REPORT_TEXT_PEERS_H

#include "result.h"

/*
 * Who talks to whom, as people name it: "192.0.2.1 > 192.0.2.2:5060", the client or initiator of the
 * connection first and without its port, which differs each time, the server or acceptor with its.
 */
struct peer_index;

/* An index over the messages of a result, which must live as long as it. */
struct peer_index *peer_index_new(const struct result *result);
void peer_index_free(struct peer_index *index);

/* The peers of a finding; "" if nothing in the capture names them. g_free()able. */
char *peer_index_of_finding(const struct peer_index *index, const struct finding_item *finding);

/* The peers of a connection; "" if it is unknown who opened it. g_free()able. */
char *peers_of_connection(const struct connection_item *connection);

#endif
