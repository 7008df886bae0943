/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests on connections: what they make of it, and by what right they go backwards (D.1–D.4). */
#include "reuse.h"

#include <string.h>

const struct sip_uri *request_next_hop(const struct message *message)
{
    bool loose = false;

    if (message->route_count > 0 && message->route.uri.is_sip) {
        sip_param_find(message->route.uri.params, "lr", &loose);
    }
    if (loose) {
        return &message->route.uri;
    }
    return message->request_uri.is_sip ? &message->request_uri : NULL;
}

struct confidence connection_confidence(const struct connection *connection)
{
    switch (connection->record.evidence) {
    case EVIDENCE_CERTAIN:
    case EVIDENCE_STRONG:
        return (struct confidence){SEVERITY_ERROR, false};
    case EVIDENCE_MEDIUM:
        return (struct confidence){SEVERITY_WARN, true};
    default:
        return (struct confidence){SEVERITY_NOTE, true};
    }
}

/* A dialog that the opener formed on this connection with ;ob in its Contact (RFC 5626 4.3). */
static bool dialog_has_ob(const struct connection *connection, const struct message *message)
{
    uint64_t call = slice_hash(message->call_id, 0);

    for (unsigned i = 0; connection->ob_dialogs != NULL && i < connection->ob_dialogs->len; i++) {
        if (g_array_index(connection->ob_dialogs, uint64_t, i) == call) {
            return true;
        }
    }
    return false;
}

/* The next hop literally is the far end of the connection, or the file resolves it to it. */
static bool next_hop_is_far_end(struct analysis *analysis, const struct connection *connection,
                                const struct sip_uri *next_hop)
{
    const struct endpoint *far = &connection->side[connection->opener].endpoint;
    uint16_t port =
        next_hop->has_port ? next_hop->port : transport_default_port(connection->record.transport);
    struct endpoint places[NAME_PLACES_MAX];
    unsigned count;

    if (ip_address_is_set(&next_hop->host_ip)) {
        return port == far->port && ip_address_equal(&next_hop->host_ip, &far->ip);
    }
    count = name_table_lookup(analysis->names, next_hop->host, port, places);
    for (unsigned i = 0; i < count; i++) {
        if (endpoint_equal(&places[i], far)) {
            return true;
        }
    }
    return false;
}

static const char *index_detail(struct analysis *analysis, const struct connection *connection)
{
    const struct advertised *listener =
        advertised_find(analysis->advertised, &connection->side[connection->opener].endpoint);

    /* It sends from the port where it listens; else the URI was replaced by its source address. */
    return listener != NULL && (strcmp(listener->header, "Via") == 0 ||
                                strcmp(listener->header, "Contact") == 0)
               ? "bound-port"
               : "rewritten";
}

/* All that the opener sent is in the file and was read: what it did not offer, it did not offer. */
static bool opener_is_known(const struct connection *connection)
{
    /* Nothing of it at all, in TLS: some record may be missing without which none can be read. */
    bool silent = connection->side[connection->opener].requests == 0 &&
                  transport_is_secure(connection->record.transport);

    return connection_start_seen(connection) && connection->side[connection->opener].seen &&
           !connection->gap && !connection->cut && !silent;
}

enum reuse_basis reuse_basis_of(struct analysis *analysis, struct connection *connection,
                                const struct message *message, const char **detail)
{
    const struct sip_uri *next_hop = request_next_hop(message);
    bool exact;
    const struct registration *registration = registration_list_find(
        &connection->registrations, message->request_uri_text, analysis->time, &exact);
    /* Route with a user part: the token by which the holder of the flow finds it (RFC 5626 5.2). */
    bool token = message->route_count > 0 && message->route.uri.user.len > 0;
    bool tls = transport_is_secure(connection->record.transport);
    bool alias = tls && connection->record.alias_offered_frame != 0;
    enum client_certificate certificate = tls_client_certificate(connection->tls);
    const GPtrArray *identities = connection->record.client_identities;
    const char *identity;
    /* A Route without lr is a strict router's: who its Request-URI names, it alone knows (A.10). */
    bool strict = message->route_count > 0 && next_hop != &message->route.uri;
    bool host_known = next_hop != NULL && next_hop->host.len > 0 && !strict;

    *detail = NULL;
    if (transport_is_websocket(connection->record.transport)) {
        return BASIS_WEBSOCKET;
    }
    if ((registration != NULL && registration->outbound && (exact || token)) ||
        dialog_has_ob(connection, message)) {
        return BASIS_OUTBOUND;
    }
    if (alias && certificate == CERTIFICATE_PRESENTED && identities != NULL && host_known &&
        tls_identity_match(identities, next_hop->host, &identity) == IDENTITY_EQUAL) {
        return BASIS_ALIAS;
    }
    if (next_hop != NULL && next_hop_is_far_end(analysis, connection, next_hop)) {
        *detail = index_detail(analysis, connection);
        return BASIS_INDEX;
    }
    if (registration != NULL) { /* with outbound, though for another user: no worse */
        return BASIS_REGISTERED_FLOW;
    }
    if (alias && certificate == CERTIFICATE_PRESENTED && identities != NULL && host_known) {
        return BASIS_ALIAS_MISMATCH;
    }
    if (alias && certificate != CERTIFICATE_NONE) {
        return BASIS_ALIAS_UNVERIFIED;
    }
    /* A REGISTER or an alias may have come before the capture began, or in what it lost. */
    return opener_is_known(connection) ? BASIS_UNAUTHORISED : BASIS_UNDETERMINED;
}
