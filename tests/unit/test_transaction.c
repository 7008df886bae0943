/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "transaction.h"

#define MILLISECOND INT64_C(1000000)
#define SECOND (1000 * MILLISECOND)
#define START (INT64_C(1700000000) * SECOND)
#define CLIENT "192.0.2.1:5060"
#define SERVER "192.0.2.2:5060"
#define VIA "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1"

static struct endpoint at(const char *text)
{
    struct host_port host_port;

    g_assert_true(host_port_parse(slice_of(text), &host_port));
    return endpoint_make(&host_port.ip, host_port.port);
}

/* ---- a message on its way ------------------------------------------------------------------ */

/* What is 0 or NULL is taken from the usual OPTIONS of CLIENT to SERVER over UDP. */
struct sip {
    int64_t ms;
    unsigned status; /* 0: a request */
    const char *method, *cseq_method;
    const char *via; /* several: separated by commas */
    const char *call_id, *from_tag, *to_tag, *uri;
    unsigned cseq;
    const char *src, *dst;
    enum transport transport;
    struct connection *connection;
    int max_forwards;
};

/* A table of transactions, the connections under it, and what was fed to it last. */
static struct {
    struct analysis_config config;
    struct transaction_table *table;
    struct connection_table *connections;
    GPtrArray *records;
    char *text;
    struct message message;
    struct packet_message packet;
    struct message_record *record;
} scene;

static void scene_begin(void)
{
    scene.config = analysis_config_default();
    scene.table = transaction_table_new(&scene.config);
    scene.connections = connection_table_new();
    scene.records = g_ptr_array_new_with_free_func(g_free);
    scene.text = NULL;
}

static void scene_end(void)
{
    transaction_table_free(scene.table);
    connection_table_free(scene.connections);
    g_ptr_array_free(scene.records, TRUE);
    g_free(scene.text);
}

static const char *given(const char *text, const char *usual)
{
    return text != NULL ? text : usual;
}

static void feed(const struct sip *sip)
{
    const char *method = given(sip->method, "OPTIONS");
    const char *to_tag = given(sip->to_tag, sip->status != 0 ? "t" : "");
    g_autofree char *first =
        sip->status != 0
            ? g_strdup_printf("SIP/2.0 %u Reason", sip->status)
            : g_strdup_printf("%s %s SIP/2.0", method, given(sip->uri, "sip:b@example.com"));
    bool response = sip->status != 0;

    g_free(scene.text);
    scene.text = g_strdup_printf(
        "%s\r\nVia: %s\r\nMax-Forwards: %d\r\nFrom: <sip:a@example.com>;tag=%s\r\n"
        "To: <sip:b@example.com>%s%s\r\nCall-ID: %s\r\nCSeq: %u %s\r\nContent-Length: 0\r\n\r\n",
        first, given(sip->via, VIA), sip->max_forwards ? sip->max_forwards : 70,
        given(sip->from_tag, "f"), to_tag[0] ? ";tag=" : "", to_tag, given(sip->call_id, "call"),
        sip->cseq ? sip->cseq : 1, given(sip->cseq_method, method));
    g_assert_true(message_parse(slice_of(scene.text), false, &scene.message));
    scene.packet = (struct packet_message){
        .transport = sip->transport ? sip->transport : TRANSPORT_UDP,
        .stream = sip->connection != NULL ? sip->connection->record.stream : -1,
        .src = at(given(sip->src, response ? SERVER : CLIENT)),
        .dst = at(given(sip->dst, response ? CLIENT : SERVER)),
        .bytes = slice_of(scene.text)};
    scene.record = g_new0(struct message_record, 1);
    scene.record->frame = scene.records->len + 1;
    scene.record->time = START + sip->ms * MILLISECOND;
    scene.record->is_request = !response;
    scene.record->status = (uint16_t)sip->status;
    scene.record->method = method;
    scene.record->transport = scene.packet.transport;
    scene.record->src = scene.packet.src;
    scene.record->dst = scene.packet.dst;
    g_ptr_array_add(scene.records, scene.record);
}

static struct request_match request(struct sip sip)
{
    feed(&sip);
    return transaction_request(scene.table, &scene.message, &scene.packet, sip.connection,
                               scene.record);
}

static struct response_match response(struct sip sip)
{
    feed(&sip);
    return transaction_response(scene.table, &scene.message, &scene.packet, sip.connection,
                                scene.record->time);
}

/* A final or provisional response that the transaction really gets. */
static void answered(struct transaction *transaction, unsigned status, int64_t ms)
{
    transaction_note_response(transaction, status, scene.records->len + 1,
                              START + ms * MILLISECOND);
}

static struct connection *stream(int64_t number, const char *from, const char *to)
{
    struct packet_tcp tcp = {.stream = number, .src = at(from), .dst = at(to), .events = TCP_SYN};

    return connection_segment(scene.connections, &tcp, 1, START);
}

/* ---- keys (A.5) ---------------------------------------------------------------------------- */

