/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is told of how a connection is used: its class (D.2), silences, gaps, its opposite. */
#include <glib.h>

#include "scene_client.h"

#define MILLISECOND INT64_C(1000000)

static const struct connection_record *connection(const struct analysis *analysis, unsigned id)
{
    const GPtrArray *connections = analysis_connections(analysis);

    g_assert_cmpuint(id, <=, connections->len);
    return g_ptr_array_index(connections, id - 1);
}

/* ---- silences ------------------------------------------------------------------------------- */

/* Frames 1 to 3 open the connection, 4 and 5 are the first request and its answer. */
static void test_silence(void)
{
    static const struct {
        int64_t silence, close_silence; /* ms; of the close: -1 unknown */
        uint32_t from, to;
        struct scene_case scenario;
    } cases[] = {
        {0, -1, 0, 0, {"one message", "", .steps = {OPENS(0, X, 0), ASKS(100, X, 0, "one")}}},
        {100, -1, 4, 5, {"a transaction", "", .steps = {USED(0, X, 0, "one")}}},
        {60000,
         -1,
         5,
         6,
         {"the longest of several", "",
          .steps = {USED(0, X, 0, "one"), ASKS(60200, X, 0, "two"), ANSWERS(60300, X, 0, "two"),
                    ASKS(80000, X, 0, "three")}}},
        {30000,
         -1,
         6,
         7,
         {"the latest of two that are as long", "",
          .steps = {USED(0, X, 0, "one"), ASKS(30200, X, 0, "two"), ASKS(60200, X, 0, "three")}}},
        {60000,
         -1,
         5,
         7,
         {"a segment without a message is none", "",
          .steps = {USED(0, X, 0, "one"),
                    {30000, FORWARD, .events = TCP_ACK | TCP_PING},
                    ASKS(60200, X, 0, "two")}}},
        {100,
         40000,
         4,
         5,
         {"closed", "", .steps = {USED(0, X, 0, "one"), {40200, BACK, .events = FIN}}}},
        {100,
         40000,
         4,
         5,
         {"reset", "", .steps = {USED(0, X, 0, "one"), {40200, FORWARD, .events = TCP_RST}}}},
        {100,
         40000,
         4,
         5,
         {"closed by both sides", "",
          .steps = {USED(0, X, 0, "one"),
                    {40200, BACK, .events = FIN},
                    {50200, FORWARD, .events = FIN}}}},
        {100,
         0,
         4,
         5,
         {"closed with the last message", "3 conn-closed-early note",
          .steps = {OPENS(0, X, 0),
                    ASKS(100, X, 0, "one"),
                    {200, BACK, .line = "200 OPTIONS", .via = "192.0.2.1", .call = "one",
                     .events = FIN}}}},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct analysis *analysis = scene_play("C5", TRANSPORT_TCP, &cases[i].scenario);
        const struct connection_record *record = connection(analysis, 1);

        g_assert_cmpint(record->silence, ==, cases[i].silence * MILLISECOND);
        g_assert_cmpuint(record->silence_from, ==, cases[i].from);
        g_assert_cmpuint(record->silence_to, ==, cases[i].to);
        g_assert_cmpint(record->close_silence, ==,
                        cases[i].close_silence >= 0 ? cases[i].close_silence * MILLISECOND : -1);
        analysis_free(analysis);
    }
}

/* Without a SIP message that could be read nothing is known of silences. */
static void test_silence_undecrypted(void)
{
    static const struct scene_case scenario = {
        "undecrypted", "",
        .steps = {{0, X, "192.0.2.2:5061", 0, .open = true},
                  {40000, X, "192.0.2.2:5061", 0, .events = FIN}}};
    struct analysis *analysis = scene_play("C5", TRANSPORT_TLS, &scenario);
    const struct connection_record *record = connection(analysis, 1);

    g_assert_true(record->undecrypted);
    g_assert_cmpint(record->close, ==, CLOSE_FIN);
    g_assert_cmpint(record->silence, ==, 0);
    g_assert_cmpuint(record->silence_from, ==, 0);
    g_assert_cmpint(record->close_silence, ==, -1);
    analysis_free(analysis);
}

