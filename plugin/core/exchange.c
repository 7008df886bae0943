/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files each SIP message under its connection, transaction and hop, and asks the rules about it. */
#include "context.h"
#include "method.h"

#include <string.h>

/* Transmissions of a request among which the one that a response answers is looked for. */
#define TRANSMISSIONS_MAX 16

bool via_of_text(const char *text, struct via *via)
{
    struct slice list = slice_of(text);

    return via_parse(&list, via);
}

/* ---- reporting ---------------------------------------------------------------------------- */

struct finding *rule_report_on(struct analysis *analysis, struct finding_list *list,
                               const struct transaction *transaction,
                               const struct connection *connection, enum rule_id rule,
                               enum severity severity, bool presumed, int32_t message,
                               const uint32_t *related, const struct rule_arg *args)
{
    struct finding_report report = {
        .rule = rule,
        .severity = severity,
        .presumed = presumed,
        .message = message,
        .transaction = transaction != NULL ? transaction->number : 0,
        .connection = connection != NULL ? connection->record.id : 0,
        .args = args,
    };

    for (unsigned i = 0; related != NULL && related[i] != 0 && i + 1 < FINDING_RELATED_MAX; i++) {
        report.related[i] = related[i];
    }
    return finding_report(analysis->log, list, &report);
}

struct finding *rule_report(struct analysis *analysis, struct transaction *transaction,
                            const struct connection *connection, enum rule_id rule,
                            enum severity severity, bool presumed, int32_t message,
                            const uint32_t *related, const struct rule_arg *args)
{
    if (transaction->ambiguous) {
        return NULL;
    }
    return rule_report_on(analysis, &transaction->findings, transaction, connection, rule, severity,
                          presumed, message, related, args);
}

/* ---- the Via of a record ------------------------------------------------------------------ */

/* Keeps the top Via; like: a text kept already that it may equal, NULL if there is none. */
static void message_record_keep_via(struct analysis *analysis, struct message_record *record,
                                    const char *like)
{
    struct slice text =
        analysis->message.via_parsed > 0 ? analysis->message.via[0].text : (struct slice){"", 0};

    record->via_text =
        like != NULL && slice_is(text, like) ? like : arena_text(analysis->arena, text);
}

/* ---- responses ---------------------------------------------------------------------------- */

int32_t exchange_index(const struct exchange *x)
{
    return x->response->frame == x->analysis->frame ? (int32_t)x->response->index : -1;
}

static struct hop_response *exchange_remember(struct exchange *x, uint64_t text_hash, uint64_t tag)
{
    struct hop *hop = x->hop;
    struct hop_response *known = hop_response_find(hop, x->response->status, text_hash);
    struct hop_response response = {.record = x->response, .tag = tag, .text_hash = text_hash};

    hop->responses_total++;
    x->first = known == NULL;
    if (known != NULL) {
        known->repeats++;
        x->response->retransmission_of = known->record->frame;
        return known;
    }
    return hop_response_add(hop, x->analysis->arena, &response);
}

/* Mostly those of the response before. */
static void exchange_record_expected(struct exchange *x)
{
    const struct route *route = &x->route;
    const struct hop *hop = x->hop;
    const struct message_record *before =
        hop->response_count > 0 ? hop->responses[hop->response_count - 1].record : NULL;
    bool same = before != NULL && before->expected_count == route->expected_count;

    for (unsigned i = 0; same && i < route->expected_count; i++) {
        same = destination_equal(&before->expected[i], &route->expected[i]);
    }
    x->response->expected_count = (uint8_t)route->expected_count;
    x->response->expected = same ? before->expected
                                 : arena_copy(x->analysis->arena, route->expected,
                                              route->expected_count * sizeof *route->expected);
}

static void exchange_record(struct exchange *x)
{
    struct message_record *record = x->response;
    struct hop *hop = x->hop;
    const struct route *route = &x->route;
    /* The transmission that it answers: the last one before it, clock skew allowed for. */
    const struct message_record *request = hop->last_request;

    for (unsigned i = 0; i < TRANSMISSIONS_MAX && request->earlier != NULL &&
                         (request->duplicate_of != 0 ||
                          request->time > record->time + x->analysis->config.clock_skew);
         i++) {
        request = request->earlier;
    }

    record->transaction = x->transaction->number;
    record->request_frame = request->frame;
    record->response_time = record->time - request->time;
    record->verdict = route->verdict;
    record->basis = route->verdict == VERDICT_WRONG_SOURCE ? route->basis : VERDICT_NONE;
    record->detail = route->detail;
    record->clause = route->clause;
    exchange_record_expected(x);
    if (record->status >= 200) {
        for (struct message_record *sent = hop->last_request;
             sent != NULL && sent->response_frame == 0; sent = sent->earlier) {
            sent->response_frame = record->frame;
        }
    }
}