/* The second request, sent 2 s after the usual one: the same transaction or another. */
static void test_key_of_requests(void)
{
    static const struct {
        const char *what;
        struct sip first, second;
        bool same;
    } cases[] = {
        {"equal", {0}, {0}, true},
        {"branch in another case (G12)",
         {0},
         {.via = "SIP/2.0/UDP 192.0.2.1:5060;branch=Z9HG4BK1"},
         true},
        {"other branch", {0}, {.via = "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK2"}, false},
        {"other method", {0}, {.method = "MESSAGE"}, false},
        {"other Call-ID (E10)", {0}, {.call_id = "other"}, false},
        {"Call-ID in another case", {0}, {.call_id = "CALL"}, false},
        {"other CSeq number (E28)", {0}, {.cseq = 2}, false},
        {"other sent-by host", {0}, {.via = "SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1"}, false},
        {"other sent-by port", {0}, {.via = "SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bK1"}, false},
        {"sent-by in another case",
         {.via = "SIP/2.0/UDP pc.example.com;branch=z9hG4bK1"},
         {.via = "SIP/2.0/UDP PC.Example.com;branch=z9hG4bK1"},
         true},
        {"received and rport filled in",
         {0},
         {.via = "SIP/2.0/UDP 192.0.2.1:5060;rport=5060;received=192.0.2.1;branch=z9hG4bK1"},
         true},
        {"From tag is no part of the key", {0}, {.from_tag = "g"}, true},
        {"Request-URI is no part of the key", {0}, {.uri = "sip:other@example.com"}, true},
        /* RFC 2543: no cookie */
        {"2543, equal",
         {.via = "SIP/2.0/UDP 192.0.2.1:5060"},
         {.via = "SIP/2.0/UDP 192.0.2.1:5060"},
         true},
        {"2543, branch without cookie",
         {.via = "SIP/2.0/UDP 192.0.2.1:5060;branch=1"},
         {.via = "SIP/2.0/UDP 192.0.2.1:5060;branch=1"},
         true},
        {"2543, other branch",
         {.via = "SIP/2.0/UDP 192.0.2.1:5060;branch=1"},
         {.via = "SIP/2.0/UDP 192.0.2.1:5060;branch=2"},
         false},
        {"2543, other From tag",
         {.via = "SIP/2.0/UDP 192.0.2.1:5060"},
         {.via = "SIP/2.0/UDP 192.0.2.1:5060", .from_tag = "g"},
         false},
        {"2543, other sent-by",
         {.via = "SIP/2.0/UDP 192.0.2.1:5060"},
         {.via = "SIP/2.0/UDP 192.0.2.1:5062"},
         false},
        {"2543, other Request-URI",
         {.via = "SIP/2.0/UDP 192.0.2.1:5060"},
         {.via = "SIP/2.0/UDP 192.0.2.1:5060", .uri = "sip:other@example.com"},
         false},
        {"2543, other CSeq",
         {.via = "SIP/2.0/UDP 192.0.2.1:5060"},
         {.via = "SIP/2.0/UDP 192.0.2.1:5060", .cseq = 2},
         false},
        {"2543 and cookie",
         {.via = "SIP/2.0/UDP 192.0.2.1:5060;branch=1"},
         {.via = "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1"},
         false},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct request_match first, second;
        struct sip again = cases[i].second;

        g_test_message("%s", cases[i].what);
        scene_begin();
        again.ms = 2000;
        first = request(cases[i].first);
        second = request(again);
        g_assert_true(first.new_transaction && first.new_hop && !first.retransmission);
        g_assert_true((first.transaction == second.transaction) == cases[i].same);
        g_assert_true(second.new_transaction == !cases[i].same);
        g_assert_true(second.retransmission == cases[i].same);
        g_assert_null(second.reused);
        g_assert_cmpuint(transaction_table_count(scene.table), ==, cases[i].same ? 1 : 2);
        g_assert_true(transaction_by_number(scene.table, second.transaction->number) ==
                      second.transaction);
        scene_end();
    }
}

static void test_no_key(void)
{
    static const char *const texts[] = {
        "OPTIONS sip:h SIP/2.0\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n\r\n",
        "OPTIONS sip:h SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nCSeq: 1 OPTIONS\r\n\r\n",
        "OPTIONS sip:h SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nCall-ID: c\r\n\r\n",
        "OPTIONS sip:h SIP/2.0\r\nVia: nonsense\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n\r\n",
    };

    scene_begin();
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct request_match match;

        feed(&(struct sip){0});
        g_assert_true(message_parse(slice_of(texts[i]), false, &scene.message));
        match = transaction_request(scene.table, &scene.message, &scene.packet, NULL, scene.record);
        g_assert_null(match.transaction);
        g_assert_null(match.hop);
        g_assert_null(transaction_acknowledged(scene.table, &scene.message));
        g_assert_null(transaction_quoted(scene.table, &scene.message));
        g_assert_null(transaction_orphan(scene.table, &scene.message, START));
    }
    g_assert_cmpuint(transaction_table_count(scene.table), ==, 0);
    g_assert_null(transaction_by_number(scene.table, 0));
    scene_end();
}

/* Gate g4: with RFC 2543 keys two transactions may look alike to a response. */
static void test_ambiguous_key(void)
{
    struct request_match one, other;

    scene_begin();
    one = request((struct sip){.via = "SIP/2.0/UDP 192.0.2.1:5060"});
    g_assert_false(one.transaction->ambiguous);
    other = request((struct sip){.via = "SIP/2.0/UDP 192.0.2.1:5060", .uri = "sip:c@example.com"});
    g_assert_true(one.transaction->ambiguous);
    g_assert_true(other.transaction->ambiguous);
    scene_end();
}

static void test_kind_of_transaction(void)
{
    static const struct {
        const char *method;
        bool invite, ack, cancel;
    } cases[] = {{"INVITE", true, false, false},
                 {"ACK", false, true, false},
                 {"CANCEL", false, false, true},
                 {"BYE", false, false, false},
                 {"invite", false, false, false}}; /* methods are case-sensitive (7.1) */

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct request_match match;

        scene_begin();
        match = request((struct sip){.method = cases[i].method});
        g_assert_true(match.transaction->is_invite == cases[i].invite);
        g_assert_true(match.transaction->is_ack == cases[i].ack);
        g_assert_true(match.transaction->is_cancel == cases[i].cancel);
        g_assert_cmpuint(transaction_table_count(scene.table), ==, cases[i].ack ? 0 : 1);
        scene_end();
    }
}

/* ---- windows (A.9) ------------------------------------------------------------------------- */

/* T1 0.5 s: Tx 32 s; Timer C 185 s; T4 5 s. Times in milliseconds since the request. */
struct window {
    const char *what;
    const char *method;
    bool stream;
    struct {
        unsigned status; /* 0: none; 1: the ACK; 2: 200 to the CANCEL */
        int64_t ms;
    } events[4];
    int64_t pending_until; /* -1: not pending at all behind the events */
    int64_t reusable_from;
};

