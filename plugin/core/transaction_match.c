/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "method.h"
#include "transaction_table.h"

#include <stdlib.h>
#include <string.h>

#define SECOND INT64_C(1000000000)

/* A response to an ended transaction that comes later than this is taken for no answer (A.9). */
#define RESPONSE_LIMIT (600 * SECOND)

/* ---- requests ----------------------------------------------------------------------------- */

static bool hop_is_flow(const struct hop *hop, const struct packet_message *packet,
                        const struct connection *connection)
{
    if (hop->connection != NULL || connection != NULL) {
        return hop->connection == connection;
    }
    return hop->transport == packet->transport && endpoint_equal(&hop->src, &packet->src) &&
           endpoint_equal(&hop->dst, &packet->dst);
}

/*
 * The hop of which this request is a copy, taken on the other side of a NAT or load balancer: the
 * same content within T1/2, while a retransmission comes after T1 at the earliest (A.6).
 */
static const struct hop *hop_find_original(const struct transaction_table *table,
                                           const struct transaction *transaction,
                                           uint64_t fingerprint, int64_t time)
{
    for (const struct hop *hop = transaction->hops; hop != NULL; hop = hop->next) {
        if (hop->fingerprint == fingerprint &&
            llabs(time - hop->last_request->time) <= table->config.t1 / 2) {
            return hop;
        }
    }
    return NULL;
}

static enum hop_kind hop_kind_of(const struct transaction_table *table,
                                 const struct transaction *transaction,
                                 const struct packet_message *packet,
                                 const struct connection *connection, uint64_t fingerprint,
                                 int64_t time)
{
    const struct hop *copied = hop_find_original(table, transaction, fingerprint, time);
    enum hop_kind kind = HOP_OTHER;

    for (const struct hop *hop = transaction->hops; hop != NULL; hop = hop->next) {
        bool same_client = ip_address_equal(&hop->src.ip, &packet->src.ip);
        bool same_server = endpoint_equal(&hop->dst, &packet->dst);

        if (same_client && same_server && connection != NULL && hop->connection != NULL) {
            return HOP_RECONNECTED; /* a NAT would have changed an address */
        }
        if (copied != NULL) {
            kind = HOP_TRANSLATED;
        } else if (same_client && same_server && connection == NULL && hop->connection == NULL) {
            kind = HOP_REBOUND;
        } else if (same_client && kind == HOP_OTHER &&
                   (!ip_address_equal(&hop->dst.ip, &packet->dst.ip) ||
                    hop->transport != packet->transport)) {
            kind = HOP_MOVED;
        }
    }
    return kind;
}

static void hop_keep_via(struct transaction_table *table, struct hop *hop,
                         const struct message *message)
{
    unsigned lower = message->via_parsed > 1 ? message->via_parsed - 1 : 0;

    hop->via_text = arena_text(table->arena, message->via[0].text);
    if (!message->headers_complete || message->via_malformed) {
        return; /* the list may go on behind the cut: nothing to compare */
    }
    hop->via_count = message->via_count;
    if (lower > 0) {
        hop->lower_vias = arena_alloc(table->arena, lower * sizeof *hop->lower_vias);
        for (unsigned i = 0; i < lower; i++) {
            hop->lower_vias[i] = via_identity(&message->via[i + 1]);
        }
    }
}

static struct hop *hop_new(struct transaction_table *table, struct transaction *transaction,
                           const struct message *message, const struct packet_message *packet,
                           struct connection *connection, enum hop_kind kind)
{
    struct hop *hop = arena_alloc(table->arena, sizeof *hop);

    hop->transaction = transaction;
    hop->kind = kind;
    hop->transport = packet->transport;
    hop->connection = connection;
    hop->client_side = connection != NULL ? connection_side_of_packet(connection, packet) : 0;
    hop->src = packet->src;
    hop->dst = packet->dst;
    hop->fingerprint = message_fingerprint(message);
    hop->has_mac = packet->has_mac;
    memcpy(hop->mac_dst, packet->mac_dst, sizeof hop->mac_dst);
    hop_keep_via(table, hop, message);
    if (transaction->hops == NULL) {
        transaction->hops = hop;
    } else {
        transaction->last_hop->next = hop;
    }
    transaction->last_hop = hop;
    transaction->hop_count++;
    return hop;
}

