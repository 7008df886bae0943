/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "connection.h"

#define SECOND INT64_C(1000000000)
#define START (INT64_C(1700000000) * SECOND)
#define CLIENT "192.0.2.1:40001"
#define SERVER "192.0.2.2:5060"

static struct endpoint at(const char *text)
{
    struct host_port host_port;

    g_assert_true(host_port_parse(slice_of(text), &host_port));
    return endpoint_make(&host_port.ip, host_port.port);
}

/* The frame number of the next packet is also its second. */
static uint32_t frame;

static struct connection_table *table_new(void)
{
    frame = 0;
    return connection_table_new();
}

static struct connection *segment_of(struct connection_table *table, int64_t stream,
                                     const char *src, const char *dst, unsigned events,
                                     uint32_t length, uint32_t acknowledgment)
{
    struct packet_tcp tcp = {.stream = stream,
                             .src = at(src),
                             .dst = at(dst),
                             .events = events,
                             .payload_length = length,
                             .acknowledgment = acknowledgment,
                             .ttl = 64};
    int64_t time = START + ++frame * SECOND;
    struct connection *connection = connection_segment(table, &tcp, frame, time);

    connection_segment_close(table, connection, &tcp, frame, time);
    return connection;
}

static struct connection *segment(struct connection_table *table, int64_t stream, const char *src,
                                  const char *dst, unsigned events)
{
    return segment_of(table, stream, src, dst, events, events & TCP_SYN ? 0 : 10, 1);
}

static struct connection *opened(struct connection_table *table, int64_t stream, const char *client,
                                 const char *server)
{
    segment(table, stream, client, server, TCP_SYN);
    return segment(table, stream, server, client, TCP_SYN | TCP_ACK);
}

static struct connection *message_over(struct connection_table *table, enum transport transport,
                                       int64_t stream, const char *src, const char *dst,
                                       uint32_t tag)
{
    struct packet_message packet = {.transport = transport,
                                    .stream = stream,
                                    .src = at(src),
                                    .dst = at(dst),
                                    .has_sctp_tag = tag != 0,
                                    .sctp_tag = tag};

    frame++;
    return connection_of_message(table, &packet, frame, START + frame * SECOND);
}

static struct connection *message(struct connection_table *table, int64_t stream, const char *src,
                                  const char *dst)
{
    return message_over(table, TRANSPORT_TCP, stream, src, dst, 0);
}

static int side_of(const struct connection *connection, const char *endpoint)
{
    struct endpoint place = at(endpoint);

    return connection_side_of(connection, &place);
}

static enum connection_state state_for(const struct connection *connection, const char *client)
{
    return connection_state(connection, side_of(connection, client));
}

/* ---- state (A.2) --------------------------------------------------------------------------- */

