/* SPDX-License-Identifier: GPL-2.0-or-later */
/* C6, the reuse half: requests that go backwards, and by what right (RFC 5923 8.2, 9.2, 9.3). */
#include "context.h"
#include "reuse.h"

/* Backward requests are findings at their gravest only if it is sure who opened the connection. */
static void reuse_report(const struct sending *sending, enum rule_id rule, enum severity severity,
                         const struct rule_arg *args)
{
    struct connection *connection = sending->hop->connection;
    struct confidence confidence = connection_confidence(connection);
    /* Only ACKs went backwards, for responses that came the wrong way (D.2). */
    bool ack = sending->transaction->is_ack;
    enum severity limit = ack ? SEVERITY_NOTE : confidence.limit;

    rule_report_on(sending->analysis, &connection->findings, sending->transaction, connection, rule,
                   MIN(severity, limit), severity > confidence.limit,
                   (int32_t)sending->request->index, RELATED(connection->first_frame), args);
}

static void rule_unauthorised(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    const struct connection *connection = sending->hop->connection;
    const struct rule_arg args[] = {
        {"b", text_endpoint(a, &sending->request->src)},
        {"a", text_endpoint(a, &sending->request->dst)},
        {"method", text_method(a, sending->request->method)},
        {"req", text_printf(a, "%u", sending->request->frame)},
        {"c", text_printf(a, "%u", connection->record.id)},
        {"opened", connection->record.opened_frame != 0
                       ? text_printf(a, "%u", connection->record.opened_frame)
                       : NULL},
        {"wire", transport_name(connection->record.transport)},
        {"n", connection->record.alias_offered_frame != 0
                  ? text_printf(a, "%u", connection->record.alias_offered_frame)
                  : NULL},
        {"hello", connection->tls != NULL && connection->tls->server_hello_frame != 0
                      ? text_printf(a, "%u", connection->tls->server_hello_frame)
                      : NULL},
        {"via_t",
         transport_is_secure(sending->v->transport) ? transport_name(sending->v->transport) : NULL},
        {NULL, NULL},
    };

    if (!transport_is_secure(connection->record.transport)) {
        /* Behind a TLS terminator the peer may be known (D.5). */
        reuse_report(sending, RULE_REUSE_NO_TLS,
                     transport_is_secure(sending->v->transport) ? SEVERITY_NOTE : SEVERITY_WARN,
                     args);
    } else if (connection->record.alias_offered_frame == 0) {
        reuse_report(sending, RULE_REUSE_NO_ALIAS, SEVERITY_WARN, args);
    } else {
        const struct tls_facts *tls = connection->tls;

        reuse_report(sending, RULE_REUSE_NO_CLIENT_CERT, SEVERITY_ERROR, args);
        /* In TLS 1.3 a server may still ask after the handshake. */
        if (tls != NULL && !tls->resumed && !tls->certificate_request && tls->version < 0x0304) {
            reuse_report(sending, RULE_ALIAS_SERVER_NO_CERT_REQUEST, SEVERITY_WARN, args);
        }
    }
}

static void rule_identity_mismatch(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    const struct connection *connection = sending->hop->connection;
    const struct sip_uri *next_hop = request_next_hop(sending->message);
    const GPtrArray *identities = connection->record.client_identities;
    const char *identity = NULL;
    const char *host = text_slice(a, next_hop->host);

    if (tls_identity_match(identities, next_hop->host, &identity) == IDENTITY_WILDCARD) {
        reuse_report(sending, RULE_CERT_WILDCARD, SEVERITY_NOTE,
                     RULE_ARGS({"host", host}, {"wild", text_value(a, identity)},
                               {"side", text_endpoint(a, &sending->request->dst)}));
    }
    /* In a dialog the next hop is a Contact, often an address: a mismatch by the letter only. */
    reuse_report(sending, RULE_REUSE_IDENTITY_MISMATCH,
                 ip_address_is_set(&next_hop->host_ip) ? SEVERITY_NOTE : SEVERITY_WARN,
                 RULE_ARGS({"method", text_method(a, sending->request->method)},
                           {"req", text_printf(a, "%u", sending->request->frame)},
                           {"uri", text_slice(a, next_hop->text)},
                           {"c", text_printf(a, "%u", connection->record.id)},
                           {"ids", text_identities(a, identities)}));
}

/* The next hop resolves, but to another place than the alias stands for (8.2 condition 1). */
static void rule_address_mismatch(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    const struct connection *connection = sending->hop->connection;
    const struct alias_record *alias = connection->alias;
    const struct sip_uri *next_hop = request_next_hop(sending->message);
    uint16_t port = next_hop == NULL     ? 0
                    : next_hop->has_port ? next_hop->port
                                         : transport_default_port(connection->record.transport);
    struct endpoint places[NAME_PLACES_MAX];
    unsigned count = 0;

    if (alias == NULL || next_hop == NULL) {
        return;
    }
    if (ip_address_is_set(&next_hop->host_ip)) {
        places[count++] = endpoint_make(&next_hop->host_ip, port);
    } else {
        count = name_table_lookup(a->names, next_hop->host, port, places);
    }
    for (unsigned i = 0; i < count; i++) {
        if (alias_table_covers(a->aliases, connection, &places[i])) {
            return;
        }
    }
    if (count > 0) {
        reuse_report(sending, RULE_REUSE_ADDRESS_MISMATCH, SEVERITY_WARN,
                     RULE_ARGS({"uri", text_slice(a, next_hop->text)},
                               {"res", text_endpoint(a, &places[0])},
                               {"entry", text_endpoint(a, &alias->endpoint)},
                               {"method", text_method(a, sending->request->method)},
                               {"req", text_printf(a, "%u", sending->request->frame)},
                               {"c", text_printf(a, "%u", connection->record.id)}));
    }
}

static void reuse_backward(const struct sending *sending)
{
    struct connection *connection = sending->hop->connection;
    struct message_record *request = sending->request;
    const struct message_record *original = sending->transaction->hops->first_request;

    request->use = USE_REUSE;
    if (sending->hop->kind == HOP_TRANSLATED && original->use == USE_REUSE) {
        /* A NAT's other side: its URI names the far end as it is called where it was judged. */
        request->reuse_basis = original->reuse_basis;
        connection->record.reuse_basis = MAX(connection->record.reuse_basis, request->reuse_basis);
        return;
    }
    request->reuse_basis =
        reuse_basis_of(sending->analysis, connection, sending->message, &request->detail);
    connection->record.reuse_basis = MAX(connection->record.reuse_basis, request->reuse_basis);
    switch (request->reuse_basis) {
    case BASIS_UNAUTHORISED:
        rule_unauthorised(sending);
        break;
    case BASIS_ALIAS_MISMATCH:
        rule_identity_mismatch(sending);
        rule_address_mismatch(sending);
        break;
    case BASIS_ALIAS:
        rule_address_mismatch(sending);
        alias_table_used(connection, request->frame);
        break;
    case BASIS_ALIAS_UNVERIFIED:
        alias_table_used(connection, request->frame);
        break;
    default:
        break;
    }
}

void rules_reuse_request(const struct sending *sending)
{
    struct connection *connection = sending->hop->connection;
    int side = sending->hop->client_side;

    if (connection == NULL || connection->opener < 0 || !sending->match.new_hop ||
        sending->transaction->is_cancel) {
        return;
    }
    if (side != connection->opener) {
        reuse_backward(sending);
    } else if (!sending->transaction->is_ack) {
        sending->request->use = connection->side[side].requests == 1 ? USE_FIRST : USE_PERSISTENT;
    }
    rules_alias_carried(sending);
}
