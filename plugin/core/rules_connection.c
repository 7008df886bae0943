/* SPDX-License-Identifier: GPL-2.0-or-later */
/* C5: connections, opened, kept, closed and refused. */
#include "context.h"
#include "reuse.h"

#define SECOND INT64_C(1000000000)

/* As many parallel connections to one listener are a pool, made on purpose. */
#define POOL_SIZE 3
/* Successive connections of one transaction each that make a habit. */
#define SHORT_LIVED_HABIT 3
/* A connection attempt that is repeated for as long is unanswered. */
#define UNANSWERED_AFTER (3 * SECOND)
/* Transactions named in a text. */
#define LISTED_MAX 4

/* Reports about a connection, as grave as the knowledge of its opener allows (gate g6). */
static struct finding *connection_report(struct analysis *a, struct connection *connection,
                                         enum rule_id rule, enum severity severity,
                                         const uint32_t *related, const struct rule_arg *args)
{
    struct confidence confidence = connection_confidence(connection);
    bool lowered = severity > confidence.limit;

    return rule_report_on(a, &connection->findings, NULL, connection, rule,
                          lowered ? confidence.limit : severity, lowered, -1, related, args);
}

static const char *connection_number(struct analysis *a, const struct connection *connection)
{
    return text_printf(a, "%u", connection->record.id);
}

static const char *side_text(struct analysis *a, const struct connection *connection, int side)
{
    return text_endpoint(a, &connection->side[side].endpoint);
}

/* ---- a new connection beside an open one ------------------------------------------------------ */

static uint64_t request_aor(const struct message *message)
{
    struct sip_uri aor;

    message_from_uri(message, &aor);
    return slice_hash_nocase(aor.host, slice_hash(aor.user, 1));
}

static uint64_t request_reg_id(const struct message *message)
{
    bool found = false;
    struct slice reg_id = message->contact_count > 0
                              ? sip_param_find(message->contact.params, "reg-id", &found)
                              : (struct slice){NULL, 0};

    return found ? slice_hash(reg_id, 1) : 0;
}

/* The same user agent speaks on both: no other domain, user or outbound flow (RFC 5923 9.3, 5626 4.2). */
static bool connection_same_agent(const struct connection *a, const struct connection *b)
{
    return a->sent_by == b->sent_by && a->aor == b->aor && a->reg_id == b->reg_id;
}

static bool connection_is_open(const struct connection *connection)
{
    return connection->closed_time == 0 && connection->handshake && !connection->gap &&
           !connection->cut;
}

/* The two hosts of a TCP connection, whatever it carries. */
static struct peer *connection_pair(struct analysis *a, const struct connection *connection)
{
    return peer_find(a->peers, &connection->side[connection->opener].endpoint.ip,
                     &connection->side[1 - connection->opener].endpoint, TRANSPORT_UNKNOWN);
}

static void new_though_open(struct analysis *a, struct connection *fresh, struct connection *open,
                            const struct message_record *request)
{
    const struct peer *peer = connection_pair(a, fresh);

    connection_report(
        a, fresh, RULE_CONN_NEW_THOUGH_OPEN,
        peer != NULL && peer->parallel >= POOL_SIZE ? SEVERITY_CHAT : SEVERITY_NOTE,
        RELATED(request->frame, fresh->record.opened_frame, open->first_frame),
        RULE_ARGS({"n", connection_number(a, fresh)}, {"x", text_endpoint(a, &request->src)},
                  {"dst", text_endpoint(a, &request->dst)}, {"e", connection_number(a, open)},
                  {"e_flow", text_printf(a, "%s to %s", side_text(a, open, open->opener),
                                         side_text(a, open, 1 - open->opener))},
                  {"req", text_printf(a, "%u", request->frame)},
                  {"method", text_method(a, request->method)},
                  {"proof", a->frame != request->frame ? text_printf(a, "%u", a->frame) : NULL}));
}

void rules_connection_proven_open(struct analysis *analysis, struct connection *open,
                                  const struct connection_watch *watch)
{
    struct connection *fresh = watch->hop->connection;

    if (connection_is_open(open)) {
        new_though_open(analysis, fresh, open, watch->record);
    }
}

