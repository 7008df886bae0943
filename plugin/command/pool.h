/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_POOL_H
#define SIPCONN_POOL_H

#include "result.h"
#include "tshark.h"

/* Many captures, some of them at once. */
struct pool;

/* Takes the results in the order of the captures; each is freed after the call. */
struct pool_listener {
    void (*result)(void *data, struct result *result);
    void (*started)(void *data, const char *path); /* in any order */
    void *data;
};

/* Starts nothing yet. captures: NULL-terminated. What is given outlives the pool. */
struct pool *pool_new(char *const *captures, unsigned jobs, const struct tshark *tshark,
                      char *const *arguments, const struct pool_listener *listener);

/*
 * Runs a main loop until all results were delivered, the pool was cancelled, or something failed
 * that all captures share; no tshark is left then. Returns NULL or the sentence about that failure,
 * g_free()able.
 */
char *pool_run(struct pool *pool);

/* Ends all tsharks. May be called from a signal source of the main loop. */
void pool_cancel(struct pool *pool);

void pool_free(struct pool *pool);

#endif
