/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_TLS_H
#define SIPCONN_TLS_H

#include "analysis.h"

/*
 * What the TLS handshake of a connection shows (catalogue A.3): version, resumption, whether the
 * server asked for a certificate and the client presented one, and who either side is. What cannot
 * be seen stays unknown.
 */
struct tls_facts {
    bool client_hello, server_hello;
    uint32_t server_hello_frame; /* 0: not in the file */
    bool post_handshake_auth;
    uint16_t version; /* 0 unknown */
    bool resumed;
    bool server_certificate;       /* the server sent its certificate: a full handshake */
    bool certificate_request;      /* the server asked */
    bool client_certificate;       /* the client sent a Certificate message … */
    bool client_certificate_empty; /* … with an empty list */
    bool client_verified;          /* … and proved the key (CertificateVerify) */
    bool client_finished;          /* the client ended its part of the handshake */
    bool decrypted;                /* encrypted handshake messages were readable */
    bool inherited;                /* the identity of the resumed session is known */
    enum client_certificate inherited_certificate;
    char *server_name;
    GPtrArray *client_identities, *server_identities; /* char *, NULL unknown */
    uint64_t session;                                 /* hash of the session id, 0 none */
    uint64_t ticket;                                  /* hash of the ticket offered, 0 none */
};

/* Sessions that may be resumed: what was known of their client. */
struct tls_session_table;

struct tls_session_table *tls_session_table_new(void);
void tls_session_table_free(struct tls_session_table *table);

struct tls_facts *tls_facts_new(void);
void tls_facts_free(struct tls_facts *facts);

/* Takes in one handshake message; from_client: sent by who opened the connection. */
void tls_facts_learn(struct tls_facts *facts, struct tls_session_table *sessions,
                     const struct packet_tls *tls, bool from_client);

/* presented, none or unknown; NULL facts: unknown. */
enum client_certificate tls_client_certificate(const struct tls_facts *facts);

/* "1.2" …; NULL if unknown. */
const char *tls_version_name(const struct tls_facts *facts);

/*
 * The identities of a certificate by RFC 5922 7.1: hosts of SIP URIs without user part in
 * subjectAltName; only if there is none its dNSNames; only without any subjectAltName the common name.
 * Returns an array of char * (possibly empty), owned by the caller.
 */
GPtrArray *tls_certificate_identities(const struct tls_certificate *certificate);

/*
 * How a name is among identities (RFC 5922 7.2: whole DNS names, case-blind, wildcards never match).
 */
enum identity_match {
    IDENTITY_NONE,
    IDENTITY_WILDCARD, /* only *.domain would cover it, which SIP does not allow */
    IDENTITY_EQUAL,
};
enum identity_match tls_identity_match(const GPtrArray *identities, struct slice host,
                                       const char **identity);

#endif