static const struct window windows[] = {
    {"non-INVITE, no answer", "OPTIONS", false, {{0, 0}}, 32000, 37000},
    {"non-INVITE, 1xx", "OPTIONS", false, {{100, 5000}}, 32000, 37000},
    {"non-INVITE, final", "OPTIONS", false, {{200, 2000}}, -1, 34000},
    {"non-INVITE, final on a stream", "OPTIONS", true, {{200, 2000}}, -1, 7000},
    {"non-INVITE, final twice", "OPTIONS", false, {{200, 2000}, {200, 3000}}, -1, 34000},
    {"INVITE, no answer", "INVITE", false, {{0, 0}}, 32000, 37000},
    {"INVITE, 180", "INVITE", false, {{180, 10000}}, 227000, 232000},
    {"INVITE, 180 repeated", "INVITE", false, {{180, 10000}, {180, 70000}}, 287000, 292000},
    {"INVITE, 180, then 100 again", "INVITE", false, {{180, 10000}, {100, 20000}}, 227000, 242000},
    {"INVITE, 100", "INVITE", false, {{100, 1000}}, 217000, 223000},
    {"INVITE, 486", "INVITE", false, {{180, 1000}, {486, 10000}}, 42000, 47000},
    {"INVITE, 486 on a stream", "INVITE", true, {{486, 10000}}, 42000, 47000},
    {"INVITE, 486 and ACK", "INVITE", false, {{486, 10000}, {1, 10100}}, -1, 15100},
    {"INVITE, 200", "INVITE", false, {{180, 1000}, {200, 10000}}, -1, 47000},
    {"INVITE, 200 repeated", "INVITE", false, {{200, 10000}, {200, 14000}}, -1, 47000},
    {"INVITE, CANCEL answered", "INVITE", false, {{180, 1000}, {2, 5000}}, 37000, 42000},
    {"INVITE, CANCEL answered, 487",
     "INVITE",
     false,
     {{180, 1000}, {2, 5000}, {487, 6000}},
     38000,
     43000},
    {"INVITE, CANCEL answered, 487, ACK",
     "INVITE",
     false,
     {{180, 1000}, {2, 5000}, {487, 6000}, {1, 6100}},
     -1,
     11100},
};

static struct transaction *window_play(const struct window *window)
{
    static struct message_record ack;
    struct connection *connection = window->stream ? stream(1, CLIENT, SERVER) : NULL;
    struct sip sip = {.method = window->method,
                      .connection = connection,
                      .transport = window->stream ? TRANSPORT_TCP : TRANSPORT_UDP};
    struct transaction *transaction = request(sip).transaction;

    for (unsigned i = 0; i < G_N_ELEMENTS(window->events) && window->events[i].status; i++) {
        int64_t ms = window->events[i].ms;

        if (window->events[i].status == 1) {
            ack.time = START + ms * MILLISECOND;
            transaction->ack = &ack;
        } else if (window->events[i].status == 2) {
            struct transaction *cancel;

            cancel = request((struct sip){.method = "CANCEL", .ms = ms - 100}).transaction;
            cancel->cancels = transaction_cancelled(scene.table, &scene.message);
            g_assert_true(cancel->cancels == transaction);
            answered(cancel, 200, ms);
        } else {
            answered(transaction, window->events[i].status, ms);
        }
    }
    return transaction;
}

static void test_windows(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(windows); i++) {
        const struct window *window = &windows[i];
        struct transaction *transaction;
        int64_t until = START + window->pending_until * MILLISECOND;

        g_test_message("%s", window->what);
        scene_begin();
        transaction = window_play(window);
        if (window->pending_until < 0) {
            g_assert_false(transaction_pending(transaction, &scene.config, START + 20 * SECOND));
        } else {
            g_assert_true(transaction_pending(transaction, &scene.config, until));
            g_assert_false(transaction_pending(transaction, &scene.config, until + 1));
        }
        g_assert_cmpint(transaction_reusable_from(transaction, &scene.config), ==,
                        START + window->reusable_from * MILLISECOND);
        scene_end();
    }
}

static void test_windows_follow_the_timers(void)
{
    struct transaction *transaction;

    scene_begin();
    g_assert_cmpint(transaction_timeout(&scene.config), ==, 32 * SECOND);
    scene.config.t1 = SECOND;
    scene.config.timer_c = 200 * SECOND;
    g_assert_cmpint(transaction_timeout(&scene.config), ==, 64 * SECOND);
    transaction = request((struct sip){.method = "INVITE"}).transaction;
    g_assert_true(transaction_pending(transaction, &scene.config, START + 64 * SECOND));
    answered(transaction, 180, 10000);
    g_assert_true(transaction_pending(transaction, &scene.config, START + 274 * SECOND));
    g_assert_false(transaction_pending(transaction, &scene.config, START + 275 * SECOND));
    scene_end();
}

/* A request with the same key belongs to the old instance within the window, to a new one after. */
static void test_instances(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(windows); i++) {
        const struct window *window = &windows[i];

        for (int after = 0; after < 2; after++) {
            struct transaction *transaction;
            struct request_match again;
            struct sip sip = {.method = window->method,
                              .ms = window->reusable_from + after,
                              .transport = window->stream ? TRANSPORT_TCP : TRANSPORT_UDP};

            g_test_message("%s%s", window->what, after ? ", after" : "");
            scene_begin();
            transaction = window_play(window);
            sip.connection = window->stream ? connection_find(scene.connections, 1) : NULL;
            again = request(sip);
            g_assert_true((again.transaction == transaction) == !after);
            g_assert_true(again.new_transaction == after);
            g_assert_true(again.reused == (after ? transaction : NULL));
            scene_end();
        }
    }
}

static void test_ack_and_orphan_owe_no_answer(void)
{
    scene_begin();
    g_assert_false(transaction_pending(request((struct sip){.method = "ACK"}).transaction,
                                       &scene.config, START));
    feed(&(struct sip){.status = 200, .call_id = "lost"});
    g_assert_false(transaction_pending(transaction_orphan(scene.table, &scene.message, START),
                                       &scene.config, START));
    g_assert_cmpuint(transaction_table_count(scene.table), ==, 0);
    scene_end();
}

/* ---- hops (A.6) ---------------------------------------------------------------------------- */

