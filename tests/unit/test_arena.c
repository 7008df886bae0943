/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "arena.h"

/* Pieces are zeroed, aligned, apart from each other, and keep what is written into them. */
static void test_pieces(void)
{
    static const size_t sizes[] = {1, 7, 16, 24, 320, 4096, 40000, 300000, 0};
    struct arena *arena = arena_new();
    unsigned char *pieces[4000];

    for (unsigned i = 0; i < G_N_ELEMENTS(pieces); i++) {
        size_t size = sizes[i % (i < 100 ? G_N_ELEMENTS(sizes) : 5)];

        pieces[i] = arena_alloc(arena, size);
        g_assert_nonnull(pieces[i]);
        g_assert_cmpuint((uintptr_t)pieces[i] % alignof(int64_t), ==, 0);
        for (size_t at = 0; at < size; at++) {
            g_assert_cmpuint(pieces[i][at], ==, 0);
        }
        memset(pieces[i], (int)(i % 251 + 1), size);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(pieces); i++) {
        size_t size = sizes[i % (i < 100 ? G_N_ELEMENTS(sizes) : 5)];

        for (size_t at = 0; at < size; at++) {
            g_assert_cmpuint(pieces[i][at], ==, i % 251 + 1);
        }
    }
    arena_free(arena);
}

static void test_copy(void)
{
    struct arena *arena = arena_new();
    char text[] = "branch";
    const char *copy = arena_copy(arena, text, sizeof text);

    text[0] = 'B';
    g_assert_cmpstr(copy, ==, "branch");
    g_assert_nonnull(arena_copy(arena, NULL, 0));
    arena_free(arena);
    arena_free(NULL);
}

/* Texts lie close together, and what follows them is aligned again. */
static void test_text(void)
{
    struct arena *arena = arena_new();
    char bytes[] = "SIP/2.0/UDP pc;branch=1";
    const char *first = arena_text(arena, (struct slice){bytes, 11});
    const char *second = arena_text(arena, (struct slice){bytes + 12, 2});
    const char *none = arena_text(arena, (struct slice){NULL, 0});
    const void *record = arena_alloc(arena, 8);

    bytes[0] = bytes[12] = 'x';
    g_assert_cmpstr(first, ==, "SIP/2.0/UDP");
    g_assert_cmpstr(second, ==, "pc");
    g_assert_cmpstr(none, ==, "");
    g_assert_true(second == first + 12);
    g_assert_cmpuint((uintptr_t)record % alignof(int64_t), ==, 0);
    arena_free(arena);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/arena/pieces", test_pieces);
    g_test_add_func("/arena/copy", test_copy);
    g_test_add_func("/arena/text", test_text);
    return g_test_run();
}