static void test_state_by_close(void)
{
    static const struct {
        const char *what;
        unsigned by_client, by_server;
        enum connection_state state;
        enum connection_close close; /* the first one */
        const char *closed_by;       /* NULL: nobody */
    } cases[] = {
        {"open", 0, 0, CONNECTION_STATE_OPEN, CLOSE_NONE, NULL},
        {"RST by the client", TCP_RST, 0, CONNECTION_STATE_CLOSED, CLOSE_RST, CLIENT},
        {"RST by the server", 0, TCP_RST, CONNECTION_STATE_CLOSED, CLOSE_RST, SERVER},
        {"RST ACK", TCP_RST | TCP_ACK, 0, CONNECTION_STATE_CLOSED, CLOSE_RST, CLIENT},
        {"FIN by the client only", TCP_FIN | TCP_ACK, 0, CONNECTION_STATE_HALF_CLOSED, CLOSE_FIN,
         CLIENT},
        {"FIN by the server", 0, TCP_FIN | TCP_ACK, CONNECTION_STATE_CLOSED, CLOSE_FIN, SERVER},
        {"FIN by both", TCP_FIN | TCP_ACK, TCP_FIN | TCP_ACK, CONNECTION_STATE_CLOSED, CLOSE_FIN,
         CLIENT},
        {"FIN, then RST by the client", TCP_FIN | TCP_ACK, TCP_RST, CONNECTION_STATE_CLOSED,
         CLOSE_FIN, CLIENT},
        {"close_notify by the client", TCP_ACK | TCP_CLOSE_NOTIFY, 0, CONNECTION_STATE_CLOSED,
         CLOSE_NOTIFY, CLIENT},
        {"close_notify by the server", 0, TCP_ACK | TCP_CLOSE_NOTIFY, CONNECTION_STATE_CLOSED,
         CLOSE_NOTIFY, SERVER},
        {"close_notify with FIN by the client", TCP_ACK | TCP_FIN | TCP_CLOSE_NOTIFY, 0,
         CONNECTION_STATE_CLOSED, CLOSE_NOTIFY, CLIENT},
        {"WebSocket Close by the client", TCP_ACK | TCP_WS_CLOSE, 0, CONNECTION_STATE_CLOSED,
         CLOSE_WS, CLIENT},
        {"WebSocket Close by the server", 0, TCP_ACK | TCP_WS_CLOSE, CONNECTION_STATE_CLOSED,
         CLOSE_WS, SERVER},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct connection_table *table = table_new();
        struct connection *connection = opened(table, 0, CLIENT, SERVER);
        uint32_t closed_frame;

        g_test_message("%s", cases[i].what);
        segment(table, 0, CLIENT, SERVER, TCP_ACK);
        closed_frame = frame + 1;
        if (cases[i].by_client != 0) {
            segment(table, 0, CLIENT, SERVER, cases[i].by_client);
        }
        if (cases[i].by_server != 0) {
            segment(table, 0, SERVER, CLIENT, cases[i].by_server);
        }
        g_assert_cmpint(state_for(connection, CLIENT), ==, cases[i].state);
        g_assert_cmpint(connection->record.close, ==, cases[i].close);
        g_assert_cmpuint(connection->record.closed_frame, ==,
                         cases[i].close == CLOSE_NONE ? 0 : closed_frame);
        if (cases[i].closed_by == NULL) {
            g_assert_false(ip_address_is_set(&connection->record.closed_by.ip));
        } else {
            struct endpoint closer = at(cases[i].closed_by);

            g_assert_true(endpoint_equal(&connection->record.closed_by, &closer));
        }
        connection_table_free(table);
    }
}

/* A FIN half-closes for the server that answers its sender, and closes for the other one. */
static void test_state_depends_on_the_client(void)
{
    struct connection_table *table = table_new();
    struct connection *connection = opened(table, 0, CLIENT, SERVER);

    segment(table, 0, CLIENT, SERVER, TCP_FIN | TCP_ACK);
    g_assert_cmpint(state_for(connection, CLIENT), ==, CONNECTION_STATE_HALF_CLOSED);
    g_assert_cmpint(state_for(connection, SERVER), ==, CONNECTION_STATE_CLOSED);
    connection_table_free(table);
}

static void test_state_with_gap(void)
{
    struct connection_table *table = table_new();
    struct connection *connection = opened(table, 0, CLIENT, SERVER);

    segment(table, 0, SERVER, CLIENT, TCP_ACK | TCP_GAP);
    g_assert_cmpint(state_for(connection, CLIENT), ==, CONNECTION_STATE_UNKNOWN);
    /* A close that was seen is a close, whatever else is missing. */
    segment(table, 0, CLIENT, SERVER, TCP_FIN | TCP_ACK);
    g_assert_cmpint(state_for(connection, CLIENT), ==, CONNECTION_STATE_HALF_CLOSED);
    segment(table, 0, SERVER, CLIENT, TCP_RST);
    g_assert_cmpint(state_for(connection, CLIENT), ==, CONNECTION_STATE_CLOSED);
    connection_table_free(table);
}

/*
 * A segment acknowledges what the file has not. A capture through a mirror port has each packet twice:
 * what is missing is told at the first of both.
 */
