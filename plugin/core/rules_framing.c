/* SPDX-License-Identifier: GPL-2.0-or-later */
/* C10: framing, size, protection, and errors of the layers below. */
#include "context.h"

/* RFC 3261 18.1.1: larger requests need a congestion-controlled transport. */
#define UDP_REQUEST_MAX 1300

/* ---- every message --------------------------------------------------------------------------- */

/* Where findings about one message go that may belong to no transaction. */
struct framing {
    struct analysis *a;
    const struct message *message;
    const struct packet_message *packet;
    const struct message_record *record;
    struct finding_list *list;
    const struct transaction *transaction;
};

static void framing_report(const struct framing *f, enum rule_id rule, enum severity severity,
                           const struct rule_arg *args)
{
    rule_report_on(f->a, f->list, f->transaction, (const struct connection *)f->record->connection,
                   rule, severity, false, (int32_t)f->record->index, NULL, args);
}

static void rule_content_length(const struct framing *f)
{
    struct analysis *a = f->a;
    const struct message *message = f->message;
    const char *end = f->packet->bytes.ptr + f->packet->bytes.len;
    enum transport wire = f->record->transport;
    uint64_t body;

    if (!message->headers_complete) {
        return;
    }
    if (!message->has_content_length) {
        if (wire == TRANSPORT_TCP || wire == TRANSPORT_TLS || wire == TRANSPORT_TLS_SCTP) {
            framing_report(f, RULE_CONTENT_LENGTH_MISSING,
                           wire == TRANSPORT_TLS_SCTP ? SEVERITY_NOTE : SEVERITY_ERROR,
                           RULE_ARGS({"wire", transport_name(wire)}));
        }
        return;
    }
    if (wire == TRANSPORT_TCP || wire == TRANSPORT_TLS || f->packet->cut > 0 ||
        f->packet->partial) {
        return; /* there it is what ends the message; or the end was not captured */
    }
    body = (uint64_t)(end - (message->text.ptr + message->header_length));
    if (message->content_length == body) {
        return;
    }
    framing_report(
        f, RULE_CONTENT_LENGTH_MISMATCH,
        message->content_length > body ? SEVERITY_ERROR : SEVERITY_NOTE,
        RULE_ARGS({"a", text_printf(a, "%" G_GUINT64_FORMAT, message->content_length)},
                  {"b", text_printf(a, "%" G_GUINT64_FORMAT, body)},
                  {"effect", message->content_length <= body ? "the extra bytes are discarded"
                             : message->is_request           ? "the request gets 400"
                                                             : "the response is discarded"}));
}

static void rule_fragmented(const struct framing *f)
{
    struct analysis *a = f->a;

    if (f->packet->fragments < 2 || f->record->transport != TRANSPORT_UDP) {
        return;
    }
    framing_report(f, RULE_UDP_FRAGMENTED, SEVERITY_NOTE,
                   RULE_ARGS({"src", text_endpoint(a, &f->record->src)},
                             {"dst", text_endpoint(a, &f->record->dst)},
                             {"n", text_printf(a, "%u", f->packet->fragments)}));
}

static void rule_sctp(const struct framing *f)
{
    struct analysis *a = f->a;

    if (f->packet->has_ppid && f->packet->ppid != 0) {
        framing_report(f, RULE_SCTP_PPID, SEVERITY_NOTE,
                       RULE_ARGS({"v", text_printf(a, "%u", f->packet->ppid)}));
    }
    if (f->record->transport == TRANSPORT_TLS_SCTP && f->packet->sctp_unordered) {
        framing_report(f, RULE_SCTP_UNORDERED_TLS, SEVERITY_NOTE, RULE_ARGS({NULL, NULL}));
    }
}

void rules_framing_message(struct analysis *analysis, const struct message *message,
                           const struct packet_message *packet, const struct message_record *record)
{
    struct transaction *transaction =
        transaction_by_number(analysis->transactions, record->transaction);
    struct finding_list alone = {0};
    struct framing framing = {
        .a = analysis,
        .message = message,
        .packet = packet,
        .record = record,
        .list = transaction != NULL ? &transaction->findings : &alone,
        .transaction = transaction,
    };

    rule_content_length(&framing);
    rule_fragmented(&framing);
    rule_sctp(&framing);
}

/* ---- requests --------------------------------------------------------------------------------- */

