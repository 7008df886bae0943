/* SPDX-License-Identifier: GPL-2.0-or-later */
/* C6, the alias half: offering one, what it rests on, and keeping it (RFC 5923). */
#include "context.h"
#include "reuse.h"

#define SECOND INT64_C(1000000000)

/* A close that follows a request so soon is the answer to it. */
#define REFUSED_WITHIN (2 * SECOND)

static struct finding *alias_report(const struct sending *sending, enum rule_id rule,
                                    enum severity severity, const struct rule_arg *args)
{
    struct connection *connection = sending->hop->connection;

    if (connection == NULL) {
        return rule_report(sending->analysis, sending->transaction, NULL, rule, severity, false,
                           (int32_t)sending->request->index, NULL, args);
    }
    return rule_report_on(sending->analysis, &connection->findings, sending->transaction,
                          connection, rule, severity, false, (int32_t)sending->request->index, NULL,
                          args);
}

/* ---- offering an alias -------------------------------------------------------------------------- */

/* Without TLS no certificate, hence no alias (9.3); behind a TLS terminator there may be one. */
static void rule_alias_transport(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    enum transport wire = sending->hop->transport;
    bool offload = transport_is_secure(sending->v->transport) ||
                   (a->tls_seen && ip_address_is_private(&sending->request->src.ip) &&
                    ip_address_is_private(&sending->request->dst.ip));

    if (wire == TRANSPORT_UDP) {
        alias_report(sending, RULE_ALIAS_UDP, SEVERITY_NOTE,
                     RULE_ARGS({"method", text_method(a, sending->request->method)},
                               {"src", text_endpoint(a, &sending->request->src)}));
    } else if ((wire == TRANSPORT_TCP || wire == TRANSPORT_SCTP) && !offload) {
        alias_report(
            sending, RULE_ALIAS_NON_TLS, SEVERITY_NOTE,
            RULE_ARGS(
                {"method", text_method(a, sending->request->method)},
                {"wire", transport_name(wire)}, {"src", text_endpoint(a, &sending->request->src)},
                {"via_t", sending->v->transport != wire ? text_transport(a, sending->v) : NULL}));
    }
}

static void rule_alias_syntax(const struct sending *sending)
{
    if (sending->v->alias.has_value) {
        alias_report(sending, RULE_ALIAS_SYNTAX, SEVERITY_NOTE,
                     RULE_ARGS({"method", text_method(sending->analysis, sending->request->method)},
                               {"v", text_slice(sending->analysis, sending->v->alias.value)}));
    }
}

static void rule_alias_no_client_cert(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    const struct connection *connection = sending->hop->connection;
    const char *how;
    bool registers =
        message_has_method(sending->message, "REGISTER") || connection->registrations.items != NULL;

    if (tls_client_certificate(connection->tls) != CERTIFICATE_NONE) {
        return;
    }
    how = connection->tls->resumed               ? "in the session that was resumed"
          : connection->tls->certificate_request ? "empty list"
                                                 : "the server did not ask";
    /* User agents put alias into every Via; where they register, nothing depends on it. */
    alias_report(sending, RULE_ALIAS_NO_CLIENT_CERT, registers ? SEVERITY_NOTE : SEVERITY_WARN,
                 RULE_ARGS({"a", text_endpoint(a, &sending->request->src)},
                           {"c", text_printf(a, "%u", connection->record.id)}, {"reason", how}));
}

static void rule_alias_sentby(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    const struct connection *connection = sending->hop->connection;
    const GPtrArray *identities = connection->record.client_identities;
    const char *identity = NULL;
    enum identity_match match;

    if (ip_address_is_set(&sending->v->host_ip) || identities == NULL ||
        tls_client_certificate(connection->tls) != CERTIFICATE_PRESENTED) {
        return;
    }
    match = tls_identity_match(identities, sending->v->host, &identity);
    if (match == IDENTITY_EQUAL) {
        return;
    }
    if (match == IDENTITY_WILDCARD) {
        alias_report(sending, RULE_CERT_WILDCARD, SEVERITY_NOTE,
                     RULE_ARGS({"host", text_slice(a, sending->v->host)},
                               {"wild", text_value(a, identity)},
                               {"side", text_endpoint(a, &sending->request->src)}));
    }
    alias_report(sending, RULE_ALIAS_SENTBY_NOT_IN_CERT, SEVERITY_NOTE,
                 RULE_ARGS({"host", text_slice(a, sending->v->host)},
                           {"ids", text_identities(a, identities)},
                           {"c", text_printf(a, "%u", connection->record.id)}));
}

