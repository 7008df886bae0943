/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flows over UDP: the last SIP message each way, since an ICMP error may quote too little to tell it;
 * and who answers there.
 */
#include "context.h"

struct flow {
    struct endpoint src, dst;
    const struct message_record *last;
};

static guint flow_hash(gconstpointer key)
{
    const struct flow *flow = key;

    return (guint)endpoint_hash(&flow->dst, endpoint_hash(&flow->src, 0));
}

static gboolean flow_equal(gconstpointer left, gconstpointer right)
{
    const struct flow *a = left;
    const struct flow *b = right;

    return endpoint_equal(&a->src, &b->src) && endpoint_equal(&a->dst, &b->dst);
}

GHashTable *flow_table_new(void)
{
    return g_hash_table_new_full(flow_hash, flow_equal, g_free, NULL);
}

void flow_table_enter(struct analysis *analysis, struct message_record *record)
{
    struct flow probe = {.src = record->src, .dst = record->dst, .last = record};
    struct flow *known = g_hash_table_lookup(analysis->flows, &probe);

    if (record->transport != TRANSPORT_UDP) {
        return;
    }
    if (known != NULL) {
        known->last = record;
    } else {
        g_hash_table_add(analysis->flows, g_memdup2(&probe, sizeof probe));
    }
}

const struct message_record *flow_table_find(const struct analysis *analysis,
                                             const struct endpoint *src, const struct endpoint *dst)
{
    struct flow probe = {.src = *src, .dst = *dst};
    const struct flow *known = g_hash_table_lookup(analysis->flows, &probe);

    return known != NULL ? known->last : NULL;
}

/* ---- servers ------------------------------------------------------------------------------------ */

struct udp_server {
    struct endpoint endpoint;
    uint32_t frame;
    uint8_t ttl;
};

static guint udp_server_hash(gconstpointer key)
{
    return (guint)endpoint_hash(&((const struct udp_server *)key)->endpoint, 0);
}

static gboolean udp_server_equal(gconstpointer a, gconstpointer b)
{
    return endpoint_equal(&((const struct udp_server *)a)->endpoint,
                          &((const struct udp_server *)b)->endpoint);
}

GHashTable *udp_server_table_new(void)
{
    return g_hash_table_new_full(udp_server_hash, udp_server_equal, g_free, NULL);
}

void udp_server_enter(struct analysis *analysis, const struct endpoint *server, uint8_t ttl)
{
    struct udp_server probe = {.endpoint = *server, .frame = analysis->frame, .ttl = ttl};

    if (!g_hash_table_contains(analysis->udp_servers, &probe)) {
        g_hash_table_add(analysis->udp_servers, g_memdup2(&probe, sizeof probe));
    }
}

uint32_t udp_server_find(const struct analysis *analysis, const struct endpoint *server,
                         uint8_t *ttl)
{
    struct udp_server probe = {.endpoint = *server};
    const struct udp_server *known = g_hash_table_lookup(analysis->udp_servers, &probe);

    if (known == NULL) {
        return 0;
    }
    *ttl = known->ttl;
    return known->frame;
}