static void hop_transmitted(struct hop *hop, struct message_record *record)
{
    if (hop->transmissions++ == 0) {
        hop->first_request = record;
    } else {
        record->earlier = hop->last_request;
        record->response_frame = hop->last_request->response_frame;
        hop->previous_time = hop->last_request->time;
    }
    hop->last_request = record;
    hop->transaction->last_request_time = record->time;
}

/*
 * Of the instances with the key of this request: the one it belongs to. Another sent-by is another
 * client (17.2.3), unless the request is a copy in which an ALG rewrote the Via.
 */
static struct transaction *transaction_find(struct transaction_table *table,
                                            const struct transaction *probe,
                                            const struct message *message, int64_t time,
                                            struct transaction **reused)
{
    struct transaction *found = g_hash_table_lookup(table->by_key, probe);

    for (unsigned i = 0; found != NULL && i < TRANSACTION_CHAIN_MAX; found = found->older, i++) {
        if (found->orphan) {
            /* Responses came first. A little earlier: two clocks. Long ago: their request is lost. */
            if (time - found->first_time > table->config.clock_skew) {
                continue;
            }
            return found;
        }
        if (!probe->has_cookie && found->request_uri_hash != probe->request_uri_hash) {
            found->ambiguous = true;
            continue;
        }
        if (slice_equal_nocase(found->sent_by, probe->sent_by)) {
            if (time <= transaction_reusable_from(found, &table->config)) {
                return found;
            }
            *reused = found;
            return NULL;
        }
        if (hop_find_original(table, found, message_fingerprint(message), time) != NULL) {
            return found;
        }
    }
    return NULL;
}

struct request_match transaction_request(struct transaction_table *table,
                                         const struct message *message,
                                         const struct packet_message *packet,
                                         struct connection *connection,
                                         struct message_record *record)
{
    struct request_match match = {0};
    struct transaction probe;
    struct transaction *transaction;

    if (message->via_parsed == 0 ||
        !transaction_probe(table, message, &message->via[0], record->method, &probe)) {
        return match;
    }
    probe.request_uri_hash = slice_hash(message->request_uri_text, 0);
    transaction = transaction_find(table, &probe, message, record->time, &match.reused);
    if (transaction == NULL) {
        transaction = transaction_new(table, &probe, record->time);
        transaction->ambiguous = !probe.has_cookie && transaction->older != NULL &&
                                 transaction->older->request_uri_hash != probe.request_uri_hash;
        match.new_transaction = true;
    } else if (transaction->orphan) {
        transaction->orphan = false;
        transaction->request_uri_hash = probe.request_uri_hash;
        match.new_transaction = true;
    }
    match.transaction = transaction;
    table->count += match.new_transaction && !transaction->is_ack;

    for (struct hop *hop = transaction->hops; hop != NULL && match.hop == NULL; hop = hop->next) {
        if (hop_is_flow(hop, packet, connection)) {
            match.hop = hop;
            match.retransmission = true;
        }
    }
    if (match.hop == NULL && transaction->hop_count >= TRANSACTION_HOPS_MAX) {
        match.hop = transaction->last_hop;
    }
    if (match.hop == NULL) {
        enum hop_kind kind = HOP_FIRST;

        if (transaction->hops != NULL) {
            kind = hop_kind_of(table, transaction, packet, connection, message_fingerprint(message),
                               record->time);
        }
        match.hop = hop_new(table, transaction, message, packet, connection, kind);
        match.new_hop = true;
    }
    hop_transmitted(match.hop, record);
    return match;
}

static struct transaction *transaction_by_branch_of(struct transaction_table *table,
                                                    const struct message *message,
                                                    const char *method)
{
    struct transaction probe;
    struct transaction *transaction;

    if (message->via_parsed == 0 ||
        !transaction_probe(table, message, &message->via[0], method, &probe)) {
        return NULL;
    }
    transaction = g_hash_table_lookup(table->by_key, &probe);
    for (unsigned i = 0; transaction != NULL && i < TRANSACTION_CHAIN_MAX; i++) {
        if (!transaction->orphan) {
            return transaction;
        }
        transaction = transaction->older;
    }
    return NULL;
}

struct transaction *transaction_acknowledged(struct transaction_table *table,
                                             const struct message *ack)
{
    return transaction_by_branch_of(table, ack, "INVITE");
}

static bool hop_refused_with(const struct hop *hop, uint64_t tag)
{
    bool refused = false;

    for (unsigned i = 0; i < hop->response_count; i++) {
        unsigned status = hop->responses[i].record->status;

        if (hop->responses[i].tag == tag && status >= 200) {
            if (status < 300) {
                return false;
            }
            refused = true;
        }
    }
    return refused;
}