static void rule_alias_cross_domain(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    struct connection *connection = sending->hop->connection;

    if (ip_address_is_set(&sending->v->host_ip)) {
        return;
    }
    if (connection->first_host == NULL) {
        connection->first_host = slice_dup_lower(sending->v->host);
    } else if (connection->alias != NULL &&
               !slice_equal_nocase(slice_of(connection->first_host), sending->v->host)) {
        alias_report(
            sending, RULE_ALIAS_CROSS_DOMAIN, SEVERITY_NOTE,
            RULE_ARGS({"hosts", text_printf(a, "%s and %s", text_value(a, connection->first_host),
                                            text_slice(a, sending->v->host))},
                      {"c", text_printf(a, "%u", connection->record.id)}));
    }
}

/* ---- identity of the server ----------------------------------------------------------------------- */

static void rule_server_identity(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    const struct connection *connection = sending->hop->connection;
    const GPtrArray *identities = connection->record.server_identities;
    const struct sip_uri *next_hop = request_next_hop(sending->message);
    const char *name = connection->record.server_name;
    struct slice host = name != NULL ? slice_of(name)
                        : next_hop != NULL && !ip_address_is_set(&next_hop->host_ip)
                            ? next_hop->host
                            : (struct slice){NULL, 0};
    const char *identity = NULL;

    if (identities == NULL || host.len == 0) {
        return;
    }
    switch (tls_identity_match(identities, host, &identity)) {
    case IDENTITY_EQUAL:
        return;
    case IDENTITY_WILDCARD:
        alias_report(sending, RULE_CERT_WILDCARD, SEVERITY_NOTE,
                     RULE_ARGS({"host", text_slice(a, host)}, {"wild", text_value(a, identity)},
                               {"side", text_endpoint(a, &sending->request->dst)}));
        break;
    case IDENTITY_NONE:
        break;
    }
    alias_report(
        sending, RULE_TLS_SERVER_IDENTITY_MISMATCH, SEVERITY_WARN,
        RULE_ARGS({"ids", text_identities(a, identities)}, {"host", text_slice(a, host)},
                  {"b", text_endpoint(a, &sending->request->dst)},
                  {"a", text_endpoint(a, &sending->request->src)},
                  {"source", name != NULL ? "the name the client asked for" : "the next hop"},
                  {"method", text_method(a, sending->request->method)},
                  {"req", text_printf(a, "%u", sending->request->frame)},
                  {"c", text_printf(a, "%u", connection->record.id)}));
}

/* ---- a second connection beside an alias ----------------------------------------------------------- */

static void alias_not_used(struct analysis *a, const struct connection *aliased,
                           struct connection *fresh, const struct message_record *request)
{
    rule_report_on(
        a, &fresh->findings, NULL, fresh, RULE_ALIAS_NOT_USED, SEVERITY_NOTE, false, -1,
        RELATED(request->frame, aliased->alias->learnt_frame),
        RULE_ARGS({"b", text_ip(a, &request->src.ip)},
                  {"n", text_printf(a, "%u", fresh->record.id)},
                  {"addr", text_endpoint(a, &aliased->alias->endpoint)},
                  {"c", text_printf(a, "%u", aliased->record.id)},
                  {"method", text_method(a, request->method)},
                  {"req", text_printf(a, "%u", request->frame)},
                  {"alias", text_printf(a, "%u", aliased->alias->learnt_frame)},
                  {"proof", a->frame != request->frame ? text_printf(a, "%u", a->frame) : NULL}));
}