/* Made for each response, hence by hand. */
static void exchange_code(struct exchange *x)
{
    unsigned status = x->response->status;
    char *digit = x->code + sizeof x->code - 1;

    for (*digit = '\0'; status > 0; status /= 10) {
        *--digit = (char)('0' + status % 10);
    }
    memmove(x->code, digit, strlen(digit) + 1);
}

static void exchange_judge(struct exchange *x, struct connection *connection, uint64_t text_hash,
                           uint64_t tag)
{
    struct analysis *analysis = x->analysis;
    struct route_question question = {
        .hop = x->hop,
        .request_via = x->v,
        .response_via = x->w,
        .wire = x->response->transport,
        .src = x->response->src,
        .dst = x->response->dst,
        .connection = connection,
        .names = analysis->names,
        .fallback = x->transaction->undelivered != NULL,
    };
    struct ip_address received = {0};

    exchange_code(x);
    route_judge(&question, &x->route);
    exchange_record(x);
    x->remembered = exchange_remember(x, text_hash, tag);
    via_received_ip(x->w, &received);
    rules_routing_response(x);
    rules_received_response(x);
    /* Learnt after judging: a response is no proof of its own truth. */
    if (!x->weak && !x->same_via) {
        vantage_learn(analysis->vantages, &x->hop->src, &x->hop->dst, &received,
                      via_rport_value(x->w));
    }
    if (x->message != NULL) {
        advertise_response(x);
        if (!x->translated) {
            rules_via_response(x);
        }
        rules_framing_response(x);
        rules_via_advertised_response(x);
    }
    rules_via_advertised_request(x);
    rules_routing_split(x);
    rules_harm_response(x);
    rules_ack_expected(x);
    rules_cancel_answered(x);
    transaction_note_response(x->transaction, x->response->status, x->response->frame,
                              x->response->time);
    if (x->hop->connection != NULL) {
        register_response(x);
        rules_connection_response(x);
    } else {
        udp_server_enter(analysis, &x->hop->dst, x->packet != NULL ? x->packet->ttl : 0);
    }
    if (transport_is_websocket(x->hop->transport)) {
        rules_websocket_response(x);
    }
    if (!x->misrouted) {
        x->hop->good_response_time = x->response->time;
    }
    if (!x->misrouted && x->response->status < 200) {
        x->hop->good_provisional_time = x->response->time;
        x->hop->good_provisional_frame = x->response->frame;
    }
    if (x->transaction->undelivered != NULL &&
        !endpoint_equal(&x->response->dst, &x->transaction->undelivered->dst)) {
        x->transaction->fallback_tried = true;
    }
}

static void exchange_unmatched(struct analysis *analysis, const struct packet_message *packet,
                               struct connection *connection, struct message_record *record,
                               uint64_t text_hash)
{
    const struct message *message = &analysis->message;
    struct transaction *orphan;

    record->verdict = VERDICT_NONE;
    orphan = transaction_orphan(analysis->transactions, message, record->time);
    if (orphan == NULL) {
        return; /* no Via, Call-ID or CSeq: nothing can be said */
    }
    record->verdict = VERDICT_UNMATCHED;
    record->clause = "RFC 3261 17.1.3";
    record->transaction = orphan->number;
    transaction_keep_early(orphan, analysis->arena,
                           &(struct early_response){
                               .record = record,
                               .connection = connection,
                               .text_hash = text_hash,
                               .tag = slice_hash(message->to_tag, 0),
                           });
    rules_routing_unmatched(analysis, orphan, message, packet, record);
}

static void exchange_response(struct analysis *analysis, const struct packet_message *packet,
                              struct connection *connection, struct message_record *record,
                              uint64_t text_hash)
{
    const struct message *message = &analysis->message;
    struct response_match match =
        transaction_response(analysis->transactions, message, packet, connection, record->time);
    struct via v;

    if (connection != NULL) {
        connection->record.responses++;
    }
    if (match.hop == NULL) {
        exchange_unmatched(analysis, packet, connection, record, text_hash);
        return;
    }
    if (via_of_text(match.hop->via_text, &v)) {
        struct exchange x = {
            .analysis = analysis,
            .message = message,
            .packet = packet,
            .response = record,
            .transaction = match.hop->transaction,
            .hop = match.hop,
            .v = &v,
            .w = &message->via[0],
            .weak = match.weak,
        };

        message_record_keep_via(analysis, record, match.hop->returned_via);
        x.same_via = record->via_text == match.hop->returned_via;
        exchange_judge(&x, connection, text_hash, slice_hash(message->to_tag, 0));
    }
}