static void test_acknowledged_but_missing(void)
{
    static const struct {
        const char *what;
        bool from_server;
        unsigned events;
        uint32_t sequence, length, acknowledgment;
        bool gap;
    } packets[] = {
        {"nothing of the other side was seen", false, TCP_ACK, 0xfffffff0, 0, 700, false},
        {"all of it was seen", true, TCP_ACK, 700, 20, 0xfffffff0, false},
        {"data, the number wraps", false, TCP_ACK, 0xfffffff0, 32, 720, false},
        {"again", false, TCP_ACK, 0xfffffff0, 32, 720, false},
        {"its ACK", true, TCP_ACK, 720, 0, 16, false},
        {"an older ACK", true, TCP_ACK, 720, 0, 0xfffffff8, false},
        {"a byte more", true, TCP_ACK, 720, 0, 17, true},
        {"told already", true, TCP_ACK, 720, 0, 17, false},
        {"no ACK", true, 0, 720, 0, 90, false},
        {"a RST's numbers mean nothing", true, TCP_ACK | TCP_RST, 9000, 0, 90, false},
        {"FIN", true, TCP_ACK | TCP_FIN, 720, 0, 17, false},
        {"counts as a byte", false, TCP_ACK, 17, 0, 721, false},
        {"but as one only", false, TCP_ACK, 17, 0, 722, true},
    };
    struct connection_table *table = table_new();
    struct connection *connection = opened(table, 0, CLIENT, SERVER);

    message_over(table, TRANSPORT_TCP, 0, CLIENT, SERVER, 0);
    for (unsigned i = 0; i < G_N_ELEMENTS(packets); i++) {
        struct packet_tcp tcp = {.stream = 0,
                                 .src = at(packets[i].from_server ? SERVER : CLIENT),
                                 .dst = at(packets[i].from_server ? CLIENT : SERVER),
                                 .events = packets[i].events,
                                 .sequence = packets[i].sequence,
                                 .payload_length = packets[i].length,
                                 .acknowledgment = packets[i].acknowledgment};

        g_test_message("%s", packets[i].what);
        frame++;
        connection->gap = false;
        connection_segment(table, &tcp, frame, START + frame * SECOND);
        g_assert_true(connection->gap == packets[i].gap);
    }
    connection_table_free(table);
}

/*
 * A segment that comes again between those of one message: Wireshark since 4.4 may find the message at
 * a later frame then, unless it puts segments in order first.
 */
static void test_repeated_within_a_message(void)
{
    static const struct {
        unsigned before, again;
        bool gap;
    } cases[] = {
        {TCP_ACK | TCP_UNFINISHED, TCP_ACK | TCP_RETRANSMISSION | TCP_UNSORTED, true},
        {TCP_ACK | TCP_UNFINISHED, TCP_ACK | TCP_RETRANSMISSION, false},
        {TCP_ACK, TCP_ACK | TCP_RETRANSMISSION | TCP_UNSORTED, false},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct connection_table *table = table_new();
        struct connection *connection = opened(table, 0, CLIENT, SERVER);

        segment(table, 0, CLIENT, SERVER, cases[i].before);
        segment(table, 0, CLIENT, SERVER, cases[i].again);
        g_assert_true(connection->gap == cases[i].gap);
        connection_table_free(table);
    }
}

/* Of a connection not known to carry SIP only the ends are told: what lies between is not missing. */
static void test_not_told_is_not_missing(void)
{
    struct connection_table *table = table_new();
    struct connection *connection = opened(table, 0, CLIENT, SERVER);

    segment_of(table, 0, SERVER, CLIENT, TCP_ACK | TCP_FIN, 0, 5000);
    message_over(table, TRANSPORT_TCP, 0, CLIENT, SERVER, 0);
    segment_of(table, 0, SERVER, CLIENT, TCP_ACK, 0, 9000);
    g_assert_false(connection->gap);
    connection_table_free(table);
}

/* Only INIT and INIT-ACK together tell all paths of an association, hence what is another one. */
static void test_state_of_unnamed_ends(void)
{
    struct connection_table *table = table_new();
    struct packet_sctp_init init = {.src = at(CLIENT), .dst = at(SERVER), .initiate_tag = 22};
    struct packet_sctp_init ack = {
        .src = at(SERVER), .dst = at(CLIENT), .is_ack = true, .initiate_tag = 11};
    struct connection *connection;

    connection_association_init(table, &ack, 1, 0);
    connection = message_over(table, TRANSPORT_SCTP, -1, CLIENT, SERVER, 11);
    g_assert_nonnull(connection);
    message_over(table, TRANSPORT_SCTP, -1, SERVER, CLIENT, 22);
    g_assert_cmpint(state_for(connection, CLIENT), ==, CONNECTION_STATE_UNKNOWN);
    connection_association_init(table, &init, 2, 0);
    g_assert_cmpint(state_for(connection, CLIENT), ==, CONNECTION_STATE_OPEN);
    connection_table_free(table);
}

/* A close of the side that the tap does not see would not be in the file. */
static void test_state_one_direction(void)
{
    struct connection_table *table = table_new();
    struct connection *connection = segment(table, 0, CLIENT, SERVER, TCP_ACK);

    message(table, 0, CLIENT, SERVER);
    g_assert_cmpint(state_for(connection, CLIENT), ==, CONNECTION_STATE_UNKNOWN);
    segment(table, 0, SERVER, CLIENT, TCP_ACK);
    g_assert_cmpint(state_for(connection, CLIENT), ==, CONNECTION_STATE_OPEN);
    connection_table_free(table);
}

