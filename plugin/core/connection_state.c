/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a connection is open, as far as the capture tells, and what hangs on that (A.2). */
#include "connection.h"

#include "transaction.h"

/* RFC 5626 4.4.1: without a pong by then the flow has failed. */
#define PONG_WITHIN INT64_C(10000000000)

/* Longer than most networks need, shorter than any timer of SIP. */
#define ROUND_TRIP_DEFAULT INT64_C(200000000)

/* One proof judges all watches: more of them would tell nothing new. */
#define WATCHES_MAX 64

enum connection_state connection_state(const struct connection *connection, int client_side)
{
    const struct connection_side *x = &connection->side[client_side];
    const struct connection_side *y = &connection->side[1 - client_side];

    if (x->rst_time || y->rst_time || y->fin_time || x->close_notify_time || y->close_notify_time ||
        x->ws_close_time || y->ws_close_time || connection->reopened_time) {
        return CONNECTION_STATE_CLOSED;
    }
    if (x->fin_time) {
        return connection_can_half_close(connection) ? CONNECTION_STATE_HALF_CLOSED
                                                     : CONNECTION_STATE_CLOSED;
    }
    /* Where a segment is missing, or one direction is not in the file, so may be the close. */
    if (connection->gap || !y->seen) {
        return CONNECTION_STATE_UNKNOWN;
    }
    /*
     * Without its INIT or INIT-ACK not all addresses of an end are known (RFC 9260 5.1.2): what looks
     * like another association may be another path of this one.
     */
    if (!connection_can_half_close(connection) && (!x->named || !y->named)) {
        return CONNECTION_STATE_UNKNOWN;
    }
    return CONNECTION_STATE_OPEN;
}

bool connection_can_half_close(const struct connection *connection)
{
    return connection->record.transport != TRANSPORT_SCTP &&
           connection->record.transport != TRANSPORT_TLS_SCTP;
}

int64_t connection_round_trip(const struct connection *connection)
{
    return connection->round_trip != 0 ? connection->round_trip : ROUND_TRIP_DEFAULT;
}

bool connection_start_seen(const struct connection *connection)
{
    return connection->handshake || (connection->tls != NULL && connection->tls->client_hello);
}

bool connection_has_failed(const struct connection *connection, int64_t time)
{
    return connection->tls_failed ||
           (connection->ping_time != 0 && time - connection->ping_time >= PONG_WITHIN);
}

void connection_pend(struct connection *connection, struct hop *hop)
{
    g_queue_push_tail(&connection->pending, hop);
    hop->pending_link = connection->pending.tail;
}

void connection_settle(struct hop *hop)
{
    if (hop->pending_link != NULL) {
        g_queue_delete_link(&hop->connection->pending, hop->pending_link);
        hop->pending_link = NULL;
    }
}

void connection_watch(struct connection *connection, const struct connection_watch *watch)
{
    if (connection->watches != NULL && connection->watches->len >= WATCHES_MAX) {
        return;
    }
    if (connection->watches == NULL) {
        connection->watches = g_array_new(FALSE, FALSE, sizeof *watch);
    }
    g_array_append_val(connection->watches, *watch);
}