static void rule_too_big(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    size_t size = sending->packet->bytes.len + sending->packet->cut;
    const struct peer *peer;

    if (sending->hop->transport != TRANSPORT_UDP || size <= UDP_REQUEST_MAX) {
        return;
    }
    peer =
        peer_find(a->peers, &sending->request->src.ip, &sending->request->dst, TRANSPORT_UNKNOWN);
    if (peer != NULL && peer->refused != NULL) {
        return; /* TCP was tried first and refused: 18.1.1 then asks for UDP */
    }
    rule_report(a, sending->transaction, NULL, RULE_UDP_REQUEST_TOO_BIG, SEVERITY_WARN, false,
                (int32_t)sending->request->index, NULL,
                RULE_ARGS({"n", text_printf(a, "%zu", size)},
                          {"dst", text_endpoint(a, &sending->request->dst)}));
}

static const struct sip_uri *sips_target(const struct message *message)
{
    bool loose;

    if (message->request_uri.is_sips) {
        return &message->request_uri;
    }
    if (message->route_count == 0 || !message->route.uri.is_sips) {
        return NULL;
    }
    sip_param_find(message->route.uri.params, "lr", &loose);
    return loose ? &message->route.uri : NULL;
}

static void rule_sips(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    const struct sip_uri *uri = sips_target(sending->message);
    enum transport wire = sending->hop->transport;
    bool via_says_tls = transport_is_secure(sending->v->transport);
    bool both_private = ip_address_is_private(&sending->request->src.ip) &&
                        ip_address_is_private(&sending->request->dst.ip);

    if (uri == NULL || transport_is_secure(wire) || sending->packet->ipsec ||
        (wire != TRANSPORT_UDP && both_private && !via_says_tls)) {
        return; /* protected otherwise, or a leg behind a TLS terminator */
    }
    rule_report(a, sending->transaction, sending->hop->connection, RULE_SIPS_NOT_TLS,
                via_says_tls ? SEVERITY_WARN : SEVERITY_ERROR, via_says_tls,
                (int32_t)sending->request->index, NULL,
                RULE_ARGS({"uri", text_slice(a, uri->text)}, {"wire", transport_name(wire)},
                          {"dst", text_endpoint(a, &sending->request->dst)},
                          {"via_t", via_says_tls ? text_transport(a, sending->v) : NULL}));
}

static void rule_request_repeated(const struct sending *sending)
{
    struct analysis *a = sending->analysis;

    /* The ACK for a 2xx is repeated with each 2xx, end to end (13.2.2.4). */
    if (!sending->match.retransmission || sending->transaction->is_ack ||
        !transport_is_reliable(sending->hop->transport) || sending->packet->tcp_retransmission) {
        return;
    }
    rule_report(a, sending->transaction, sending->hop->connection, RULE_RETRANSMIT_ON_STREAM,
                SEVERITY_NOTE, false, (int32_t)sending->request->index,
                RELATED(sending->hop->first_request->frame),
                RULE_ARGS({"method", text_method(a, sending->request->method)},
                          {"n", text_printf(a, "%u", sending->hop->first_request->frame)},
                          {"dt", text_seconds(a, a->time - sending->hop->first_request->time)}));
}

void rules_framing_request(const struct sending *sending)
{
    rule_too_big(sending);
    rule_sips(sending);
    rule_request_repeated(sending);
}

/* ---- responses -------------------------------------------------------------------------------- */

static void rule_response_repeated(struct exchange *x)
{
    struct analysis *a = x->analysis;
    const struct message_record *earlier = x->remembered->record;
    bool end_to_end = x->transaction->is_invite && x->response->status < 300;

    if (x->first || end_to_end || x->response->status < 200 || x->packet->tcp_retransmission ||
        !transport_is_reliable(x->hop->transport) ||
        earlier->connection != x->response->connection ||
        x->hop->last_request->time > earlier->time) {
        return; /* first sending, 2xx of an INVITE (13.3.1.4), or asked for by a repeated request */
    }
    rule_report(a, x->transaction, x->hop->connection, RULE_RETRANSMIT_ON_STREAM, SEVERITY_NOTE,
                false, exchange_index(x), RELATED(earlier->frame),
                RULE_ARGS({"method", text_printf(a, "%s to %s", x->code,
                                                 text_method(a, x->response->method))},
                          {"n", text_printf(a, "%u", earlier->frame)},
                          {"dt", text_seconds(a, a->time - earlier->time)}));
}

