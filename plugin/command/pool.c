/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pool.h"

#include "job.h"

/*
 * Results that wait for an earlier capture take memory. No other capture is begun while those that
 * wait were told in more bytes than this; how many they are is of no matter, lest all processors but
 * one stand still while a large capture is read.
 */
#define WAITING_MAX (32 * 1024 * 1024)

struct pool {
    char *const *captures;
    unsigned count, jobs;
    const struct tshark *tshark;
    char *const *arguments;
    const struct pool_listener *listener;
    GMainLoop *loop;
    struct result **results; /* that wait for an earlier one; NULL: none yet */
    gsize waiting;           /* bytes they were told in */
    GHashTable *running;     /* struct job * -> index of its capture */
    unsigned next_start, next_delivery;
    bool is_cancelled;
    char *failure;
};

struct pool *pool_new(char *const *captures, unsigned jobs, const struct tshark *tshark,
                      char *const *arguments, const struct pool_listener *listener)
{
    struct pool *pool = g_new0(struct pool, 1);

    pool->captures = captures;
    pool->count = g_strv_length((char **)captures);
    pool->jobs = MIN(jobs, pool->count);
    pool->tshark = tshark;
    pool->arguments = arguments;
    pool->listener = listener;
    pool->loop = g_main_loop_new(NULL, FALSE);
    pool->results = g_new0(struct result *, pool->count);
    pool->running = g_hash_table_new(NULL, NULL);
    return pool;
}

static void pool_deliver(struct pool *pool)
{
    while (!pool->is_cancelled && pool->next_delivery < pool->count &&
           pool->results[pool->next_delivery]) {
        struct result *result = g_steal_pointer(&pool->results[pool->next_delivery++]);
        pool->waiting -= result->size;
        pool->listener->result(pool->listener->data, result);
        result_free(result);
    }
}

static void pool_job_done(void *data, struct job *job, struct result *result, char *failure);

static void pool_fill(struct pool *pool)
{
    while (!pool->is_cancelled && pool->next_start < pool->count &&
           g_hash_table_size(pool->running) < pool->jobs && pool->waiting < WAITING_MAX) {
        unsigned index = pool->next_start++;
        struct job *job =
            job_start(pool->captures[index], pool->tshark, pool->arguments, pool_job_done, pool);
        g_hash_table_insert(pool->running, job, GUINT_TO_POINTER(index));
        pool->listener->started(pool->listener->data, pool->captures[index]);
    }
    if (g_hash_table_size(pool->running) == 0) {
        g_main_loop_quit(pool->loop);
    }
}

static void pool_job_done(void *data, struct job *job, struct result *result, char *failure)
{
    struct pool *pool = data;
    unsigned index = GPOINTER_TO_UINT(g_hash_table_lookup(pool->running, job));

    g_hash_table_remove(pool->running, job);
    job_free(job);
    pool->results[index] = result;
    pool->waiting += result->size;
    if (failure && !pool->is_cancelled) {
        pool->failure = failure;
        pool_cancel(pool);
    } else {
        g_free(failure);
    }
    pool_deliver(pool);
    pool_fill(pool);
}

char *pool_run(struct pool *pool)
{
    pool_fill(pool);
    if (g_hash_table_size(pool->running) > 0) {
        g_main_loop_run(pool->loop);
    }
    return g_steal_pointer(&pool->failure);
}

void pool_cancel(struct pool *pool)
{
    GHashTableIter iter;
    void *job;

    pool->is_cancelled = true;
    g_hash_table_iter_init(&iter, pool->running);
    while (g_hash_table_iter_next(&iter, &job, NULL)) {
        job_cancel(job);
    }
}

void pool_free(struct pool *pool)
{
    for (unsigned i = 0; i < pool->count; i++) {
        result_free(pool->results[i]);
    }
    g_hash_table_destroy(pool->running);
    g_main_loop_unref(pool->loop);
    g_free(pool->results);
    g_free(pool->failure);
    g_free(pool);
}