static void test_hops_of_datagrams(void)
{
    static const struct {
        const char *what;
        struct sip again; /* after the usual request at 0 */
        bool same_flow;
        enum hop_kind kind;
    } cases[] = {
        {"same flow, T1", {.ms = 500}, true, HOP_FIRST},
        {"same flow, 5 ms", {.ms = 5}, true, HOP_FIRST},
        {"NAT copy", {.ms = 1, .src = "203.0.113.9:33000"}, false, HOP_TRANSLATED},
        {"balancer copy (E4)", {.ms = 1, .dst = "10.0.0.2:5060"}, false, HOP_TRANSLATED},
        {"copy as late as T1/2", {.ms = 250, .dst = "10.0.0.2:5060"}, false, HOP_TRANSLATED},
        {"copy whose Via an ALG rewrote",
         {.ms = 1,
          .src = "203.0.113.9:33000",
          .via = "SIP/2.0/UDP 203.0.113.9:33000;branch=z9hG4bK1"},
         false,
         HOP_TRANSLATED},
        {"copy seen before, by another clock",
         {.ms = -1, .dst = "10.0.0.2:5060"},
         false,
         HOP_TRANSLATED},
        {"new source port", {.ms = 500, .src = "192.0.2.1:5070"}, false, HOP_REBOUND},
        {"other destination after T1/2", {.ms = 251, .dst = "10.0.0.2:5060"}, false, HOP_MOVED},
        {"other destination and port",
         {.ms = 500, .src = "192.0.2.1:5070", .dst = "10.0.0.2:5060"},
         false,
         HOP_MOVED},
        {"other destination at once, other content",
         {.ms = 10, .dst = "10.0.0.2:5060", .max_forwards = 69},
         false,
         HOP_MOVED},
        {"another client", {.ms = 500, .src = "203.0.113.9:33000"}, false, HOP_OTHER},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct request_match first, again;

        g_test_message("%s", cases[i].what);
        scene_begin();
        first = request((struct sip){0});
        again = request(cases[i].again);
        g_assert_true(first.transaction == again.transaction);
        g_assert_cmpint(first.hop->kind, ==, HOP_FIRST);
        g_assert_true((first.hop == again.hop) == cases[i].same_flow);
        g_assert_true(again.retransmission == cases[i].same_flow);
        g_assert_true(again.new_hop == !cases[i].same_flow);
        g_assert_cmpint(again.hop->kind, ==, cases[i].kind);
        g_assert_cmpuint(again.transaction->hop_count, ==, cases[i].same_flow ? 1 : 2);
        scene_end();
    }
}

/* The copy of a retransmission belongs to the second hop, and is one of it. */
static void test_copies_of_retransmissions(void)
{
    struct request_match match;

    scene_begin();
    request((struct sip){0});
    match = request((struct sip){.ms = 1, .src = "203.0.113.9:33000"});
    request((struct sip){.ms = 500});
    g_assert_true(request((struct sip){.ms = 501, .src = "203.0.113.9:33000"}).hop == match.hop);
    g_assert_cmpuint(match.hop->transmissions, ==, 2);
    g_assert_cmpuint(match.transaction->hops->transmissions, ==, 2);
    g_assert_cmpuint(match.hop->first_request->frame, ==, 2);
    g_assert_cmpuint(match.hop->last_request->frame, ==, 4);
    g_assert_cmpint(match.hop->last_request->time - match.hop->first_request->time, ==,
                    500 * MILLISECOND);
    g_assert_cmpint(match.hop->previous_time, ==, match.hop->first_request->time);
    scene_end();
}

static void test_hops_of_streams(void)
{
    static const struct {
        const char *what;
        int64_t ms;
        int64_t stream;
        const char *src, *dst;
        bool same_flow;
        enum hop_kind kind;
    } cases[] = {
        {"same connection", 500, 1, "192.0.2.1:40001", SERVER, true, HOP_FIRST},
        {"reconnected (E6)", 5000, 2, "192.0.2.1:40002", SERVER, false, HOP_RECONNECTED},
        {"reconnected at once", 10, 2, "192.0.2.1:40002", SERVER, false, HOP_RECONNECTED},
        {"far side of a NAT", 1, 2, "203.0.113.9:33000", SERVER, false, HOP_TRANSLATED},
        {"other server", 5000, 2, "192.0.2.1:40002", "10.0.0.2:5060", false, HOP_MOVED},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct request_match first, again;

        g_test_message("%s", cases[i].what);
        scene_begin();
        stream(1, "192.0.2.1:40001", SERVER);
        stream(2, cases[i].src, cases[i].dst);
        first = request((struct sip){.transport = TRANSPORT_TCP,
                                     .src = "192.0.2.1:40001",
                                     .connection = connection_find(scene.connections, 1)});
        again = request(
            (struct sip){.ms = cases[i].ms,
                         .transport = TRANSPORT_TCP,
                         .src = cases[i].src,
                         .dst = cases[i].dst,
                         .connection = connection_find(scene.connections, cases[i].stream)});
        g_assert_true(first.transaction == again.transaction);
        g_assert_true(again.retransmission == cases[i].same_flow);
        g_assert_cmpint(again.hop->kind, ==, cases[i].kind);
        g_assert_true(again.hop->connection == connection_find(scene.connections, cases[i].stream));
        scene_end();
    }
}

/* From UDP to TCP with the same branch: another wire (3263 4). */
static void test_hop_on_another_transport(void)
{
    struct request_match match;

    scene_begin();
    request((struct sip){0});
    match = request((struct sip){.ms = 2000,
                                 .transport = TRANSPORT_TCP,
                                 .src = "192.0.2.1:40001",
                                 .connection = stream(1, "192.0.2.1:40001", SERVER)});
    g_assert_true(match.new_hop && !match.new_transaction);
    g_assert_cmpint(match.hop->kind, ==, HOP_MOVED);
    scene_end();
}

static void test_hop_remembers_the_vias(void)
{
    const struct hop *hop;

    scene_begin();
    hop = request((struct sip){.via = VIA ", SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKlow"}).hop;
    g_assert_cmpstr(hop->via_text, ==, VIA);
    g_assert_cmpuint(hop->via_count, ==, 2);
    g_assert_cmpuint(hop->lower_vias[0], ==, via_identity(&scene.message.via[1]));
    g_assert_cmpuint(hop->lower_vias[0], !=, via_identity(&scene.message.via[0]));
    scene_end();
}

static void test_via_identity(void)
{
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"SIP/2.0/UDP h:5060;branch=z9hG4bK1", "SIP/2.0/UDP h:5060;branch=z9hG4bK1", true},
        {"SIP/2.0/UDP h;branch=z9hG4bK1", "sip/2.0/udp H;x;received=192.0.2.1;branch=Z9hG4bK1",
         true},
        {"SIP/2.0/UDP h;branch=z9hG4bK1", "SIP/2.0/TCP h;branch=z9hG4bK1", false},
        {"SIP/2.0/UDP h;branch=z9hG4bK1", "SIP/2.0/UDP g;branch=z9hG4bK1", false},
        {"SIP/2.0/UDP h;branch=z9hG4bK1", "SIP/2.0/UDP h;branch=z9hG4bK2", false},
        {"SIP/2.0/UDP h:5060;branch=z9hG4bK1", "SIP/2.0/UDP h:5061;branch=z9hG4bK1", false},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct slice a = slice_of(cases[i].a), b = slice_of(cases[i].b);
        struct via via_a, via_b;

        g_assert_true(via_parse(&a, &via_a) && via_parse(&b, &via_b));
        g_assert_true((via_identity(&via_a) == via_identity(&via_b)) == cases[i].same);
    }
}

/* ---- responses (A.6) ----------------------------------------------------------------------- */