/* RFC 4320: what must not answer a request other than INVITE. */
static void rule_non_invite(struct exchange *x)
{
    struct analysis *a = x->analysis;
    unsigned status = x->response->status;
    int64_t after = x->response->time - x->transaction->first_time;
    int64_t limit = 7 * a->config.t1; /* when Timer E has grown to T2: 0.5 + 1 + 2 s */
    enum rule_id rule = RULE_COUNT;

    if (x->transaction->is_invite) {
        return;
    }
    if (status > 100 && status < 200) {
        rule = RULE_NIT_PROVISIONAL;
    } else if (status == 100 && x->hop->transport == TRANSPORT_UDP && after < limit) {
        rule = RULE_NIT_100_EARLY;
    } else if (status == 408) {
        rule = RULE_NIT_408;
    }
    if (rule == RULE_COUNT) {
        return;
    }
    rule_report(a, x->transaction, x->hop->connection, rule, SEVERITY_NOTE, false,
                exchange_index(x), RELATED(x->response->request_frame),
                RULE_ARGS({"code", x->code}, {"method", text_method(a, x->response->method)},
                          {"req", text_printf(a, "%u", x->response->request_frame)},
                          {"dt", text_seconds(a, after)}, {"limit", text_seconds(a, limit)}));
}

void rules_framing_response(struct exchange *x)
{
    rule_response_repeated(x);
    rule_non_invite(x);
}

/* ---- ICMP errors ------------------------------------------------------------------------------- */

/*
 * The errors that end a sending (RFC 3261 18.4): network, host, protocol or port unreachable, and
 * parameter problems. Others, such as TTL exceeded, are to be ignored. NULL: not one of them.
 */
static const char *icmp_fatal_name(const struct packet_icmp *icmp)
{
    static const struct {
        bool v6;
        uint8_t type, code;
        const char *name;
    } errors[] = {
        {false, 3, 0, "ICMP network unreachable"},
        {false, 3, 1, "ICMP host unreachable"},
        {false, 3, 2, "ICMP protocol unreachable"},
        {false, 3, 3, "ICMP port unreachable"},
        {true, 1, 0, "ICMPv6 no route"},
        {true, 1, 1, "ICMPv6 administratively prohibited"},
        {true, 1, 3, "ICMPv6 address unreachable"},
        {true, 1, 4, "ICMPv6 port unreachable"},
    };

    if (icmp->type == (icmp->v6 ? 4 : 12)) {
        return "ICMP parameter problem";
    }
    for (size_t i = 0; i < G_N_ELEMENTS(errors); i++) {
        if (icmp->v6 == errors[i].v6 && icmp->type == errors[i].type &&
            icmp->code == errors[i].code) {
            return errors[i].name;
        }
    }
    return NULL;
}

/*
 * The transaction whose message is quoted: by its own headers, else by the flow. *status: of the
 * quoted response, 0 if the quotation does not tell.
 */
static struct transaction *icmp_transaction(struct analysis *a, const struct packet_icmp *icmp,
                                            bool *is_request, unsigned *status)
{
    struct message *quoted = &a->message;
    const struct message_record *last = flow_table_find(a, &icmp->src, &icmp->dst);

    if (last == NULL) {
        return NULL; /* not a flow of SIP messages in the file */
    }
    *is_request = last->is_request;
    if (message_parse(icmp->quoted, false, quoted)) {
        struct transaction *found = NULL;

        *is_request = quoted->is_request;
        *status = quoted->status;
        if (quoted->via_parsed > 0 && quoted->has_cseq && quoted->call_id.len > 0) {
            found = transaction_quoted(a->transactions, quoted);
        }
        if (found != NULL) {
            return found;
        }
        if (last->is_request != quoted->is_request) {
            return NULL;
        }
    }
    return transaction_by_number(a->transactions, last->transaction);
}