/* E44: the same 4-tuple with a new SYN. */
static void test_reopened(void)
{
    struct connection_table *table = table_new();
    struct connection *old = opened(table, 0, CLIENT, SERVER);
    struct connection *other = opened(table, 1, "192.0.2.1:40002", SERVER);
    struct connection *new;

    message(table, 0, CLIENT, SERVER);
    new = opened(table, 7, CLIENT, SERVER);
    g_assert_true(new != old);
    g_assert_cmpint(state_for(old, CLIENT), ==, CONNECTION_STATE_CLOSED);
    g_assert_cmpint(old->record.close, ==, CLOSE_REOPENED);
    g_assert_cmpuint(old->record.closed_frame, ==, frame - 1);
    g_assert_false(ip_address_is_set(&old->record.closed_by.ip));
    g_assert_cmpint(state_for(new, CLIENT), ==, CONNECTION_STATE_OPEN);
    g_assert_cmpint(state_for(other, "192.0.2.1:40002"), ==, CONNECTION_STATE_OPEN);
    g_assert_true(connection_find(table, 0) == old);
    g_assert_true(connection_find(table, 7) == new);

    /* Opened by the other end this time: the same 4-tuple still. */
    opened(table, 8, SERVER, CLIENT);
    g_assert_cmpint(new->record.close, ==, CLOSE_REOPENED);
    connection_table_free(table);
}

/* The close that came first stays, also when the 4-tuple is used again. */
static void test_reopened_after_close(void)
{
    struct connection_table *table = table_new();
    struct connection *old = opened(table, 0, CLIENT, SERVER);

    segment(table, 0, CLIENT, SERVER, TCP_FIN | TCP_ACK);
    g_assert_cmpint(state_for(old, CLIENT), ==, CONNECTION_STATE_HALF_CLOSED);
    opened(table, 1, CLIENT, SERVER);
    g_assert_cmpint(state_for(old, CLIENT), ==, CONNECTION_STATE_CLOSED);
    g_assert_cmpint(old->record.close, ==, CLOSE_FIN);
    connection_table_free(table);
}

static void test_refused(void)
{
    static const struct {
        const char *what;
        unsigned events[3]; /* by client, server, server */
        bool refused;
    } cases[] = {
        {"RST answers the SYN", {TCP_SYN, TCP_RST | TCP_ACK, 0}, true},
        {"RST after the handshake", {TCP_SYN, TCP_SYN | TCP_ACK, TCP_RST}, false},
        {"RST, SYN not in the file", {TCP_ACK, TCP_RST, 0}, false},
        {"accepted", {TCP_SYN, TCP_SYN | TCP_ACK, TCP_ACK}, false},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct connection_table *table = table_new();
        struct connection *connection = segment(table, 0, CLIENT, SERVER, cases[i].events[0]);

        g_test_message("%s", cases[i].what);
        for (unsigned k = 1; k < 3 && cases[i].events[k] != 0; k++) {
            segment(table, 0, SERVER, CLIENT, cases[i].events[k]);
        }
        g_assert_true(connection->refused == cases[i].refused);
        connection_table_free(table);
    }
}

static void test_close_is_told_once(void)
{
    struct connection_table *table = table_new();
    struct connection *connection = opened(table, 0, CLIENT, SERVER);
    struct packet_tcp tcp = {.stream = 0, .src = at(CLIENT), .dst = at(SERVER), .events = TCP_ACK};

    g_assert_false(connection_segment_close(table, connection, &tcp, 5, START));
    tcp.events = TCP_FIN | TCP_ACK;
    g_assert_true(connection_segment_close(table, connection, &tcp, 6, START));
    g_assert_false(connection_segment_close(table, connection, &tcp, 7, START));
    tcp.events = TCP_RST;
    g_assert_false(connection_segment_close(table, connection, &tcp, 8, START));
    g_assert_cmpuint(connection->record.closed_frame, ==, 6);
    connection_table_free(table);
}

