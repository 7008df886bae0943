/* SPDX-License-Identifier: GPL-2.0-or-later */
/* C2: received and rport, what servers write into a Via and what clients may. */
#include "context.h"

#include <string.h>

#define SECOND INT64_C(1000000000)

/* A NAT mapping seen longer ago may have gone in peace. */
#define MAPPING_LIFETIME (300 * SECOND)
/* Distance of INVITEs that only refresh a binding (RFC 3581 3 recommends about 20 s). */
#define REFRESH_MIN (15 * SECOND)
#define REFRESH_MAX (40 * SECOND)

/*
 * What a server wrote into the Via of a request: seen in its response, or in the request that it
 * forwarded, where the Via is the second one (18.2.1, RFC 3581 6).
 */
struct via_truth {
    struct analysis *analysis;
    struct transaction *transaction;
    const struct hop *hop;
    const struct via *v; /* as sent */
    const struct via *w; /* as the server left it */
    bool elsewhere;      /* the response did not go back to the source */
    int32_t message;
    uint32_t request_frame;
};

static void truth_report(const struct via_truth *truth, enum rule_id rule, enum severity severity,
                         const struct rule_arg *args)
{
    rule_report(truth->analysis, truth->transaction, truth->hop->connection, rule, severity, false,
                truth->message, RELATED(truth->request_frame), args);
}

static bool host_is_translated(const struct via *v, const struct endpoint *obs)
{
    return ip_address_is_set(&v->host_ip) && !ip_address_equal(&v->host_ip, &obs->ip) &&
           /* Two addresses of one net: a host with two interfaces, not a NAT. */
           !ip_address_same_net(&v->host_ip, &obs->ip);
}

static void truth_received_missing(const struct via_truth *truth)
{
    struct analysis *a = truth->analysis;
    const struct ip_address *obs = &truth->hop->src.ip;
    const struct via *v = truth->v;
    bool name = !ip_address_is_set(&v->host_ip);
    bool other = !name && !ip_address_equal(&v->host_ip, obs);

    if (truth->w->received.present || (!name && !other) ||
        is_middlebox(a, MIDDLEBOX_NAT, &v->host_ip)) {
        return; /* a client that writes its NAT's address: equal behind it (E3) */
    }
    if (other && !(ip_address_is_private(&v->host_ip) && !ip_address_is_private(obs)) &&
        vantage_of(a->vantages, obs, &truth->hop->dst) != VANTAGE_DIRECT) {
        return; /* a NAT between tap and server may make them equal */
    }
    truth_report(truth, RULE_RECEIVED_MISSING,
                 transport_is_reliable(truth->hop->transport) ? SEVERITY_NOTE : SEVERITY_WARN,
                 RULE_ARGS({"req", text_printf(a, "%u", truth->request_frame)},
                           {"obs_ip", text_ip(a, obs)}, {"sentby", text_sent_by(a, v)},
                           {"srv", text_endpoint(a, &truth->hop->dst)}));
}

static void truth_received_missing_rport(const struct via_truth *truth)
{
    struct analysis *a = truth->analysis;
    uint16_t wr = via_rport_value(truth->w);

    if (!truth->v->rport.present || truth->v->rport.has_value || wr == 0 ||
        truth->w->received.present) {
        return;
    }
    truth_report(truth, RULE_RECEIVED_MISSING_RPORT, SEVERITY_WARN,
                 RULE_ARGS({"srv", text_endpoint(a, &truth->hop->dst)},
                           {"wr", text_printf(a, "%u", wr)},
                           {"req", text_printf(a, "%u", truth->request_frame)},
                           {"obs", text_endpoint(a, &truth->hop->src)}));
}

/*
 * The server told the truth before on this very flow, so the tap sees what the server sees. Only the
 * flow counts: another port of the client may take another path through a NAT.
 */
