/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "alias.h"

#include <glib.h>

#include "tls.h"

#define SECOND INT64_C(1000000000)
#define START (INT64_C(1700000000) * SECOND)
/* RFC 5923 5 */
#define A "192.0.2.1:49160"
#define A_LISTENER "192.0.2.1:5061"
#define B "192.0.2.128:5061"

static struct endpoint at(const char *text)
{
    struct host_port host_port;

    g_assert_true(host_port_parse(slice_of(text), &host_port));
    return endpoint_make(&host_port.ip, host_port.port);
}

/* The tables of a test; the frame number of the next packet is also its second. */
static struct {
    struct connection_table *connections;
    struct alias_table *aliases;
    GPtrArray *client, *server; /* identities */
    uint32_t frame;
} scene;

static void scene_begin(void)
{
    scene.connections = connection_table_new();
    scene.aliases = alias_table_new();
    scene.client = g_ptr_array_new();
    g_ptr_array_add(scene.client, (char *)"p1.example.com");
    scene.server = g_ptr_array_new();
    g_ptr_array_add(scene.server, (char *)"p2.example.net");
    scene.frame = 0;
}

static void scene_end(void)
{
    alias_table_free(scene.aliases);
    connection_table_free(scene.connections);
    g_ptr_array_unref(scene.client);
    g_ptr_array_unref(scene.server);
}

static void segment(int64_t stream, const char *src, const char *dst, unsigned events)
{
    struct packet_tcp tcp = {
        .stream = stream, .src = at(src), .dst = at(dst), .events = events, .ttl = 64};
    int64_t time = START + ++scene.frame * SECOND;
    struct connection *connection = connection_segment(scene.connections, &tcp, scene.frame, time);

    connection_segment_close(scene.connections, connection, &tcp, scene.frame, time);
}

/* A TLS connection from A's host whose handshake showed that much of the client. */
static struct connection *opened(int64_t stream, const char *from,
                                 enum client_certificate certificate)
{
    struct packet_message packet = {
        .transport = TRANSPORT_TLS, .stream = stream, .src = at(from), .dst = at(B)};
    struct connection *connection;
    struct tls_facts *tls;

    segment(stream, from, B, TCP_SYN);
    segment(stream, B, from, TCP_SYN | TCP_ACK);
    scene.frame++;
    connection = connection_of_message(scene.connections, &packet, scene.frame,
                                       START + scene.frame * SECOND);
    tls = tls_facts_new();
    tls->version = 0x0303;
    tls->server_hello = certificate != CERTIFICATE_UNKNOWN;
    tls->server_certificate = tls->server_hello;
    tls->client_finished = tls->server_hello;
    tls->client_certificate = certificate == CERTIFICATE_PRESENTED;
    tls->client_verified = tls->client_certificate;
    connection->tls = tls;
    g_assert_cmpint(tls_client_certificate(tls), ==, certificate);
    if (certificate == CERTIFICATE_PRESENTED) {
        connection->record.client_identities = scene.client;
    }
    if (certificate != CERTIFICATE_UNKNOWN) {
        connection->record.server_identities = scene.server;
    }
    return connection;
}

static void learn(struct connection *connection, const char *via_text)
{
    struct slice list = slice_of(via_text);
    struct via via;

    g_assert_true(via_parse(&list, &via));
    alias_table_learn(scene.aliases, connection, &via, ++scene.frame);
}

static struct alias_record *find(const char *place)
{
    struct endpoint endpoint = at(place);

    return alias_table_find(scene.aliases, &endpoint);
}

static const struct alias_record *entry(unsigned index)
{
    const GPtrArray *records = alias_table_records(scene.aliases);

    g_assert_cmpuint(index, <, records->len);
    return g_ptr_array_index(records, index);
}

static void assert_at(const struct alias_record *record, const char *place)
{
    struct endpoint expected = at(place);

    g_assert_true(endpoint_equal(&record->endpoint, &expected));
}

/* RFC 5923 8.2 and 8.1: one entry on each side, for the listener of the other. */
static void test_both_sides(void)
{
    struct connection *connection;
    uint32_t learnt;

    scene_begin();
    connection = opened(0, A, CERTIFICATE_PRESENTED);
    learn(connection, "SIP/2.0/TLS p1.example.com;branch=z9hG4bK1;alias");
    learnt = scene.frame;
    g_assert_cmpuint(alias_table_records(scene.aliases)->len, ==, 2);

    assert_at(entry(0), A_LISTENER);
    g_assert_cmpint(entry(0)->transport, ==, TRANSPORT_TLS);
    g_assert_true(entry(0)->identities == scene.client);
    g_assert_true(entry(0)->connection == &connection->record);
    g_assert_cmpuint(entry(0)->learnt_frame, ==, learnt);
    g_assert_false(entry(0)->initiator_side);
    g_assert_true(entry(0)->verified);
    g_assert_cmpuint(entry(0)->used_frames->len, ==, 0);

    assert_at(entry(1), B);
    g_assert_true(entry(1)->identities == scene.server);
    g_assert_true(entry(1)->connection == &connection->record);
    g_assert_true(entry(1)->initiator_side);
    g_assert_true(entry(1)->verified);
    scene_end();
}