/* Only what an open side sends proves that it was open: new data, an ACK of new data, a FIN. */
static void test_signs_of_life(void)
{
    static const struct {
        const char *what;
        unsigned events;
        uint32_t length, acknowledgment;
        bool alive;
    } cases[] = {
        {"data", TCP_ACK, 10, 1, true},
        {"ACK of new data", TCP_ACK, 0, 2, true},
        {"the same ACK again", TCP_ACK, 0, 1, false},
        {"data seen before", TCP_ACK | TCP_RETRANSMISSION, 10, 2, false},
        {"FIN", TCP_ACK | TCP_FIN, 0, 1, true},
        {"RST", TCP_RST, 0, 0, false},
        {"RST with ACK of new data", TCP_RST | TCP_ACK, 0, 2, false},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct connection_table *table = table_new();
        struct connection *connection = opened(table, 0, CLIENT, SERVER);
        const struct connection_side *client;
        uint32_t before;

        g_test_message("%s", cases[i].what);
        segment_of(table, 0, CLIENT, SERVER, TCP_ACK, 10, 1);
        client = &connection->side[side_of(connection, CLIENT)];
        before = client->last_frame;
        g_assert_cmpuint(before, ==, frame);
        segment_of(table, 0, CLIENT, SERVER, cases[i].events, cases[i].length,
                   cases[i].acknowledgment);
        g_assert_cmpuint(client->last_frame, ==, cases[i].alive ? frame : before);
        connection_table_free(table);
    }
}

/* ---- initiator (A.2) ----------------------------------------------------------------------- */

static void assert_opener(const struct connection *connection, const char *initiator,
                          enum evidence evidence)
{
    struct endpoint expected = at(initiator);

    g_assert_cmpstr(evidence_name(connection->record.evidence), ==, evidence_name(evidence));
    g_assert_true(endpoint_equal(&connection->record.initiator, &expected));
}

static void test_evidence_of_segments(void)
{
    static const struct {
        const char *what;
        bool by_client;
        unsigned events;
        enum evidence evidence;
    } cases[] = {
        {"SYN", true, TCP_SYN, EVIDENCE_CERTAIN},
        {"SYN-ACK alone", false, TCP_SYN | TCP_ACK, EVIDENCE_CERTAIN},
        {"ClientHello", true, TCP_ACK | TCP_TLS | TCP_CLIENT_HELLO, EVIDENCE_STRONG},
        {"HTTP Upgrade", true, TCP_ACK | TCP_HTTP_UPGRADE, EVIDENCE_STRONG},
        {"masked frames", true, TCP_ACK | TCP_WS_MASKED, EVIDENCE_STRONG},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (unsigned other_first = 0; other_first < 2; other_first++) {
            struct connection_table *table = table_new();
            struct connection *connection;

            g_test_message("%s%s", cases[i].what, other_first ? ", server seen first" : "");
            if (other_first) {
                segment(table, 0, SERVER, CLIENT, TCP_ACK);
            }
            connection = segment(table, 0, cases[i].by_client ? CLIENT : SERVER,
                                 cases[i].by_client ? SERVER : CLIENT, cases[i].events);
            message(table, 0, SERVER, CLIENT);
            assert_opener(connection, CLIENT, cases[i].evidence);
            g_assert_cmpint(connection_direction(connection, side_of(connection, CLIENT)), ==,
                            DIRECTION_FORWARD);
            g_assert_cmpint(connection_direction(connection, side_of(connection, SERVER)), ==,
                            DIRECTION_BACKWARD);
            connection_table_free(table);
        }
    }
}

static void infer(struct connection_table *table, struct connection *connection, const char *sender,
                  bool sender_advertised, bool other_advertised)
{
    int side = side_of(connection, sender);
    bool advertised[2];

    advertised[side] = sender_advertised;
    advertised[1 - side] = other_advertised;
    connection_infer_opener(table, connection, side, advertised);
}

static void test_evidence_of_requests(void)
{
    static const struct {
        const char *what;
        bool sender_advertised, other_advertised;
        const char *initiator;
        enum evidence evidence;
    } cases[] = {
        {"nothing known: who sends first", false, false, "192.0.2.1:1000", EVIDENCE_WEAK},
        {"both known: who sends first", true, true, "192.0.2.1:1000", EVIDENCE_WEAK},
        {"target advertised", false, true, "192.0.2.1:1000", EVIDENCE_MEDIUM},
        {"sender advertised", true, false, "192.0.2.2:2000", EVIDENCE_MEDIUM},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct connection_table *table = table_new();
        struct connection *connection = message(table, 0, "192.0.2.1:1000", "192.0.2.2:2000");

        g_test_message("%s", cases[i].what);
        g_assert_cmpint(connection->record.evidence, ==, EVIDENCE_UNKNOWN);
        g_assert_cmpint(connection_direction(connection, 0), ==, DIRECTION_UNKNOWN);
        infer(table, connection, "192.0.2.1:1000", cases[i].sender_advertised,
              cases[i].other_advertised);
        assert_opener(connection, cases[i].initiator, cases[i].evidence);
        connection_table_free(table);
    }
}