static void test_scores(void)
{
    static const struct {
        const char *what, *src, *dst;
        int score;
    } cases[] = {
        {"reverse of the flow", SERVER, CLIENT, 8},
        {"right source, other destination", SERVER, "203.0.113.5:5060", 4},
        {"right source, other port of the client", SERVER, "192.0.2.1:5070", 4},
        {"other port of the server", "192.0.2.2:5062", CLIENT, 3},
        {"other port of the server, elsewhere", "192.0.2.2:5062", "203.0.113.5:5060", 3},
        {"other server, to the client", "192.0.2.3:5060", CLIENT, 2},
        {"other server, other port of the client", "192.0.2.3:5060", "192.0.2.1:5070", 2},
        {"other server, elsewhere", "192.0.2.3:5060", "203.0.113.5:5060", 0},
        {"sent by the client itself", CLIENT, SERVER, 0},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct request_match sent;
        struct response_match match;

        g_test_message("%s", cases[i].what);
        scene_begin();
        sent = request((struct sip){0});
        match = response(
            (struct sip){.ms = 10, .status = 200, .src = cases[i].src, .dst = cases[i].dst});
        g_assert_true(match.hop == sent.hop);
        g_assert_cmpint(match.score, ==, cases[i].score);
        g_assert_false(match.weak);
        scene_end();
    }
}

/* E25: with both sides of a NAT in the file each response goes to the hop of its own side. */
static void test_best_hop(void)
{
    struct hop *inner, *outer;

    scene_begin();
    inner = request((struct sip){.src = "10.1.1.1:5060"}).hop;
    outer = request((struct sip){.ms = 1, .src = "203.0.113.9:33000"}).hop;
    g_assert_true(response((struct sip){.ms = 10, .status = 200, .dst = "10.1.1.1:5060"}).hop ==
                  inner);
    g_assert_true(response((struct sip){.ms = 10, .status = 200, .dst = "203.0.113.9:33000"}).hop ==
                  outer);
    /* Equally good: the latest transmission. */
    g_assert_true(response((struct sip){.ms = 10, .status = 200, .dst = "192.0.2.77:1"}).hop ==
                  outer);
    request((struct sip){.ms = 500, .src = "10.1.1.1:5060"});
    g_assert_true(response((struct sip){.ms = 510, .status = 200, .dst = "192.0.2.77:1"}).hop ==
                  inner);
    /* A better score ranks before a later transmission. */
    g_assert_true(
        response(
            (struct sip){.ms = 510, .status = 200, .src = "192.0.2.9:1", .dst = "203.0.113.9:1"})
            .hop == outer);
    scene_end();
}

static void test_response_keys(void)
{
    static const struct {
        const char *what;
        const char *request_via;
        struct sip response;
        bool matched;
    } cases[] = {
        {"branch in another case",
         VIA,
         {.via = "SIP/2.0/UDP 192.0.2.1:5060;received=192.0.2.1;branch=Z9HG4bk1"},
         true},
        {"sent-by changed: no part of a response's key",
         VIA,
         {.via = "SIP/2.0/UDP 10.9.9.9;branch=z9hG4bK1", .src = "192.0.2.3:1"},
         true},
        {"another branch, elsewhere",
         VIA,
         {.via = "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK2"},
         false},
        {"another method", VIA, {.method = "MESSAGE"}, false},
        {"another Call-ID, elsewhere", VIA, {.call_id = "x", .src = "192.0.2.3:5060"}, false},
        {"another CSeq, elsewhere", VIA, {.cseq = 2, .dst = "192.0.2.9:5060"}, false},
        {"2543: received and rport values ignored",
         "SIP/2.0/UDP 192.0.2.1:5060;rport",
         {.via = "SIP/2.0/UDP 192.0.2.1:5060;rport=5060;received=192.0.2.1"},
         true},
        {"2543: other From tag, elsewhere",
         "SIP/2.0/UDP 192.0.2.1:5060",
         {.via = "SIP/2.0/UDP 192.0.2.1:5060", .from_tag = "g", .src = "192.0.2.3:1"},
         false},
        {"2543: To tag plays no part",
         "SIP/2.0/UDP 192.0.2.1:5060",
         {.via = "SIP/2.0/UDP 192.0.2.1:5060", .to_tag = "other"},
         true},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct request_match sent;
        struct sip answer = cases[i].response;
        struct response_match match;

        g_test_message("%s", cases[i].what);
        scene_begin();
        sent = request((struct sip){.via = cases[i].request_via});
        answer.ms = 10;
        answer.status = 200;
        match = response(answer);
        g_assert_true(match.hop == (cases[i].matched ? sent.hop : NULL));
        g_assert_false(match.weak);
        scene_end();
    }
}

/* Two clients that use the same branch: E10, and by the same Call-ID as well. */
static void test_response_to_clients_with_one_branch(void)
{
    struct hop *one, *two;

    scene_begin();
    one = request((struct sip){0}).hop;
    two = request((struct sip){.ms = 400,
                               .src = "192.0.2.9:5060",
                               .via = "SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1"})
              .hop;
    g_assert_true(one->transaction != two->transaction);
    g_assert_true(response((struct sip){.ms = 410, .status = 200}).hop == one);
    g_assert_true(response((struct sip){.ms = 410,
                                        .status = 200,
                                        .dst = "192.0.2.9:5060",
                                        .via = "SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1"})
                      .hop == two);
    scene_end();
}

/* E51: clocks of two interfaces may differ a little. */
static void test_clock_skew(void)
{
    scene_begin();
    request((struct sip){.ms = 1000});
    g_assert_nonnull(response((struct sip){.ms = 950, .status = 200}).hop);
    g_assert_null(response((struct sip){.ms = 949, .status = 200}).hop);
    scene_end();
}

/* A.9: what comes later than 600 s after an ended transaction is no answer to it. */
static void test_limit(void)
{
    struct transaction *transaction;

    scene_begin();
    request((struct sip){0});
    g_assert_nonnull(response((struct sip){.ms = 600000, .status = 200}).hop);
    g_assert_null(response((struct sip){.ms = 600001, .status = 200}).hop);
    /* A retransmission begins it anew. */
    request((struct sip){.ms = 32000});
    g_assert_nonnull(response((struct sip){.ms = 632000, .status = 200}).hop);
    scene_end();

    /* A call that waits in a queue is owed its answer as long as a 1xx comes each minute. */
    scene_begin();
    transaction = request((struct sip){.method = "INVITE"}).transaction;
    for (int64_t ms = 1000; ms < 1800000; ms += 60000) {
        struct response_match match =
            response((struct sip){.method = "INVITE", .ms = ms, .status = 182});

        g_assert_true(match.hop == transaction->hops && !match.weak);
        answered(transaction, 182, ms);
    }
    g_assert_false(response((struct sip){.method = "INVITE", .ms = 1790000, .status = 200}).weak);
    scene_end();
}