static bool truth_is_known(const struct via_truth *truth)
{
    enum vantage vantage =
        vantage_of_flow(truth->analysis->vantages, &truth->hop->src, &truth->hop->dst);
    struct ip_address received;

    /* The user's own NAT or balancer stands between: its address is the right one. */
    if (via_received_ip(truth->w, &received) && !ip_address_equal(&received, &truth->hop->src.ip) &&
        is_middlebox(truth->analysis, MIDDLEBOX_ANY, &received)) {
        return false;
    }

    return vantage == VANTAGE_DIRECT || vantage == VANTAGE_MIXED;
}

static bool truth_received_wrong(const struct via_truth *truth)
{
    struct analysis *a = truth->analysis;
    struct ip_address received;

    if (!via_received_ip(truth->w, &received) || ip_address_equal(&received, &truth->hop->src.ip) ||
        !truth_is_known(truth)) {
        return false;
    }
    truth_report(truth, RULE_RECEIVED_WRONG, SEVERITY_ERROR,
                 RULE_ARGS({"srv", text_endpoint(a, &truth->hop->dst)},
                           {"w_received", text_ip(a, &received)},
                           {"req", text_printf(a, "%u", truth->request_frame)},
                           {"obs_ip", text_ip(a, &truth->hop->src.ip)}));
    return true;
}

static bool truth_rport_wrong(const struct via_truth *truth)
{
    struct analysis *a = truth->analysis;
    uint16_t wr = via_rport_value(truth->w);

    for (const struct hop *hop = truth->transaction->hops; hop != NULL; hop = hop->next) {
        if (hop->src.port == wr && hop != truth->hop) {
            return false; /* true of a transmission from before a rebinding */
        }
    }
    if (wr == 0 || wr == truth->hop->src.port || truth->v->rport.has_value ||
        !truth_is_known(truth)) {
        return false;
    }
    truth_report(truth, RULE_RPORT_WRONG, SEVERITY_ERROR,
                 RULE_ARGS({"srv", text_endpoint(a, &truth->hop->dst)},
                           {"wr", text_printf(a, "%u", wr)},
                           {"req", text_printf(a, "%u", truth->request_frame)},
                           {"obs_port", text_printf(a, "%u", truth->hop->src.port)}));
    return true;
}

/* The parameters of V but its branch are gone from W: the missing rport says nothing of its own. */
static bool all_params_dropped(const struct via *v, const struct via *w)
{
    struct slice params = v->params;
    struct slice name;
    struct via_param param;
    bool dropped = false;

    while (via_param_next(&params, &name, &param)) {
        char *text = slice_dup(name);
        bool kept = via_param_find(w, text).present;

        g_free(text);
        if (slice_is_nocase(name, "rport") || slice_is_nocase(name, "branch")) {
            continue;
        }
        if (kept) {
            return false;
        }
        dropped = true;
    }
    return dropped;
}

static void truth_rport_not_filled(const struct via_truth *truth)
{
    struct analysis *a = truth->analysis;

    if (!truth->v->rport.present || truth->v->rport.has_value || truth->w->rport.has_value ||
        all_params_dropped(truth->v, truth->w)) {
        return;
    }
    truth_report(truth, RULE_RPORT_NOT_FILLED,
                 truth->elsewhere && !transport_is_reliable(truth->hop->transport) ? SEVERITY_WARN
                                                                                   : SEVERITY_NOTE,
                 RULE_ARGS({"obs", text_endpoint(a, &truth->hop->src)},
                           {"req", text_printf(a, "%u", truth->request_frame)},
                           {"srv", text_endpoint(a, &truth->hop->dst)}));
}

/* True if received or rport is plainly wrong. */
static bool truth_check(const struct via_truth *truth)
{
    bool wrong;

    if (transport_is_websocket(truth->hop->transport)) {
        return false; /* RFC 7118 5.3: may be left out */
    }
    truth_received_missing(truth);
    truth_received_missing_rport(truth);
    wrong = truth_received_wrong(truth);
    wrong = truth_rport_wrong(truth) || wrong;
    truth_rport_not_filled(truth);
    return wrong;
}

/* ---- responses ------------------------------------------------------------------------------ */

