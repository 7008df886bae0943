/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "duplicate.h"

#include <stdlib.h>

#define MILLISECOND INT64_C(1000000)

/* Without an IP identification to compare (0, or IPv6), copies are at most this far apart. */
#define COPY_WITHIN (20 * MILLISECOND)

struct seen_packet {
    uint64_t hash;  /* of addresses, transport and content */
    uint16_t ip_id; /* 0: none */
    struct message_record *record;
};

struct duplicate_filter {
    int64_t window;     /* same IP identification: no retransmission can be that early */
    GHashTable *latest; /* struct seen_packet by hash; owned by order */
    GQueue order;       /* struct seen_packet, oldest first */
};

struct duplicate_filter *duplicate_filter_new(const struct analysis_config *config)
{
    struct duplicate_filter *filter = g_new0(struct duplicate_filter, 1);

    filter->window = MAX(config->t1 / 2, COPY_WITHIN);
    filter->latest = g_hash_table_new(g_int64_hash, g_int64_equal);
    g_queue_init(&filter->order);
    return filter;
}

void duplicate_filter_free(struct duplicate_filter *filter)
{
    if (filter == NULL) {
        return;
    }
    g_hash_table_destroy(filter->latest);
    g_queue_clear_full(&filter->order, g_free);
    g_free(filter);
}

static void duplicate_filter_forget(struct duplicate_filter *filter, int64_t time)
{
    struct seen_packet *oldest;

    while ((oldest = g_queue_peek_head(&filter->order)) != NULL &&
           llabs(time - oldest->record->time) > filter->window) {
        if (g_hash_table_lookup(filter->latest, &oldest->hash) == oldest) {
            g_hash_table_remove(filter->latest, &oldest->hash);
        }
        g_free(g_queue_pop_head(&filter->order));
    }
}

struct message_record *duplicate_filter_check(struct duplicate_filter *filter,
                                              const struct packet_message *packet,
                                              uint64_t text_hash, struct message_record *record)
{
    uint64_t hash = endpoint_hash(&packet->dst, endpoint_hash(&packet->src, text_hash));
    uint16_t ip_id = packet->has_ip_id ? packet->ip_id : 0;
    struct seen_packet *seen;
    struct seen_packet *now;

    hash ^= packet->transport;
    duplicate_filter_forget(filter, record->time);
    seen = g_hash_table_lookup(filter->latest, &hash);
    if (seen != NULL) {
        int64_t apart = llabs(record->time - seen->record->time);

        if (ip_id != 0 && seen->ip_id != 0 ? ip_id == seen->ip_id && apart <= filter->window
                                           : apart <= COPY_WITHIN) {
            return seen->record;
        }
    }
    now = g_new0(struct seen_packet, 1);
    now->hash = hash;
    now->ip_id = ip_id;
    now->record = record;
    g_queue_push_tail(&filter->order, now);
    g_hash_table_replace(filter->latest, &now->hash, now);
    return NULL;
}