/* The certificate of the server on the open connection is good for this request's next hop. */
static bool server_covers_next_hop(const struct connection *open, const struct message *message)
{
    const GPtrArray *identities = open->record.server_identities;
    const struct sip_uri *next_hop = request_next_hop(message);
    const char *identity;

    return identities == NULL || next_hop == NULL || ip_address_is_set(&next_hop->host_ip) ||
           tls_identity_match(identities, next_hop->host, &identity) == IDENTITY_EQUAL;
}

/* First request of the opener on a connection: was another one of its own open? */
static void connection_first_request(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    struct connection *fresh = sending->hop->connection;
    struct peer *peer = peer_of(a->peers, fresh, fresh->record.transport);

    fresh->sent_by = slice_hash_nocase(sending->v->host, 1);
    fresh->aor = request_aor(sending->message);
    fresh->reg_id = request_reg_id(sending->message);
    for (unsigned i = 0; i < peer->recent_count; i++) {
        struct connection *open = peer->recent[i];
        const struct connection_side *x = &open->side[open->opener];

        if (!connection_is_open(open) || connection_has_failed(open, fresh->opened_time) ||
            !connection_same_agent(open, fresh) || !fresh->handshake ||
            !server_covers_next_hop(open, sending->message)) {
            continue;
        }
        if (x->last_time > fresh->opened_time) {
            new_though_open(a, fresh, open, sending->request);
        } else {
            struct connection_watch watch = {
                .kind = WATCH_NEW_BESIDE,
                .side = open->opener,
                .hop = sending->hop,
                .record = sending->request,
            };

            connection_watch(open, &watch);
        }
        break;
    }
    peer_enter(peer, fresh);
}

void rules_connection_request(const struct sending *sending)
{
    struct connection *connection = sending->hop->connection;
    const struct connection_side *side = &connection->side[sending->hop->client_side];

    if (sending->hop->client_side == connection->opener && sending->match.new_hop &&
        !sending->transaction->is_ack && !sending->transaction->is_cancel && side->requests == 1) {
        connection_first_request(sending);
    }
    if (sending->match.new_hop && !sending->transaction->is_ack) {
        connection_pend(connection, sending->hop);
    }
}

/* ---- closed too soon --------------------------------------------------------------------------- */

/* Requests on the connection that are still owed an answer (or an ACK), first ones in *list. */
static unsigned connection_pending(struct analysis *a, struct connection *connection,
                                   const char **list)
{
    GString *text = g_string_new(NULL);
    unsigned count = 0;

    for (GList *link = connection->pending.head, *next; link != NULL; link = next) {
        struct hop *hop = link->data;

        next = link->next;
        if (!transaction_pending(hop->transaction, &a->config, a->time)) {
            connection_settle(hop);
            continue;
        }
        if (count++ < LISTED_MAX) {
            g_string_append_printf(text, "%s%s (frame %u)", text->len > 0 ? ", " : "",
                                   text_method(a, hop->transaction->method),
                                   hop->first_request->frame);
        }
    }
    if (count > LISTED_MAX) {
        g_string_append(text, " …");
    }
    *list = g_string_chunk_insert(a->scratch, text->str);
    g_string_free(text, TRUE);
    return count;
}

void rules_connection_gone(struct analysis *analysis, struct connection *connection)
{
    struct peer *peer = connection->counted ? connection_pair(analysis, connection) : NULL;

    connection->counted = false;
    if (peer != NULL && peer->parallel > 0) {
        peer->parallel--;
    }
}

/* Only answers to x are owed, and x closed its sending side only: they may still come (18.2.2 b1). */
static bool only_awaits_answers(const struct connection *connection, int closer)
{
    for (const GList *link = connection->pending.head; link != NULL; link = link->next) {
        const struct hop *hop = link->data;

        if (hop->client_side != closer || hop->transaction->final_time != 0) {
            return false;
        }
    }
    return true;
}

/*
 * The close was on its way when the requests that it leaves unanswered came: its sender has
 * acknowledged nothing since.
 */
