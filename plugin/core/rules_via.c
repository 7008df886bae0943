/* SPDX-License-Identifier: GPL-2.0-or-later */
/* C3: Via, branch and the placement of requests. */
#include "context.h"
#include "via_compare.h"

/* ---- responses ------------------------------------------------------------------------------ */

static void via_modified(struct exchange *x, const char *field, const char *old, const char *new,
                         bool grave)
{
    struct analysis *a = x->analysis;

    rule_report(a, x->transaction, x->hop->connection, RULE_VIA_MODIFIED,
                grave ? SEVERITY_ERROR : SEVERITY_NOTE, false, exchange_index(x),
                RELATED(x->response->request_frame),
                RULE_ARGS({"code", x->code},
                          {"req", text_printf(a, "%u", x->response->request_frame)},
                          {"field", field}, {"old", old}, {"new", new},
                          {"effect", grave ? "the client must drop it" : NULL}));
}

static void rule_via_modified(struct exchange *x)
{
    struct analysis *a = x->analysis;
    struct slice param;
    enum via_difference difference =
        x->same_via ? VIA_EQUAL
                    : via_compare(x->v, x->w, x->hop->transport, via_params_of_responses, &param);
    const char *field = via_difference_name(difference);

    switch (difference) {
    case VIA_EQUAL:
        if (x->weak) {
            via_modified(x, "Call-ID", "that of the request", "another", true);
        } else {
            x->hop->returned_via = x->response->via_text;
        }
        return;
    case VIA_PARAM_LOST:
    case VIA_PARAM_CHANGED:
    case VIA_PARAM_ADDED: {
        char *name = slice_dup(param);
        struct via_param old = via_param_find(x->v, name);
        struct via_param new = via_param_find(x->w, name);

        via_modified(x, text_printf(a, "parameter %s", name),
                     !old.present    ? "absent"
                     : old.has_value ? text_slice(a, old.value)
                                     : "present",
                     !new.present    ? "absent"
                     : new.has_value ? text_slice(a, new.value)
                                     : "present",
                     false);
        g_free(name);
        return;
    }
    case VIA_PROTOCOL:
        via_modified(x, field, text_transport(a, x->v), text_transport(a, x->w), true);
        return;
    case VIA_HOST:
    case VIA_PORT:
    case VIA_DEFAULT_PORT:
        via_modified(x, "sent-by", text_sent_by(a, x->v), text_sent_by(a, x->w),
                     difference != VIA_DEFAULT_PORT);
        return;
    case VIA_BRANCH:
    case VIA_BRANCH_CASE:
        via_modified(x, field, x->v->branch.len > 0 ? text_slice(a, x->v->branch) : "absent",
                     x->w->branch.len > 0 ? text_slice(a, x->w->branch) : "absent",
                     difference == VIA_BRANCH);
        return;
    }
}

static void rule_via_stack(struct exchange *x)
{
    struct analysis *a = x->analysis;
    const struct message *message = x->message;
    const struct hop *hop = x->hop;
    unsigned n = message->via_count;
    unsigned m = hop->via_count;

    if (m == 0 || !message->headers_complete || message->via_malformed) {
        return; /* a part of one list was cut off */
    }
    if (m == 1 && n > 1) {
        rule_report(a, x->transaction, hop->connection, RULE_VIA_EXTRA_AT_UAC, SEVERITY_ERROR,
                    false, exchange_index(x), RELATED(x->response->request_frame),
                    RULE_ARGS({"code", x->code}, {"d", text_endpoint(a, &x->response->dst)},
                              {"n", text_printf(a, "%u", n)},
                              {"req", text_printf(a, "%u", x->response->request_frame)}));
        return;
    }
    if (n != m) {
        rule_report(a, x->transaction, hop->connection, RULE_VIA_STACK_CHANGED, SEVERITY_ERROR,
                    false, exchange_index(x), RELATED(x->response->request_frame),
                    RULE_ARGS({"code", x->code}, {"n", text_printf(a, "%u", n)},
                              {"m", text_printf(a, "%u", m)},
                              {"req", text_printf(a, "%u", x->response->request_frame)}));
        return;
    }
    for (unsigned i = 1; i < message->via_parsed && i < m; i++) {
        if (via_identity(&message->via[i]) != hop->lower_vias[i - 1]) {
            rule_report(a, x->transaction, hop->connection, RULE_VIA_STACK_CHANGED, SEVERITY_WARN,
                        false, exchange_index(x), RELATED(x->response->request_frame),
                        RULE_ARGS({"code", x->code}, {"n", text_printf(a, "%u", n)},
                                  {"m", text_printf(a, "%u", m)},
                                  {"req", text_printf(a, "%u", x->response->request_frame)},
                                  {"i", text_printf(a, "%u", i + 1)}, {"old", "another"},
                                  {"new", text_slice(a, message->via[i].text)}));
            return;
        }
    }
}

