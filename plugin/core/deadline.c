/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "deadline.h"

#include <glib.h>

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

bool deadline_is_due(const struct deadline_queue *queue, int64_t now)
{
    for (unsigned i = 0; i < DEADLINE_KINDS; i++) {
        const struct deadline *oldest =
            queue->kinds[i].head != NULL ? queue->kinds[i].head->data : NULL;

        if (oldest != NULL && oldest->due < now) {
            return true;
        }
    }
    return false;
}

bool deadline_take(struct deadline_queue *queue, enum deadline_kind kind, int64_t now,
                   struct deadline *deadline)
{
    struct deadline *oldest = g_queue_peek_head(&queue->kinds[kind]);

    if (oldest == NULL || oldest->due >= now) {
        return false;
    }
    *deadline = *oldest;
    g_free(g_queue_pop_head(&queue->kinds[kind]));
    return true;
}