/* Better evidence replaces weaker evidence, never the other way round; counts follow. */
static void test_evidence_upgrades(void)
{
    struct connection_table *table = table_new();
    struct connection *connection = message(table, 0, SERVER, CLIENT);

    infer(table, connection, SERVER, false, false);
    connection_count_request(connection, side_of(connection, SERVER), false, slice_of("a"));
    assert_opener(connection, SERVER, EVIDENCE_WEAK);
    g_assert_cmpuint(connection->record.forward_transactions, ==, 1);
    g_assert_cmpuint(connection->record.backward_requests, ==, 0);

    infer(table, connection, CLIENT, false, false); /* as weak: the first one stays */
    assert_opener(connection, SERVER, EVIDENCE_WEAK);
    infer(table, connection, CLIENT, false, true);
    assert_opener(connection, CLIENT, EVIDENCE_MEDIUM);
    g_assert_cmpuint(connection->record.forward_transactions, ==, 0);
    g_assert_cmpuint(connection->record.backward_requests, ==, 1);

    infer(table, connection, CLIENT, true, false);
    assert_opener(connection, CLIENT, EVIDENCE_MEDIUM);
    segment(table, 0, SERVER, CLIENT, TCP_ACK | TCP_CLIENT_HELLO);
    assert_opener(connection, SERVER, EVIDENCE_STRONG);
    infer(table, connection, CLIENT, false, true);
    assert_opener(connection, SERVER, EVIDENCE_STRONG);
    segment(table, 0, CLIENT, SERVER, TCP_SYN);
    assert_opener(connection, CLIENT, EVIDENCE_CERTAIN);
    segment(table, 0, SERVER, CLIENT, TCP_ACK | TCP_CLIENT_HELLO);
    assert_opener(connection, CLIENT, EVIDENCE_CERTAIN);
    connection_table_free(table);
}

/* Only a listener shares its address between simultaneous connections to several peers. */
static void test_evidence_of_many_peers(void)
{
    struct connection_table *table = table_new();
    struct connection *third;
    struct connection *fourth;

    message(table, 0, "192.0.2.1:1000", "192.0.2.9:9000");
    message(table, 1, "192.0.2.2:1000", "192.0.2.9:9000");
    third = message(table, 2, "192.0.2.9:9000", "192.0.2.3:1000");
    infer(table, third, "192.0.2.9:9000", false, false);
    assert_opener(third, "192.0.2.3:1000", EVIDENCE_MEDIUM);

    /* Closed ones do not count. */
    for (int64_t stream = 0; stream < 3; stream++) {
        segment(table, stream, "192.0.2.9:9000",
                stream == 0   ? "192.0.2.1:1000"
                : stream == 1 ? "192.0.2.2:1000"
                              : "192.0.2.3:1000",
                TCP_RST);
    }
    fourth = message(table, 3, "192.0.2.9:9000", "192.0.2.4:1000");
    infer(table, fourth, "192.0.2.9:9000", false, false);
    assert_opener(fourth, "192.0.2.9:9000", EVIDENCE_WEAK);
    connection_table_free(table);
}

static void test_well_known_ports(void)
{
    static const struct {
        uint16_t port;
        bool known;
    } cases[] = {{5060, true}, {5061, true},  {80, true},    {443, true},   {0, false},
                 {81, false},  {5059, false}, {5062, false}, {8080, false}, {65535, false}};

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_true(connection_port_is_well_known(cases[i].port) == cases[i].known);
    }
}

/* ---- messages ------------------------------------------------------------------------------ */

static void test_ids_are_given_with_the_first_message(void)
{
    struct connection_table *table = table_new();
    struct connection *first = opened(table, 5, CLIENT, SERVER);
    struct connection *second = opened(table, 3, "192.0.2.1:40002", SERVER);

    g_assert_cmpuint(connection_table_records(table)->len, ==, 0);
    g_assert_false(first->carries_sip);
    g_assert_true(message_over(table, TRANSPORT_TLS, 3, "192.0.2.1:40002", SERVER, 0) == second);
    g_assert_true(message(table, 5, SERVER, CLIENT) == first);
    g_assert_true(message(table, 3, SERVER, "192.0.2.1:40002") == second);
    g_assert_cmpuint(second->record.id, ==, 1);
    g_assert_cmpuint(first->record.id, ==, 2);
    g_assert_cmpint(second->record.transport, ==, TRANSPORT_TLS);
    g_assert_cmpint(first->record.stream, ==, 5);
    g_assert_cmpuint(first->record.opened_frame, ==, 1);
    g_assert_cmpuint(connection_table_records(table)->len, ==, 2);
    g_assert_true(g_ptr_array_index(connection_table_records(table), 0) == second);
    connection_table_free(table);
}

