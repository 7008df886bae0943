/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_DEADLINE_H
#define SIPCONN_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What is to be judged when something did not happen in time. Each kind waits equally long, so its
 * entries fall due in the order they were set: no search, no sorting.
 */
enum deadline_kind {
    DEADLINE_ACK_REPEATED, /* final response to an INVITE over UDP or stream: ACK within 64 T1 */
    DEADLINE_ACK_STREAM,   /* the same on a stream that stays open */
    DEADLINE_FALLBACK,     /* undeliverable response: another destination within 64 T1 */
    DEADLINE_FRAGMENT,     /* first IP fragment: reassembled in time */
    DEADLINE_ADVERTISED,   /* request that advertises a private address: answered in time */
    DEADLINE_ALIAS_ANSWER, /* request on an alias: answered or refused within 64 T1 */
    DEADLINE_ALIAS_STALE,  /* request on a dead alias: repeated elsewhere within 64 T1 */
    DEADLINE_KINDS,
};

struct deadline {
    int64_t set; /* time when it was set */
    int64_t due;
    void *subject;   /* what it is about, by kind: struct hop or struct fragment_wait */
    uint32_t frame;  /* where it was set */
    uint32_t detail; /* by kind: status of the response, number of the fragment */
};

struct deadline_queue;

struct deadline_queue *deadline_queue_new(void);
void deadline_queue_free(struct deadline_queue *queue);
void deadline_set(struct deadline_queue *queue, enum deadline_kind kind,
                  const struct deadline *deadline);

/* Some entry was due before now. */
bool deadline_is_due(struct deadline_queue *queue, int64_t now);

/* Takes the oldest entry of that kind that was due before now. False: none. */
bool deadline_take(struct deadline_queue *queue, enum deadline_kind kind, int64_t now,
                   struct deadline *deadline);

#endif
