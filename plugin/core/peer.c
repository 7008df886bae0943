/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "peer.h"

#include <string.h>

struct peer_table {
    GHashTable *peers;      /* struct peer, owned, its own key */
    GHashTable *directions; /* struct direction_used, owned, its own key */
};

/* The connections from one host to another: the latest one in use. */
struct direction_used {
    struct ip_address opener, acceptor;
    enum transport transport;
    struct connection *latest;
};

static guint peer_hash(gconstpointer key)
{
    const struct peer *peer = key;
    struct endpoint opener = endpoint_make(&peer->opener, (uint16_t)peer->transport);

    return (guint)endpoint_hash(&peer->listener, endpoint_hash(&opener, 0));
}

static gboolean peer_equal(gconstpointer left, gconstpointer right)
{
    const struct peer *a = left;
    const struct peer *b = right;

    return a->transport == b->transport && ip_address_equal(&a->opener, &b->opener) &&
           endpoint_equal(&a->listener, &b->listener);
}

static void peer_free(void *data)
{
    struct peer *peer = data;

    g_free(peer);
}

static guint direction_hash(gconstpointer key)
{
    const struct direction_used *used = key;
    struct endpoint opener = endpoint_make(&used->opener, (uint16_t)used->transport);
    struct endpoint acceptor = endpoint_make(&used->acceptor, 0);

    return (guint)endpoint_hash(&acceptor, endpoint_hash(&opener, 0));
}

static gboolean direction_equal(gconstpointer left, gconstpointer right)
{
    const struct direction_used *a = left;
    const struct direction_used *b = right;

    return a->transport == b->transport && ip_address_equal(&a->opener, &b->opener) &&
           ip_address_equal(&a->acceptor, &b->acceptor);
}

struct peer_table *peer_table_new(void)
{
    struct peer_table *table = g_new0(struct peer_table, 1);

    table->peers = g_hash_table_new_full(peer_hash, peer_equal, peer_free, NULL);
    table->directions = g_hash_table_new_full(direction_hash, direction_equal, g_free, NULL);
    return table;
}

void peer_table_free(struct peer_table *table)
{
    if (table == NULL) {
        return;
    }
    g_hash_table_destroy(table->directions);
    g_hash_table_destroy(table->peers);
    g_free(table);
}

void peer_pair(struct peer_table *table, struct connection *connection)
{
    const struct connection_record *record = &connection->record;
    struct direction_used forward = {
        .opener = record->initiator.ip,
        .acceptor = record->acceptor.ip,
        .transport = record->transport,
        .latest = connection,
    };
    struct direction_used backward = {
        .opener = forward.acceptor,
        .acceptor = forward.opener,
        .transport = record->transport,
    };
    struct direction_used *known;

    if (record->forward_transactions == 0 || ip_address_equal(&forward.opener, &forward.acceptor)) {
        return;
    }
    known = g_hash_table_lookup(table->directions, &forward);
    if (known == NULL) {
        g_hash_table_add(table->directions, g_memdup2(&forward, sizeof forward));
    } else {
        known->latest = connection;
    }
    known = g_hash_table_lookup(table->directions, &backward);
    if (known != NULL && known->latest->closed_time == 0 && known->latest != connection) {
        connection->record.opposite = &known->latest->record;
        known->latest->record.opposite = &connection->record;
    }
}

struct peer *peer_of(struct peer_table *table, const struct connection *connection,
                     enum transport transport)
{
    struct peer probe = {
        .opener = connection->side[connection->opener].endpoint.ip,
        .listener = connection->side[1 - connection->opener].endpoint,
        .transport = transport,
    };
    struct peer *peer = g_hash_table_lookup(table->peers, &probe);

    if (peer == NULL) {
        peer = g_memdup2(&probe, sizeof probe);
        g_hash_table_add(table->peers, peer);
    }
    return peer;
}

struct peer *peer_find(struct peer_table *table, const struct ip_address *opener,
                       const struct endpoint *listener, enum transport transport)
{
    struct peer probe = {.opener = *opener, .listener = *listener, .transport = transport};

    return g_hash_table_lookup(table->peers, &probe);
}

void peer_enter(struct peer *peer, struct connection *connection)
{
    if (peer->recent_count == PEER_CONNECTIONS_MAX) {
        memmove(peer->recent, peer->recent + 1,
                (PEER_CONNECTIONS_MAX - 1) * sizeof peer->recent[0]);
        peer->recent_count--;
    }
    peer->recent[peer->recent_count++] = connection;
}
