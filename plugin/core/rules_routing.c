/* SPDX-License-Identifier: GPL-2.0-or-later */
/* C1: where responses went. The verdicts come from route.c; here is what they mean and how sure. */
#include "context.h"

#include <stdlib.h>
#include <string.h>

struct routing_texts {
    const char *d, *exp, *obs, *srv, *req;
};

static struct routing_texts routing_texts(struct exchange *x)
{
    struct analysis *a = x->analysis;

    return (struct routing_texts){
        .d = text_endpoint(a, &x->response->dst),
        .exp = text_expected(a, x->route.expected, x->route.expected_count),
        .obs = text_endpoint(a, &x->hop->src),
        .srv = text_endpoint(a, &x->hop->dst),
        .req = text_printf(a, "%u", x->response->request_frame),
    };
}

static void routing_report(struct exchange *x, enum rule_id rule, enum severity severity,
                           bool presumed, const struct rule_arg *args)
{
    struct message_record *response = x->response;
    bool now = response->frame == x->analysis->frame;

    rule_report(x->analysis, x->transaction, (const struct connection *)response->connection, rule,
                severity, presumed, now ? (int32_t)response->index : -1,
                now ? RELATED(response->request_frame)
                    : RELATED(response->frame, response->request_frame),
                args);
    x->misrouted = x->misrouted || severity >= SEVERITY_WARN;
}

/* Number of the response's frame, for texts, when the finding stands at a later one. */
static const char *routing_frame(struct exchange *x)
{
    return x->response->frame == x->analysis->frame
               ? NULL
               : text_printf(x->analysis, "%u", x->response->frame);
}

/* ---- streams -------------------------------------------------------------------------------- */

static void rule_wrong_transport(struct exchange *x)
{
    struct routing_texts t = routing_texts(x);
    enum transport q = x->hop->transport;
    enum transport r = x->response->transport;
    bool offload =
        (q == TRANSPORT_TLS && r == TRANSPORT_TCP) || (q == TRANSPORT_TCP && r == TRANSPORT_TLS) ||
        (q == TRANSPORT_WSS && r == TRANSPORT_WS) || (q == TRANSPORT_WS && r == TRANSPORT_WSS);
    /* Request decrypted before a TLS terminator, answer tapped behind it. */
    bool presumed = offload && (!ip_address_equal(&x->response->src.ip, &x->hop->dst.ip) ||
                                !ip_address_equal(&x->response->dst.ip, &x->hop->src.ip));

    for (const struct hop *hop = x->transaction->hops; hop != NULL; hop = hop->next) {
        if (hop->transport == r) {
            return; /* the request went over to that transport too */
        }
    }
    routing_report(x, RULE_RESP_WRONG_TRANSPORT, presumed ? SEVERITY_WARN : SEVERITY_ERROR,
                   presumed,
                   RULE_ARGS({"code", x->code}, {"resp", routing_frame(x)},
                             {"wire_r", transport_name(r)}, {"wire_q", transport_name(q)},
                             {"d", t.d}, {"obs", t.obs}, {"exp", t.exp}, {"req", t.req},
                             {"via_t", transport_of_via(x->v->transport_token) == q
                                           ? NULL
                                           : text_transport(x->analysis, x->v)}));
}

/* g_free()able. proof: frame that proves C open, NULL if the finding stands at the response. */
static struct rule_arg *other_connection_args(struct analysis *a, const struct hop *hop,
                                              const struct message_record *response,
                                              const char *proof)
{
    const struct connection_record *c = &hop->connection->record;
    const struct connection_record *k = response->connection;
    bool fresh = response->verdict == VERDICT_NEW_CONNECTION_WHILE_OPEN;
    const struct rule_arg args[] = {
        {"code", text_printf(a, "%u", response->status)},
        {"resp", proof != NULL ? text_printf(a, "%u", response->frame) : NULL},
        {"d", text_endpoint(a, &response->dst)},
        {"k", text_printf(a, "%u", k->id)},
        {"opened", fresh ? text_printf(a, "opened by the server in frame %u", k->opened_frame)
                         : "which existed before or was opened by the client"},
        {"c", text_printf(a, "%u", c->id)},
        {"req", text_printf(a, "%u", response->request_frame)},
        {"obs", text_endpoint(a, &hop->src)},
        {"proof", proof},
        {NULL, NULL},
    };

    return g_memdup2(args, sizeof args);
}