void rules_via_response(struct exchange *x)
{
    rule_via_modified(x);
    rule_via_stack(x);
}

/* ---- requests -------------------------------------------------------------------------------- */

static void rule_transport_mismatch(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    enum transport said = sending->v->transport;
    enum transport wire = sending->hop->transport;
    bool offload = ((said == TRANSPORT_TLS && wire == TRANSPORT_TCP) ||
                    (said == TRANSPORT_WSS && wire == TRANSPORT_WS)) &&
                   (ip_address_is_private(&sending->request->dst.ip) || a->tls_seen);

    if (said == wire || said == TRANSPORT_UNKNOWN) {
        return;
    }
    rule_report(a, sending->transaction, sending->hop->connection, RULE_VIA_TRANSPORT_MISMATCH,
                offload ? SEVERITY_NOTE : SEVERITY_WARN, false, (int32_t)sending->request->index,
                NULL,
                RULE_ARGS({"via_t", text_transport(a, sending->v)},
                          {"obs", text_endpoint(a, &sending->request->src)},
                          {"wire", transport_name(wire)}));
}

static void rule_missing_cookie(const struct sending *sending)
{
    if (via_has_cookie(sending->v)) {
        return;
    }
    rule_report(sending->analysis, sending->transaction, sending->hop->connection,
                RULE_BRANCH_MISSING_COOKIE, SEVERITY_NOTE, false, (int32_t)sending->request->index,
                NULL,
                RULE_ARGS({"b", sending->v->branch.len > 0
                                    ? text_slice(sending->analysis, sending->v->branch)
                                    : NULL}));
}

static bool is_other_request(const struct transaction *a, const struct transaction *b)
{
    return a->cseq != b->cseq || !slice_equal(a->call_id, b->call_id) ||
           g_strcmp0(a->method, b->method) != 0;
}

static void rule_branch_reuse(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    struct transaction *transaction = sending->transaction;
    struct transaction *before;
    struct branch_use *use;

    if (!sending->match.new_transaction || transaction->is_ack || transaction->is_cancel ||
        !transaction->has_cookie) {
        return;
    }
    use = transaction_branch_use(a->transactions, transaction, &before);
    /* How long the first use lasted depends on responses: of cut ones the CSeq may be missing. */
    if (use == NULL || (!is_other_request(before, transaction) &&
                        (sending->match.reused == NULL || a->packets_cut))) {
        return;
    }
    rule_report_on(
        a, &use->findings, transaction, sending->hop->connection, RULE_BRANCH_REUSE, SEVERITY_WARN,
        false, (int32_t)sending->request->index, RELATED(before->hops->first_request->frame),
        RULE_ARGS({"b", text_slice(a, sending->v->branch)}, {"sentby", text_sent_by(a, sending->v)},
                  {"a", text_printf(a, "%u", before->hops->first_request->frame)},
                  {"b2", text_printf(a, "%u", sending->request->frame)}));
}

static void rule_request_moved(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    const struct hop *first = sending->transaction->hops;

    if (!sending->match.new_hop || sending->hop->kind != HOP_MOVED ||
        sending->transaction->is_ack || a->time - first->last_request->time <= a->config.t1 / 2 ||
        is_middlebox(a, MIDDLEBOX_LOAD_BALANCER, &first->dst.ip) ||
        is_middlebox(a, MIDDLEBOX_LOAD_BALANCER, &sending->request->dst.ip)) {
        return;
    }
    rule_report(
        a, sending->transaction, sending->hop->connection, RULE_REQUEST_MOVED, SEVERITY_WARN, false,
        (int32_t)sending->request->index, RELATED(first->first_request->frame),
        RULE_ARGS({"req", text_printf(a, "%u", first->first_request->frame)},
                  {"dst1", text_printf(a, "%s over %s", text_endpoint(a, &first->dst),
                                       transport_name(first->transport))},
                  {"dst2", text_printf(a, "%s over %s", text_endpoint(a, &sending->request->dst),
                                       transport_name(sending->hop->transport))}));
}

static void rule_sentby_unresolvable(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    const struct via *v = sending->v;
    uint32_t frame;

    if (ip_address_is_set(&v->host_ip) || transport_is_websocket(sending->hop->transport)) {
        return;
    }
    frame = name_table_failed(a->names, v->host);
    if (frame == 0) {
        return;
    }
    rule_report(a, sending->transaction, sending->hop->connection, RULE_VIA_SENTBY_UNRESOLVABLE,
                SEVERITY_CHAT, false, (int32_t)sending->request->index, RELATED(frame),
                RULE_ARGS({"host", text_slice(a, v->host)}, {"n", text_printf(a, "%u", frame)}));
}

/* ---- private addresses handed to public peers ------------------------------------------------ */