static void test_transports(void)
{
    static const struct {
        enum transport transport;
        bool connection;
    } cases[] = {
        {TRANSPORT_UDP, false},     {TRANSPORT_UNKNOWN, false}, {TRANSPORT_TCP, true},
        {TRANSPORT_TLS, true},      {TRANSPORT_WS, true},       {TRANSPORT_WSS, true},
        {TRANSPORT_TLS_SCTP, true}, {TRANSPORT_SCTP, true},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct connection_table *table = table_new();
        const struct connection *connection =
            message_over(table, cases[i].transport, 4, CLIENT, SERVER, 9);

        g_test_message("%s", transport_name(cases[i].transport));
        g_assert_true((connection != NULL) == cases[i].connection);
        if (connection != NULL) {
            g_assert_cmpint(connection->record.transport, ==, cases[i].transport);
            g_assert_cmpint(connection->record.stream, ==,
                            transport_is_tcp_based(cases[i].transport) ? 4 : -1);
        }
        connection_table_free(table);
    }
}

/* With nobody known as opener the source of the first message is shown first. */
static void test_unknown_opener(void)
{
    struct connection_table *table = table_new();
    struct connection *connection = segment(table, 0, SERVER, CLIENT, TCP_ACK);

    message(table, 0, CLIENT, SERVER);
    assert_opener(connection, CLIENT, EVIDENCE_UNKNOWN);
    connection_count_request(connection, side_of(connection, CLIENT), false, slice_of("a"));
    g_assert_cmpuint(connection->record.unknown_requests, ==, 1);
    g_assert_cmpuint(connection->record.forward_transactions, ==, 0);
    g_assert_cmpuint(connection_record_classes(&connection->record), ==, 0);
    connection_table_free(table);
}

/* Which end did what before the first message remains told of that end. */
static void test_half_closed_before_the_first_message(void)
{
    struct connection_table *table = table_new();
    struct connection *connection = segment(table, 0, SERVER, CLIENT, TCP_ACK | TCP_FIN);

    message(table, 0, CLIENT, SERVER);
    assert_opener(connection, CLIENT, EVIDENCE_UNKNOWN);
    g_assert_cmpint(connection->closer, ==, side_of(connection, SERVER));

    const struct connection_event *fin =
        &g_array_index(connection->events, struct connection_event, 0);
    struct endpoint server = at(SERVER);

    g_assert_true(endpoint_equal(fin->by, &server));
    connection_table_free(table);
}

/* D.2 */
static void test_counts(void)
{
    struct connection_table *table = table_new();
    struct connection *connection = opened(table, 0, CLIENT, SERVER);
    int client = side_of(connection, CLIENT);

    message(table, 0, CLIENT, SERVER);
    g_assert_cmphex(connection_record_classes(&connection->record), ==, CONNECTION_IDLE);
    connection_count_request(connection, client, false, slice_of("a"));
    g_assert_cmphex(connection_record_classes(&connection->record), ==,
                    CONNECTION_SINGLE_TRANSACTION);
    /* G11: an ACK makes nothing persistent */
    connection_count_request(connection, client, true, slice_of("a"));
    g_assert_cmphex(connection_record_classes(&connection->record), ==,
                    CONNECTION_SINGLE_TRANSACTION);
    connection_count_request(connection, client, false, slice_of("a"));
    g_assert_cmphex(connection_record_classes(&connection->record), ==, CONNECTION_PERSISTENT);
    g_assert_cmpstr(connection_record_class_detail(&connection->record, CONNECTION_PERSISTENT), ==,
                    "same-dialog");
    connection_count_request(connection, client, false, slice_of("b"));
    g_assert_cmpstr(connection_record_class_detail(&connection->record, CONNECTION_PERSISTENT), ==,
                    "cross-dialog");
    /* backward a lone ACK counts */
    connection_count_request(connection, 1 - client, true, slice_of("a"));
    g_assert_null(connection_record_class_detail(&connection->record, CONNECTION_REUSE));
    g_assert_cmphex(connection_record_classes(&connection->record), ==,
                    CONNECTION_PERSISTENT | CONNECTION_REUSE);
    g_assert_cmpuint(connection->record.forward_transactions, ==, 3);
    g_assert_cmpuint(connection->record.backward_requests, ==, 1);
    connection_table_free(table);
}

