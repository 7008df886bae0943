/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_PACKET_HANDSHAKE_H
#define SIPCONN_PACKET_HANDSHAKE_H

#include "analysis.h"

/*
 * Bodies of TLS handshake messages (RFC 5246 7.4, RFC 8446 4), read from their bytes. A body that is
 * cut tells what it holds.
 */

#define TLS_VERSION_1_3 0x0304

/* RFC 8446 4 and B.3, RFC 5246 7.4, RFC 8879 4 */
enum handshake_type {
    HANDSHAKE_CLIENT_HELLO = 1,
    HANDSHAKE_SERVER_HELLO = 2,
    HANDSHAKE_NEW_SESSION_TICKET = 4,
    HANDSHAKE_CERTIFICATE = 11,
    HANDSHAKE_CERTIFICATE_REQUEST = 13,
    HANDSHAKE_CERTIFICATE_VERIFY = 15,
    HANDSHAKE_FINISHED = 20,
    HANDSHAKE_COMPRESSED_CERTIFICATE = 25,
};

/* Each fills its members of *tls. */

/*
 * session_id, ticket, post_handshake_auth, server_name. In TLS 1.3 the identity of a pre-shared key is
 * what a SessionTicket extension was before: the ticket of a NewSessionTicket (RFC 8446 4.6.1).
 */
void client_hello_read(struct slice body, struct packet_tls *tls);

/* version, session_id, psk_selected. False: a HelloRetryRequest, or cut before the version. */
bool server_hello_read(struct slice body, struct packet_tls *tls);

/* ticket; version: of the connection, 0 unknown */
void new_session_ticket_read(struct slice body, uint16_t version, struct packet_tls *tls);

/*
 * certificate_count; the first certificate in DER in *first, absent if there is none or if it is
 * cut. version: of the connection, 0 unknown.
 */
void certificate_list_read(struct slice body, uint16_t version, struct packet_tls *tls,
                           struct slice *first);

#endif