static void rule_received_syntax(struct exchange *x)
{
    struct ip_address bare;

    if (!x->w->received.present || ip_address_parse(x->w->received.value, &bare)) {
        return;
    }
    rule_report(
        x->analysis, x->transaction, x->hop->connection, RULE_RECEIVED_SYNTAX, SEVERITY_NOTE, false,
        exchange_index(x), NULL,
        RULE_ARGS(
            {"v", x->w->received.has_value ? text_slice(x->analysis, x->w->received.value) : ""}));
}

static void rule_rport_added(struct exchange *x)
{
    struct analysis *a = x->analysis;
    uint16_t wr = via_rport_value(x->w);

    if (!x->w->rport.present || x->v->rport.present) {
        return;
    }
    rule_report(a, x->transaction, x->hop->connection, RULE_RPORT_ADDED_UNREQUESTED, SEVERITY_NOTE,
                false, exchange_index(x), RELATED(x->response->request_frame),
                RULE_ARGS({"srv", text_endpoint(a, &x->hop->dst)},
                          {"wr", wr != 0 ? text_printf(a, "%u", wr) : NULL},
                          {"req", text_printf(a, "%u", x->response->request_frame)},
                          {"obs", text_endpoint(a, &x->hop->src)}));
}

static void rule_nat_detected(struct exchange *x)
{
    struct analysis *a = x->analysis;
    const struct endpoint *obs = &x->hop->src;
    const struct route *route = &x->route;
    bool before = host_is_translated(x->v, obs);
    bool behind = (route->has_received && !ip_address_equal(&route->received, &obs->ip)) ||
                  (route->response_rport != 0 && route->response_rport != obs->port &&
                   !x->v->rport.has_value);
    struct endpoint seen =
        endpoint_make(route->has_received ? &route->received : &obs->ip, route->response_rport);

    /* That the user's own translate is no news. */
    before = before && !is_middlebox(a, MIDDLEBOX_ANY, &obs->ip);
    behind = behind && !is_middlebox(a, MIDDLEBOX_ANY, &seen.ip);
    if (!before && !behind) {
        return;
    }
    rule_report(a, x->transaction, x->hop->connection, RULE_NAT_DETECTED, SEVERITY_CHAT, false,
                exchange_index(x), RELATED(x->response->request_frame),
                RULE_ARGS({"sentby", text_sent_by(a, x->v)}, {"obs", text_endpoint(a, obs)},
                          {"received", !behind          ? NULL
                                       : seen.port != 0 ? text_endpoint(a, &seen)
                                                        : text_ip(a, &seen.ip)},
                          {"where", !behind  ? "translation between client and tap"
                                    : before ? "translation on both sides of the tap"
                                             : "translation between tap and server"}));
}

static void rule_multihomed_server(struct exchange *x)
{
    struct analysis *a = x->analysis;

    if (!x->route.wrong_source || x->packet == NULL || !x->packet->has_mac || !x->hop->has_mac ||
        ip_address_equal(&x->response->src.ip, &x->hop->dst.ip) ||
        memcmp(x->packet->mac_src, x->hop->mac_dst, sizeof x->hop->mac_dst) != 0) {
        return;
    }
    rule_report(a, x->transaction, NULL, RULE_MULTIHOMED_SERVER, SEVERITY_CHAT, false,
                exchange_index(x), RELATED(x->response->request_frame),
                RULE_ARGS({"srv_ip", text_ip(a, &x->hop->dst.ip)},
                          {"r_src_ip", text_ip(a, &x->response->src.ip)},
                          {"why", "same MAC address"}));
}

/* ---- NAT mappings ---------------------------------------------------------------------------- */

/*
 * The client: sent-by, From URI and server, and what no second phone behind the same NAT shares: its
 * instance, else its Call-ID (a registration keeps it, 10.2).
 */
static uint64_t mapping_client(const struct message *message, const struct via *v,
                               const struct endpoint *srv)
{
    bool found = false;
    struct slice instance = message->contact_count > 0
                                ? sip_param_find(message->contact.params, "+sip.instance", &found)
                                : (struct slice){NULL, 0};
    uint64_t hash = slice_hash_nocase(v->host, v->port);
    struct sip_uri from;

    message_from_uri(message, &from);
    hash = slice_hash(from.user, hash);
    hash = slice_hash_nocase(from.host, hash);
    hash = endpoint_hash(srv, hash);
    return slice_hash(found ? instance : message->call_id, hash);
}

