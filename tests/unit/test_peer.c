/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "peer.h"

#include <glib.h>

#define A "192.0.2.1:40001"
#define A_AGAIN "192.0.2.1:40002"
#define A_LISTENER "192.0.2.1:5060"
#define B "192.0.2.2:5060"
#define B_CLIENT "192.0.2.2:50000"

static struct endpoint at(const char *text)
{
    struct host_port host_port;

    g_assert_true(host_port_parse(slice_of(text), &host_port));
    return endpoint_make(&host_port.ip, host_port.port);
}

/* An open connection on which its opener began a transaction. */
static struct connection connection_of(enum transport transport, const char *from, const char *to)
{
    return (struct connection){
        .record = {.transport = transport,
                   .initiator = at(from),
                   .acceptor = at(to),
                   .forward_transactions = 1},
        .side = {{.endpoint = at(from)}, {.endpoint = at(to)}},
        .opener = 0,
    };
}

/* One host as opener, one listener, one transport are one pair, whatever port it comes from. */
static void test_identity_of_a_pair(void)
{
    static const struct {
        const char *what, *from, *to;
        enum transport transport;
        bool same;
    } rows[] = {
        {"another client port", A_AGAIN, B, TRANSPORT_TCP, true},
        {"another client", "192.0.2.3:40001", B, TRANSPORT_TCP, false},
        {"another listener", A, "192.0.2.2:5070", TRANSPORT_TCP, false},
        {"another server", A, "192.0.2.3:5060", TRANSPORT_TCP, false},
        {"another transport", A, B, TRANSPORT_TLS, false},
        {"the other way", B_CLIENT, A_LISTENER, TRANSPORT_TCP, false},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct peer_table *table = peer_table_new();
        struct connection first = connection_of(TRANSPORT_TCP, A, B);
        struct connection second = connection_of(rows[i].transport, rows[i].from, rows[i].to);
        const struct endpoint *opener = &second.side[0].endpoint;
        const struct endpoint *listener = &second.side[1].endpoint;
        struct peer *peer = peer_of(table, &first, first.record.transport);

        g_test_message("%s", rows[i].what);
        g_assert_true((peer_find(table, &opener->ip, listener, rows[i].transport) == peer) ==
                      rows[i].same);
        g_assert_true((peer_of(table, &second, second.record.transport) == peer) == rows[i].same);
        g_assert_nonnull(peer_find(table, &opener->ip, listener, rows[i].transport));
        peer_table_free(table);
    }
}

/* The opener may be the side that was seen second. */
static void test_opener_is_second_side(void)
{
    struct peer_table *table = peer_table_new();
    struct connection usual = connection_of(TRANSPORT_TCP, A, B);
    struct connection turned = {
        .record.transport = TRANSPORT_TCP,
        .side = {{.endpoint = at(B)}, {.endpoint = at(A)}},
        .opener = 1,
    };

    g_assert_true(peer_of(table, &usual, usual.record.transport) ==
                  peer_of(table, &turned, turned.record.transport));
    peer_table_free(table);
}

static void test_find_makes_none(void)
{
    struct peer_table *table = peer_table_new();
    struct endpoint a = at(A), b = at(B);

    g_assert_null(peer_find(table, &a.ip, &b, TRANSPORT_TCP));
    g_assert_null(peer_find(table, &a.ip, &b, TRANSPORT_TCP));
    peer_table_free(table);
    peer_table_free(NULL);
}

/* The latest ones are kept, the oldest goes first. */
static void test_recent(void)
{
    struct peer_table *table = peer_table_new();
    struct connection connections[PEER_CONNECTIONS_MAX + 2];
    struct peer *peer;

    for (unsigned i = 0; i < G_N_ELEMENTS(connections); i++) {
        connections[i] = connection_of(TRANSPORT_TCP, A, B);
    }
    peer = peer_of(table, &connections[0], connections[0].record.transport);
    g_assert_cmpuint(peer->recent_count, ==, 0);
    g_assert_cmpuint(peer->parallel, ==, 0);
    g_assert_cmpuint(peer->short_lived, ==, 0);
    g_assert_null(peer->refused);
    for (unsigned i = 0; i < G_N_ELEMENTS(connections); i++) {
        peer_enter(peer, &connections[i]);
        g_assert_cmpuint(peer->recent_count, ==, MIN(i + 1, PEER_CONNECTIONS_MAX));
        g_assert_true(peer->recent[peer->recent_count - 1] == &connections[i]);
    }
    for (unsigned i = 0; i < PEER_CONNECTIONS_MAX; i++) {
        g_assert_true(peer->recent[i] == &connections[i + 2]);
    }
    peer_table_free(table);
}

