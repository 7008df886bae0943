/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advertised.h"

#include "transaction.h"

struct advertised_table {
    GHashTable *places; /* struct advertised, owned, its own key by endpoint */
};

static guint advertised_hash(gconstpointer key)
{
    return (guint)endpoint_hash(&((const struct advertised *)key)->endpoint, 0);
}

static gboolean advertised_equal(gconstpointer a, gconstpointer b)
{
    return endpoint_equal(&((const struct advertised *)a)->endpoint,
                          &((const struct advertised *)b)->endpoint);
}

struct advertised_table *advertised_table_new(void)
{
    struct advertised_table *table = g_new0(struct advertised_table, 1);

    table->places = g_hash_table_new_full(advertised_hash, advertised_equal, g_free, NULL);
    return table;
}

void advertised_table_free(struct advertised_table *table)
{
    if (table == NULL) {
        return;
    }
    g_hash_table_destroy(table->places);
    g_free(table);
}

void advertised_learn(struct advertised_table *table, const struct advertised *advertised)
{
    struct advertised *known;

    if (!ip_address_is_set(&advertised->endpoint.ip)) {
        return;
    }
    known = g_hash_table_lookup(table->places, advertised);
    if (known == NULL) {
        g_hash_table_add(table->places, g_memdup2(advertised, sizeof *advertised));
        return;
    }
    if (advertised->reliable && !known->reliable) {
        known->reliable = true;
        known->frame = advertised->frame;
        known->header = advertised->header;
    }
    known->unreachable_by_design = advertised->unreachable_by_design;
    if (advertised->flow != NULL) {
        known->flow = advertised->flow;
    }
    if (advertised->hop != NULL) {
        known->hop = advertised->hop;
    }
}

const struct advertised *advertised_find(const struct advertised_table *table,
                                         const struct endpoint *endpoint)
{
    struct advertised probe = {.endpoint = *endpoint};

    return g_hash_table_lookup(table->places, &probe);
}

bool advertised_is_shielded(const struct advertised *advertised, uint8_t ttl)
{
    const struct hop *hop = advertised->hop;
    uint8_t usual =
        hop != NULL && hop->connection != NULL ? hop->connection->side[hop->client_side].ttl : 0;

    return ttl != 0 && usual != 0 && ttl != usual;
}