static bool only_crossed(const struct connection *connection, int closer)
{
    int64_t acknowledged = connection->side[closer].acknowledged_time;

    if (acknowledged == 0 || !connection_can_half_close(connection)) {
        return false;
    }
    for (const GList *link = connection->pending.head; link != NULL; link = link->next) {
        const struct hop *hop = link->data;

        if (hop->client_side == closer || hop->first_request->time <= acknowledged) {
            return false;
        }
    }
    return true;
}

/* How long the connection was silent before its last message, if that is what the close cut off. */
static const char *silence_before(struct analysis *a, const struct connection *connection,
                                  const struct hop *pending)
{
    return pending->last_request->frame == connection->last_sip_frame && connection->sip_idle > 0
               ? text_idle(a, connection->sip_idle)
               : NULL;
}

static void closed_pending(struct analysis *a, struct connection *connection, unsigned count,
                           const char *list)
{
    int closer = connection->closer;
    const struct hop *first = connection->pending.head->data;
    struct finding *finding = connection_report(
        a, connection, RULE_CONN_CLOSED_PENDING, SEVERITY_WARN,
        RELATED(connection->record.closed_frame, first->first_request->frame),
        RULE_ARGS({"who", closer >= 0 ? side_text(a, connection, closer) : NULL},
                  {"c", connection_number(a, connection)}, {"n", text_printf(a, "%u", count)},
                  {"list", list}, {"frame", text_printf(a, "%u", connection->record.closed_frame)},
                  {"close", connection_close_name(connection->record.close)},
                  {"idle", text_idle(a, connection->closed_time - connection->last_sip_time)},
                  {"quiet", silence_before(a, connection, first)},
                  {"middlebox", connection->closer_middlebox ? "possibly a middlebox" : NULL}));

    for (GList *link = connection->pending.head; link != NULL; link = link->next) {
        struct hop *hop = link->data;

        hop->transaction->closed_pending = finding;
        hop->transaction->closed_by_client = hop->client_side == closer;
        hop->transaction->closed_connection = connection;
    }
}

/*
 * The first request sent into a connection that its other side had closed long enough before for the
 * sender to know: NULL if none is pending. What a FIN merely crossed is no such request.
 */
static const struct hop *connection_used_dead(const struct connection *connection)
{
    const struct connection_side *closer = &connection->side[connection->closer];
    int64_t known = closer->fin_time + connection_round_trip(connection);

    for (const GList *link = connection->pending.head; link != NULL; link = link->next) {
        const struct hop *hop = link->data;

        if (&connection->side[hop->client_side] != closer && hop->first_request->time > known) {
            return hop;
        }
    }
    return NULL;
}

/*
 * A reset answers what was sent after the FIN (state(C, t) of A.2: "RST answered to data of y"). Of
 * backward requests on an alias alias-stale tells more.
 */
static void closed_before_use(struct analysis *a, struct connection *connection)
{
    const struct hop *hop = connection_used_dead(connection);
    int64_t closed = connection->side[connection->closer].fin_time;

    if (hop == NULL || (connection->alias != NULL && hop->client_side != connection->opener)) {
        return;
    }
    connection_report(
        a, connection, RULE_CONN_CLOSED_PENDING, SEVERITY_WARN,
        RELATED(connection->record.closed_frame, hop->first_request->frame),
        RULE_ARGS({"who", side_text(a, connection, connection->closer)},
                  {"c", connection_number(a, connection)},
                  {"frame", text_printf(a, "%u", connection->record.closed_frame)},
                  {"close", connection_close_name(connection->record.close)},
                  {"dead", text_printf(a, "%s (frame %u)", text_method(a, hop->transaction->method),
                                       hop->first_request->frame)},
                  {"late", text_seconds(a, hop->first_request->time - closed)},
                  {"rst", text_printf(a, "%u", a->frame)},
                  {"quiet", connection->record.close_silence >= 0
                                ? text_idle(a, connection->record.close_silence)
                                : NULL}));
}

/*
 * Why it was closed may have come before the capture began, or in a gap: the end of a registration, a
 * pong that did not come, an alert, a close of the other side.
 */
