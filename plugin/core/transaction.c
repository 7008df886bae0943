/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "transaction.h"
#include "transaction_table.h"

#include <string.h>

#include "hash.h"

#define SECOND INT64_C(1000000000)
#define T4 (5 * SECOND) /* RFC 3261 Table 4 */

int64_t transaction_timeout(const struct analysis_config *config)
{
    return 64 * config->t1;
}

void transaction_note_response(struct transaction *transaction, unsigned status, uint32_t frame,
                               int64_t time)
{
    transaction->last_response_time = time;
    if (status < 200) {
        transaction->has_provisional = true;
        if (status > 100) {
            transaction->last_provisional_time = time;
        }
        return;
    }
    if (transaction->final_time == 0) {
        transaction->final_time = time;
        transaction->final_status = status;
        transaction->final_frame = frame;
    }
    if (transaction->is_invite && status < 300) {
        transaction->accepted = true;
    }
    if (transaction->is_cancel && transaction->cancels != NULL && status < 300 &&
        transaction->cancels->cancel_ok_time == 0) {
        transaction->cancels->cancel_ok_time = time;
    }
}

/* A UAS repeats a 101–199 each minute (13.3.1.1); Timer C counts from there (16.6-11). */
static int64_t transaction_idle_since(const struct transaction *transaction)
{
    return MAX(transaction->first_time, transaction->last_provisional_time);
}

bool transaction_pending(const struct transaction *transaction,
                         const struct analysis_config *config, int64_t time)
{
    int64_t tx = transaction_timeout(config);

    if (transaction->is_ack || transaction->orphan) {
        return false;
    }
    if (!transaction->is_invite) {
        return transaction->final_time == 0 && time <= transaction->first_time + tx; /* Timer F */
    }
    if (transaction->accepted) {
        return false;
    }
    if (transaction->final_time != 0) {
        return transaction->ack == NULL && time <= transaction->final_time + tx; /* Timer H */
    }
    if (transaction->cancel_ok_time != 0) {
        return time <= transaction->cancel_ok_time + tx; /* RFC 3261 9.1 */
    }
    if (transaction->has_provisional) {
        return time <= transaction_idle_since(transaction) + config->timer_c + tx;
    }
    return time <= transaction->first_time + tx; /* Timer B */
}

int64_t transaction_reusable_from(const struct transaction *transaction,
                                  const struct analysis_config *config)
{
    int64_t tx = transaction_timeout(config);
    bool reliable =
        transaction->hops != NULL && transport_is_reliable(transaction->hops->transport);

    if (!transaction->is_invite) {
        if (transaction->final_time != 0) {
            return transaction->final_time + (reliable ? T4 : tx); /* Timer J */
        }
        return transaction->first_time + tx + T4;
    }
    if (transaction->accepted) {
        return transaction->final_time + tx + T4; /* RFC 6026 7: Timers L and M */
    }
    if (transaction->final_time != 0) {
        return transaction->ack != NULL ? transaction->ack->time + T4 /* Timer I */
                                        : transaction->final_time + tx + T4;
    }
    if (transaction->cancel_ok_time != 0) {
        return transaction->cancel_ok_time + tx + T4;
    }
    if (transaction->has_provisional) {
        return MAX(transaction->last_request_time, transaction->last_response_time) +
               config->timer_c + tx + T4;
    }
    return MAX(transaction->first_time, transaction->last_request_time) + tx + T4;
}

uint64_t message_fingerprint(const struct message *message)
{
    struct hash hash = hash_begin(message->via_count);

    hash_slice(&hash, message->method);
    hash_slice(&hash, message->call_id);
    hash_slice(&hash, message->from_tag);
    hash_slice(&hash, message->to_tag);
    /* A proxy counts Max-Forwards down and adds a Via; a NAT, an ALG and a balancer do not. */
    hash_word(&hash, message->max_forwards);
    return hash_end(hash);
}

uint64_t via_identity(const struct via *via)
{
    struct hash hash = hash_begin(via->has_port ? via->port + 1u : 0);

    hash_slice_nocase(&hash, via->transport_token);
    hash_slice_nocase(&hash, via->host);
    hash_slice_nocase(&hash, via->branch);
    return hash_end(hash);
}

/* ---- responses before their request -------------------------------------------------------- */

#define EARLY_RESPONSES_MAX 4

void transaction_keep_early(struct transaction *orphan, struct arena *arena,
                            const struct early_response *response)
{
    struct early_response *early;

    if (orphan->early_count == EARLY_RESPONSES_MAX) {
        return;
    }
    early = arena_copy(arena, response, sizeof *response);
    early->next = orphan->early;
    orphan->early = early;
    orphan->early_count++;
}

void transaction_drop_early(struct transaction *transaction)
{
    transaction->early = NULL;
    transaction->early_count = 0;
}

/* ---- hops --------------------------------------------------------------------------------- */

/* Room for the second to fourth response of a hop. */
#define RESPONSES_AT_FIRST 4

struct hop_response *hop_response_find(struct hop *hop, unsigned status, uint64_t text_hash)
{
    for (unsigned i = 0; i < hop->response_count; i++) {
        if (hop->responses[i].record->status == status &&
            hop->responses[i].text_hash == text_hash) {
            return &hop->responses[i];
        }
    }
    return NULL;
}

struct hop_response *hop_response_add(struct hop *hop, struct arena *arena,
                                      const struct hop_response *response)
{
    unsigned count = hop->response_count;
    struct hop_response *place;

    /* Mostly one, for an INVITE a few. */
    if (count == 0) {
        hop->responses = arena_alloc(arena, sizeof *hop->responses);
    } else if (count == 1 || count == RESPONSES_AT_FIRST) {
        struct hop_response *more = arena_alloc(
            arena, (count == 1 ? RESPONSES_AT_FIRST : HOP_RESPONSES_MAX) * sizeof *hop->responses);

        memcpy(more, hop->responses, count * sizeof *more);
        hop->responses = more;
    }
    if (count < HOP_RESPONSES_MAX) {
        hop->response_count++;
    }
    place = &hop->responses[hop->response_count - 1];
    *place = *response;
    return place;
}

bool hop_is_reverse(const struct hop *hop, const struct packet_message *packet,
                    const struct connection *connection)
{
    if (hop->connection != NULL || connection != NULL) {
        /* By association, not by address, for SCTP: it may have switched paths. */
        return hop->connection == connection &&
               (hop->transport == TRANSPORT_SCTP || hop->transport == TRANSPORT_TLS_SCTP ||
                endpoint_equal(&hop->dst, &packet->src));
    }
    return hop->transport == packet->transport && endpoint_equal(&hop->dst, &packet->src) &&
           endpoint_equal(&hop->src, &packet->dst);
}
