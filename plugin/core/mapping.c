/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mapping.h"

#include <glib.h>

struct mapping_entry {
    uint64_t client;
    struct mapping mapping;
};

struct mapping_table {
    GHashTable *clients; /* struct mapping_entry, owned, keyed by its client */
};

struct mapping_table *mapping_table_new(void)
{
    struct mapping_table *table = g_new0(struct mapping_table, 1);

    table->clients = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    return table;
}

void mapping_table_free(struct mapping_table *table)
{
    if (table == NULL) {
        return;
    }
    g_hash_table_destroy(table->clients);
    g_free(table);
}

bool mapping_replace(struct mapping_table *table, uint64_t client, const struct mapping *now,
                     struct mapping *before)
{
    struct mapping_entry *entry = g_hash_table_lookup(table->clients, &client);

    if (entry != NULL) {
        *before = entry->mapping;
        entry->mapping = *now;
        return true;
    }
    entry = g_new0(struct mapping_entry, 1);
    entry->client = client;
    entry->mapping = *now;
    g_hash_table_insert(table->clients, &entry->client, entry);
    return false;
}
