/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hash.h"

#include <glib.h>

const uint64_t *hash_key(void)
{
    static uint64_t key[2];
    static gsize drawn;

    if (g_once_init_enter(&drawn)) {
        for (size_t i = 0; i < G_N_ELEMENTS(key); i++)
            key[i] = (uint64_t)g_random_int() << 32 | g_random_int();
        g_once_init_leave(&drawn, 1);
    }
    return key;
}