/* A 2xx with that To tag answered one of the branches. */
static bool transaction_accepted_with(const struct transaction *invite, uint64_t tag)
{
    for (unsigned i = 0; invite != NULL && i < TRANSACTION_CHAIN_MAX; i++) {
        for (const struct hop *hop = invite->hops; hop != NULL; hop = hop->next) {
            for (unsigned j = 0; j < hop->response_count; j++) {
                if (hop->responses[j].tag == tag && hop->responses[j].record->status / 100 == 2) {
                    return true;
                }
            }
        }
        invite = invite->same_cseq;
    }
    return false;
}

struct transaction *transaction_acknowledged_otherwise(struct transaction_table *table,
                                                       const struct message *ack,
                                                       const struct message_record *record)
{
    struct transaction probe;
    struct transaction *invite;
    uint64_t tag = slice_hash(ack->to_tag, 0);

    if (ack->via_parsed == 0 || ack->to_tag.len == 0 ||
        !transaction_probe(table, ack, &ack->via[0], "INVITE", &probe)) {
        return NULL;
    }
    invite = g_hash_table_lookup(table->by_cseq, &probe);
    if (transaction_accepted_with(invite, tag)) {
        return NULL; /* it is for that 2xx (13.2.2.4) */
    }
    for (unsigned i = 0; invite != NULL && i < TRANSACTION_CHAIN_MAX; i++) {
        for (const struct hop *hop = invite->hops; hop != NULL; hop = hop->next) {
            if (hop->transport == record->transport && endpoint_equal(&hop->src, &record->src) &&
                endpoint_equal(&hop->dst, &record->dst) && hop_refused_with(hop, tag)) {
                return invite;
            }
        }
        invite = invite->same_cseq;
    }
    return NULL;
}

struct transaction *transaction_cancelled(struct transaction_table *table,
                                          const struct message *cancel)
{
    return transaction_by_branch_of(table, cancel, "INVITE");
}

bool transaction_tried_again(const struct transaction_table *table,
                             const struct transaction *transaction)
{
    const struct transaction *latest = g_hash_table_lookup(table->by_cseq, transaction);

    return latest != transaction && latest->first_time > transaction->first_time;
}

struct transaction *transaction_quoted(struct transaction_table *table,
                                       const struct message *quoted)
{
    return transaction_by_branch_of(
        table, quoted,
        method_intern(table->strings, quoted->is_request ? quoted->method : quoted->cseq_method));
}

struct transaction *transaction_forwarded(struct transaction_table *table,
                                          const struct message *message, const struct via *lower)
{
    struct transaction probe;
    struct transaction *found;

    found = transaction_probe(table, message, lower, method_intern(table->strings, message->method),
                              &probe) &&
                    probe.has_cookie
                ? g_hash_table_lookup(table->by_key, &probe)
                : NULL;
    if (found == NULL || found->orphan || !slice_equal_nocase(found->sent_by, probe.sent_by)) {
        return NULL;
    }
    return found;
}

/* ---- responses ---------------------------------------------------------------------------- */

static int hop_score(const struct hop *hop, const struct packet_message *packet,
                     const struct connection *connection)
{
    if (hop_is_reverse(hop, packet, connection)) {
        return 8;
    }
    if (endpoint_equal(&packet->src, &hop->dst)) {
        return 4;
    }
    if (ip_address_equal(&packet->src.ip, &hop->dst.ip)) {
        return 3;
    }
    return ip_address_equal(&packet->dst.ip, &hop->src.ip) ? 2 : 0;
}

static void transaction_score(const struct transaction_table *table,
                              const struct transaction *transaction,
                              const struct packet_message *packet,
                              const struct connection *connection, int64_t time,
                              struct response_match *best)
{
    int64_t last = MAX(transaction->last_request_time, transaction->last_response_time);

    if (transaction->orphan ||
        (time - last > RESPONSE_LIMIT && !transaction_pending(transaction, &table->config, time))) {
        return;
    }
    for (struct hop *hop = transaction->hops; hop != NULL; hop = hop->next) {
        int score;

        if (hop->first_request->time > time + table->config.clock_skew) {
            continue;
        }
        score = hop_score(hop, packet, connection);
        if (best->hop == NULL || score > best->score ||
            (score == best->score && hop->last_request->time > best->hop->last_request->time)) {
            best->hop = hop;
            best->score = score;
        }
    }
}