static bool reason_may_be_missing(const struct connection *connection)
{
    return connection->gap || (!connection_start_seen(connection) &&
                               connection->side[0].requests + connection->side[1].requests == 0);
}

static void closed_early(struct analysis *a, struct connection *connection)
{
    int64_t quiet = connection->closed_time - connection->last_sip_time;

    if (reason_may_be_missing(connection) || connection->closer_middlebox ||
        connection_has_failed(connection, connection->closed_time) ||
        connection->registrations.ended || connection->last_sip_time == 0 ||
        quiet >= transaction_timeout(&a->config) || connection->closer < 0) {
        return;
    }
    connection_report(
        a, connection, RULE_CONN_CLOSED_EARLY, SEVERITY_NOTE, RELATED(connection->last_sip_frame),
        RULE_ARGS({"who", side_text(a, connection, connection->closer)},
                  {"c", connection_number(a, connection)}, {"dt", text_seconds(a, quiet)},
                  {"tx", text_seconds(a, transaction_timeout(&a->config))},
                  {"n", text_printf(a, "%u", connection->last_sip_frame)}));
}

static void closed_per_transaction(struct analysis *a, struct connection *connection)
{
    struct peer *peer;
    const struct connection_side *opener;
    int closer;

    if (connection->opener < 0 || connection->closer < 0 || !connection_start_seen(connection)) {
        return;
    }
    peer = peer_of(a->peers, connection, connection->record.transport);
    opener = &connection->side[connection->opener];
    closer = connection->closer == connection->opener ? 0 : 1;
    if (opener->requests != 1 || connection->side[1 - connection->opener].requests > 0 ||
        connection->closed_time - connection->last_sip_time >= transaction_timeout(&a->config)) {
        peer->short_lived = 0;
        return;
    }
    if (peer->short_lived > 0 && peer->short_lived_closer != closer) {
        peer->short_lived = 0;
    }
    peer->short_lived_closer = closer;
    if (++peer->short_lived < SHORT_LIVED_HABIT) {
        return;
    }
    rule_report_on(a, &peer->findings, NULL, connection, RULE_CONN_PER_TRANSACTION, SEVERITY_NOTE,
                   false, -1, RELATED(connection->first_frame),
                   RULE_ARGS({"x", text_ip(a, &peer->opener)},
                             {"dst", text_endpoint(a, &peer->listener)},
                             {"n", text_printf(a, "%u", peer->short_lived)},
                             {"who", side_text(a, connection, connection->closer)}));
}

static void closed_in_message(struct analysis *a, struct connection *connection, int side)
{
    const struct connection_side *from = &connection->side[side];

    if (from->unfinished == 0 || connection->gap || connection->cut) {
        return;
    }
    connection_report(
        a, connection, RULE_CONN_CUT_MESSAGE, SEVERITY_WARN, RELATED(from->unfinished_frame),
        RULE_ARGS({"c", connection_number(a, connection)}, {"who", side_text(a, connection, side)},
                  {"have", text_printf(a, "%u", from->unfinished)},
                  {"n", text_printf(a, "%u", from->unfinished_frame)}));
}

void rules_connection_closed(struct analysis *analysis, struct connection *connection, int side,
                             enum connection_close close, bool first)
{
    const char *list;
    unsigned count = connection_pending(analysis, connection, &list);

    if (close == CLOSE_FIN || close == CLOSE_RST) {
        closed_in_message(analysis, connection, side);
    }
    if (connection->gap || connection->cut || !connection->side[0].seen ||
        !connection->side[1].seen) {
        return; /* requests and answers may be in what is not in the file */
    }
    if (close == CLOSE_RST && !connection_start_seen(connection) && side >= 0 &&
        connection->side[side].last_time == 0) {
        return; /* it may have closed before the capture began: then this answers what came after */
    }
    if (first && count > 0 && close != CLOSE_RST && only_crossed(connection, side)) {
        return; /* who closed could not know of them */
    }
    if (first && count > 0) {
        if (close == CLOSE_FIN && connection_can_half_close(connection) &&
            only_awaits_answers(connection, side)) {
            connection->half_closed_pending = true;
        } else {
            closed_pending(analysis, connection, count, list);
        }
    } else if (!first && count > 0 && connection->half_closed_pending &&
               side != connection->closer) {
        connection->half_closed_pending = false;
        closed_pending(analysis, connection, count, list);
    } else if (!first && count > 0 && close == CLOSE_RST && side == connection->closer &&
               connection->side[side].fin_time != 0) {
        closed_before_use(analysis, connection);
    } else if (first) {
        closed_early(analysis, connection);
        closed_per_transaction(analysis, connection);
    }
}