static void mapping_changed(struct analysis *a, struct transaction *transaction, int32_t message,
                            const struct via *v, enum severity severity, uint32_t frame,
                            const struct endpoint *old, const struct endpoint *new)
{
    rule_report(a, transaction, NULL, RULE_NAT_MAPPING_CHANGED, severity, false, message,
                RELATED(frame),
                RULE_ARGS({"sentby", text_sent_by(a, v)}, {"old", text_endpoint(a, old)},
                          {"n", text_printf(a, "%u", frame)}, {"new", text_endpoint(a, new)}));
}

static void rule_mapping_of_request(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    const struct endpoint *obs = &sending->request->src;
    struct mapping now = {.seen = *obs, .time = a->time, .frame = a->frame};
    struct mapping before;

    if (sending->hop->transport != TRANSPORT_UDP || sending->hop->kind == HOP_TRANSLATED ||
        !host_is_translated(sending->v, obs) ||
        !mapping_replace(a->mappings,
                         mapping_client(sending->message, sending->v, &sending->request->dst), &now,
                         &before)) {
        return;
    }
    if (endpoint_equal(&before.seen, obs) || a->time - before.time > MAPPING_LIFETIME) {
        return;
    }
    mapping_changed(a, sending->transaction, (int32_t)sending->request->index, sending->v,
                    sending->hop->kind == HOP_REBOUND ? SEVERITY_WARN : SEVERITY_NOTE, before.frame,
                    &before.seen, obs);
}

/* The same seen from the inside of the NAT: the server names another port than before. */
static void rule_mapping_of_response(struct exchange *x)
{
    struct analysis *a = x->analysis;
    const struct endpoint *obs = &x->hop->src;
    struct mapping now = {.time = a->time, .frame = a->frame};
    struct mapping before;

    if (x->message == NULL || x->hop->transport != TRANSPORT_UDP || !x->route.has_received ||
        x->route.response_rport == 0 || x->v->rport.has_value ||
        ip_address_equal(&x->route.received, &obs->ip)) {
        return;
    }
    now.seen = endpoint_make(&x->route.received, x->route.response_rport);
    /* The source belongs to the client here: another socket has another mapping of its own. */
    if (!mapping_replace(a->mappings,
                         endpoint_hash(obs, mapping_client(x->message, x->v, &x->hop->dst)), &now,
                         &before) ||
        endpoint_equal(&before.seen, &now.seen) || a->time - before.time > MAPPING_LIFETIME) {
        return;
    }
    mapping_changed(a, x->transaction, exchange_index(x), x->v, SEVERITY_NOTE, before.frame,
                    &before.seen, &now.seen);
}

void rules_received_response(struct exchange *x)
{
    struct via_truth truth = {
        .analysis = x->analysis,
        .transaction = x->transaction,
        .hop = x->hop,
        .v = x->v,
        .w = x->w,
        .elsewhere = !endpoint_equal(&x->response->dst, &x->hop->src),
        .message = exchange_index(x),
        .request_frame = x->response->request_frame,
    };

    if (x->weak) {
        return; /* W is not the Via of this request any more */
    }
    rule_received_syntax(x);
    rule_rport_added(x);
    /* A lie of the server is no sign of a NAT. */
    if (!truth_check(&truth)) {
        rule_nat_detected(x);
        rule_mapping_of_response(x);
    }
    rule_multihomed_server(x);
}

/* ---- requests -------------------------------------------------------------------------------- */

