/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tls.h"

#include <string.h>

#define TLS_1_3 0x0304

/* ---- sessions ----------------------------------------------------------------------------- */

struct tls_session {
    uint64_t key; /* hash of a session id or ticket */
    enum client_certificate certificate;
    GPtrArray *client_identities, *server_identities; /* char *, NULL unknown */
};

struct tls_session_table {
    GHashTable *sessions; /* struct tls_session by key */
};

static void tls_session_free(void *data)
{
    struct tls_session *session = data;

    g_clear_pointer(&session->client_identities, g_ptr_array_unref);
    g_clear_pointer(&session->server_identities, g_ptr_array_unref);
    g_free(session);
}

struct tls_session_table *tls_session_table_new(void)
{
    struct tls_session_table *table = g_new0(struct tls_session_table, 1);

    table->sessions = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, tls_session_free);
    return table;
}

void tls_session_table_free(struct tls_session_table *table)
{
    if (table == NULL) {
        return;
    }
    g_hash_table_destroy(table->sessions);
    g_free(table);
}

static void identities_inherit(GPtrArray **own, GPtrArray *identities)
{
    /* A certificate of the connection's own tells more, and records point to its names. */
    if (*own == NULL && identities != NULL) {
        *own = g_ptr_array_ref(identities);
    }
}

static GPtrArray *identities_ref(GPtrArray *identities)
{
    return identities != NULL ? g_ptr_array_ref(identities) : NULL;
}

/* Remembers the connection's session under the handles that may resume it. */
static void tls_session_keep(struct tls_session_table *table, const struct tls_facts *facts,
                             uint64_t key)
{
    struct tls_session *session;

    if (key == 0) {
        return;
    }
    session = g_new0(struct tls_session, 1);
    session->key = key;
    session->certificate = tls_client_certificate(facts);
    session->client_identities = identities_ref(facts->client_identities);
    session->server_identities = identities_ref(facts->server_identities);
    g_hash_table_replace(table->sessions, &session->key, session);
}

static void tls_session_inherit(struct tls_session_table *table, struct tls_facts *facts)
{
    const struct tls_session *session = NULL;

    if (facts->ticket != 0) {
        session = g_hash_table_lookup(table->sessions, &facts->ticket);
    }
    if (session == NULL && facts->session != 0) {
        session = g_hash_table_lookup(table->sessions, &facts->session);
    }
    if (session == NULL || facts->inherited) {
        return;
    }
    facts->inherited = true;
    facts->inherited_certificate = session->certificate;
    identities_inherit(&facts->client_identities, session->client_identities);
    identities_inherit(&facts->server_identities, session->server_identities);
}

/* ---- facts -------------------------------------------------------------------------------- */

struct tls_facts *tls_facts_new(void)
{
    return g_new0(struct tls_facts, 1);
}

void tls_facts_free(struct tls_facts *facts)
{
    if (facts == NULL) {
        return;
    }
    g_clear_pointer(&facts->client_identities, g_ptr_array_unref);
    g_clear_pointer(&facts->server_identities, g_ptr_array_unref);
    g_free(facts->server_name);
    g_free(facts);
}

static void tls_learn_certificate(struct tls_facts *facts, const struct packet_tls *tls,
                                  bool from_client)
{
    GPtrArray **identities = from_client ? &facts->client_identities : &facts->server_identities;

    if (from_client) {
        facts->client_certificate = true;
        facts->client_certificate_empty = tls->certificate_count == 0;
    } else {
        facts->server_certificate = true;
        if (facts->version < TLS_1_3) {
            facts->resumed = false; /* a Certificate is sent in a full handshake only */
        }
    }
    if (tls->certificate != NULL && *identities == NULL) {
        *identities = tls_certificate_identities(tls->certificate);
    }
}

