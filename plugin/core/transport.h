/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_TRANSPORT_H
#define SIPCONN_TRANSPORT_H

#include "slice.h"

/* What carried a message on the wire; never taken from Via. */
enum transport {
    TRANSPORT_UNKNOWN,
    TRANSPORT_UDP,
    TRANSPORT_TCP,
    TRANSPORT_TLS,
    TRANSPORT_SCTP,
    TRANSPORT_TLS_SCTP,
    TRANSPORT_WS,
    TRANSPORT_WSS,
};

/* Lower-case name as in the field sipconn.transport: "udp", "tls-sctp" … ; "unknown". */
const char *transport_name(enum transport transport);

/* The transport token of a Via (RFC 3261 20.42, RFC 4168 4, RFC 7118 5.1), any case. */
enum transport transport_of_via(struct slice token);

/* Every known transport but UDP; WebSocket counts as reliable (RFC 7118 5). */
bool transport_is_reliable(enum transport transport);

/* TCP, TLS, WS and WSS: what runs on one TCP connection. */
bool transport_is_tcp_based(enum transport transport);
bool transport_is_websocket(enum transport transport);

/* Protected by TLS. */
bool transport_is_secure(enum transport transport);

/* Port where sent-by or a URI names none: RFC 3261 18.1.1, RFC 4168, RFC 7118 5.5; 0 if unknown. */
uint16_t transport_default_port(enum transport transport);

#endif