/* ---- SCTP ---------------------------------------------------------------------------------- */

/* E45: an association is known by ports and tag, whatever path its packets take. */
static void test_sctp_path_switch(void)
{
    struct connection_table *table = table_new();
    struct connection *association =
        message_over(table, TRANSPORT_SCTP, -1, "192.0.2.1:40001", "192.0.2.2:5060", 11);

    g_assert_true(message_over(table, TRANSPORT_SCTP, -1, "192.0.2.2:5060", "192.0.2.1:40001",
                               22) == association);
    g_assert_true(message_over(table, TRANSPORT_SCTP, -1, "198.51.100.2:5060", "192.0.2.1:40001",
                               22) == association);
    g_assert_true(message_over(table, TRANSPORT_SCTP, -1, "198.51.100.1:40001", "198.51.100.2:5060",
                               11) == association);
    g_assert_cmpuint(connection_table_records(table)->len, ==, 1);
    connection_table_free(table);
}

static void test_sctp_associations_are_apart(void)
{
    struct connection_table *table = table_new();
    struct connection *first =
        message_over(table, TRANSPORT_SCTP, -1, "192.0.2.1:5060", "192.0.2.2:5060", 11);

    /* Other hosts, same ports; then other ports, same hosts and tag. */
    g_assert_true(message_over(table, TRANSPORT_SCTP, -1, "192.0.2.3:5060", "192.0.2.4:5060", 12) !=
                  first);
    g_assert_true(message_over(table, TRANSPORT_SCTP, -1, "192.0.2.1:5070", "192.0.2.2:5060", 11) !=
                  first);
    g_assert_cmpuint(connection_table_records(table)->len, ==, 3);
    connection_table_free(table);
    connection_table_free(NULL);
}

/* RFC 9260 5.2.2: other tags between the same ends: the peer has restarted, the old one is gone. */
static void test_sctp_restart(void)
{
    struct connection_table *table = table_new();
    struct connection *first =
        message_over(table, TRANSPORT_SCTP, -1, "192.0.2.1:40001", "192.0.2.2:5060", 11);
    struct connection *second =
        message_over(table, TRANSPORT_SCTP, -1, "192.0.2.1:40001", "192.0.2.2:5060", 111);

    g_assert_true(second != first);
    g_assert_cmpint(first->record.close, ==, CLOSE_REOPENED);
    g_assert_cmpuint(first->record.closed_frame, ==, 2);
    g_assert_cmpint(second->record.close, ==, CLOSE_NONE);
    connection_table_free(table);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/connection/state/close", test_state_by_close);
    g_test_add_func("/connection/state/client", test_state_depends_on_the_client);
    g_test_add_func("/connection/state/gap", test_state_with_gap);
    g_test_add_func("/connection/gap/acknowledged", test_acknowledged_but_missing);
    g_test_add_func("/connection/gap/repeated", test_repeated_within_a_message);
    g_test_add_func("/connection/gap/not-told", test_not_told_is_not_missing);
    g_test_add_func("/connection/state/unnamed-ends", test_state_of_unnamed_ends);
    g_test_add_func("/connection/state/one-direction", test_state_one_direction);
    g_test_add_func("/connection/reopened", test_reopened);
    g_test_add_func("/connection/reopened-after-close", test_reopened_after_close);
    g_test_add_func("/connection/refused", test_refused);
    g_test_add_func("/connection/close-once", test_close_is_told_once);
    g_test_add_func("/connection/signs-of-life", test_signs_of_life);
    g_test_add_func("/connection/evidence/segments", test_evidence_of_segments);
    g_test_add_func("/connection/evidence/requests", test_evidence_of_requests);
    g_test_add_func("/connection/evidence/upgrades", test_evidence_upgrades);
    g_test_add_func("/connection/evidence/peers", test_evidence_of_many_peers);
    g_test_add_func("/connection/well-known-ports", test_well_known_ports);
    g_test_add_func("/connection/ids", test_ids_are_given_with_the_first_message);
    g_test_add_func("/connection/transports", test_transports);
    g_test_add_func("/connection/unknown-opener", test_unknown_opener);
    g_test_add_func("/connection/half-closed-before", test_half_closed_before_the_first_message);
    g_test_add_func("/connection/counts", test_counts);
    g_test_add_func("/connection/sctp/path", test_sctp_path_switch);
    g_test_add_func("/connection/sctp/apart", test_sctp_associations_are_apart);
    g_test_add_func("/connection/sctp/restart", test_sctp_restart);
    return g_test_run();
}
