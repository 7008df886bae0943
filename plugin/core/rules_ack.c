/* SPDX-License-Identifier: GPL-2.0-or-later */
/* C4: ACK and CANCEL, which must follow the request they belong to. */
#include "context.h"
#include "via_compare.h"

#include <stdlib.h>

#define SECOND INT64_C(1000000000)

/* On a stream nothing is lost: an ACK that is not there by then is not coming. */
#define ACK_ON_STREAM (5 * SECOND)

/* ---- what ACK and CANCEL have in common ------------------------------------------------------ */

/* The rules, which differ by method only. */
struct follower_rules {
    enum rule_id destination, connection, via;
};

/* An ACK or CANCEL, the hop of the INVITE it follows, and how it is reported. */
struct follower {
    struct analysis *analysis;
    struct transaction *subject; /* findings go here */
    struct hop *invite;
    const struct message *message;
    const struct message_record *record;
    const struct connection *connection;
    const struct follower_rules *rules;
    const char *code, *resp; /* of the response acknowledged; NULL for CANCEL */
};

static void follower_report(const struct follower *follower, enum rule_id rule,
                            enum severity severity, const struct rule_arg *args)
{
    rule_report(follower->analysis, follower->subject, follower->connection, rule, severity, false,
                (int32_t)follower->record->index, RELATED(follower->invite->first_request->frame),
                args);
}

/* The hop of the INVITE that went to the same place, else the one from the same client, else any. */
static struct hop *invite_hop(const struct transaction *invite, const struct message_record *record)
{
    struct hop *best = invite->hops;

    for (struct hop *hop = invite->hops; hop != NULL; hop = hop->next) {
        if (hop->transport == record->transport && endpoint_equal(&hop->dst, &record->dst) &&
            ip_address_equal(&hop->src.ip, &record->src.ip)) {
            return hop;
        }
        if (ip_address_equal(&hop->src.ip, &record->src.ip)) {
            best = hop;
        }
    }
    return best;
}

static bool went_to_invite_place(const struct transaction *invite,
                                 const struct message_record *record)
{
    for (const struct hop *hop = invite->hops; hop != NULL; hop = hop->next) {
        if (hop->transport == record->transport && endpoint_equal(&hop->dst, &record->dst)) {
            return true;
        }
    }
    return false;
}

static void follower_check_place(const struct follower *follower)
{
    struct analysis *a = follower->analysis;
    const struct hop *invite = follower->invite;
    const struct message_record *record = follower->record;
    const struct connection *c = invite->connection;
    const char *req = text_printf(a, "%u", invite->first_request->frame);
    bool other_wire = record->transport != invite->transport;
    bool went_there = went_to_invite_place(invite->transaction, record);

    if (!went_there && (is_middlebox(a, MIDDLEBOX_LOAD_BALANCER, &record->dst.ip) ||
                        is_middlebox(a, MIDDLEBOX_LOAD_BALANCER, &invite->dst.ip))) {
        return; /* the balancer rewrites the destination, before or behind the tap */
    }
    if (!went_there) {
        follower_report(
            follower, follower->rules->destination, SEVERITY_ERROR,
            RULE_ARGS({"code", follower->code}, {"resp", follower->resp},
                      {"dst", text_endpoint(a, &record->dst)},
                      {"srv", text_endpoint(a, &invite->dst)}, {"req", req},
                      {"wire", other_wire ? transport_name(record->transport) : NULL},
                      {"wire_q", other_wire ? transport_name(invite->transport) : NULL}));
    } else if (c != NULL && follower->connection != NULL && c != follower->connection &&
               invite->transport == record->transport &&
               connection_state(c, invite->client_side) == CONNECTION_STATE_OPEN) {
        follower_report(follower, follower->rules->connection, SEVERITY_NOTE,
                        RULE_ARGS({"code", follower->code}, {"resp", follower->resp},
                                  {"k", text_printf(a, "%u", follower->connection->record.id)},
                                  {"c", text_printf(a, "%u", c->record.id)}, {"req", req}));
    }
}