/* The response changed a part of the key, but came back on the very flow. */
static void test_damaged_responses(void)
{
    static const struct {
        const char *what;
        const char *request_via;
        struct sip response;
        bool found;
    } cases[] = {
        {"branch cut", VIA, {.via = "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4b"}, true},
        {"branch gone", VIA, {.via = "SIP/2.0/UDP 192.0.2.1:5060"}, true},
        {"branch grown", VIA, {.via = VIA "-23"}, true},
        {"branch of another fork", VIA, {.via = VIA "0"}, false},
        {"another branch", VIA, {.via = "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK9"}, false},
        {"branch cut, from elsewhere",
         VIA,
         {.via = "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4b", .src = "192.0.2.3:5060"},
         false},
        {"branch cut, other sent-by",
         VIA,
         {.via = "SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4b"},
         false},
        {"top Via taken off",
         VIA ", SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKlow",
         {.via = "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKlow"},
         true},
        {"top Via taken off, from elsewhere",
         VIA ", SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKlow",
         {.via = "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKlow", .dst = "10.0.0.1:5060"},
         false},
        {"another Via",
         VIA ", SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKlow",
         {.via = "SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKlow"},
         false},
        {"Call-ID changed", VIA, {.call_id = "changed"}, true},
        /* A.5: with the same Call-ID it may answer a request that is not in the file */
        {"CSeq number changed", VIA, {.cseq = 7}, false},
        {"CSeq method changed", VIA, {.method = "MESSAGE"}, false},
        {"Call-ID changed, from elsewhere",
         VIA,
         {.call_id = "changed", .src = "192.0.2.3:5060"},
         false},
        {"Call-ID changed, to elsewhere",
         VIA,
         {.call_id = "changed", .dst = "192.0.2.9:5060"},
         false},
        {"Call-ID changed, too late", VIA, {.call_id = "changed", .ms = 32001}, false},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct request_match sent;
        struct transaction *before;
        struct sip answer = cases[i].response;
        struct response_match match;

        g_test_message("%s", cases[i].what);
        scene_begin();
        sent = request((struct sip){.via = cases[i].request_via});
        transaction_branch_use(scene.table, sent.transaction, &before);
        answer.status = 200;
        answer.ms = answer.ms ? answer.ms : 10;
        match = response(answer);
        g_assert_true(match.hop == (cases[i].found ? sent.hop : NULL));
        g_assert_true(match.weak == cases[i].found);
        scene_end();
    }
}

/* The stripped response of the next hop is no answer to the request of the first hop. */
static void test_taken_off_at_a_proxy(void)
{
    struct hop *forwarded;
    struct response_match match;

    scene_begin();
    request((struct sip){0});
    forwarded = request((struct sip){.ms = 5,
                                     .via = "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKp, " VIA,
                                     .max_forwards = 69,
                                     .src = SERVER,
                                     .dst = "192.0.2.3:5060"})
                    .hop;
    match = response((struct sip){.ms = 9, .status = 200, .src = "192.0.2.3:5060", .dst = SERVER});
    g_assert_true(match.hop == forwarded);
    g_assert_true(match.weak);
    scene_end();
}

static void test_reverse(void)
{
    struct connection *c, *other;
    struct hop *hop;

    scene_begin();
    hop = request((struct sip){0}).hop;
    feed(&(struct sip){.status = 200});
    g_assert_true(hop_is_reverse(hop, &scene.packet, NULL));
    feed(&(struct sip){.status = 200, .src = "192.0.2.2:5061"});
    g_assert_false(hop_is_reverse(hop, &scene.packet, NULL));
    feed(&(struct sip){.status = 200, .dst = "192.0.2.1:5061"});
    g_assert_false(hop_is_reverse(hop, &scene.packet, NULL));
    scene_end();

    scene_begin();
    c = stream(1, "192.0.2.1:40001", SERVER);
    other = stream(2, "192.0.2.1:40002", SERVER);
    hop = request((struct sip){.transport = TRANSPORT_TCP, .connection = c}).hop;
    feed(&(struct sip){.status = 200, .transport = TRANSPORT_TCP});
    g_assert_true(hop_is_reverse(hop, &scene.packet, c));
    g_assert_false(hop_is_reverse(hop, &scene.packet, other));
    g_assert_false(hop_is_reverse(hop, &scene.packet, NULL));
    feed(&(struct sip){.status = 200, .transport = TRANSPORT_TCP, .src = CLIENT, .dst = SERVER});
    g_assert_false(hop_is_reverse(hop, &scene.packet, c)); /* the client itself */
    scene_end();
}

static void test_remembered_responses(void)
{
    struct arena *arena = arena_new();
    struct hop *hop;
    struct hop_response *first;

    scene_begin();
    hop = request((struct sip){0}).hop;
    for (unsigned i = 0; i < 3 * HOP_RESPONSES_MAX; i++) {
        struct hop_response entry = {.text_hash = i};

        feed(&(struct sip){.status = 100 + i});
        entry.record = scene.record;
        g_assert_null(hop_response_find(hop, 100 + i, i));
        hop_response_add(hop, arena, &entry);
        g_assert_nonnull(hop_response_find(hop, 100 + i, i));
    }
    g_assert_cmpuint(hop->response_count, ==, HOP_RESPONSES_MAX);
    first = hop_response_find(hop, 100, 0);
    g_assert_nonnull(first);
    g_assert_null(hop_response_find(hop, 101, 0));
    g_assert_null(hop_response_find(hop, 100, 1));
    scene_end();
    arena_free(arena);
}

/* ---- links (A.7) --------------------------------------------------------------------------- */

static void test_ack_of_a_refusal(void)
{
    struct transaction *invite;

    scene_begin();
    invite = request((struct sip){.method = "INVITE"}).transaction;
    request((struct sip){.method = "OPTIONS", .cseq = 2});
    feed(&(struct sip){.ms = 100, .method = "ACK", .to_tag = "t"});
    g_assert_true(transaction_acknowledged(scene.table, &scene.message) == invite);
    feed(&(struct sip){.method = "ACK", .via = "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKack"});
    g_assert_null(transaction_acknowledged(scene.table, &scene.message));
    feed(&(struct sip){.method = "ACK", .cseq = 2});
    g_assert_null(transaction_acknowledged(scene.table, &scene.message));
    feed(&(struct sip){.method = "ACK", .call_id = "other"});
    g_assert_null(transaction_acknowledged(scene.table, &scene.message));
    scene_end();
}