static void rule_other_connection(struct exchange *x)
{
    struct rule_arg *args = other_connection_args(x->analysis, x->hop, x->response, NULL);

    /* Presumed until a packet of the client proves that C was open: rules_routing_proven_open(). */
    routing_report(x, RULE_RESP_OTHER_CONNECTION, SEVERITY_WARN, true, args);
    g_free(args);
}

static bool route_is_elsewhere(enum verdict verdict)
{
    return verdict == VERDICT_NEW_CONNECTION_WHILE_OPEN ||
           verdict == VERDICT_OTHER_CONNECTION_WHILE_OPEN ||
           verdict == VERDICT_OTHER_CONNECTION_UNKNOWN;
}

/* The next packet of the client on C proves that C was open. */
static void rule_other_connection_watch(struct exchange *x)
{
    const struct connection *k = (const struct connection *)x->response->connection;
    struct connection_watch watch = {
        .kind = WATCH_RESPONSE,
        .side = x->hop->client_side,
        .hop = x->hop,
        .record = x->response,
        .direction_certain = k != NULL && k->handshake,
    };

    if (route_is_elsewhere(x->route.verdict) && k != NULL &&
        !transport_is_websocket(x->hop->transport)) {
        connection_watch(x->hop->connection, &watch);
    }
}

void rules_routing_proven_open(struct analysis *a, const struct connection_watch *watch)
{
    struct message_record *response = watch->record;
    struct transaction *transaction = watch->hop->transaction;
    const struct connection *k = (const struct connection *)response->connection;
    struct finding *finding = finding_list_find(&transaction->findings, RULE_RESP_OTHER_CONNECTION);
    enum severity severity = watch->direction_certain ? SEVERITY_ERROR : SEVERITY_WARN;
    struct rule_arg *args;

    if (!route_is_elsewhere(response->verdict)) {
        return; /* it was the copy on the other side of a NAT */
    }
    if (response->verdict == VERDICT_OTHER_CONNECTION_UNKNOWN) {
        bool fresh = k->handshake && k->opened_time > watch->hop->first_request->time &&
                     k->opener >= 0 &&
                     ip_address_equal(&k->side[k->opener].endpoint.ip, &response->src.ip);

        response->verdict =
            fresh ? VERDICT_NEW_CONNECTION_WHILE_OPEN : VERDICT_OTHER_CONNECTION_WHILE_OPEN;
    }
    args = other_connection_args(a, watch->hop, response, text_printf(a, "%u", a->frame));
    if (finding == NULL) {
        rule_report(a, transaction, k, RULE_RESP_OTHER_CONNECTION, severity,
                    !watch->direction_certain, -1,
                    RELATED(response->frame, response->request_frame), args);
    } else if (finding->presumed && watch->direction_certain) {
        struct finding_report report = {
            .rule = RULE_RESP_OTHER_CONNECTION,
            .severity = severity,
            .message = -1,
            .related = {response->frame, response->request_frame},
            .args = args,
        };

        finding_prove(a->log, finding, &report);
    }
    g_free(args);
}

static void rule_new_connection_after_close(struct exchange *x)
{
    const struct connection_record *c = &x->hop->connection->record;
    struct analysis *a = x->analysis;
    struct routing_texts t = routing_texts(x);
    bool reconnected = g_strcmp0(x->route.detail, "client-reconnected") == 0;

    routing_report(
        x, RULE_RESP_NEW_CONNECTION_AFTER_CLOSE, reconnected ? SEVERITY_NOTE : SEVERITY_CHAT, false,
        RULE_ARGS({"code", x->code}, {"resp", routing_frame(x)}, {"c", text_printf(a, "%u", c->id)},
                  {"k", text_printf(a, "%u", x->response->connection->id)}, {"req", t.req},
                  {"d", t.d}, {"sub", x->route.detail},
                  {"who", ip_address_is_set(&c->closed_by.ip)
                              ? text_endpoint(a, &c->closed_by)
                              : "the same addresses opening it anew"},
                  {"n", text_printf(a, "%u", c->closed_frame)}));
}