/* ---- gaps ----------------------------------------------------------------------------------- */

static void test_gap(void)
{
    static const struct {
        uint32_t gap_frame;
        struct scene_case scenario;
    } cases[] = {
        {0, {"nothing is missing", "", .steps = {USED(0, X, 0, "one")}}},
        {6,
         {"the first of two", "",
          .steps = {USED(0, X, 0, "one"),
                    {3000, FORWARD, .events = TCP_ACK | TCP_GAP},
                    {4000, BACK, .events = TCP_ACK},
                    {5000, BACK, .events = TCP_ACK | TCP_GAP}}}},
        {6,
         {"before a message", "",
          .steps = {USED(0, X, 0, "one"),
                    {3000, FORWARD, .line = "OPTIONS sip:b.example.net", .via = "192.0.2.1",
                     .call = "two", .events = TCP_GAP}}}},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct analysis *analysis = scene_play("C5", TRANSPORT_TCP, &cases[i].scenario);

        g_assert_cmpuint(connection(analysis, 1)->gap_frame, ==, cases[i].gap_frame);
        analysis_free(analysis);
    }
}

/* ---- classes -------------------------------------------------------------------------------- */

#define ASKS_AGAIN(ms_, cseq_)                                                                     \
    {                                                                                              \
        ms_, FORWARD, .line = "OPTIONS sip:b.example.net", .via = "192.0.2.1", .call = "one",      \
                      .cseq = cseq_                                                                \
    }
#define ASKED_BACK(ms_)                                                                            \
    {                                                                                              \
        ms_, BACK, .line = "MESSAGE sip:a@192.0.2.1", .via = "192.0.2.2", .call = "back"           \
    }

static void test_class(void)
{
    static const struct {
        unsigned classes;
        enum connection_class class; /* the detail is of this one */
        const char *detail;
        bool keep_alive;
        struct scene_case scenario;
    } cases[] = {
        {CONNECTION_SINGLE_TRANSACTION,
         CONNECTION_SINGLE_TRANSACTION,
         NULL,
         false,
         {"one transaction", "", .steps = {USED(0, X, 0, "one")}}},
        {CONNECTION_SINGLE_TRANSACTION,
         CONNECTION_SINGLE_TRANSACTION,
         NULL,
         true,
         {"one transaction and a ping", "",
          .steps = {USED(0, X, 0, "one"), {30000, FORWARD, .events = TCP_ACK | TCP_PING}}}},
        {CONNECTION_SINGLE_TRANSACTION,
         CONNECTION_SINGLE_TRANSACTION,
         NULL,
         false,
         {"the ACK of a 2xx is no transaction", "",
          .steps = {OPENS(0, X, 0),
                    {100, FORWARD, .line = "INVITE sip:b.example.net", .via = "192.0.2.1"},
                    {200, BACK, .line = "200 INVITE", .via = "192.0.2.1"},
                    {300, FORWARD, .line = "ACK sip:b.example.net", .via = "192.0.2.1",
                     .branch = "ack", .to_tag = ";tag=t"}}}},
        {CONNECTION_SINGLE_TRANSACTION,
         CONNECTION_SINGLE_TRANSACTION,
         "inferred",
         false,
         {"one transaction, the opener by its port", "", .steps = {ASKS(0, X, 0, "one")}}},
        {CONNECTION_PERSISTENT,
         CONNECTION_PERSISTENT,
         "same-dialog",
         false,
         {"one Call-ID", "", .steps = {USED(0, X, 0, "one"), ASKS_AGAIN(1000, 2)}}},
        {CONNECTION_PERSISTENT,
         CONNECTION_PERSISTENT,
         "same-dialog",
         false,
         {"repeated with credentials", "",
          .steps = {OPENS(0, X, 0),
                    ASKS(100, X, 0, "one"),
                    {200, BACK, .line = "401 OPTIONS", .via = "192.0.2.1", .call = "one"},
                    ASKS_AGAIN(300, 2)}}},
        {CONNECTION_PERSISTENT,
         CONNECTION_PERSISTENT,
         "cross-dialog",
         false,
         {"several Call-IDs", "",
          .steps = {USED(0, X, 0, "one"), ASKS(1000, X, 0, "two"), ASKS_AGAIN(2000, 2)}}},
        {CONNECTION_PERSISTENT,
         CONNECTION_PERSISTENT,
         "cross-dialog, inferred",
         false,
         {"several Call-IDs, the opener by its port", "",
          .steps = {ASKS(0, X, 0, "one"), ASKS(1000, X, 0, "two")}}},
        {CONNECTION_REUSE,
         CONNECTION_REUSE,
         NULL,
         false,
         {"a request each way", "", .steps = {USED(0, X, 0, "one"), ASKED_BACK(1000)}}},
        {CONNECTION_PERSISTENT | CONNECTION_REUSE,
         CONNECTION_REUSE,
         "inferred",
         false,
         {"both, the opener by its port", "",
          .steps = {ASKS(0, X, 0, "one"), ASKED_BACK(1000), ASKS(2000, X, 0, "two")}}},
        {CONNECTION_RESPONSE_DELIVERY,
         CONNECTION_RESPONSE_DELIVERY,
         NULL,
         false,
         {"only an answer", "", .steps = {OPENS(0, X, 0), ANSWERS(100, X, 0, "one")}}},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct analysis *analysis = scene_play("C5", TRANSPORT_TCP, &cases[i].scenario);
        const struct connection_record *record = connection(analysis, 1);

        g_assert_cmphex(connection_record_classes(record), ==, cases[i].classes);
        g_assert_cmpstr(connection_record_class_detail(record, cases[i].class), ==,
                        cases[i].detail);
        g_assert_true(record->keep_alive == cases[i].keep_alive);
        analysis_free(analysis);
    }
}