/* The first of these headers that names a private address, in a message between public addresses. */
static const struct sip_uri *private_address(const struct message *message,
                                             const struct message_record *record,
                                             const char **header)
{
    const struct {
        const struct sip_address *address;
        unsigned count;
        const char *header;
        bool requests_only; /* in a response the topmost one is the peer's own */
    } headers[] = {
        {&message->contact, message->contact_count, "Contact", false},
        {&message->record_route, message->record_route_count, "Record-Route", true},
        {&message->path, message->path_count, "Path", true},
    };

    if (ip_address_is_private(&record->src.ip) || ip_address_is_private(&record->dst.ip)) {
        return NULL;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
        const struct sip_uri *uri = &headers[i].address->uri;

        if (headers[i].count > 0 && (record->is_request || !headers[i].requests_only) &&
            uri->is_sip && ip_address_is_private(&uri->host_ip)) {
            *header = headers[i].header;
            return uri;
        }
    }
    return NULL;
}

static void advertised_private(struct exchange *x, const char *header, struct slice uri,
                               const struct endpoint *peer)
{
    struct analysis *a = x->analysis;
    /* The exchange runs over the same flow both ways: then nobody needs the address. */
    bool flow = x->route.verdict == VERDICT_SAME_CONNECTION ||
                (endpoint_equal(&x->response->dst, &x->hop->src) &&
                 endpoint_equal(&x->response->src, &x->hop->dst));

    rule_report(a, x->transaction, x->hop->connection, RULE_ADVERTISED_PRIVATE_ADDRESS,
                flow ? SEVERITY_CHAT : SEVERITY_NOTE, false, exchange_index(x),
                RELATED(x->response->request_frame),
                RULE_ARGS({"hdr", header}, {"uri", text_slice(a, uri)},
                          {"peer", text_endpoint(a, peer)},
                          {"flow", flow ? text_endpoint(a, &x->hop->src) : NULL}));
}

void rules_via_advertised_request(struct exchange *x)
{
    struct hop *hop = x->hop;

    bool wait = x->response->status < 200 && g_strcmp0(x->response->method, "REGISTER") == 0;

    if (hop->advertised_header == NULL || wait) {
        return;
    }
    /* With outbound accepted the server keeps to the flow (RFC 5626 5.3, 7). */
    if (x->message == NULL || !x->message->require_outbound) {
        advertised_private(x, hop->advertised_header, slice_of(hop->advertised_uri), &hop->dst);
    }
    hop->advertised_header = NULL;
}

void rules_via_advertised_response(struct exchange *x)
{
    const char *header;
    const struct sip_uri *uri = private_address(x->message, x->response, &header);

    /* In answers to REGISTER and in redirections Contact does not name the sender (10.3, 8.1.3.4). */
    if (uri != NULL && x->first && x->response->status < 300 &&
        g_strcmp0(x->response->method, "REGISTER") != 0) {
        advertised_private(x, header, uri->text, &x->response->dst);
    }
}

/* Judged with the response: it tells whether the address is needed at all. */
static void keep_private_address(const struct sending *sending)
{
    const char *header;
    const struct sip_uri *uri = private_address(sending->message, sending->request, &header);
    struct deadline deadline = {
        .set = sending->analysis->time,
        .due = sending->request->time + transaction_timeout(&sending->analysis->config),
        .subject = sending->hop,
        .frame = sending->request->frame,
    };

    if (uri != NULL && sending->match.new_hop) {
        sending->hop->advertised_header = header;
        sending->hop->advertised_uri = text_interned(sending->analysis, uri->text);
        deadline_set(sending->analysis->deadlines, DEADLINE_ADVERTISED, &deadline);
    }
}

void rules_via_advertised_unanswered(struct analysis *a, const struct deadline *deadline)
{
    struct hop *hop = deadline->subject;

    if (hop->advertised_header == NULL || hop->responses_total > 0 ||
        (hop->connection != NULL && hop->connection->gap)) {
        return; /* with a gap the response that accepts outbound may be in the missing segment */
    }
    rule_report(a, hop->transaction, hop->connection, RULE_ADVERTISED_PRIVATE_ADDRESS,
                SEVERITY_NOTE, false, -1, RELATED(hop->first_request->frame),
                RULE_ARGS({"hdr", hop->advertised_header},
                          {"uri", text_value(a, hop->advertised_uri)},
                          {"peer", text_endpoint(a, &hop->dst)}));
    hop->advertised_header = NULL;
}

void rules_via_request(const struct sending *sending)
{
    rule_branch_reuse(sending);
    rule_missing_cookie(sending);
    rule_transport_mismatch(sending);
    rule_request_moved(sending);
    rule_sentby_unresolvable(sending);
    if (!sending->transaction->is_ack) {
        keep_private_address(sending);
    }
}