/* An ACK with a branch of its own for a refusal on the same flow. */
static void test_ack_with_another_branch(void)
{
    static const struct {
        const char *what;
        unsigned status, second; /* responses with the ACK's To tag */
        struct sip ack;
        bool found;
    } cases[] = {
        {"486", 486, 0, {.to_tag = "t"}, true},
        {"200", 200, 0, {.to_tag = "t"}, false},
        {"no final response", 180, 0, {.to_tag = "t"}, false},
        {"both: a 2xx of that tag wins", 486, 200, {.to_tag = "t"}, false},
        {"another To tag", 486, 0, {.to_tag = "u"}, false},
        {"no To tag", 486, 0, {.to_tag = ""}, false},
        {"another flow", 486, 0, {.to_tag = "t", .dst = "192.0.2.3:5060"}, false},
        {"another CSeq", 486, 0, {.to_tag = "t", .cseq = 2}, false},
    };

    struct arena *arena = arena_new();

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct hop *hop;
        struct sip ack = cases[i].ack;
        struct hop_response entry = {.tag = slice_hash(slice_of("t"), 0)};
        const unsigned statuses[] = {cases[i].status, cases[i].second};

        g_test_message("%s", cases[i].what);
        scene_begin();
        hop = request((struct sip){.method = "INVITE"}).hop;
        for (unsigned k = 0; k < 2 && statuses[k] != 0; k++) {
            feed(&(struct sip){.status = statuses[k], .method = "INVITE"});
            entry.record = scene.record;
            hop_response_add(hop, arena, &entry);
        }
        ack.method = "ACK";
        ack.via = "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKack";
        feed(&ack);
        g_assert_true(
            transaction_acknowledged_otherwise(scene.table, &scene.message, scene.record) ==
            (cases[i].found ? hop->transaction : NULL));
        scene_end();
    }
    arena_free(arena);
}

/* E9: a CANCEL is a transaction of its own, linked to the INVITE. */
static void test_cancel(void)
{
    struct transaction *invite, *cancel;

    scene_begin();
    invite = request((struct sip){.method = "INVITE"}).transaction;
    cancel = request((struct sip){.ms = 100, .method = "CANCEL"}).transaction;
    g_assert_true(cancel != invite);
    g_assert_true(transaction_cancelled(scene.table, &scene.message) == invite);
    g_assert_true(
        response((struct sip){.ms = 110, .status = 200, .method = "CANCEL"}).hop->transaction ==
        cancel);
    g_assert_true(
        response((struct sip){.ms = 110, .status = 487, .method = "INVITE"}).hop->transaction ==
        invite);
    feed(&(struct sip){.method = "CANCEL", .cseq = 2});
    g_assert_null(transaction_cancelled(scene.table, &scene.message));
    feed(&(struct sip){.method = "CANCEL", .via = "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK2"});
    g_assert_null(transaction_cancelled(scene.table, &scene.message));

    /* Only a 2xx to the CANCEL shortens the wait. */
    cancel->cancels = invite;
    answered(cancel, 481, 120);
    g_assert_cmpint(invite->cancel_ok_time, ==, 0);
    answered(cancel, 200, 130);
    answered(cancel, 200, 140);
    g_assert_cmpint(invite->cancel_ok_time, ==, START + 130 * MILLISECOND);
    scene_end();
}

static void test_quoted(void)
{
    struct transaction *transaction;

    scene_begin();
    transaction = request((struct sip){0}).transaction;
    feed(&(struct sip){0});
    g_assert_true(transaction_quoted(scene.table, &scene.message) == transaction);
    feed(&(struct sip){.status = 200});
    g_assert_true(transaction_quoted(scene.table, &scene.message) == transaction);
    feed(&(struct sip){.status = 200, .call_id = "other"});
    g_assert_null(transaction_quoted(scene.table, &scene.message));
    scene_end();
}

/* E57: the request that a proxy forwarded, found by the Via below its own. */
static void test_forwarded(void)
{
    static const struct {
        const char *what, *lower;
        struct sip message;
        bool found;
    } cases[] = {
        {"same", VIA, {0}, true},
        {"with received", VIA ";received=192.0.2.1;rport=5060", {0}, true},
        {"other branch", "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK2", {0}, false},
        {"other sent-by", "SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1", {0}, false},
        {"other CSeq", VIA, {.cseq = 2}, false},
        {"no cookie", "SIP/2.0/UDP 192.0.2.1:5060", {0}, false},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *vias =
            g_strdup_printf("SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKp, %s", cases[i].lower);
        struct sip sip = cases[i].message;
        struct transaction *first;

        g_test_message("%s", cases[i].what);
        scene_begin();
        first = request((struct sip){0}).transaction;
        sip.via = vias;
        feed(&sip);
        g_assert_true(transaction_forwarded(scene.table, &scene.message, &scene.message.via[1]) ==
                      (cases[i].found ? first : NULL));
        scene_end();
    }
}

static void test_branch_use(void)
{
    struct transaction *first, *second, *third, *before;
    struct branch_use *use;

    scene_begin();
    first = request((struct sip){0}).transaction;
    g_assert_null(transaction_branch_use(scene.table, first, &before));
    g_assert_null(before);
    second = request((struct sip){.call_id = "2"}).transaction;
    use = transaction_branch_use(scene.table, second, &before);
    g_assert_true(use->latest == second && before == first);
    third = request((struct sip){.method = "MESSAGE",
                                 .via = "SIP/2.0/UDP 192.0.2.1:5060;branch=Z9HG4BK1"})
                .transaction;
    g_assert_true(transaction_branch_use(scene.table, third, &before) == use);
    g_assert_true(before == second);

    /* E10: another client; another branch. */
    g_assert_null(transaction_branch_use(
        scene.table,
        request((struct sip){.call_id = "4", .via = "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1"})
            .transaction,
        &before));
    g_assert_null(transaction_branch_use(
        scene.table,
        request((struct sip){.call_id = "5", .via = "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK5"})
            .transaction,
        &before));
    scene_end();
}

/* ---- responses without request ------------------------------------------------------------- */