/* ---- the other way -------------------------------------------------------------------------- */

#define OPENS_BACK(ms_)                                                                            \
    {                                                                                              \
        ms_, S_CLIENT, X_LISTENER, 1, .open = true                                                 \
    }
#define ASKS_BACK(ms_)                                                                             \
    {                                                                                              \
        ms_, S_CLIENT, X_LISTENER, 1, .line = "OPTIONS sip:a@192.0.2.1", .via = "192.0.2.2",       \
                                      .call = "back"                                               \
    }

/* Pair view of D.2 */
static void test_opposite(void)
{
    static const struct {
        bool paired;
        struct scene_case scenario;
    } cases[] = {
        {true,
         {"both are used", "", .steps = {USED(0, X, 0, "one"), OPENS_BACK(5000), ASKS_BACK(5100)}}},
        {false,
         {"the first one is closed", "",
          .steps = {USED(0, X, 0, "one"),
                    {40200, BACK, .events = FIN},
                    OPENS_BACK(50000),
                    ASKS_BACK(50100)}}},
        {false,
         {"the second one only brings an answer", "",
          .steps = {OPENS(0, X, 0),
                    ASKS(100, X, 0, "one"),
                    OPENS_BACK(5000),
                    {5100, S_CLIENT, X_LISTENER, 1, .line = "200 OPTIONS", .via = "192.0.2.1",
                     .call = "one"}}}},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct analysis *analysis = scene_play("C5", TRANSPORT_TCP, &cases[i].scenario);
        const struct connection_record *first = connection(analysis, 1);
        const struct connection_record *second = connection(analysis, 2);

        g_assert_true(first->opposite == (cases[i].paired ? second : NULL));
        g_assert_true(second->opposite == (cases[i].paired ? first : NULL));
        analysis_free(analysis);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/connection-use/silence", test_silence);
    g_test_add_func("/connection-use/silence/undecrypted", test_silence_undecrypted);
    g_test_add_func("/connection-use/gap", test_gap);
    g_test_add_func("/connection-use/class", test_class);
    g_test_add_func("/connection-use/opposite", test_opposite);
    return g_test_run();
}
