/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "transport.h"

/*
 * Default ports: RFC 3261 18.1.1 for UDP, TCP, SCTP and TLS; RFC 7118 5.5 for WS and WSS. RFC 4168
 * names none for TLS-SCTP; it is taken as TLS.
 */
static const struct {
    const char *name;
    uint16_t default_port;
    bool reliable, tcp_based, websocket, secure;
} transports[] = {
    [TRANSPORT_UNKNOWN] = {"unknown", 0, false, false, false, false},
    [TRANSPORT_UDP] = {"udp", 5060, false, false, false, false},
    [TRANSPORT_TCP] = {"tcp", 5060, true, true, false, false},
    [TRANSPORT_TLS] = {"tls", 5061, true, true, false, true},
    [TRANSPORT_SCTP] = {"sctp", 5060, true, false, false, false},
    [TRANSPORT_TLS_SCTP] = {"tls-sctp", 5061, true, false, false, true},
    [TRANSPORT_WS] = {"ws", 80, true, true, true, false},
    [TRANSPORT_WSS] = {"wss", 443, true, true, true, true},
};

const char *transport_name(enum transport transport)
{
    return transports[transport].name;
}

enum transport transport_of_via(struct slice token)
{
    for (enum transport t = TRANSPORT_UDP; t <= TRANSPORT_WSS; t++) {
        if (slice_is_nocase(token, transports[t].name))
            return t;
    }
    return TRANSPORT_UNKNOWN;
}

bool transport_is_reliable(enum transport transport)
{
    return transports[transport].reliable;
}

bool transport_is_tcp_based(enum transport transport)
{
    return transports[transport].tcp_based;
}

bool transport_is_websocket(enum transport transport)
{
    return transports[transport].websocket;
}

bool transport_is_secure(enum transport transport)
{
    return transports[transport].secure;
}

uint16_t transport_default_port(enum transport transport)
{
    return transports[transport].default_port;
}