/* The address is the observed one, the port that of sent-by, or the default of the wire (A.10). */
static void test_address(void)
{
    static const struct {
        const char *via, *place;
    } rows[] = {
        {"SIP/2.0/TLS p1.example.com;branch=z9hG4bK1;alias", "192.0.2.1:5061"},
        {"SIP/2.0/TLS p1.example.com:5071;branch=z9hG4bK1;alias", "192.0.2.1:5071"},
        {"SIP/2.0/TLS 10.1.1.1:5081;branch=z9hG4bK1;alias", "192.0.2.1:5081"},
        {"SIP/2.0/TCP p1.example.com;branch=z9hG4bK1;alias", "192.0.2.1:5061"},
        {"SIP/2.0/TLS p1.example.com:5071;branch=z9hG4bK1;alias;rport", "192.0.2.1:5071"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        scene_begin();
        g_test_message("%s", rows[i].via);
        learn(opened(0, A, CERTIFICATE_PRESENTED), rows[i].via);
        assert_at(entry(0), rows[i].place);
        g_assert_true(find(rows[i].place) == entry(0));
        scene_end();
    }
}

static void test_by_certificate(void)
{
    static const struct {
        enum client_certificate certificate;
        unsigned entries;
        bool verified;
    } rows[] = {
        {CERTIFICATE_PRESENTED, 2, true},
        {CERTIFICATE_UNKNOWN, 2, false},
        {CERTIFICATE_NONE, 0, false}, /* 9.2: the table must not be updated */
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        scene_begin();
        learn(opened(0, A, rows[i].certificate), "SIP/2.0/TLS p1.example.com;alias");
        g_assert_cmpuint(alias_table_records(scene.aliases)->len, ==, rows[i].entries);
        g_assert_true((find(A_LISTENER) != NULL) == (rows[i].entries > 0));
        if (rows[i].entries > 0) {
            g_assert_true(entry(0)->verified == rows[i].verified);
            g_assert_true((entry(0)->identities != NULL) == rows[i].verified);
        }
        scene_end();
    }
}

static void test_unknown_opener(void)
{
    struct connection connection = {.opener = -1};

    scene_begin();
    learn(&connection, "SIP/2.0/TLS p1.example.com;alias");
    g_assert_cmpuint(alias_table_records(scene.aliases)->len, ==, 0);
    scene_end();
}

/* Only acceptors look addresses up; the initiator's entry is for its own server (8.1). */
static void test_find(void)
{
    scene_begin();
    g_assert_null(find(A_LISTENER));
    learn(opened(0, A, CERTIFICATE_PRESENTED), "SIP/2.0/TLS p1.example.com;alias");
    g_assert_true(find(A_LISTENER) == entry(0));
    g_assert_null(find(A));
    g_assert_null(find(B));
    g_assert_null(find("192.0.2.2:5061"));
    scene_end();
}

/* The same request again adds nothing; a later connection for the address takes its place. */
static void test_latest(void)
{
    struct connection *first, *second;

    scene_begin();
    first = opened(0, A, CERTIFICATE_PRESENTED);
    learn(first, "SIP/2.0/TLS p1.example.com;alias");
    learn(first, "SIP/2.0/TLS p1.example.com;alias");
    g_assert_cmpuint(alias_table_records(scene.aliases)->len, ==, 2);

    second = opened(1, "192.0.2.1:49161", CERTIFICATE_PRESENTED);
    learn(second, "SIP/2.0/TLS p1.example.com;alias");
    g_assert_cmpuint(alias_table_records(scene.aliases)->len, ==, 4);
    g_assert_true(find(A_LISTENER)->connection == &second->record);
    g_assert_true(first->alias->connection == &first->record);
    scene_end();
}

/* Each advertised port makes an entry for the acceptor; the initiator knows its server already. */
static void test_another_port(void)
{
    struct connection *connection;
    struct endpoint first = at("192.0.2.1:5061"), second = at("192.0.2.1:5071");
    struct endpoint third = at("192.0.2.1:5081");

    scene_begin();
    connection = opened(0, A, CERTIFICATE_PRESENTED);
    g_assert_false(alias_table_covers(scene.aliases, connection, &first));
    learn(connection, "SIP/2.0/TLS p1.example.com;alias");
    learn(connection, "SIP/2.0/TLS p1.example.com:5071;alias");
    learn(connection, "SIP/2.0/TLS p1.example.com;alias");
    learn(connection, "SIP/2.0/TLS p1.example.com:5071;alias");
    g_assert_cmpuint(alias_table_records(scene.aliases)->len, ==, 3);
    g_assert_cmpuint(connection->alias_count, ==, 2);
    assert_at(connection->alias, "192.0.2.1:5061");
    assert_at(entry(2), "192.0.2.1:5071");
    g_assert_false(entry(2)->initiator_side);
    g_assert_true(entry(2)->verified);
    g_assert_true(find("192.0.2.1:5071") == entry(2));
    g_assert_true(find("192.0.2.1:5061") == entry(0));
    g_assert_true(alias_table_covers(scene.aliases, connection, &first));
    g_assert_true(alias_table_covers(scene.aliases, connection, &second));
    g_assert_false(alias_table_covers(scene.aliases, connection, &third));
    scene_end();
}

/* The first entry of a connection stays its own even if a later connection took its address. */
static void test_covers_of_two_connections(void)
{
    struct connection *first, *second;
    struct endpoint listener = at(A_LISTENER), another = at("192.0.2.1:5071");

    scene_begin();
    first = opened(0, A, CERTIFICATE_PRESENTED);
    learn(first, "SIP/2.0/TLS p1.example.com;alias");
    second = opened(1, "192.0.2.1:49161", CERTIFICATE_PRESENTED);
    learn(second, "SIP/2.0/TLS p1.example.com;alias");
    learn(second, "SIP/2.0/TLS p1.example.com:5071;alias");
    g_assert_true(alias_table_covers(scene.aliases, first, &listener));
    g_assert_true(alias_table_covers(scene.aliases, second, &listener));
    g_assert_false(alias_table_covers(scene.aliases, first, &another));
    g_assert_true(alias_table_covers(scene.aliases, second, &another));
    scene_end();
}

/* Whoever advertises port after port cannot fill the memory. */
static void test_many_ports(void)
{
    struct connection *connection;

    scene_begin();
    connection = opened(0, A, CERTIFICATE_PRESENTED);
    for (unsigned i = 0; i < CONNECTION_ALIASES_MAX + 3; i++) {
        g_autofree char *via = g_strdup_printf("SIP/2.0/TLS p1.example.com:%u;alias", 5061 + i);

        learn(connection, via);
    }
    g_assert_cmpuint(connection->alias_count, ==, CONNECTION_ALIASES_MAX);
    g_assert_cmpuint(alias_table_records(scene.aliases)->len, ==, CONNECTION_ALIASES_MAX + 1);
    g_assert_nonnull(find("192.0.2.1:5068"));
    g_assert_null(find("192.0.2.1:5069"));
    scene_end();
}

/* An entry ends with its connection, whose close it shows; the record stays. */
static void test_end(void)
{
    const struct alias_record *record;

    scene_begin();
    learn(opened(0, A, CERTIFICATE_PRESENTED), "SIP/2.0/TLS p1.example.com;alias");
    record = find(A_LISTENER);
    g_assert_cmpuint(record->connection->closed_frame, ==, 0);
    segment(0, A, B, TCP_ACK | TCP_FIN);
    g_assert_cmpuint(entry(0)->connection->closed_frame, ==, scene.frame);
    g_assert_cmpuint(entry(1)->connection->closed_frame, ==, scene.frame);
    g_assert_true(entry(0) == record);
    scene_end();
}

static void test_used_frames(void)
{
    struct connection *with, *without;

    scene_begin();
    with = opened(0, A, CERTIFICATE_PRESENTED);
    learn(with, "SIP/2.0/TLS p1.example.com;alias");
    alias_table_used(with, 12);
    alias_table_used(with, 15);
    g_assert_cmpuint(entry(0)->used_frames->len, ==, 2);
    g_assert_cmpuint(g_array_index(entry(0)->used_frames, uint32_t, 0), ==, 12);
    g_assert_cmpuint(g_array_index(entry(0)->used_frames, uint32_t, 1), ==, 15);
    /* The requests went to the initiator, not from it. */
    g_assert_cmpuint(entry(1)->used_frames->len, ==, 0);

    without = opened(1, "192.0.2.1:49161", CERTIFICATE_PRESENTED);
    alias_table_used(without, 20);
    g_assert_cmpuint(alias_table_records(scene.aliases)->len, ==, 2);
    scene_end();
    alias_table_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/alias/both-sides", test_both_sides);
    g_test_add_func("/alias/address", test_address);
    g_test_add_func("/alias/by-certificate", test_by_certificate);
    g_test_add_func("/alias/unknown-opener", test_unknown_opener);
    g_test_add_func("/alias/find", test_find);
    g_test_add_func("/alias/latest", test_latest);
    g_test_add_func("/alias/another-port", test_another_port);
    g_test_add_func("/alias/covers", test_covers_of_two_connections);
    g_test_add_func("/alias/many-ports", test_many_ports);
    g_test_add_func("/alias/end", test_end);
    g_test_add_func("/alias/used-frames", test_used_frames);
    return g_test_run();
}
