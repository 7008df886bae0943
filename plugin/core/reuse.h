/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REUSE_H
#define SIPCONN_REUSE_H

#include "context.h"

/*
 * The next hop of a request as the message shows it (catalogue A.10): the topmost Route with lr, else
 * the Request-URI. NULL if that is no SIP URI.
 */
const struct sip_uri *request_next_hop(const struct message *message);

/*
 * Why a request may go backwards over its connection: the order of D.4, the first that holds.
 * initiator: side of the connection that opened it. detail: sub of the basis, or NULL.
 */
enum reuse_basis reuse_basis_of(struct analysis *analysis, struct connection *connection,
                                const struct message *message, const char **detail);

/* What may be said of a connection whose opener is inferred only (catalogue D.3, gate g6). */
struct confidence {
    enum severity limit; /* no finding above it */
    bool presumed;
};
struct confidence connection_confidence(const struct connection *connection);

#endif
