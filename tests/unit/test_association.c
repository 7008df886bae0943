/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How SCTP associations end: SHUTDOWN and ABORT. */
#include <glib.h>

#include "scene_client.h"

#define X_OTHER "198.51.100.1:40001"
#define X_SAME_PORT "192.0.2.1:5060"
#define S_OTHER "198.51.100.2:5060"

#define OPENED                                                                                     \
    {                                                                                              \
        0, X, S, -1, .open = true                                                                  \
    }
#define ASKED(ms_, call_)                                                                          \
    {                                                                                              \
        ms_, X, S, -1, .line = "OPTIONS sip:b.example.net", .via = "192.0.2.1", .call = call_,     \
                       .tag = SCENE_TAG_FROM                                                       \
    }
#define ANSWERED(ms_, call_)                                                                       \
    {                                                                                              \
        ms_, S, X, -1, .line = "200 OPTIONS", .via = "192.0.2.1", .call = call_,                   \
                       .tag = SCENE_TAG_TO                                                         \
    }
/* Frames 1 to 4: one transaction. */
#define SERVED OPENED, ASKED(100, "one"), ANSWERED(200, "one")
#define ENDS(ms_, from_, to_, tag_, chunk_)                                                        \
    {                                                                                              \
        ms_, from_, to_, -1, .chunk = chunk_, .tag = tag_                                          \
    }

static void test_closed_by(void)
{
    static const struct {
        enum connection_close close;
        const char *closed_by; /* NULL: not closed */
        struct scene_case scenario;
    } cases[] = {
        {CLOSE_FIN,
         S,
         {"SHUTDOWN of the server", "",
          .steps = {SERVED, ENDS(60000, S, X, SCENE_TAG_TO, CHUNK_SHUTDOWN)}}},
        {CLOSE_FIN,
         X,
         {"SHUTDOWN of the client", "",
          .steps = {SERVED, ENDS(60000, X, S, SCENE_TAG_FROM, CHUNK_SHUTDOWN)}}},
        {CLOSE_RST,
         S,
         {"ABORT of the server", "",
          .steps = {SERVED, ENDS(60000, S, X, SCENE_TAG_TO, CHUNK_ABORT)}}},
        /* the tag tells the side, whatever path the packet takes */
        {CLOSE_FIN,
         S,
         {"SHUTDOWN between other addresses of both", "",
          .steps = {SERVED, ENDS(60000, S_OTHER, X_OTHER, SCENE_TAG_TO, CHUNK_SHUTDOWN)}}},
        {CLOSE_RST,
         X,
         {"ABORT from another address of the client", "",
          .steps = {SERVED, ENDS(60000, X_OTHER, S, SCENE_TAG_FROM, CHUNK_ABORT)}}},
        /* RFC 9260 8.5.1 B: with the tag of its receiver, here of nobody */
        {CLOSE_RST,
         S,
         {"ABORT of the server with an unknown tag", "",
          .steps = {SERVED, ENDS(60000, S, X, 99, CHUNK_ABORT)}}},
        {CLOSE_RST,
         X,
         {"ABORT of the client with an unknown tag", "",
          .steps = {SERVED, ENDS(60000, X, S, 99, CHUNK_ABORT)}}},
        {CLOSE_RST,
         S,
         {"ABORT of the server with the client's tag, the same port at both ends", "",
          .steps = {{0, X_SAME_PORT, S, -1, .open = true},
                    {100, X_SAME_PORT, S, -1, .line = "OPTIONS sip:b.example.net",
                     .via = "192.0.2.1", .call = "one", .tag = SCENE_TAG_FROM},
                    {200, S, X_SAME_PORT, -1, .line = "200 OPTIONS", .via = "192.0.2.1",
                     .call = "one", .tag = SCENE_TAG_TO},
                    ENDS(60000, S, X_SAME_PORT, SCENE_TAG_FROM, CHUNK_ABORT)}}},
        {CLOSE_NONE,
         NULL,
         {"ABORT of another host with an unknown tag", "",
          .steps = {SERVED, ENDS(60000, S_OTHER, X, 99, CHUNK_ABORT)}}},
        {CLOSE_NONE,
         NULL,
         {"ABORT between other ports with a known tag", "",
          .steps = {SERVED, ENDS(60000, "192.0.2.2:5070", X, SCENE_TAG_TO, CHUNK_ABORT)}}},
        /* the first one counts */
        {CLOSE_FIN,
         S,
         {"SHUTDOWN of the server, ABORT of the client", "",
          .steps = {SERVED, ENDS(60000, S, X, SCENE_TAG_TO, CHUNK_SHUTDOWN),
                    ENDS(61000, X, S, SCENE_TAG_FROM, CHUNK_ABORT)}}},
        {CLOSE_NONE, NULL, {"open", "", .steps = {SERVED, {.ms = 60000}}}},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct analysis *analysis = scene_play("C5", TRANSPORT_SCTP, &cases[i].scenario);
        const GPtrArray *connections = analysis_connections(analysis);
        const struct connection_record *record = g_ptr_array_index(connections, 0);
        struct endpoint nobody = {0};
        struct endpoint expected =
            cases[i].closed_by != NULL ? scene_endpoint(cases[i].closed_by) : nobody;

        g_assert_cmpuint(connections->len, ==, 1);
        g_assert_cmpint(record->close, ==, cases[i].close);
        g_assert_cmpuint(record->closed_frame, ==, cases[i].closed_by != NULL ? 5 : 0);
        g_assert_true(endpoint_equal(&record->closed_by, &expected));
        g_assert_cmpint(record->close_silence, ==,
                        cases[i].closed_by != NULL ? INT64_C(59800000000) : -1);
        analysis_free(analysis);
    }
}

