/* SPDX-License-Identifier: GPL-2.0-or-later */
/* C1, resp-misroute-harm: what shows that a misrouted response did not reach the client. */
#include "context.h"

#define MILLISECOND INT64_C(1000000)
#define SECOND (1000 * MILLISECOND)

/* A repetition so soon after the response was already on its way. */
#define HARM_NOT_BEFORE (100 * MILLISECOND)
/* Repetitions as far apart as this refresh a NAT binding (RFC 3581 3). */
#define REFRESH_INTERVAL (15 * SECOND)

static void harm_report(struct analysis *a, struct hop *hop, struct hop_response *response,
                        const char *what, int32_t message)
{
    const struct message_record *record = response->record;

    bool wrong_source = record->verdict == VERDICT_WRONG_SOURCE;
    const char *dst = text_endpoint(a, &record->dst);

    response->harm_reported = true;
    rule_report(
        a, hop->transaction, (const struct connection *)record->connection, RULE_RESP_MISROUTE_HARM,
        SEVERITY_ERROR, false, message, RELATED(record->frame),
        RULE_ARGS(
            {"code", text_printf(a, "%u", record->status)},
            {"resp", text_printf(a, "%u", record->frame)},
            {"d", wrong_source ? text_printf(a, "%s from %s", dst, text_endpoint(a, &record->src))
                               : dst},
            {"exp", wrong_source ? text_printf(a, "from %s", text_endpoint(a, &hop->dst))
                                 : text_expected(a, record->expected, record->expected_count)},
            {"what", what}, {"n", text_printf(a, "%u", a->frame)},
            {"dt", text_seconds(a, a->time - record->time)}));
}

/* The request came again although a response that stops it (17.1.1.2, 17.1.2.2) had been sent. */
static void harm_of_repetition(const struct sending *sending)
{
    struct hop *hop = sending->hop;
    bool invite = sending->transaction->is_invite;

    if (invite && sending->v->rport.present &&
        sending->request->time - hop->previous_time >= REFRESH_INTERVAL) {
        return;
    }
    for (unsigned i = 0; i < hop->response_count; i++) {
        struct hop_response *response = &hop->responses[i];
        const struct message_record *record = response->record;

        if (response->misrouted && !response->harm_reported && (invite || record->status >= 200) &&
            sending->request->time - record->time > HARM_NOT_BEFORE &&
            hop->good_response_time < record->time) {
            harm_report(sending->analysis, hop, response, "request repeated",
                        (int32_t)sending->request->index);
        }
    }
}

/*
 * The same request sent anew, or given up. What follows in a dialog, or refreshes what a success
 * granted (10.2.4), shows rather that the client got its answer.
 */
static bool harm_is_new_attempt(const struct hop *hop, const struct sending *sending)
{
    return sending->transaction->is_cancel ||
           (hop->transaction->is_invite && sending->transaction->is_invite &&
            sending->message->to_tag.len == 0 && hop->transaction->ack == NULL);
}

/* On a stream the client cannot repeat: it gives up after 64 T1, cancels or tries anew. */
static void harm_of_new_attempt(const struct sending *sending)
{
    struct analysis *a = sending->analysis;
    char *call_id;
    struct hop *hop;

    if (g_hash_table_size(a->misrouted_calls) == 0) {
        return;
    }
    call_id = slice_dup(sending->message->call_id);
    hop = g_hash_table_lookup(a->misrouted_calls, call_id);
    if (hop != NULL && hop->transaction != sending->transaction &&
        harm_is_new_attempt(hop, sending) &&
        ip_address_equal(&hop->src.ip, &sending->request->src.ip) && hop->good_response_time == 0 &&
        sending->request->time - hop->first_request->time >= transaction_timeout(&a->config)) {
        for (unsigned i = 0; i < hop->response_count; i++) {
            if (hop->responses[i].misrouted && !hop->responses[i].harm_reported) {
                harm_report(a, hop, &hop->responses[i],
                            sending->transaction->is_cancel ? "CANCEL" : "new attempt",
                            (int32_t)sending->request->index);
            }
        }
        g_hash_table_remove(a->misrouted_calls, call_id);
    }
    g_free(call_id);
}

void rules_harm_request(const struct sending *sending)
{
    if (sending->transaction->is_ack || sending->analysis->packets_cut) {
        return; /* of cut packets: another response may have reached the client */
    }
    if (sending->match.retransmission && sending->hop->transport == TRANSPORT_UDP) {
        harm_of_repetition(sending);
    }
    if (sending->match.new_transaction) {
        harm_of_new_attempt(sending);
    }
}

void rules_harm_response(struct exchange *x)
{
    struct hop_response *response = x->remembered;

    if (!response->misrouted) {
        return;
    }
    if (transport_is_reliable(x->hop->transport)) {
        g_hash_table_replace(x->analysis->misrouted_calls, slice_dup(x->transaction->call_id),
                             x->hop);
    }
    if (x->transaction->is_invite && x->response->status >= 300 && response->repeats >= 2 &&
        x->transaction->ack == NULL && !response->harm_reported && !x->analysis->packets_cut) {
        harm_report(x->analysis, x->hop, response, "response repeated without ACK",
                    exchange_index(x));
    }
}

void rules_harm_error(struct analysis *analysis, struct hop *hop, struct hop_response *response)
{
    if (response->misrouted && !response->harm_reported) {
        harm_report(analysis, hop, response, "ICMP error", -1);
    }
}