void rules_alias_proven_open(struct analysis *analysis, struct connection *open,
                             const struct connection_watch *watch)
{
    if (open->closed_time == 0) {
        alias_not_used(analysis, open, watch->hop->connection, watch->record);
    }
}

/* A request of b on a connection of its own to the address of an alias that is still open. */
static void rule_alias_not_used(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    struct connection *fresh = sending->hop->connection;
    const struct alias_record *alias = alias_table_find(a->aliases, &sending->request->dst);
    const struct sip_uri *next_hop = request_next_hop(sending->message);
    struct connection *aliased;
    const char *identity;

    if (alias == NULL || !alias->verified || alias->identities == NULL || next_hop == NULL ||
        alias->transport != fresh->record.transport ||
        tls_identity_match(alias->identities, next_hop->host, &identity) != IDENTITY_EQUAL) {
        return;
    }
    aliased = (struct connection *)alias->connection;
    if (aliased == fresh || aliased->closed_time != 0 || !fresh->handshake ||
        fresh->first_frame < alias->learnt_frame ||
        !ip_address_equal(&aliased->side[1 - aliased->opener].endpoint.ip,
                          &sending->request->src.ip)) {
        return;
    }
    if (aliased->side[aliased->opener].last_time > fresh->opened_time) {
        alias_not_used(a, aliased, fresh, sending->request);
    } else {
        connection_watch(aliased, &(struct connection_watch){.kind = WATCH_ALIAS,
                                                             .side = aliased->opener,
                                                             .hop = sending->hop,
                                                             .record = sending->request});
    }
}

/* ---- requests --------------------------------------------------------------------------------------- */

void rules_alias_request(const struct sending *sending)
{
    struct connection *connection = sending->hop->connection;
    bool offered = sending->v->alias.present;
    bool forward = connection != NULL && sending->hop->client_side == connection->opener;

    if (offered) {
        rule_alias_syntax(sending);
        rule_alias_transport(sending);
    }
    if (!forward || !transport_is_secure(sending->hop->transport) ||
        transport_is_websocket(sending->hop->transport)) {
        return;
    }
    if (offered) {
        rule_alias_no_client_cert(sending);
        rule_alias_sentby(sending);
        alias_table_learn(sending->analysis->aliases, connection, sending->v,
                          sending->request->frame);
    }
    rule_alias_cross_domain(sending);
    rule_server_identity(sending);
    rule_alias_not_used(sending);
}

/* ---- the end of an alias ------------------------------------------------------------------------------ */

static void alias_refused(struct analysis *a, struct hop *hop, const char *how)
{
    struct connection *connection = hop->connection;

    rule_report(a, hop->transaction, connection, RULE_ALIAS_REFUSED, SEVERITY_ERROR, false, -1,
                RELATED(hop->first_request->frame, connection->alias->learnt_frame),
                RULE_ARGS({"a", text_endpoint(a, &connection->side[connection->opener].endpoint)},
                          {"c", text_printf(a, "%u", connection->record.id)}, {"how", how},
                          {"method", text_method(a, hop->transaction->method)},
                          {"req", text_printf(a, "%u", hop->first_request->frame)},
                          {"n", text_printf(a, "%u", connection->alias->learnt_frame)},
                          {"dt", text_seconds(a, a->time - hop->first_request->time)}));
}

/* A request found the alias dead: is it sent again on a new connection? */
static void alias_stale_expect(struct analysis *a, struct hop *hop, uint32_t frame)
{
    struct deadline deadline = {
        .set = a->time,
        .due = a->time + transaction_timeout(&a->config),
        .subject = hop,
        .frame = frame,
    };

    deadline_set(a->deadlines, DEADLINE_ALIAS_STALE, &deadline);
}