static void rule_stream_to_rport(struct exchange *x)
{
    struct analysis *a = x->analysis;
    struct routing_texts t = routing_texts(x);

    routing_report(x, RULE_RESP_STREAM_TO_RPORT, SEVERITY_WARN, false,
                   RULE_ARGS({"port", text_printf(a, "%u", x->response->dst.port)},
                             {"code", x->code}, {"resp", routing_frame(x)}, {"d", t.d},
                             {"p5", text_printf(a, "%u", x->route.port)}, {"exp", t.exp}));
}

/* ---- destinations over UDP ------------------------------------------------------------------ */

/* Another hop of the transaction came from there: the answer may be for that one. */
static bool route_fits_other_hop(const struct exchange *x)
{
    for (const struct hop *hop = x->transaction->hops; hop != NULL; hop = hop->next) {
        if (hop != x->hop && ip_address_equal(&hop->src.ip, &x->response->dst.ip)) {
            return true;
        }
    }
    return false;
}

/*
 * The same response was seen a moment before on its way to another address: this is its copy on the
 * other side of a NAT, where the request was not captured.
 */
static struct hop_response *response_translated_from(const struct exchange *x)
{
    const struct message_record *now = x->response;

    for (unsigned i = 0; i < x->hop->response_count; i++) {
        struct hop_response *other = &x->hop->responses[i];
        const struct message_record *seen = other->record;

        if (seen != now && seen->status == now->status && other->tag == x->remembered->tag &&
            endpoint_equal(&seen->src, &now->src) && !endpoint_equal(&seen->dst, &now->dst) &&
            llabs(now->time - seen->time) <= x->analysis->config.t1 / 2) {
            return other;
        }
    }
    return NULL;
}

static bool response_is_translated_copy(const struct exchange *x)
{
    return response_translated_from(x) != NULL;
}

/* What was said of the first copy was said of the other side of a NAT or load balancer. */
static void routing_withdraw(struct exchange *x, struct hop_response *copied)
{
    static const enum rule_id rules[] = {
        RULE_RESP_OTHER_CONNECTION, RULE_RESP_WRONG_DESTINATION, RULE_RESP_RECEIVED_IGNORED,
        RULE_RESP_WRONG_SOURCE,     RULE_RESP_SOURCE_DIFFERS,
    };
    struct analysis *a = x->analysis;

    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
        struct finding *finding = finding_list_find(&x->transaction->findings, rules[i]);

        if (finding != NULL && finding->count == 1 && finding->frame == copied->record->frame) {
            finding_withdraw(a->log, &x->transaction->findings, rules[i]);
            frame_withdraw_marks(a, finding->frame, finding);
        }
    }
    copied->misrouted = false;
    ((struct message_record *)copied->record)->verdict = x->route.verdict;
}

static enum vantage exchange_vantage(const struct exchange *x)
{
    return vantage_of(x->analysis->vantages, &x->hop->src.ip, &x->hop->dst);
}

static void rule_wrong_destination(struct exchange *x)
{
    struct analysis *a = x->analysis;
    struct routing_texts t = routing_texts(x);
    const struct route *route = &x->route;
    bool by_translation =
        exchange_vantage(x) == VANTAGE_TRANSLATED &&
        (ip_address_equal(&x->response->dst.ip, &x->hop->src.ip) ||
         (route->has_received && ip_address_equal(&x->response->dst.ip, &route->received)));

    if (by_translation || is_middlebox(a, MIDDLEBOX_ANY, &x->response->dst.ip) ||
        route_fits_other_hop(x)) {
        return;
    }
    routing_report(
        x, RULE_RESP_WRONG_DESTINATION, route->unresolved ? SEVERITY_WARN : SEVERITY_ERROR,
        route->unresolved,
        RULE_ARGS({"code", x->code}, {"resp", routing_frame(x)}, {"d", t.d}, {"exp", t.exp},
                  {"basis", route->clause}, {"req", t.req}, {"obs", t.obs},
                  {"sentby", text_sent_by(a, x->v)},
                  {"rport", route->response_rport != 0
                                ? text_printf(a, "rport=%u", route->response_rport)
                            : x->v->rport.present ? "rport"
                                                  : NULL},
                  {"received", route->has_received
                                   ? text_printf(a, "received=%s", text_ip(a, &route->received))
                                   : NULL}));
}

