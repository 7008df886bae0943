/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_text_tally.h"

struct name_tally {
    GPtrArray *names; /* char *, owned */
    GHashTable *counts;
    unsigned total;
};

struct name_tally *name_tally_new(void)
{
    struct name_tally *tally = g_new(struct name_tally, 1);

    tally->names = g_ptr_array_new_with_free_func(g_free);
    tally->counts = g_hash_table_new(g_str_hash, g_str_equal);
    tally->total = 0;
    return tally;
}

void name_tally_free(struct name_tally *tally)
{
    g_hash_table_destroy(tally->counts);
    g_ptr_array_free(tally->names, TRUE);
    g_free(tally);
}

void name_tally_add(struct name_tally *tally, const char *name)
{
    gpointer kept;
    gpointer count;

    if (!g_hash_table_lookup_extended(tally->counts, name, &kept, &count)) {
        kept = g_strdup(name);
        count = NULL;
        g_ptr_array_add(tally->names, kept);
    }
    g_hash_table_insert(tally->counts, kept, GUINT_TO_POINTER(GPOINTER_TO_UINT(count) + 1));
    tally->total++;
}

unsigned name_tally_total(const struct name_tally *tally)
{
    return tally->total;
}

char *name_tally_text(const struct name_tally *tally, unsigned most)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < tally->names->len && i < most; i++) {
        const char *name = g_ptr_array_index(tally->names, i);

        g_string_append_printf(text, "%s%u %s", i > 0 ? ", " : "",
                               GPOINTER_TO_UINT(g_hash_table_lookup(tally->counts, name)), name);
    }
    if (tally->names->len > most) {
        g_string_append_printf(text, ", %u others", tally->names->len - most);
    }
    return g_string_free(text, FALSE);
}