/* conn-closed-pending and conn-closed-early, as of TCP. */
static void test_rules(void)
{
    static const struct scene_case cases[] = {
        {"SHUTDOWN of the server while it owes an answer",
         "3 conn-closed-pending warn",
         {"192.0.2.2:5060", "OPTIONS", "fin"},
         .steps = {OPENED, ASKED(100, "one"), ENDS(200, S, X, SCENE_TAG_TO, CHUNK_SHUTDOWN)}},
        {"ABORT of the server while it owes an answer",
         "3 conn-closed-pending warn",
         {"192.0.2.2:5060", "OPTIONS", "rst"},
         .steps = {OPENED, ASKED(100, "one"), ENDS(200, S, X, SCENE_TAG_TO, CHUNK_ABORT)}},
        /* RFC 9260 9: there is no half-closed association in which the answer may still come */
        {"SHUTDOWN of the client that waits for an answer",
         "3 conn-closed-pending warn",
         {"192.0.2.1:40001", "OPTIONS", "fin"},
         .steps = {OPENED, ASKED(100, "one"), ENDS(200, X, S, SCENE_TAG_FROM, CHUNK_SHUTDOWN)}},
        {"ABORT of the client that waits for an answer",
         "3 conn-closed-pending warn",
         {"192.0.2.1:40001", "OPTIONS", "rst"},
         .steps = {OPENED, ASKED(100, "one"), ENDS(200, X, S, SCENE_TAG_FROM, CHUNK_ABORT)}},
        {"ABORT with an unknown tag",
         "3 conn-closed-pending warn",
         {"192.0.2.2:5060", "rst"},
         .steps = {OPENED, ASKED(100, "one"), ENDS(200, S, X, 99, CHUNK_ABORT)}},
        {"SHUTDOWN soon after the answer", "4 conn-closed-early note",
         .steps = {SERVED, ENDS(1200, S, X, SCENE_TAG_TO, CHUNK_SHUTDOWN)}},
        {"SHUTDOWN in the packet of the answer", "3 conn-closed-early note",
         .steps = {OPENED,
                   ASKED(100, "one"),
                   {200, S, X, -1, .line = "200 OPTIONS", .via = "192.0.2.1", .call = "one",
                    .tag = SCENE_TAG_TO, .chunk = CHUNK_SHUTDOWN}}},
        {"a request into a dead association",
         "6 conn-closed-pending warn",
         {"192.0.2.2:5060", "OPTIONS", "30 s after the close"},
         .steps = {SERVED, ENDS(60000, S, X, SCENE_TAG_TO, CHUNK_SHUTDOWN), ASKED(90000, "two"),
                   ENDS(90010, S, X, SCENE_TAG_TO, CHUNK_ABORT)}},
        {"SHUTDOWN of an association that is not known", "",
         .steps = {OPENED, ASKED(100, "one"),
                   ENDS(200, "192.0.2.2:5070", X, SCENE_TAG_TO, CHUNK_SHUTDOWN)}},
    };

    scene_play_all("C5", TRANSPORT_SCTP, cases, G_N_ELEMENTS(cases));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/association/closed-by", test_closed_by);
    g_test_add_func("/association/rules", test_rules);
    return g_test_run();
}
