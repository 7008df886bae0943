/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_ARENA_H
#define SIPCONN_ARENA_H

#include <stddef.h>

#include "slice.h"

/*
 * Memory that is given back all at once. What a message leaves behind are small structs that live as
 * long as the analysis: allocated one by one they would cost a fifth more, and time to free.
 */
struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);

/* Zeroed memory for any struct; lives until arena_free(). Never NULL, for size 0 neither. */
void *arena_alloc(struct arena *arena, size_t size);

/* A copy of size bytes. */
void *arena_copy(struct arena *arena, const void *data, size_t size);

/* The text as a string; a NUL byte in it ends it early. */
const char *arena_text(struct arena *arena, struct slice text);

#endif