static void follower_check_via(const struct follower *follower)
{
    struct analysis *a = follower->analysis;
    const struct message *message = follower->message;
    struct via invite_via;
    struct slice param;
    enum via_difference difference;
    const char *mine;
    const char *its;

    /* With more than one Via a stateless proxy stands upstream and adds its own each time. */
    if (follower->invite->via_count != 1 || !message->headers_complete || message->via_malformed ||
        !via_of_text(follower->invite->via_text, &invite_via)) {
        return;
    }
    if (message->via_count > 1) {
        mine = text_printf(a, "%u Via", message->via_count);
        its = "one";
    } else {
        difference = via_compare(&invite_via, &message->via[0], follower->record->transport,
                                 via_params_of_repeats, &param);
        if (difference == VIA_EQUAL || difference == VIA_BRANCH_CASE) {
            return;
        }
        mine = text_printf(a, "Via %s", text_slice(a, message->via[0].text));
        its = text_printf(a, "Via %s", text_slice(a, invite_via.text));
    }
    follower_report(
        follower, follower->rules->via, SEVERITY_ERROR,
        RULE_ARGS({"a", mine}, {"b", its},
                  {"req", text_printf(a, "%u", follower->invite->first_request->frame)}));
}

/* ---- ACK --------------------------------------------------------------------------------------- */

/* What the file shows of the final responses that an ACK with this To tag may be for. */
struct acknowledged {
    const struct message_record *refusal; /* 300 or above */
    const struct message_record *success; /* 2xx */
};

static struct acknowledged acknowledged_by_tag(const struct transaction *invite, uint64_t tag)
{
    struct acknowledged found = {NULL, NULL};

    for (const struct hop *hop = invite->hops; hop != NULL; hop = hop->next) {
        for (unsigned i = 0; i < hop->response_count; i++) {
            const struct hop_response *response = &hop->responses[i];

            if (response->record->status >= 200 && response->tag == tag) {
                *(response->record->status >= 300 ? &found.refusal : &found.success) =
                    response->record;
            }
        }
    }
    return found;
}

/* It went back on the connection that brought the response: no other destination was chosen. */
static bool ack_went_back(const struct message_record *refusal, const struct connection *connection)
{
    return connection != NULL && refusal->connection == &connection->record;
}

static bool ack_is_translated_copy(const struct analysis *a, const struct transaction *invite,
                                   const struct message_record *record)
{
    const struct message_record *last = invite->last_ack;

    return last != NULL && llabs(record->time - last->time) <= a->config.t1 / 2 &&
           (last->connection != record->connection || !endpoint_equal(&last->src, &record->src) ||
            !endpoint_equal(&last->dst, &record->dst));
}

/* It came in time after all: a frame in between carried the time of another clock. */
static void ack_withdraw_missing(struct analysis *a, struct transaction *invite,
                                 const struct message_record *refusal,
                                 const struct message_record *ack)
{
    int64_t wait =
        transport_is_reliable(refusal->transport) ? ACK_ON_STREAM : transaction_timeout(&a->config);
    struct finding *finding = ack->time - refusal->time <= wait
                                  ? finding_withdraw(a->log, &invite->findings, RULE_ACK_MISSING)
                                  : NULL;

    if (finding != NULL) {
        frame_withdraw_marks(a, finding->frame, finding);
    }
}

bool rules_ack(struct analysis *analysis, struct transaction *invite, const struct message *ack,
               struct connection *connection, struct message_record *record)
{
    static const struct follower_rules rules = {RULE_ACK_OTHER_DESTINATION,
                                                RULE_ACK_OTHER_CONNECTION, RULE_ACK_VIA_DIFFERS};
    struct acknowledged found = acknowledged_by_tag(invite, slice_hash(ack->to_tag, 0));
    struct follower follower = {
        .analysis = analysis,
        .subject = invite,
        .invite = invite_hop(invite, record),
        .message = ack,
        .record = record,
        .connection = connection,
        .rules = &rules,
    };

    if (found.success != NULL && found.refusal == NULL) {
        if (invite->has_cookie && !analysis->packets_cut) { /* no refusal, as far as can be seen */
            rule_report(
                analysis, invite, connection, RULE_ACK_2XX_SAME_BRANCH, SEVERITY_WARN, false,
                (int32_t)record->index,
                RELATED(invite->hops->first_request->frame, found.success->frame),
                RULE_ARGS({"req", text_printf(analysis, "%u", invite->hops->first_request->frame)},
                          {"resp", text_printf(analysis, "%u", found.success->frame)}));
        }
        return false;
    }
    record->transaction = invite->number;
    if (found.refusal == NULL || found.success != NULL) {
        return true; /* for a response that is not in the file, or for either: no rule */
    }
    if (ack_is_translated_copy(analysis, invite, record)) {
        return true; /* the same ACK on the other side of a NAT or load balancer */
    }
    invite->last_ack = record;
    ack_withdraw_missing(analysis, invite, found.refusal, record);
    if (invite->ack == NULL) {
        invite->ack = record;
        for (struct hop *hop = invite->hops; hop != NULL; hop = hop->next) {
            connection_settle(hop);
        }
    } else {
        record->retransmission_of = invite->ack->frame;
    }
    follower.code = text_printf(analysis, "%u", found.refusal->status);
    follower.resp = text_printf(analysis, "%u", found.refusal->frame);
    if (!ack_went_back(found.refusal, connection)) {
        follower_check_place(&follower);
    }
    follower_check_via(&follower);
    return true;
}