/* The last backward request on the alias is answered by a close. */
static void rule_alias_refused_by_close(struct analysis *a, const struct connection *connection,
                                        enum connection_close close)
{
    if (connection->gap || connection->cut || connection->closer_middlebox) {
        return; /* the answer may be in what is not in the file; or the reset is not of the opener */
    }
    if (connection->closer != connection->opener || connection->record.closed_frame != a->frame) {
        return; /* it follows a close that was judged, or that of the other side */
    }
    for (const GList *link = connection->pending.head; link != NULL; link = link->next) {
        struct hop *hop = link->data;
        int64_t after = a->time - hop->first_request->time;
        /* A FIN within a round trip was sent before the request arrived; a RST is an answer. */
        bool crossed = close != CLOSE_RST && after <= connection_round_trip(connection);

        if (hop->client_side == connection->opener ||
            hop->first_request->reuse_basis != BASIS_ALIAS || hop->transaction->has_provisional ||
            hop->transaction->final_time != 0) {
            continue;
        }
        if (close == CLOSE_RST) {
            alias_stale_expect(a, hop, hop->first_request->frame);
        }
        if (after <= REFUSED_WITHIN && !crossed) {
            alias_refused(a, hop,
                          close == CLOSE_RST ? "it reset the connection"
                                             : "it closed the connection");
            return;
        }
    }
}

static void rule_alias_not_kept(struct analysis *a, struct connection *connection)
{
    int64_t quiet = a->time - connection->last_sip_time;

    /* A gap may hide why it was closed: a request still to be answered, a lost pong, an alert. */
    if (connection->gap || connection_has_failed(connection, a->time) ||
        connection->pending.length > 0 || quiet >= transaction_timeout(&a->config)) {
        return;
    }
    rule_report_on(
        a, &connection->findings, NULL, connection, RULE_ALIAS_NOT_KEPT, SEVERITY_NOTE, false, -1,
        RELATED(connection->last_sip_frame, connection->alias->learnt_frame),
        RULE_ARGS({"a", text_endpoint(a, &connection->side[connection->opener].endpoint)},
                  {"c", text_printf(a, "%u", connection->record.id)},
                  {"n", text_printf(a, "%u", connection->alias->learnt_frame)},
                  {"dt", text_seconds(a, quiet)}));
}

void rules_alias_closed(struct analysis *analysis, struct connection *connection, int side,
                        enum connection_close close)
{
    if (connection->alias == NULL || side != connection->opener) {
        return;
    }
    rule_alias_refused_by_close(analysis, connection, close);
    if (connection->closer == side && connection->record.closed_frame == analysis->frame) {
        rule_alias_not_kept(analysis, connection);
    }
}

void rules_alias_refused(struct analysis *analysis, const struct connection *refused, uint8_t ttl)
{
    const struct endpoint *target = &refused->side[1 - refused->opener].endpoint;
    struct alias_record *alias = alias_table_find(analysis->aliases, target);
    const struct advertised *listener = advertised_find(analysis->advertised, target);
    struct connection *connection;

    if (alias == NULL || is_middlebox(analysis, MIDDLEBOX_ANY, &target->ip) ||
        (listener != NULL &&
         (listener->unreachable_by_design || advertised_is_shielded(listener, ttl)))) {
        return;
    }
    connection = (struct connection *)alias->connection;
    rule_report_on(
        analysis, &connection->findings, NULL, connection, RULE_ALIAS_DEFAULT_PORT_CLOSED,
        SEVERITY_WARN, false, -1, RELATED(refused->first_frame, alias->learnt_frame),
        RULE_ARGS({"a", text_ip(analysis, &target->ip)}, {"addr", text_endpoint(analysis, target)},
                  {"how", "RST"}, {"n", text_printf(analysis, "%u", alias->learnt_frame)},
                  {"live", connection->closed_time == 0
                               ? text_printf(analysis, "%u", connection->record.id)
                               : NULL}));
}

/* ---- backward requests on an alias ---------------------------------------------------------------------- */