static void rule_rport_ignored(struct exchange *x)
{
    struct analysis *a = x->analysis;
    struct routing_texts t = routing_texts(x);

    if (x->v->rport.has_value || x->route.port == x->hop->src.port ||
        x->route.response_rport == x->route.port) {
        return;
    }
    routing_report(x, RULE_RESP_RPORT_IGNORED, SEVERITY_ERROR, false,
                   RULE_ARGS({"wr", text_printf(a, "%u", x->route.response_rport)},
                             {"code", x->code}, {"resp", routing_frame(x)},
                             {"d_port", text_printf(a, "%u", x->response->dst.port)}, {"d", t.d},
                             {"exp", t.exp}, {"req", t.req}, {"obs", t.obs}));
}

static void rule_rport_unsupported(struct exchange *x)
{
    struct analysis *a = x->analysis;
    struct routing_texts t = routing_texts(x);
    bool behind_nat =
        ip_address_is_set(&x->v->host_ip) && !ip_address_equal(&x->v->host_ip, &x->hop->src.ip);

    if (x->v->rport.has_value || x->route.port == x->hop->src.port) {
        return;
    }
    routing_report(x, RULE_RESP_RPORT_UNSUPPORTED, behind_nat ? SEVERITY_WARN : SEVERITY_NOTE,
                   false,
                   RULE_ARGS({"obs", t.obs}, {"req", t.req}, {"srv", t.srv}, {"code", x->code},
                             {"resp", routing_frame(x)},
                             {"d_port", text_printf(a, "%u", x->response->dst.port)}, {"d", t.d}));
}

static void rule_received_ignored(struct exchange *x)
{
    struct routing_texts t = routing_texts(x);
    const struct route *route = &x->route;
    bool presumed =
        route->unresolved || (!route->has_received && exchange_vantage(x) == VANTAGE_UNKNOWN);

    if (ip_address_equal(&x->response->dst.ip, &x->hop->src.ip) ||
        (route->has_received && ip_address_equal(&x->response->dst.ip, &route->received)) ||
        route_fits_other_hop(x)) {
        return;
    }
    routing_report(x, RULE_RESP_RECEIVED_IGNORED, presumed ? SEVERITY_WARN : SEVERITY_ERROR,
                   presumed,
                   RULE_ARGS({"code", x->code}, {"resp", routing_frame(x)}, {"d", t.d},
                             {"obs", t.obs}, {"req", t.req}, {"exp", t.exp}));
}

static void rule_symmetric_unrequested(struct exchange *x)
{
    struct analysis *a = x->analysis;
    struct routing_texts t = routing_texts(x);

    routing_report(x, RULE_RESP_SYMMETRIC_UNREQUESTED, SEVERITY_NOTE, false,
                   RULE_ARGS({"code", x->code}, {"resp", routing_frame(x)},
                             {"obs_port", text_printf(a, "%u", x->hop->src.port)}, {"d", t.d},
                             {"p5", text_printf(a, "%u", x->route.port)}, {"req", t.req},
                             {"exp", t.exp}));
}

static void rule_maddr_ignored(struct exchange *x)
{
    struct routing_texts t = routing_texts(x);

    if (x->route.unresolved) {
        return;
    }
    routing_report(x, RULE_RESP_MADDR_IGNORED, SEVERITY_WARN, false,
                   RULE_ARGS({"req", t.req}, {"maddr", text_slice(x->analysis, x->v->maddr.value)},
                             {"code", x->code}, {"resp", routing_frame(x)}, {"d", t.d},
                             {"exp", t.exp}));
}

/* ---- sources over UDP ------------------------------------------------------------------------ */

/* The request was handed on to that very address: a load balancer with both legs in the file. */
static bool source_got_a_copy(const struct exchange *x)
{
    for (const struct hop *hop = x->transaction->hops; hop != NULL; hop = hop->next) {
        if (hop != x->hop && endpoint_equal(&hop->dst, &x->response->src)) {
            return true;
        }
    }
    return false;
}