static void test_orphan(void)
{
    struct transaction *orphan;
    struct request_match match;

    scene_begin();
    feed(&(struct sip){.ms = 0, .status = 180, .method = "INVITE"});
    orphan = transaction_orphan(scene.table, &scene.message, START);
    g_assert_true(orphan->orphan);
    g_assert_true(transaction_orphan(scene.table, &scene.message, START) == orphan);
    g_assert_null(response((struct sip){.ms = 1, .status = 180, .method = "INVITE"}).hop);
    feed(&(struct sip){.method = "ACK"});
    g_assert_null(transaction_acknowledged(scene.table, &scene.message));

    /* The request follows within the clock skew: the same transaction. */
    match = request((struct sip){.ms = 50, .method = "INVITE"});
    g_assert_true(match.transaction == orphan);
    g_assert_true(match.new_transaction);
    g_assert_false(orphan->orphan);
    g_assert_cmpuint(transaction_table_count(scene.table), ==, 1);
    scene_end();

    scene_begin();
    feed(&(struct sip){.ms = 0, .status = 180, .method = "INVITE"});
    orphan = transaction_orphan(scene.table, &scene.message, START);
    match = request((struct sip){.ms = 51, .method = "INVITE"});
    g_assert_true(match.transaction != orphan);
    g_assert_true(match.new_transaction);
    g_assert_true(orphan->orphan);
    g_assert_true(response((struct sip){.ms = 60, .status = 200, .method = "INVITE"}).hop ==
                  match.hop);
    scene_end();
}

/* ---- hostile input ------------------------------------------------------------------------- */

static void test_many_flows(void)
{
    struct transaction *transaction;

    scene_begin();
    transaction = request((struct sip){0}).transaction;
    for (unsigned i = 0; i < 10000; i++) {
        g_autofree char *src = g_strdup_printf("10.%u.%u.1:5060", i / 250, i % 250);
        struct request_match match = request((struct sip){.ms = i % 200, .src = src});

        g_assert_true(match.transaction == transaction);
        g_assert_nonnull(match.hop);
    }
    g_assert_cmpuint(transaction->hop_count, ==, TRANSACTION_HOPS_MAX);
    scene_end();
}

static void test_many_retransmissions(void)
{
    struct hop *hop;

    scene_begin();
    hop = request((struct sip){0}).hop;
    for (unsigned i = 1; i < 10000; i++) {
        g_assert_true(request((struct sip){.ms = i}).hop == hop);
        g_assert_true(response((struct sip){.ms = i, .status = 100}).hop == hop);
    }
    g_assert_cmpuint(hop->transmissions, ==, 10000);
    scene_end();
}

/* 100 000 transactions with one branch and one CSeq, Call-ID or neither: time grows with number. */
static void test_many_with_one_branch(void)
{
    for (unsigned variant = 0; variant < 3; variant++) {
        scene_begin();
        for (unsigned i = 0; i < 100000; i++) {
            g_autofree char *unique = g_strdup_printf("call%u", i);
            g_autofree char *host = g_strdup_printf("SIP/2.0/UDP h%u;branch=z9hG4bK1", i);
            g_autofree char *branch = g_strdup_printf("SIP/2.0/UDP h;branch=z9hG4bK%u", i);
            struct sip sip = {.ms = i};
            struct transaction *before;
            struct request_match match;

            if (variant == 0) {
                sip.call_id = unique;
            } else if (variant == 1) {
                sip.via = host;
                sip.ms = i * INT64_C(1000);
            } else {
                sip.via = branch;
            }
            match = request(sip);
            g_assert_true(match.new_transaction);
            transaction_branch_use(scene.table, match.transaction, &before);
            sip.status = 200;
            g_assert_true(response(sip).hop == match.hop);
            sip.src = "203.0.113.1:1";
            sip.call_id = "lost";
            sip.cseq = 9;
            g_assert_null(response(sip).hop);
        }
        g_assert_cmpuint(transaction_table_count(scene.table), ==, 100000);
        scene_end();
    }
    transaction_table_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transaction/key", test_key_of_requests);
    g_test_add_func("/transaction/no-key", test_no_key);
    g_test_add_func("/transaction/ambiguous", test_ambiguous_key);
    g_test_add_func("/transaction/kind", test_kind_of_transaction);
    g_test_add_func("/transaction/windows", test_windows);
    g_test_add_func("/transaction/timers", test_windows_follow_the_timers);
    g_test_add_func("/transaction/instances", test_instances);
    g_test_add_func("/transaction/no-answer-owed", test_ack_and_orphan_owe_no_answer);
    g_test_add_func("/transaction/hops/datagrams", test_hops_of_datagrams);
    g_test_add_func("/transaction/hops/copies", test_copies_of_retransmissions);
    g_test_add_func("/transaction/hops/streams", test_hops_of_streams);
    g_test_add_func("/transaction/hops/transport", test_hop_on_another_transport);
    g_test_add_func("/transaction/hops/vias", test_hop_remembers_the_vias);
    g_test_add_func("/transaction/via-identity", test_via_identity);
    g_test_add_func("/transaction/response/scores", test_scores);
    g_test_add_func("/transaction/response/best", test_best_hop);
    g_test_add_func("/transaction/response/keys", test_response_keys);
    g_test_add_func("/transaction/response/one-branch", test_response_to_clients_with_one_branch);
    g_test_add_func("/transaction/response/skew", test_clock_skew);
    g_test_add_func("/transaction/response/limit", test_limit);
    g_test_add_func("/transaction/response/damaged", test_damaged_responses);
    g_test_add_func("/transaction/response/taken-off", test_taken_off_at_a_proxy);
    g_test_add_func("/transaction/response/reverse", test_reverse);
    g_test_add_func("/transaction/response/remembered", test_remembered_responses);
    g_test_add_func("/transaction/ack", test_ack_of_a_refusal);
    g_test_add_func("/transaction/ack-branch", test_ack_with_another_branch);
    g_test_add_func("/transaction/cancel", test_cancel);
    g_test_add_func("/transaction/quoted", test_quoted);
    g_test_add_func("/transaction/forwarded", test_forwarded);
    g_test_add_func("/transaction/branch-use", test_branch_use);
    g_test_add_func("/transaction/orphan", test_orphan);
    g_test_add_func("/transaction/many/flows", test_many_flows);
    g_test_add_func("/transaction/many/retransmissions", test_many_retransmissions);
    g_test_add_func("/transaction/many/one-branch", test_many_with_one_branch);
    return g_test_run();
}