/* ---- pair view (D.2): two connections, each used one way ------------------------------------- */

static void test_opposite(void)
{
    static const struct {
        const char *what, *from, *to;
        enum transport transport;
        uint32_t transactions;
        int64_t closed_time; /* of the first connection */
        bool paired;
    } rows[] = {
        {"one in each direction", B_CLIENT, A_LISTENER, TRANSPORT_TCP, 1, 0, true},
        {"to another port of the host", B_CLIENT, "192.0.2.1:5070", TRANSPORT_TCP, 1, 0, true},
        {"the same direction", A_AGAIN, B, TRANSPORT_TCP, 1, 0, false},
        {"another host", "192.0.2.3:50000", A_LISTENER, TRANSPORT_TCP, 1, 0, false},
        {"another transport", B_CLIENT, A_LISTENER, TRANSPORT_TLS, 1, 0, false},
        {"the first one is closed", B_CLIENT, A_LISTENER, TRANSPORT_TCP, 1, 5, false},
        {"not in use", B_CLIENT, A_LISTENER, TRANSPORT_TCP, 0, 0, false},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct peer_table *table = peer_table_new();
        struct connection first = connection_of(TRANSPORT_TCP, A, B);
        struct connection second = connection_of(rows[i].transport, rows[i].from, rows[i].to);

        g_test_message("%s", rows[i].what);
        peer_pair(table, &first);
        g_assert_null(first.record.opposite);
        first.closed_time = rows[i].closed_time;
        second.record.forward_transactions = rows[i].transactions;
        peer_pair(table, &second);
        g_assert_true((first.record.opposite == &second.record) == rows[i].paired);
        g_assert_true((second.record.opposite == &first.record) == rows[i].paired);
        peer_table_free(table);
    }
}

/* A host that talks to itself: which of its names is which cannot be told. */
static void test_opposite_of_oneself(void)
{
    struct peer_table *table = peer_table_new();
    struct connection first = connection_of(TRANSPORT_TCP, "192.0.2.1:40001", "192.0.2.1:5060");
    struct connection second = connection_of(TRANSPORT_TCP, "192.0.2.1:40002", "192.0.2.1:5070");

    peer_pair(table, &first);
    peer_pair(table, &second);
    g_assert_null(first.record.opposite);
    g_assert_null(second.record.opposite);
    peer_table_free(table);
}

/* Of several the latest one is the opposite. */
static void test_opposite_is_the_latest(void)
{
    struct peer_table *table = peer_table_new();
    struct connection old = connection_of(TRANSPORT_TCP, A, B);
    struct connection latest = connection_of(TRANSPORT_TCP, A_AGAIN, B);
    struct connection back = connection_of(TRANSPORT_TCP, B_CLIENT, A_LISTENER);

    peer_pair(table, &old);
    peer_pair(table, &latest);
    peer_pair(table, &back);
    g_assert_true(back.record.opposite == &latest.record);
    g_assert_true(latest.record.opposite == &back.record);
    g_assert_null(old.record.opposite);
    peer_table_free(table);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/peer/identity", test_identity_of_a_pair);
    g_test_add_func("/peer/opener", test_opener_is_second_side);
    g_test_add_func("/peer/find", test_find_makes_none);
    g_test_add_func("/peer/recent", test_recent);
    g_test_add_func("/peer/opposite/pair", test_opposite);
    g_test_add_func("/peer/opposite/oneself", test_opposite_of_oneself);
    g_test_add_func("/peer/opposite/latest", test_opposite_is_the_latest);
    return g_test_run();
}