static void rule_wrong_source(struct exchange *x)
{
    struct routing_texts t = routing_texts(x);
    const char *r_src = text_endpoint(x->analysis, &x->response->src);
    bool same_host = ip_address_equal(&x->response->src.ip, &x->hop->dst.ip);
    bool rport = x->v->rport.present && x->v->maddr.value.len == 0;
    bool proven = same_host; /* another address may belong to a node behind a load balancer */
    /* Whether a balancer restores the address behind the tap, only the server's view can tell. */
    bool one_side = !same_host && !x->route.has_received && exchange_vantage(x) == VANTAGE_UNKNOWN;

    /* The user's own, whose other leg is not in the file, restores the address. */
    bool balanced = !same_host && (is_middlebox(x->analysis, MIDDLEBOX_ANY, &x->response->src.ip) ||
                                   is_middlebox(x->analysis, MIDDLEBOX_ANY, &x->hop->dst.ip));

    if (source_got_a_copy(x) || balanced || (rport && one_side)) {
        return;
    }
    if (rport) {
        routing_report(x, RULE_RESP_WRONG_SOURCE, proven ? SEVERITY_ERROR : SEVERITY_WARN, !proven,
                       RULE_ARGS({"req", t.req}, {"srv", t.srv}, {"code", x->code},
                                 {"resp", routing_frame(x)}, {"d", t.d}, {"r_src", r_src},
                                 {"hint", proven ? NULL
                                                 : "unless a load balancer whose other leg is not "
                                                   "in the capture restores the address"}));
        return;
    }
    routing_report(x, RULE_RESP_SOURCE_DIFFERS,
                   ip_address_is_private(&x->hop->src.ip) || ip_address_is_private(&x->v->host_ip)
                       ? SEVERITY_WARN
                       : SEVERITY_NOTE,
                   false,
                   RULE_ARGS({"code", x->code}, {"resp", routing_frame(x)}, {"d", t.d},
                             {"r_src", r_src}, {"req", t.req}, {"srv", t.srv}));
}

/* ---- time ------------------------------------------------------------------------------------ */

static void rule_late(struct exchange *x)
{
    const struct transaction *transaction = x->transaction;
    int64_t limit = transaction_timeout(&x->analysis->config);
    int64_t waited = x->response->time - transaction->first_time;
    bool concerned = transaction->is_invite
                         ? !transaction->has_provisional && transaction->final_time == 0
                         : transaction->final_time == 0 && x->response->status >= 200;

    if (!concerned || waited <= limit) {
        return;
    }
    routing_report(x, RULE_RESP_LATE, SEVERITY_NOTE, false,
                   RULE_ARGS({"code", x->code}, {"resp", routing_frame(x)},
                             {"dt", text_seconds(x->analysis, waited)},
                             {"req", text_printf(x->analysis, "%u", x->hop->first_request->frame)},
                             {"tx", text_seconds(x->analysis, limit)}));
}

/* ---- all ------------------------------------------------------------------------------------- */

void rules_routing_response(struct exchange *x)
{
    struct hop_response *copied;
    static void (*const rules[RULE_COUNT])(struct exchange *) = {
        [RULE_RESP_WRONG_TRANSPORT] = rule_wrong_transport,
        [RULE_RESP_OTHER_CONNECTION] = rule_other_connection,
        [RULE_RESP_STREAM_TO_RPORT] = rule_stream_to_rport,
        [RULE_RESP_WRONG_DESTINATION] = rule_wrong_destination,
        [RULE_RESP_RPORT_IGNORED] = rule_rport_ignored,
        [RULE_RESP_RPORT_UNSUPPORTED] = rule_rport_unsupported,
        [RULE_RESP_RECEIVED_IGNORED] = rule_received_ignored,
        [RULE_RESP_SYMMETRIC_UNREQUESTED] = rule_symmetric_unrequested,
        [RULE_RESP_MADDR_IGNORED] = rule_maddr_ignored,
    };

    copied = response_translated_from(x);
    x->translated = copied != NULL;
    if (copied != NULL) {
        if (copied->misrouted && x->route.broken == RULE_COUNT && !x->route.wrong_source) {
            routing_withdraw(x, copied);
        }
        return;
    }
    if (x->route.broken != RULE_COUNT && rules[x->route.broken] != NULL) {
        rules[x->route.broken](x);
    }
    if (x->route.verdict == VERDICT_NEW_CONNECTION_AFTER_CLOSE) {
        rule_new_connection_after_close(x);
    }
    rule_other_connection_watch(x);
    if (x->route.wrong_source) {
        rule_wrong_source(x);
    }
    rule_late(x);
    x->remembered->misrouted = x->remembered->misrouted || x->misrouted;
}