void rules_ack_expected(struct exchange *x)
{
    struct analysis *a = x->analysis;
    bool stream = transport_is_reliable(x->hop->transport);
    struct deadline deadline = {
        .set = x->analysis->time,
        .due = x->response->time + (stream ? ACK_ON_STREAM : transaction_timeout(&a->config)),
        .subject = x->hop,
        .frame = x->response->frame,
        .detail = x->response->status,
    };

    if (x->transaction->is_invite && x->response->status >= 300 && x->first && !x->misrouted) {
        deadline_set(a->deadlines, stream ? DEADLINE_ACK_STREAM : DEADLINE_ACK_REPEATED, &deadline);
    }
}

void rules_ack_deadline(struct analysis *a, enum deadline_kind kind,
                        const struct deadline *deadline)
{
    struct hop *hop = deadline->subject;
    const struct hop_response *response = NULL;
    bool expected;

    for (unsigned i = 0; i < hop->response_count; i++) {
        if (hop->responses[i].record->frame == deadline->frame &&
            hop->responses[i].record->status == deadline->detail) {
            response = &hop->responses[i];
        }
    }
    if (response == NULL || hop->transaction->ack != NULL || hop->transaction->acknowledged ||
        hop->transaction->undelivered != NULL || a->packets_cut) {
        return;
    }
    expected =
        kind == DEADLINE_ACK_STREAM
            ? hop->connection != NULL &&
                  connection_state(hop->connection, hop->client_side) == CONNECTION_STATE_OPEN
            : response->repeats > 0;
    if (!expected) {
        return;
    }
    rule_report(a, hop->transaction, hop->connection, RULE_ACK_MISSING, SEVERITY_WARN, false, -1,
                RELATED(deadline->frame, hop->first_request->frame),
                RULE_ARGS({"code", text_printf(a, "%u", deadline->detail)},
                          {"resp", text_printf(a, "%u", deadline->frame)},
                          {"req", text_printf(a, "%u", hop->first_request->frame)},
                          {"dt", text_seconds(a, deadline->due - response->record->time)}));
}

/* ---- CANCEL ------------------------------------------------------------------------------------ */

void rules_cancel(const struct sending *sending)
{
    static const struct follower_rules rules = {
        RULE_CANCEL_OTHER_DESTINATION, RULE_CANCEL_OTHER_CONNECTION, RULE_CANCEL_VIA_DIFFERS};
    struct transaction *invite = sending->transaction->cancels;
    struct follower follower = {
        .analysis = sending->analysis,
        .subject = sending->transaction,
        .message = sending->message,
        .record = sending->request,
        .connection = sending->hop->connection,
        .rules = &rules,
    };

    if (invite == NULL || invite->hops == NULL || !sending->match.new_hop ||
        sending->hop->kind == HOP_TRANSLATED) {
        return;
    }
    follower.invite = invite_hop(invite, sending->request);
    follower_check_place(&follower);
    follower_check_via(&follower);
    if (sending->match.new_transaction && invite->hop_count == 1 &&
        follower.invite->responses_total == 0) {
        follower.invite->early_cancel = sending->request;
    }
}

/*
 * A CANCEL before any response breaks 9.1, but only a response that does come shows that the tap
 * sees responses at all.
 */
void rules_cancel_answered(struct exchange *x)
{
    struct analysis *a = x->analysis;
    struct hop *invite = x->transaction->is_cancel && x->transaction->cancels != NULL
                             ? x->transaction->cancels->hops
                             : x->hop;
    const struct message_record *cancel = invite->early_cancel;

    if (cancel == NULL) {
        return;
    }
    invite->early_cancel = NULL;
    if (x->response->time <= cancel->time) {
        return; /* by the clock it came before */
    }
    if (a->packets_cut || (invite->connection != NULL && invite->connection->gap)) {
        return; /* a response before it may be in what is cut or lost */
    }
    rule_report(a, transaction_by_number(a->transactions, cancel->transaction), invite->connection,
                RULE_CANCEL_BEFORE_PROVISIONAL, SEVERITY_NOTE, false, -1,
                RELATED(cancel->frame, invite->first_request->frame),
                RULE_ARGS({"dt", text_seconds(a, cancel->time - invite->first_request->time)},
                          {"req", text_printf(a, "%u", invite->first_request->frame)}));
}