/* On TLS the transaction goes on elsewhere: it was not abandoned, as RFC 5923 8.3 would allow. */
static void went_on_elsewhere(struct analysis *a, struct transaction *transaction, int32_t message)
{
    const struct connection *closed = transaction->closed_connection;
    struct finding_report report = {
        .rule = RULE_CONN_CLOSED_PENDING, .severity = SEVERITY_ERROR, .message = message};
    struct finding *finding = transaction->closed_pending;

    if (finding == NULL || finding->weight == SEVERITY_ERROR || closed->closer_middlebox ||
        !transport_is_secure(closed->record.transport) ||
        connection_confidence(closed).limit < SEVERITY_ERROR) {
        return;
    }
    report.args =
        RULE_ARGS({"who", side_text(a, closed, closed->closer)},
                  {"c", connection_number(a, closed)}, {"n", "1"},
                  {"list", text_printf(a, "%s (frame %u)", text_method(a, transaction->method),
                                       transaction->hops->first_request->frame)},
                  {"frame", text_printf(a, "%u", closed->record.closed_frame)},
                  {"close", connection_close_name(closed->record.close)},
                  {"elsewhere", text_printf(a, "%u", a->frame)});
    finding_prove(a->log, finding, &report);
}

void rules_connection_response(struct exchange *x)
{
    struct transaction *transaction = x->transaction;

    if (transaction->closed_pending != NULL && !transaction->closed_by_client &&
        x->hop->connection == transaction->closed_connection &&
        x->response->connection != &transaction->closed_connection->record) {
        went_on_elsewhere(x->analysis, transaction, exchange_index(x));
    }
    if (!transaction_pending(transaction, &x->analysis->config, x->response->time)) {
        for (struct hop *hop = transaction->hops; hop != NULL; hop = hop->next) {
            connection_settle(hop);
        }
    }
}

void rules_connection_resumed(const struct sending *sending)
{
    struct transaction *transaction =
        sending->transaction->is_cancel ? sending->transaction->cancels : sending->transaction;

    if (transaction != NULL && transaction->closed_pending != NULL &&
        transaction->closed_by_client && sending->hop->kind != HOP_TRANSLATED &&
        sending->hop->connection != transaction->closed_connection) {
        went_on_elsewhere(sending->analysis, transaction, (int32_t)sending->request->index);
    }
}

/* ---- connections that never came about ------------------------------------------------------------ */

static bool port_is_sip(uint16_t port)
{
    return port == 5060 || port == 5061;
}