/* b uses an alias whose opener has closed it, by FIN or closure alert. */
static void alias_is_dead(const struct sending *sending, int64_t closed)
{
    struct analysis *a = sending->analysis;
    const struct connection *connection = sending->hop->connection;
    const struct connection_side *peer = &connection->side[1 - sending->hop->client_side];

    if (a->time - closed <= connection_round_trip(connection)) {
        return; /* on its way when the close came */
    }
    if (peer->close_notify_time != 0) {
        rule_report(a, sending->transaction, connection, RULE_TLS_REQUEST_AFTER_CLOSE_NOTIFY,
                    SEVERITY_ERROR, false, (int32_t)sending->request->index,
                    RELATED(connection->record.closed_frame),
                    RULE_ARGS({"y", text_endpoint(a, &sending->request->src)},
                              {"method", text_method(a, sending->request->method)},
                              {"req", text_printf(a, "%u", sending->request->frame)},
                              {"c", text_printf(a, "%u", connection->record.id)},
                              {"who", text_endpoint(a, &connection->record.closed_by)},
                              {"n", text_printf(a, "%u", connection->record.closed_frame)},
                              {"dt", text_seconds(a, a->time - closed)},
                              {"idle", text_idle(a, a->time - connection->last_sip_time)}));
    }
    if (connection->alias != NULL && connection->opener != sending->hop->client_side) {
        alias_stale_expect(a, sending->hop, sending->request->frame);
    }
}

void rules_alias_carried(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    const struct connection *connection = sending->hop->connection;
    const struct connection_side *peer = &connection->side[1 - sending->hop->client_side];
    int64_t closed = peer->close_notify_time != 0 ? peer->close_notify_time : peer->fin_time;
    struct deadline deadline = {
        .set = a->time,
        .due = a->time + transaction_timeout(&a->config),
        .subject = sending->hop,
        .frame = sending->request->frame,
    };

    if (!transport_is_secure(connection->record.transport)) {
        return;
    }
    if (closed != 0) {
        alias_is_dead(sending, closed);
    } else if (sending->request->reuse_basis == BASIS_ALIAS && !sending->transaction->is_ack) {
        deadline_set(a->deadlines, DEADLINE_ALIAS_ANSWER, &deadline);
    }
}

/* b opened a new connection to the alias address behind the request that found it dead. */
static bool alias_was_replaced(struct analysis *a, const struct connection *connection,
                               const struct hop *hop)
{
    const struct peer *peer = peer_find(a->peers, &hop->src.ip, &connection->alias->endpoint,
                                        connection->record.transport);

    return peer != NULL && peer->recent_count > 0 &&
           peer->recent[peer->recent_count - 1]->opened_time > hop->first_request->time;
}

void rules_alias_deadline(struct analysis *a, enum deadline_kind kind,
                          const struct deadline *deadline)
{
    struct hop *hop = deadline->subject;
    struct connection *connection = hop->connection;

    if (kind == DEADLINE_ALIAS_ANSWER) {
        if (hop->transaction->final_time == 0 && !hop->transaction->has_provisional &&
            connection->closed_time == 0 && !connection->gap && !connection->cut &&
            connection->side[connection->opener].last_time >= hop->first_request->time) {
            alias_refused(a, hop, "it did not answer");
        }
        return;
    }
    if (hop->transaction->hop_count > 1 || hop->transaction->final_time != 0 ||
        transaction_tried_again(a->transactions, hop->transaction) ||
        alias_was_replaced(a, connection, hop)) {
        return; /* it went on elsewhere */
    }
    rule_report(
        a, hop->transaction, connection, RULE_ALIAS_STALE, SEVERITY_WARN, false, -1,
        RELATED(deadline->frame, connection->record.closed_frame),
        RULE_ARGS({"b", text_endpoint(a, &hop->src)},
                  {"method", text_method(a, hop->transaction->method)},
                  {"c", text_printf(a, "%u", connection->record.id)},
                  {"req", text_printf(a, "%u", deadline->frame)},
                  {"n", text_printf(a, "%u", connection->record.closed_frame)},
                  {"who", text_endpoint(a, &connection->record.closed_by)},
                  {"dt", hop->first_request->time > connection->closed_time
                             ? text_seconds(a, hop->first_request->time - connection->closed_time)
                             : NULL},
                  {"idle", text_idle(a, connection->sip_idle)},
                  {"tx", text_seconds(a, transaction_timeout(&a->config))}));
}