/* Not by digits alone: "….1" and "….10" may be two forks of one request. */
static bool branch_is_cut(struct slice a, struct slice b)
{
    struct slice longer = a.len > b.len ? a : b;
    struct slice shorter = a.len > b.len ? b : a;
    struct slice rest = slice_sub(longer, shorter.len, longer.len);
    uint64_t number;

    return rest.len > 0 && !slice_to_uint(rest, UINT64_MAX, &number) &&
           slice_equal_nocase(slice_sub(longer, 0, shorter.len), shorter);
}

/*
 * The response carries another branch, but came back on the very flow of a request with its Call-ID,
 * CSeq and method: it is the answer if its Via is what is left of the request's (a cut branch, or the
 * top Via taken off). Anything else may answer a request that is not in the file.
 */
static struct hop *hop_of_damaged_via(struct transaction_table *table,
                                      const struct transaction *probe,
                                      const struct message *message,
                                      const struct packet_message *packet,
                                      const struct connection *connection)
{
    const struct via *top = &message->via[0];
    struct transaction *transaction = g_hash_table_lookup(table->by_cseq, probe);

    for (unsigned i = 0; transaction != NULL && i < TRANSACTION_CHAIN_MAX; i++) {
        for (struct hop *hop = transaction->hops; hop != NULL; hop = hop->next) {
            bool cut = slice_equal_nocase(transaction->sent_by, probe->sent_by) &&
                       transaction->has_cookie && branch_is_cut(transaction->branch, top->branch);
            bool taken_off = hop->via_count > 1 && hop->lower_vias[0] == via_identity(top);

            if ((cut || taken_off) && hop_is_reverse(hop, packet, connection)) {
                return hop;
            }
        }
        transaction = transaction->same_cseq;
    }
    return NULL;
}

/*
 * The branch is known on this very flow, but the Call-ID was changed (8.2.6.2 forbids it). One with the
 * same Call-ID and another CSeq may answer a request with that branch that is not in the file.
 */
static struct hop *hop_of_damaged_call(struct transaction_table *table,
                                       const struct transaction *probe,
                                       const struct packet_message *packet,
                                       const struct connection *connection, int64_t time)
{
    const struct branch_use *use =
        probe->has_cookie ? g_hash_table_lookup(table->by_branch, probe) : NULL;

    if (use == NULL || strcmp(use->latest->method, probe->method) != 0 ||
        slice_equal(use->latest->call_id, probe->call_id) ||
        !transaction_pending(use->latest, &table->config, time)) {
        return NULL;
    }
    for (struct hop *hop = use->latest->hops; hop != NULL; hop = hop->next) {
        if (hop_is_reverse(hop, packet, connection)) {
            return hop;
        }
    }
    return NULL;
}

struct response_match transaction_response(struct transaction_table *table,
                                           const struct message *message,
                                           const struct packet_message *packet,
                                           const struct connection *connection, int64_t time)
{
    struct response_match best = {0};
    struct transaction probe;
    struct transaction *transaction;
    struct hop *damaged;

    if (message->via_parsed == 0 ||
        !transaction_probe(table, message, &message->via[0],
                           method_intern(table->strings, message->cseq_method), &probe)) {
        return best;
    }
    transaction = g_hash_table_lookup(table->by_key, &probe);
    for (unsigned i = 0; transaction != NULL && i < TRANSACTION_CHAIN_MAX; i++) {
        transaction_score(table, transaction, packet, connection, time, &best);
        transaction = transaction->older;
    }
    if (best.hop == NULL || best.score < 8) {
        damaged = hop_of_damaged_via(table, &probe, message, packet, connection);
        if (damaged == NULL && best.hop == NULL) {
            damaged = hop_of_damaged_call(table, &probe, packet, connection, time);
        }
        if (damaged != NULL) {
            best = (struct response_match){.hop = damaged, .score = 8, .weak = true};
        }
    }
    return best;
}

struct transaction *transaction_orphan(struct transaction_table *table,
                                       const struct message *response, int64_t time)
{
    struct transaction probe;
    struct transaction *transaction;

    if (response->via_parsed == 0 ||
        !transaction_probe(table, response, &response->via[0],
                           method_intern(table->strings, response->cseq_method), &probe)) {
        return NULL;
    }
    transaction = g_hash_table_lookup(table->by_key, &probe);
    if (transaction == NULL || !transaction->orphan) {
        transaction = transaction_new(table, &probe, time);
        transaction->orphan = true;
    }
    return transaction;
}