/* ttl: of the RST, 0 if none came or unknown. */
static void report_refused(struct analysis *a, struct connection *connection, const char *how,
                           uint8_t ttl)
{
    int opener = connection->opener;
    const struct endpoint *target = &connection->side[1 - opener].endpoint;
    const struct advertised *listener = advertised_find(a->advertised, target);
    const char *x = text_ip(a, &connection->side[opener].endpoint.ip);
    const char *addr = text_endpoint(a, target);
    const struct connection *live = listener != NULL ? listener->flow : NULL;

    /* Where SIP cannot be read or is cut, its headers may have advertised the address after all. */
    if (listener != NULL && listener->reliable) {
        connection_list_attempt(a->connections, connection);
        if (listener->unreachable_by_design || advertised_is_shielded(listener, ttl) ||
            is_middlebox(a, MIDDLEBOX_ANY, &target->ip) || a->packets_cut) {
            return;
        }
        rule_report_on(
            a, &connection->findings, NULL, connection, RULE_CONN_ADVERTISED_REFUSED,
            connection->refused ? SEVERITY_WARN : SEVERITY_NOTE, false, -1,
            RELATED(connection->first_frame, listener->frame),
            RULE_ARGS({"x", x}, {"addr", addr}, {"hdr", listener->header},
                      {"n", text_printf(a, "%u", listener->frame)}, {"how", how},
                      {"live", live != NULL && live->closed_time == 0 ? connection_number(a, live)
                                                                      : NULL}));
    } else if (port_is_sip(target->port) && a->undecrypted == 0 && !a->packets_cut &&
               advertised_find(a->websocket_clients, target) == NULL) {
        connection_list_attempt(a->connections, connection);
        rule_report_on(a, &connection->findings, NULL, connection, RULE_CONN_REQUEST_REFUSED,
                       SEVERITY_NOTE, false, -1, RELATED(connection->first_frame),
                       RULE_ARGS({"x", x}, {"dst", addr}, {"how", how}));
        connection->request_refused = true;
    }
}

void rules_connection_syn(struct analysis *analysis, struct connection *connection)
{
    if (!connection->carries_sip && !connection->counted) {
        connection->counted = true;
        peer_of(analysis->peers, connection, TRANSPORT_UNKNOWN)->parallel++;
    }
    if (connection->established || connection->refused || connection->syn_count < 2 ||
        analysis->time - connection->syn_time < UNANSWERED_AFTER || connection->unanswered) {
        return;
    }
    connection->unanswered = true;
    report_refused(analysis, connection, "no answer", 0);
}

void rules_connection_refused(struct analysis *analysis, struct connection *connection,
                              const char *how, uint8_t ttl, bool by_target)
{
    const struct endpoint *target = &connection->side[1 - connection->opener].endpoint;
    uint8_t usual = 0;
    uint32_t served = udp_server_find(analysis, target, &usual);

    peer_of(analysis->peers, connection, TRANSPORT_UNKNOWN)->refused = connection;
    report_refused(analysis, connection, how, ttl);
    if (!by_target) {
        return;
    }
    rules_alias_refused(analysis, connection, ttl);
    if (served != 0 && (usual == 0 || ttl == 0 || usual == ttl)) {
        connection_list_attempt(analysis->connections, connection);
        rule_report_on(analysis, &connection->findings, NULL, connection, RULE_CONN_UDP_PORT_NO_TCP,
                       SEVERITY_NOTE, false, -1, RELATED(connection->first_frame, served),
                       RULE_ARGS({"addr", text_endpoint(analysis, target)},
                                 {"n", text_printf(analysis, "%u", served)}));
    }
}

/*
 * A large request goes over UDP after TCP was refused: the retry that 18.1.1 asks for. What was
 * reported of the refusal is no more than a fact then.
 */
void rules_connection_retried(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    const struct peer *peer;
    struct connection *refused;
    struct finding *finding;

    if (sending->hop->transport != TRANSPORT_UDP || !sending->match.new_hop ||
        sending->packet->bytes.len <= 1300) {
        return;
    }
    peer =
        peer_find(a->peers, &sending->request->src.ip, &sending->request->dst, TRANSPORT_UNKNOWN);
    refused = peer != NULL ? peer->refused : NULL;
    if (refused == NULL || !refused->request_refused) {
        return;
    }
    refused->request_refused = false;
    finding = finding_withdraw(a->log, &refused->findings, RULE_CONN_REQUEST_REFUSED);
    if (finding != NULL) {
        frame_withdraw_marks(a, finding->frame, finding);
        rule_report_on(a, &refused->findings, NULL, refused, RULE_CONN_REQUEST_REFUSED,
                       SEVERITY_CHAT, false, (int32_t)sending->request->index,
                       RELATED(refused->first_frame, finding->frame),
                       RULE_ARGS({"x", text_ip(a, &sending->request->src.ip)},
                                 {"dst", text_endpoint(a, &sending->request->dst)}, {"how", "RST"},
                                 {"udp", text_printf(a, "%u", sending->request->frame)}));
    }
}