static void icmp_of_request(struct analysis *a, const struct packet_icmp *icmp,
                            struct transaction *transaction, const char *name)
{
    for (struct hop *hop = transaction->hops; hop != NULL; hop = hop->next) {
        if (endpoint_equal(&hop->src, &icmp->src) && endpoint_equal(&hop->dst, &icmp->dst)) {
            rule_report(a, transaction, hop->connection, RULE_ICMP_REQUEST, SEVERITY_WARN, false,
                        -1, RELATED(hop->last_request->frame),
                        RULE_ARGS({"n", text_printf(a, "%u", hop->last_request->frame)},
                                  {"dst", text_endpoint(a, &icmp->dst)}, {"code", name},
                                  {"from", text_ip(a, &icmp->from)}));
            return;
        }
    }
}

static void icmp_response_report(struct analysis *a, struct hop *hop,
                                 const struct hop_response *response,
                                 const struct packet_icmp *icmp, const char *name)
{
    const struct message_record *record = response->record;
    struct deadline deadline = {.set = a->time,
                                .due = a->time + transaction_timeout(&a->config),
                                .subject = hop,
                                .frame = record->frame};
    struct transaction *transaction = hop->transaction;

    rule_report(
        a, transaction, NULL, RULE_ICMP_RESPONSE, SEVERITY_WARN, false, -1, RELATED(record->frame),
        RULE_ARGS({"n", text_printf(a, "%u", record->frame)}, {"d", text_endpoint(a, &record->dst)},
                  {"code", name}, {"from", text_ip(a, &icmp->from)}));
    if (transaction->undelivered == NULL) {
        transaction->undelivered = record;
        deadline_set(a->deadlines, DEADLINE_FALLBACK, &deadline);
    }
}

static void icmp_of_response(struct analysis *a, const struct packet_icmp *icmp,
                             struct transaction *transaction, unsigned status, const char *name)
{
    struct hop *found = NULL;
    struct hop_response *response = NULL;

    for (struct hop *hop = transaction->hops; hop != NULL; hop = hop->next) {
        for (unsigned i = 0; i < hop->response_count; i++) {
            const struct message_record *record = hop->responses[i].record;

            if (endpoint_equal(&record->src, &icmp->src) &&
                endpoint_equal(&record->dst, &icmp->dst) &&
                (status == 0 || record->status == status)) {
                found = hop;
                response = &hop->responses[i];
            }
        }
    }
    if (found != NULL) {
        icmp_response_report(a, found, response, icmp, name);
        rules_received_error(a, found, response, icmp);
        rules_harm_error(a, found, response);
    }
}

/* The error answers a SYN: the connection never came about. */
static void icmp_of_connection(struct analysis *a, const struct packet_icmp *icmp, const char *name)
{
    struct connection *connection = connection_between(a->connections, &icmp->src, &icmp->dst);

    if (connection == NULL || !connection->handshake || connection->established ||
        connection->refused) {
        return;
    }
    connection->refused = true;
    rules_connection_refused(a, connection, name, 0, ip_address_equal(&icmp->from, &icmp->dst.ip));
}

void rules_framing_icmp(struct analysis *analysis, const struct packet_icmp *icmp)
{
    const char *name = icmp_fatal_name(icmp);
    struct transaction *transaction;
    bool is_request = false;
    unsigned status = 0;

    if (name == NULL) {
        return;
    }
    if (icmp->tcp) {
        icmp_of_connection(analysis, icmp, name);
        return;
    }
    transaction = icmp_transaction(analysis, icmp, &is_request, &status);
    if (transaction == NULL) {
        return;
    }
    if (is_request) {
        icmp_of_request(analysis, icmp, transaction, name);
    } else {
        icmp_of_response(analysis, icmp, transaction, status, name);
    }
}

void rules_framing_fallback(struct analysis *a, const struct deadline *deadline)
{
    struct hop *hop = deadline->subject;
    struct transaction *transaction = hop->transaction;
    struct finding *finding = finding_list_find(&transaction->findings, RULE_ICMP_RESPONSE);
    struct finding_report report = {
        .rule = RULE_ICMP_RESPONSE, .severity = SEVERITY_WARN, .message = -1};

    if (finding == NULL || transaction->fallback_tried) {
        return;
    }
    report.args =
        RULE_ARGS({"n", text_printf(a, "%u", deadline->frame)},
                  {"d", text_endpoint(a, &transaction->undelivered->dst)}, {"code", "ICMP error"},
                  {"tx", text_seconds(a, transaction_timeout(&a->config))});
    finding_complete(a->log, finding, &report);
}