static void message_record_copy_verdict(struct message_record *copy,
                                        const struct message_record *first)
{
    copy->transaction = first->transaction;
    copy->request_frame = first->request_frame;
    copy->response_time = first->response_time;
    copy->verdict = first->verdict;
    copy->basis = first->basis;
    copy->detail = first->detail;
    copy->clause = first->clause;
    copy->expected = first->expected;
    copy->expected_count = first->expected_count;
}

/* A request came in behind its responses, by the clock of another interface: now they match. */
static void exchange_early(struct analysis *analysis, struct transaction *transaction,
                           struct hop *hop)
{
    static const enum rule_id unmatched[] = {RULE_RESP_UNMATCHED, RULE_RESP_OWN_VIA_MISMATCH};
    struct via v, w;

    for (size_t i = 0; i < G_N_ELEMENTS(unmatched); i++) {
        struct finding *finding =
            finding_withdraw(analysis->log, &transaction->findings, unmatched[i]);

        if (finding != NULL) {
            frame_withdraw_marks(analysis, finding->frame, finding);
        }
    }
    for (struct early_response *early = transaction->early; early != NULL; early = early->next) {
        if (via_of_text(hop->via_text, &v) && via_of_text(early->record->via_text, &w)) {
            struct exchange x = {
                .analysis = analysis,
                .response = early->record,
                .transaction = transaction,
                .hop = hop,
                .v = &v,
                .w = &w,
            };

            exchange_judge(&x, early->connection, early->text_hash, early->tag);
            for (struct message_record *copy = early->record->earlier; copy != NULL;
                 copy = copy->earlier) {
                message_record_copy_verdict(copy, early->record);
            }
        }
    }
    transaction_drop_early(transaction);
}

/* ---- requests ----------------------------------------------------------------------------- */

static void exchange_infer_opener(struct analysis *analysis, struct connection *connection,
                                  int side)
{
    bool advertised[2];

    for (int i = 0; i < 2; i++) {
        const struct endpoint *end = &connection->side[i].endpoint;

        advertised[i] = connection_port_is_well_known(end->port) ||
                        advertised_find(analysis->advertised, end) != NULL;
    }
    connection_infer_opener(analysis->connections, connection, side, advertised);
}

static void exchange_count(struct connection *connection, const struct sending *sending)
{
    int side = connection_side_of_packet(connection, sending->packet);

    if (sending->match.new_hop && !sending->transaction->is_cancel) {
        connection_count_request(connection, side, sending->transaction->is_ack,
                                 sending->message->call_id);
        if (side == connection->opener && connection->side[side].requests == 1) {
            peer_pair(sending->analysis->peers, connection);
        }
    }
    if (sending->v->alias.present && connection->record.alias_offered_frame == 0 &&
        side == connection->opener) {
        connection->record.alias_offered_frame = sending->request->frame;
    }
}

/* What the request says of connections: its own, and those it might have used. */
static void exchange_send_connection(const struct sending *sending)
{
    rules_connection_resumed(sending);
    rules_connection_retried(sending);
    rules_alias_request(sending);
    if (sending->hop->connection == NULL) {
        return;
    }
    register_request(sending);
    rules_reuse_request(sending);
    rules_connection_request(sending);
    if (transport_is_websocket(sending->hop->transport)) {
        rules_websocket_request(sending);
    }
}

static void exchange_send(struct analysis *analysis, const struct packet_message *packet,
                          struct connection *connection, struct message_record *record)
{
    struct message *message = &analysis->message;
    struct sending sending = {
        .analysis = analysis,
        .message = message,
        .packet = packet,
        .request = record,
        .v = &message->via[0],
    };

    sending.match =
        transaction_request(analysis->transactions, message, packet, connection, record);
    sending.transaction = sending.match.transaction;
    sending.hop = sending.match.hop;
    if (sending.transaction == NULL) {
        return;
    }
    record->transaction = sending.transaction->number;
    message_record_keep_via(analysis, record, sending.hop->via_text);
    if (sending.match.retransmission) {
        record->retransmission_of = sending.hop->first_request->frame;
    }
    advertise_request(&sending);
    if (connection != NULL) {
        exchange_infer_opener(analysis, connection, sending.hop->client_side);
        exchange_count(connection, &sending);
    }
    if (sending.transaction->is_cancel && sending.match.new_transaction) {
        sending.transaction->cancels = transaction_cancelled(analysis->transactions, message);
    }
    exchange_send_connection(&sending);
    rules_received_request(&sending);
    rules_received_forwarded(&sending);
    rules_via_request(&sending);
    rules_framing_request(&sending);
    if (sending.transaction->is_cancel) {
        rules_cancel(&sending);
    }
    rules_harm_request(&sending);
    if (sending.match.new_hop && sending.transaction->early != NULL) {
        exchange_early(analysis, sending.transaction, sending.hop);
    }
}