static void rule_rport_value(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    const struct via *v = sending->v;
    struct ip_address received;
    bool filled_before = via_received_ip(v, &received) &&
                         ip_address_equal(&received, &sending->request->src.ip) &&
                         via_rport_value(v) == sending->request->src.port;

    if (!v->rport.has_value || filled_before) {
        return; /* a tap inside the server, or behind an ALG: filled in before the tap */
    }
    rule_report(a, sending->transaction, sending->hop->connection, RULE_RPORT_VALUE_IN_REQUEST,
                SEVERITY_WARN, false, (int32_t)sending->request->index, NULL,
                RULE_ARGS({"sentby", text_sent_by(a, v)}, {"vr", text_rport(a, v)},
                          {"obs_port", text_printf(a, "%u", sending->request->src.port)}));
}

static void rule_received_in_request(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    const struct via *v = sending->v;
    struct ip_address received;

    if (!v->received.present ||
        (via_received_ip(v, &received) && ip_address_equal(&received, &sending->request->src.ip))) {
        return;
    }
    rule_report(a, sending->transaction, sending->hop->connection, RULE_RECEIVED_IN_REQUEST,
                SEVERITY_NOTE, false, (int32_t)sending->request->index, NULL,
                RULE_ARGS({"obs", text_endpoint(a, &sending->request->src)},
                          {"v", v->received.has_value ? text_slice(a, v->received.value) : ""}));
}

static void rule_rport_missing_nat(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    const struct endpoint *obs = &sending->request->src;
    const struct via *v = sending->v;

    /* A public sent-by in front of a private source: the client knows its public address. */
    if (sending->hop->transport != TRANSPORT_UDP || v->rport.present || v->maddr.present ||
        !host_is_translated(v, obs) ||
        (!ip_address_is_private(&v->host_ip) && ip_address_is_private(&obs->ip))) {
        return;
    }
    rule_report(a, sending->transaction, NULL, RULE_RPORT_MISSING_NAT, SEVERITY_NOTE, false,
                (int32_t)sending->request->index, NULL,
                RULE_ARGS({"sentby", text_sent_by(a, v)}, {"obs", text_endpoint(a, obs)}));
}

static void rule_sentby_port(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    const struct endpoint *obs = &sending->request->src;
    const struct via *v = sending->v;
    uint16_t port = via_port(v, TRANSPORT_UDP);

    if (sending->hop->transport != TRANSPORT_UDP || v->rport.present ||
        !ip_address_equal(&v->host_ip, &obs->ip) || port == obs->port) {
        return;
    }
    rule_report(a, sending->transaction, NULL, RULE_SENTBY_PORT_NOT_SOURCE, SEVERITY_CHAT, false,
                (int32_t)sending->request->index, NULL,
                RULE_ARGS({"sentby", text_sent_by(a, v)},
                          {"obs_port", text_printf(a, "%u", obs->port)},
                          {"p5", text_printf(a, "%u", port)}));
}

static void rule_binding_refresh(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    const struct hop *hop = sending->hop;
    int64_t since = MAX(hop->good_provisional_time, hop->previous_time);

    if (!sending->transaction->is_invite || hop->transport != TRANSPORT_UDP ||
        !sending->match.retransmission || !sending->v->rport.present ||
        hop->good_provisional_time == 0 || a->time - since < REFRESH_MIN ||
        a->time - since > REFRESH_MAX) {
        return;
    }
    rule_report(a, sending->transaction, NULL, RULE_INVITE_BINDING_REFRESH, SEVERITY_CHAT, false,
                (int32_t)sending->request->index,
                RELATED(hop->first_request->frame, hop->good_provisional_frame),
                RULE_ARGS({"req", text_printf(a, "%u", hop->first_request->frame)},
                          {"obs", text_endpoint(a, &hop->src)},
                          {"dt", text_seconds(a, a->time - hop->previous_time)}));
}

void rules_received_request(const struct sending *sending)
{
    rule_rport_value(sending);
    rule_received_in_request(sending);
    if (sending->transaction->is_ack) {
        return; /* nobody answers it */
    }
    rule_rport_missing_nat(sending);
    rule_sentby_port(sending);
    rule_mapping_of_request(sending);
    rule_binding_refresh(sending);
}