/*
 * Two responses of one hop on different routes. On streams only as long as the request's connection
 * is open: once it is closed the route has to change (18.2.2 b1).
 */
void rules_routing_split(struct exchange *x)
{
    struct analysis *a = x->analysis;
    struct hop *hop = x->hop;
    const struct message_record *before = hop->route_response;
    enum verdict verdict = x->route.verdict;
    bool stream = transport_is_reliable(hop->transport);
    bool same;

    if (verdict == VERDICT_OTHER_CONNECTION_UNKNOWN || x->transaction->undelivered != NULL ||
        response_is_translated_copy(x) ||
        (stream &&
         (verdict == VERDICT_NEW_CONNECTION_AFTER_CLOSE || verdict == VERDICT_WRONG_DESTINATION))) {
        return;
    }
    if (before == NULL) {
        hop->route_response = x->response;
        hop->route_class = x->route.basis;
        return;
    }
    same = stream ? hop->route_class == verdict
                  : endpoint_equal(&before->src, &x->response->src) &&
                        endpoint_equal(&before->dst, &x->response->dst) &&
                        (hop->route_class == VERDICT_WRONG_TRANSPORT) ==
                            (verdict == VERDICT_WRONG_TRANSPORT);
    if (same) {
        return;
    }
    rule_report(a, x->transaction, NULL, RULE_RESP_SPLIT_ROUTE, SEVERITY_NOTE, false,
                exchange_index(x), RELATED(before->frame, x->response->request_frame),
                RULE_ARGS({"req", text_printf(a, "%u", x->response->request_frame)},
                          {"list", text_printf(a, "%u from %s to %s (%s), %s from %s to %s (%s)",
                                               before->status, text_endpoint(a, &before->src),
                                               text_endpoint(a, &before->dst),
                                               verdict_name(hop->route_class), x->code,
                                               text_endpoint(a, &x->response->src),
                                               text_endpoint(a, &x->response->dst),
                                               verdict_name(x->route.basis))}));
}

void rules_routing_unmatched(struct analysis *a, struct transaction *orphan,
                             const struct message *message, const struct packet_message *packet,
                             struct message_record *response)
{
    const struct via *w = &message->via[0];
    int64_t since_start = response->time - a->first_time;
    int64_t wait = transaction_timeout(&a->config) + (orphan->is_invite ? a->config.timer_c : 0);
    const char *code = text_printf(a, "%u", response->status);
    struct endpoint expected;

    response->detail = "n/a";
    rule_report(a, orphan, (const struct connection *)response->connection, RULE_RESP_UNMATCHED,
                SEVERITY_CHAT, false, (int32_t)response->index, NULL,
                RULE_ARGS({"code", code}, {"d", text_endpoint(a, &response->dst)},
                          {"branch", text_slice(a, w->branch)},
                          {"dt", since_start < wait ? text_seconds(a, since_start) : NULL}));
    if (packet->transport != TRANSPORT_UDP) {
        return;
    }
    switch (route_self_check(w, &response->dst, &expected)) {
    case ROUTE_SELF_NONE:
        return;
    case ROUTE_SELF_CONSISTENT:
        response->detail = "consistent";
        return;
    case ROUTE_SELF_INCONSISTENT:
        response->detail = "inconsistent";
        break;
    }
    if (ip_address_is_private(&response->dst.ip)) {
        return;
    }
    rule_report(a, orphan, NULL, RULE_RESP_OWN_VIA_MISMATCH, SEVERITY_WARN, false,
                (int32_t)response->index, NULL,
                RULE_ARGS({"code", code}, {"d", text_endpoint(a, &response->dst)},
                          {"exp", text_endpoint(a, &expected)}));
}