void tls_facts_learn(struct tls_facts *facts, struct tls_session_table *sessions,
                     const struct packet_tls *tls, bool from_client)
{
    facts->decrypted = facts->decrypted || tls->decrypted;
    switch (tls->event) {
    case TLS_EVENT_CLIENT_HELLO:
        if (facts->client_hello) {
            return; /* renegotiation, or the repetition that a HelloRetryRequest asks for */
        }
        facts->client_hello = true;
        facts->post_handshake_auth = tls->post_handshake_auth;
        facts->session = tls->session_id.len > 0 ? slice_hash(tls->session_id, 1) : 0;
        facts->ticket = tls->ticket.len > 0 ? slice_hash(tls->ticket, 2) : 0;
        if (tls->server_name.len > 0) {
            facts->server_name = slice_dup_lower(tls->server_name);
        }
        return;
    case TLS_EVENT_SERVER_HELLO: {
        uint64_t answered = tls->session_id.len > 0 ? slice_hash(tls->session_id, 1) : 0;

        facts->server_hello = true;
        facts->version = tls->version;
        if (tls->version >= TLS_1_3) {
            facts->resumed = tls->psk_selected; /* the session id is always echoed: no evidence */
            if (facts->resumed) {
                tls_session_inherit(sessions, facts); /* by the ticket that is the PSK's identity */
            }
            return;
        }
        facts->resumed = answered != 0 && answered == facts->session;
        facts->session = answered;
        return;
    }
    case TLS_EVENT_NEW_SESSION_TICKET:
        if (tls->ticket.len > 0 && tls_client_certificate(facts) != CERTIFICATE_UNKNOWN) {
            tls_session_keep(sessions, facts, slice_hash(tls->ticket, 2));
        }
        return;
    case TLS_EVENT_CERTIFICATE_REQUEST:
        facts->certificate_request = true;
        return;
    case TLS_EVENT_CERTIFICATE:
        tls_learn_certificate(facts, tls, from_client);
        return;
    case TLS_EVENT_CERTIFICATE_VERIFY:
        facts->client_verified = facts->client_verified || from_client;
        return;
    case TLS_EVENT_FINISHED:
        if (facts->version != 0 && facts->version < TLS_1_3 && !facts->server_certificate) {
            facts->resumed = facts->server_hello; /* no Certificate before it: by id or by ticket */
            tls_session_inherit(sessions, facts);
        }
        facts->client_finished = facts->client_finished || from_client;
        if (facts->client_finished && facts->version < TLS_1_3 && !facts->resumed) {
            tls_session_keep(sessions, facts, facts->session);
        }
        return;
    }
}

enum client_certificate tls_client_certificate(const struct tls_facts *facts)
{
    bool full;

    if (facts == NULL || !facts->server_hello || !facts->client_finished) {
        return CERTIFICATE_UNKNOWN;
    }
    if (facts->resumed) {
        return facts->inherited ? facts->inherited_certificate : CERTIFICATE_UNKNOWN;
    }
    /* RFC 8446: behind the ServerHello everything is encrypted. */
    full = facts->server_certificate && (facts->version < TLS_1_3 || facts->decrypted);
    if (!full) {
        return CERTIFICATE_UNKNOWN;
    }
    if (facts->client_certificate && !facts->client_certificate_empty) {
        return facts->client_verified ? CERTIFICATE_PRESENTED : CERTIFICATE_UNKNOWN;
    }
    return CERTIFICATE_NONE; /* not asked for, or an empty list (8446 4.4.2) */
}

const char *tls_version_name(const struct tls_facts *facts)
{
    static const char *const names[] = {"ssl3", "1.0", "1.1", "1.2", "1.3"};
    unsigned minor = facts != NULL ? facts->version & 0xFFu : 0;

    if (facts == NULL || (facts->version >> 8) != 3 || minor >= G_N_ELEMENTS(names)) {
        return NULL;
    }
    return names[minor];
}

/* ---- identities ---------------------------------------------------------------------------- */

GPtrArray *tls_certificate_identities(const struct tls_certificate *certificate)
{
    GPtrArray *identities = g_ptr_array_new_with_free_func(g_free);

    for (unsigned i = 0; i < certificate->uri_count; i++) {
        struct sip_uri uri;

        if (sip_uri_parse(certificate->uris[i], &uri) && uri.is_sip && !uri.is_sips &&
            uri.user.len == 0 && uri.host.len > 0) {
            g_ptr_array_add(identities, slice_dup_lower(uri.host));
        }
    }
    if (identities->len > 0) {
        return identities;
    }
    for (unsigned i = 0; i < certificate->dns_name_count; i++) {
        g_ptr_array_add(identities, slice_dup_lower(certificate->dns_names[i]));
    }
    if (!certificate->has_alternative_name && certificate->common_name.len > 0) {
        g_ptr_array_add(identities, slice_dup_lower(certificate->common_name));
    }
    return identities;
}

enum identity_match tls_identity_match(const GPtrArray *identities, struct slice host,
                                       const char **identity)
{
    enum identity_match match = IDENTITY_NONE;

    for (unsigned i = 0; i < identities->len; i++) {
        const char *candidate = g_ptr_array_index(identities, i);

        if (slice_equal_nocase(slice_of(candidate), host)) {
            *identity = candidate;
            return IDENTITY_EQUAL;
        }
        if (g_str_has_prefix(candidate, "*.")) {
            size_t label = slice_find(host, '.');

            if (label > 0 && label < host.len &&
                slice_equal_nocase(slice_of(candidate + 1), slice_sub(host, label, host.len))) {
                *identity = candidate;
                match = IDENTITY_WILDCARD;
            }
        }
    }
    return match;
}
