/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "deadline.h"

#include <glib.h>

/* Packets of two interfaces may stand out of order by that much, nanoseconds. */
#define BACKWARDS_TOLERATED INT64_C(1000000000)

struct deadline_queue {
    GQueue kinds[DEADLINE_KINDS]; /* struct deadline *, owned */
};

struct deadline_queue *deadline_queue_new(void)
{
    struct deadline_queue *queue = g_new0(struct deadline_queue, 1);

    for (unsigned i = 0; i < DEADLINE_KINDS; i++) {
        g_queue_init(&queue->kinds[i]);
    }
    return queue;
}

void deadline_queue_free(struct deadline_queue *queue)
{
    if (queue == NULL) {
        return;
    }
    for (unsigned i = 0; i < DEADLINE_KINDS; i++) {
        g_queue_clear_full(&queue->kinds[i], g_free);
    }
    g_free(queue);
}

void deadline_set(struct deadline_queue *queue, enum deadline_kind kind,
                  const struct deadline *deadline)
{
    g_queue_push_tail(&queue->kinds[kind], g_memdup2(deadline, sizeof *deadline));
}

/*
 * The oldest entry of a kind. One that was set later than now comes from a bogus time stamp, or time
 * went backwards: it is dropped, lest it keep those behind it from falling due.
 */
static struct deadline *deadline_oldest(struct deadline_queue *queue, unsigned kind, int64_t now)
{
    struct deadline *oldest;

    while ((oldest = g_queue_peek_head(&queue->kinds[kind])) != NULL &&
           oldest->set > now + BACKWARDS_TOLERATED) {
        g_free(g_queue_pop_head(&queue->kinds[kind]));
    }
    return oldest != NULL && oldest->due < now ? oldest : NULL;
}

bool deadline_is_due(struct deadline_queue *queue, int64_t now)
{
    for (unsigned i = 0; i < DEADLINE_KINDS; i++) {
        if (deadline_oldest(queue, i, now) != NULL) {
            return true;
        }
    }
    return false;
}

bool deadline_take(struct deadline_queue *queue, enum deadline_kind kind, int64_t now,
                   struct deadline *deadline)
{
    struct deadline *oldest = deadline_oldest(queue, kind, now);

    if (oldest == NULL) {
        return false;
    }
    *deadline = *oldest;
    g_free(g_queue_pop_head(&queue->kinds[kind]));
    return true;
}
