/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "deadline.h"

static void set(struct deadline_queue *queue, enum deadline_kind kind, int64_t due, uint32_t frame,
                void *subject)
{
    struct deadline deadline = {
        .due = due, .frame = frame, .subject = subject, .detail = frame + 1};

    deadline_set(queue, kind, &deadline);
}

/* The frame of the entry taken, 0 if there is none. */
static uint32_t take(struct deadline_queue *queue, enum deadline_kind kind, int64_t now)
{
    struct deadline deadline = {0};

    return deadline_take(queue, kind, now, &deadline) ? deadline.frame : 0;
}

static void test_taken_in_the_order_set(void)
{
    struct deadline_queue *queue = deadline_queue_new();

    g_assert_cmpuint(take(queue, DEADLINE_ACK_REPEATED, G_MAXINT64), ==, 0);
    set(queue, DEADLINE_ACK_REPEATED, 100, 1, NULL);
    set(queue, DEADLINE_ACK_REPEATED, 200, 2, NULL);
    set(queue, DEADLINE_ACK_REPEATED, 200, 3, NULL);

    /* Due before now: at its own instant the awaited packet may still come. */
    g_assert_cmpuint(take(queue, DEADLINE_ACK_REPEATED, 99), ==, 0);
    g_assert_cmpuint(take(queue, DEADLINE_ACK_REPEATED, 100), ==, 0);
    g_assert_cmpuint(take(queue, DEADLINE_ACK_REPEATED, 101), ==, 1);
    g_assert_cmpuint(take(queue, DEADLINE_ACK_REPEATED, 101), ==, 0);
    g_assert_cmpuint(take(queue, DEADLINE_ACK_REPEATED, 1000), ==, 2);
    g_assert_cmpuint(take(queue, DEADLINE_ACK_REPEATED, 1000), ==, 3);
    g_assert_cmpuint(take(queue, DEADLINE_ACK_REPEATED, 1000), ==, 0);
    deadline_queue_free(queue);
}

static void test_kinds_do_not_mix(void)
{
    struct deadline_queue *queue = deadline_queue_new();

    for (unsigned kind = 0; kind < DEADLINE_KINDS; kind++) {
        set(queue, kind, 10, kind + 1, NULL);
    }
    for (unsigned kind = DEADLINE_KINDS; kind-- > 0;) {
        g_assert_cmpuint(take(queue, kind, 11), ==, kind + 1);
        g_assert_cmpuint(take(queue, kind, 11), ==, 0);
    }
    deadline_queue_free(queue);
}

static void test_entry_comes_back_as_it_was_set(void)
{
    struct deadline_queue *queue = deadline_queue_new();
    struct deadline deadline = {0};
    int subject;

    set(queue, DEADLINE_FALLBACK, -5, 7, &subject);
    g_assert_true(deadline_take(queue, DEADLINE_FALLBACK, -4, &deadline));
    g_assert_cmpint(deadline.due, ==, -5);
    g_assert_cmpuint(deadline.frame, ==, 7);
    g_assert_cmpuint(deadline.detail, ==, 8);
    g_assert_true(deadline.subject == &subject);
    deadline_queue_free(queue);
}

/* What is still waiting goes with the queue. */
static void test_free(void)
{
    struct deadline_queue *queue = deadline_queue_new();

    set(queue, DEADLINE_FRAGMENT, 1, 1, NULL);
    set(queue, DEADLINE_ACK_STREAM, 1, 1, NULL);
    deadline_queue_free(queue);
    deadline_queue_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/deadline/order", test_taken_in_the_order_set);
    g_test_add_func("/deadline/kinds", test_kinds_do_not_mix);
    g_test_add_func("/deadline/content", test_entry_comes_back_as_it_was_set);
    g_test_add_func("/deadline/free", test_free);
    return g_test_run();
}
