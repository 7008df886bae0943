/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "duplicate.h"

#include <stdlib.h>

#define MILLISECOND INT64_C(1000000)

/* Without an IP identification to compare (0, or IPv6), copies are at most this far apart. */
#define COPY_WITHIN (20 * MILLISECOND)

/* Packets that are remembered at first, a power of two. */
#define SIZE_AT_FIRST 256

struct seen_packet {
    uint64_t hash; /* of addresses, transport and content */
    struct message_record *record;
    int64_t time;      /* the record's */
    uint32_t previous; /* number of the one before with the same place in latest */
    uint16_t ip_id;    /* 0: none */
};

/*
 * Packets are numbered from 1 as they come. Those from oldest to next - 1 are remembered, each at its
 * number modulo size; what is older needs no cleaning up, its number says so.
 */
struct duplicate_filter {
    int64_t window; /* same IP identification: no retransmission can be that early */
    uint32_t size;  /* of both arrays, a power of two */
    uint32_t oldest, next;
    struct seen_packet *seen;
    uint32_t *latest; /* by hash modulo size: number of the last packet, 0 or forgotten: none */
};

struct duplicate_filter *duplicate_filter_new(const struct analysis_config *config)
{
    struct duplicate_filter *filter = g_new0(struct duplicate_filter, 1);

    filter->window = MAX(config->t1 / 2, COPY_WITHIN);
    filter->size = SIZE_AT_FIRST;
    filter->oldest = 1;
    filter->next = 1;
    filter->seen = g_new(struct seen_packet, filter->size);
    filter->latest = g_new0(uint32_t, filter->size);
    return filter;
}

void duplicate_filter_free(struct duplicate_filter *filter)
{
    if (filter == NULL) {
        return;
    }
    g_free(filter->latest);
    g_free(filter->seen);
    g_free(filter);
}

static struct seen_packet *seen_packet_at(const struct duplicate_filter *filter, uint32_t number)
{
    return &filter->seen[number & (filter->size - 1)];
}

static void duplicate_filter_forget(struct duplicate_filter *filter, int64_t time)
{
    while (filter->oldest < filter->next &&
           llabs(time - seen_packet_at(filter, filter->oldest)->time) > filter->window) {
        filter->oldest++;
    }
}

static const struct seen_packet *duplicate_filter_find(const struct duplicate_filter *filter,
                                                       uint64_t hash)
{
    uint32_t number = filter->latest[hash & (filter->size - 1)];

    while (number >= filter->oldest) {
        const struct seen_packet *seen = seen_packet_at(filter, number);

        if (seen->hash == hash) {
            return seen;
        }
        number = seen->previous;
    }
    return NULL;
}

static void seen_packet_link(struct duplicate_filter *filter, uint32_t number)
{
    struct seen_packet *seen = seen_packet_at(filter, number);
    uint32_t *latest = &filter->latest[seen->hash & (filter->size - 1)];

    seen->previous = *latest;
    *latest = number;
}

static void duplicate_filter_grow(struct duplicate_filter *filter)
{
    struct duplicate_filter old = *filter;

    filter->size *= 2;
    filter->seen = g_new(struct seen_packet, filter->size);
    filter->latest = g_new0(uint32_t, filter->size);
    for (uint32_t number = old.oldest; number < old.next; number++) {
        *seen_packet_at(filter, number) = *seen_packet_at(&old, number);
        seen_packet_link(filter, number);
    }
    g_free(old.seen);
    g_free(old.latest);
}

static void duplicate_filter_add(struct duplicate_filter *filter, const struct seen_packet *packet)
{
    if (filter->next - filter->oldest == filter->size) {
        duplicate_filter_grow(filter);
    }
    *seen_packet_at(filter, filter->next) = *packet;
    seen_packet_link(filter, filter->next++);
}

struct message_record *duplicate_filter_check(struct duplicate_filter *filter,
                                              const struct packet_message *packet,
                                              uint64_t text_hash, struct message_record *record)
{
    uint64_t hash = endpoint_hash(&packet->dst, endpoint_hash(&packet->src, text_hash));
    uint16_t ip_id = packet->has_ip_id ? packet->ip_id : 0;
    const struct seen_packet *seen;

    hash ^= packet->transport;
    duplicate_filter_forget(filter, record->time);
    seen = duplicate_filter_find(filter, hash);
    /* What stands twice in one frame was sent twice. */
    if (seen != NULL && seen->record->frame != record->frame) {
        int64_t apart = llabs(record->time - seen->time);

        if (ip_id != 0 && seen->ip_id != 0 ? ip_id == seen->ip_id && apart <= filter->window
                                           : apart <= COPY_WITHIN) {
            return seen->record;
        }
    }
    duplicate_filter_add(filter,
                         &(struct seen_packet){
                             .hash = hash, .record = record, .time = record->time, .ip_id = ip_id});
    return NULL;
}