/*
 * An ACK belongs to its INVITE transaction if that ended with a final response of 300 or above that
 * has the ACK's To tag (17.1.1.3). Without a final response in the file nothing can be said. True if
 * the ACK is dealt with: not one for a 2xx.
 */
static bool exchange_acknowledge(struct analysis *analysis, struct connection *connection,
                                 struct message_record *record)
{
    const struct message *message = &analysis->message;
    struct transaction *invite = transaction_acknowledged(analysis->transactions, message);

    if (invite != NULL && invite->has_cookie) {
        invite->acknowledged = true;
    }
    if (invite == NULL) {
        invite = transaction_acknowledged_otherwise(analysis->transactions, message, record);
    }
    if (invite == NULL || invite->final_time == 0) {
        if (invite != NULL) {
            record->transaction = invite->number;
        }
        return invite != NULL;
    }
    return rules_ack(analysis, invite, message, connection, record);
}

/* ---- messages ----------------------------------------------------------------------------- */

static struct message_record *message_record_new(struct analysis *analysis,
                                                 const struct packet_message *packet,
                                                 struct connection *connection)
{
    const struct message *message = &analysis->message;
    struct message_record *record = arena_alloc(analysis->arena, sizeof *record);

    record->frame = analysis->frame;
    record->index = analysis->frame_messages->len;
    record->time = analysis->time;
    record->is_request = message->is_request;
    record->status = (uint16_t)message->status;
    record->method = method_intern(analysis->strings,
                                   message->is_request ? message->method : message->cseq_method);
    record->transport = packet->transport;
    record->stream = packet->stream;
    record->src = packet->src;
    record->dst = packet->dst;
    record->connection = connection != NULL ? &connection->record : NULL;
    return record;
}

/* A copy says what the packet said that it copies. */
static void message_record_copy(struct message_record *copy, struct message_record *first)
{
    copy->earlier = first->earlier; /* learns with it of the response, or the verdict */
    first->earlier = copy;
    message_record_copy_verdict(copy, first);
    copy->via_text = first->via_text;
    copy->duplicate_of = first->frame;
    copy->direction = first->direction;
    copy->response_frame = first->response_frame;
}

static struct connection *exchange_connection(struct analysis *analysis,
                                              const struct packet_message *packet)
{
    struct connection *known = transport_is_tcp_based(packet->transport)
                                   ? connection_find(analysis->connections, packet->stream)
                                   : NULL;

    if (known != NULL && known->record.undecrypted) {
        analysis->undecrypted--; /* now it is */
    }
    return connection_of_message(analysis->connections, packet, analysis->frame, analysis->time);
}

void exchange_message(struct analysis *analysis, const struct packet_message *packet)
{
    const struct message *message = &analysis->message;
    uint64_t text_hash = slice_hash(message->text, 0);
    struct connection *connection = exchange_connection(analysis, packet);
    struct message_record *record = message_record_new(analysis, packet, connection);
    struct message_record *first;

    analysis->sip_messages++;
    flow_table_enter(analysis, record);
    g_ptr_array_add(analysis->messages, record);
    g_ptr_array_add(analysis->frame_messages, record);
    fragment_wait_end(analysis, packet);
    first = duplicate_filter_check(analysis->duplicates, packet, text_hash, record);
    if (first != NULL) {
        message_record_copy(record, first);
        return;
    }
    if (!message->is_request) {
        exchange_response(analysis, packet, connection, record, text_hash);
    } else if (!message_has_method(message, "ACK") ||
               !exchange_acknowledge(analysis, connection, record)) {
        exchange_send(analysis, packet, connection, record);
    }
    if (connection != NULL) {
        connection_note_message(connection, record->frame, record->time);
        rules_websocket_message(analysis, connection, packet, record);
    }
    if (connection != NULL && record->is_request) {
        record->direction =
            connection_direction(connection, connection_side_of_packet(connection, packet));
    }
    if (record->via_text == NULL) {
        message_record_keep_via(analysis, record, NULL);
    }
    rules_framing_message(analysis, message, packet, record);
}
