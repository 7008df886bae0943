/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "arena.h"

#include <glib.h>
#include <stdalign.h>
#include <string.h>

/* Large enough that the C library takes it from the kernel, which zeroes it already. */
#define BLOCK_SIZE ((size_t)256 * 1024)

struct arena {
    GPtrArray *blocks; /* owned */
    char *next;        /* of the block being filled */
    size_t left;
};

struct arena *arena_new(void)
{
    struct arena *arena = g_new0(struct arena, 1);

    arena->blocks = g_ptr_array_new_with_free_func(g_free);
    return arena;
}

void arena_free(struct arena *arena)
{
    if (arena != NULL) {
        g_ptr_array_free(arena->blocks, TRUE);
        g_free(arena);
    }
}

static char *arena_block(struct arena *arena, size_t size)
{
    char *block = g_malloc0(size);

    g_ptr_array_add(arena->blocks, block);
    return block;
}

static void *arena_take(struct arena *arena, size_t size)
{
    char *memory;

    if (size > BLOCK_SIZE / 8) {
        return arena_block(arena, size);
    }
    if (size >= arena->left) {
        arena->next = arena_block(arena, BLOCK_SIZE);
        arena->left = BLOCK_SIZE;
    }
    memory = arena->next;
    arena->next += size;
    arena->left -= size;
    return memory;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    /* No long double and no vector comes here. */
    const size_t align = MAX(alignof(int64_t), alignof(gpointer));
    size_t gap = arena->left % align; /* blocks end at a multiple of it */

    if (gap > 0) {
        arena->next += gap;
        arena->left -= gap;
    }
    /* A size near the limit of size_t cannot be had anyway; g_malloc0() ends the program then. */
    return arena_take(arena, (size + align - 1) / align * align);
}

void *arena_copy(struct arena *arena, const void *data, size_t size)
{
    void *copy = arena_alloc(arena, size);

    if (size > 0) {
        memcpy(copy, data, size);
    }
    return copy;
}

const char *arena_text(struct arena *arena, struct slice text)
{
    char *copy = arena_take(arena, text.len + 1);

    if (text.len > 0) {
        memcpy(copy, text.ptr, text.len);
    }
    return copy;
}