void rules_received_forwarded(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    const struct message *message = sending->message;
    struct transaction *before;

    if (message->via_parsed < 2 || message->via_malformed || !sending->match.new_hop ||
        sending->transaction->is_ack) {
        return;
    }
    before = transaction_forwarded(a->transactions, message, &message->via[1]);
    for (struct hop *hop = before != NULL ? before->hops : NULL; hop != NULL; hop = hop->next) {
        struct via v;
        struct ip_address received = {0};

        if (ip_address_equal(&hop->dst.ip, &sending->request->src.ip) &&
            via_of_text(hop->via_text, &v)) {
            struct via_truth truth = {
                .analysis = a,
                .transaction = before,
                .hop = hop,
                .v = &v,
                .w = &message->via[1],
                .message = (int32_t)sending->request->index,
                .request_frame = hop->first_request->frame,
            };

            truth_check(&truth);
            via_received_ip(truth.w, &received);
            vantage_learn(a->vantages, &hop->src, &hop->dst, &received, via_rport_value(truth.w));
            return;
        }
    }
}

/* ---- listeners ------------------------------------------------------------------------------- */

static void client_not_listening(struct analysis *a, struct hop *hop, const struct via *v,
                                 const struct endpoint *closed, const char *how,
                                 const struct message_record *response)
{
    rule_report(
        a, hop->transaction, hop->connection, RULE_CLIENT_NOT_LISTENING, SEVERITY_ERROR, false, -1,
        RELATED(response != NULL ? response->frame : hop->first_request->frame),
        RULE_ARGS({"sentby", text_sent_by(a, v)}, {"d", text_endpoint(a, closed)},
                  {"icmp_rst", how}, {"n", text_printf(a, "%u", a->frame)},
                  {"code", response != NULL ? text_printf(a, "%u", response->status) : NULL},
                  {"resp", response != NULL ? text_printf(a, "%u", response->frame) : NULL}));
}

void rules_received_error(struct analysis *analysis, struct hop *hop,
                          const struct hop_response *response, const struct packet_icmp *icmp)
{
    const struct endpoint *dst = &response->record->dst;
    struct via v;
    bool port_unreachable =
        icmp->v6 ? icmp->type == 1 && icmp->code == 4 : icmp->type == 3 && icmp->code == 3;
    struct endpoint listener;

    if (!port_unreachable || !via_of_text(hop->via_text, &v) ||
        !ip_address_equal(&icmp->from, &hop->src.ip) ||
        !ip_address_equal(&v.host_ip, &hop->src.ip) ||
        is_middlebox(analysis, MIDDLEBOX_ANY, &hop->src.ip)) {
        return; /* behind a NAT it is the NAT that answers */
    }
    listener = endpoint_make(&hop->src.ip, via_port(&v, hop->transport));
    if (endpoint_equal(dst, &listener) || (v.rport.present && endpoint_equal(dst, &hop->src))) {
        client_not_listening(analysis, hop, &v, dst, "ICMP port unreachable", response->record);
    }
}

void rules_received_refused(struct analysis *analysis, const struct connection *refused,
                            uint8_t ttl)
{
    int opener = refused->opener;
    const struct endpoint *target = &refused->side[1 - opener].endpoint;
    const struct advertised *listener = advertised_find(analysis->advertised, target);
    const struct connection_side *client;
    struct hop *hop;
    struct via v;

    if (listener == NULL || listener->hop == NULL || listener->hop->connection == NULL ||
        listener->hop->connection->closed_time == 0 || !via_of_text(listener->hop->via_text, &v)) {
        return;
    }
    hop = listener->hop;
    client = &hop->connection->side[hop->client_side];
    if (!ip_address_equal(&refused->side[opener].endpoint.ip, &hop->dst.ip) ||
        !ip_address_equal(&v.host_ip, &hop->src.ip) ||
        is_middlebox(analysis, MIDDLEBOX_ANY, &hop->src.ip) ||
        (client->ttl != 0 && ttl != 0 && client->ttl != ttl)) {
        return; /* somebody else's SYN, a NAT, or a middlebox that sent the RST */
    }
    client_not_listening(analysis, hop, &v, target, "RST", NULL);
}
