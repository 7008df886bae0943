/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vantage.h"

struct vantage_pair {
    struct endpoint client; /* port 0: the address as a whole */
    struct endpoint srv;
    bool direct, translated;
};

struct vantage_table {
    enum vantage forced;
    GHashTable *pairs; /* struct vantage_pair, owned, its own key */
};

static guint vantage_pair_hash(gconstpointer key)
{
    const struct vantage_pair *pair = key;

    return (guint)endpoint_hash(&pair->srv, endpoint_hash(&pair->client, 0));
}

static gboolean vantage_pair_equal(gconstpointer left, gconstpointer right)
{
    const struct vantage_pair *a = left;
    const struct vantage_pair *b = right;

    return endpoint_equal(&a->client, &b->client) && endpoint_equal(&a->srv, &b->srv);
}

struct vantage_table *vantage_table_new(const struct analysis_config *config)
{
    struct vantage_table *table = g_new0(struct vantage_table, 1);

    table->forced = config->vantage;
    table->pairs = g_hash_table_new_full(vantage_pair_hash, vantage_pair_equal, g_free, NULL);
    return table;
}

void vantage_table_free(struct vantage_table *table)
{
    if (table == NULL) {
        return;
    }
    g_hash_table_destroy(table->pairs);
    g_free(table);
}

static void vantage_pair_learn(struct vantage_table *table, struct vantage_pair seen)
{
    struct vantage_pair *pair = g_hash_table_lookup(table->pairs, &seen);

    if (pair == NULL) {
        g_hash_table_add(table->pairs, g_memdup2(&seen, sizeof seen));
        return;
    }
    pair->direct = pair->direct || seen.direct;
    pair->translated = pair->translated || seen.translated;
}

void vantage_learn(struct vantage_table *table, const struct endpoint *obs,
                   const struct endpoint *srv, const struct ip_address *received, uint16_t rport)
{
    bool right_address = ip_address_equal(received, &obs->ip);
    bool right_port = rport == 0 || rport == obs->port;
    struct vantage_pair seen = {.client = *obs, .srv = *srv};

    if (!ip_address_is_set(received)) {
        return;
    }
    seen.direct = right_address && right_port;
    seen.translated = !seen.direct;
    vantage_pair_learn(table, seen);
    seen.client.port = 0;
    vantage_pair_learn(table, seen);
}

static enum vantage vantage_lookup(const struct vantage_table *table,
                                   const struct vantage_pair *probe)
{
    const struct vantage_pair *pair;

    if (table->forced != VANTAGE_UNKNOWN) {
        return table->forced;
    }
    pair = g_hash_table_lookup(table->pairs, probe);
    if (pair == NULL) {
        return VANTAGE_UNKNOWN;
    }
    if (pair->direct) {
        return pair->translated ? VANTAGE_MIXED : VANTAGE_DIRECT;
    }
    return VANTAGE_TRANSLATED;
}

enum vantage vantage_of(const struct vantage_table *table, const struct ip_address *client,
                        const struct endpoint *srv)
{
    struct vantage_pair probe = {.client = {.ip = *client}, .srv = *srv};

    return vantage_lookup(table, &probe);
}

enum vantage vantage_of_flow(const struct vantage_table *table, const struct endpoint *obs,
                             const struct endpoint *srv)
{
    struct vantage_pair probe = {.client = *obs, .srv = *srv};

    return vantage_lookup(table, &probe);
}
