/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of catalogue section C5: connections, opened, kept and closed. */
#include <glib.h>

#include "scene_client.h"

#define PLAY(cases) scene_play_all("C5", TRANSPORT_TCP, cases, G_N_ELEMENTS(cases))

/* ---- opened beside an open one -------------------------------------------------------------- */

static void test_new_though_open(void)
{
    static const struct scene_case cases[] = {
        {"the first one proves to be open",
         "7 conn-new-though-open note",
         {"connection 1", "192.0.2.1:40001 to 192.0.2.2:5060", "connection 2"},
         .steps = {USED(0, X, 0, "one"),
                   USED(5000, X2, 1, "two"),
                   {6000, X, S, 0, .events = TCP_ACK}}},
        {"its last sign of life is older", "",
         .steps = {USED(0, X, 0, "one"), USED(5000, X2, 1, "two")}},
        {"its other side gives a sign of life", "",
         .steps = {USED(0, X, 0, "one"),
                   USED(5000, X2, 1, "two"),
                   {6000, S, X, 0, .events = TCP_ACK}}},
        {"the first one was closed", "4 conn-closed-early note",
         .steps = {USED(0, X, 0, "one"),
                   {4000, S, X, 0, .events = FIN},
                   OPENS(5000, X2, 1),
                   {5050, X, S, 0, .events = TCP_ACK},
                   ASKS(5100, X2, 1, "two")}},
        {"the first one has a gap", "",
         .steps = {USED(0, X, 0, "one"),
                   {4000, X, S, 0, .events = TCP_ACK | TCP_GAP},
                   USED(5000, X2, 1, "two"),
                   {6000, X, S, 0, .events = TCP_ACK}}},
        {"the first one was not captured as a whole", "",
         .steps = {USED(0, X, 0, "one"),
                   {4000, X, S, 0, .events = TCP_ACK | TCP_CUT},
                   USED(5000, X2, 1, "two"),
                   {6000, X, S, 0, .events = TCP_ACK}}},
        {"a pool", "7 conn-new-though-open chat",
         .steps = {OPENS(0, X, 0),
                   OPENS(100, X2, 1),
                   OPENS(200, X3, 2),
                   OPENS(300, X4, 3),
                   ASKS(1000, X, 0, "one"),
                   ANSWERS(1100, X, 0, "one"),
                   ASKS(2000, X2, 1, "two"),
                   ANSWERS(2100, X2, 1, "two"),
                   {3000, X, S, 0, .events = TCP_ACK},
                   {3100, X2, S, 1, .events = TCP_ACK}}},
        {"two outbound flows", "",
         .steps = {OPENS(0, X, 0),
                   {100, X, S, 0, .line = "REGISTER sip:example.net", .via = "192.0.2.1",
                    .call = "one", .more = "Contact: <sip:a@192.0.2.1>;reg-id=1\r\n"},
                   OPENS(5000, X2, 1),
                   {5100, X2, S, 1, .line = "REGISTER sip:example.net", .via = "192.0.2.1",
                    .call = "two", .more = "Contact: <sip:a@192.0.2.1>;reg-id=2\r\n"},
                   {6000, X, S, 0, .events = TCP_ACK}}},
        {"two user agents on one host", "",
         .steps = {USED(0, X, 0, "one"),
                   OPENS(5000, X2, 1),
                   {5100, X2, S, 1, .line = "OPTIONS sip:b.example.net", .via = "192.0.2.1",
                    .call = "two", .user = "other"},
                   {6000, X, S, 0, .events = TCP_ACK}}},
        /* RFC 5923 9.3 */
        {"two domains on one host", "",
         .steps = {USED(0, X, 0, "one"),
                   OPENS(5000, X2, 1),
                   {5100, X2, S, 1, .line = "OPTIONS sip:b.example.net", .via = "other.example",
                    .call = "two"},
                   {6000, X, S, 0, .events = TCP_ACK}}},
        {"another listener", "",
         .steps = {USED(0, X, 0, "one"),
                   {5000, X2, "192.0.2.2:5070", 1, .open = true},
                   {5100, X2, "192.0.2.2:5070", 1, .line = "OPTIONS sip:b.example.net",
                    .via = "192.0.2.1", .call = "two"},
                   {6000, X, S, 0, .events = TCP_ACK}}},
        {"TLS, the certificate covers the next hop", "7 conn-new-though-open note",
         .wire = TRANSPORT_TLS, .b_names = "b.example.net",
         .steps = {USED(0, X, 0, "one"),
                   USED(5000, X2, 1, "two"),
                   {6000, X, S, 0, .events = TCP_ACK}}},
        {"TLS, the certificate is for another domain", "", .wire = TRANSPORT_TLS,
         .b_names = "c.example.org",
         .steps = {USED(0, X, 0, "one"),
                   USED(5000, X2, 1, "two"),
                   {6000, X, S, 0, .events = TCP_ACK}}},
        /* RFC 5626 4.4.1: the flow has failed */
        {"after a lost pong", "",
         .steps = {USED(0, X, 0, "one"),
                   {1000, FORWARD, .events = TCP_ACK | TCP_PING},
                   USED(12000, X2, 1, "two"),
                   {13000, X, S, 0, .events = FIN}}},
    };

    PLAY(cases);
}

/* ---- closed --------------------------------------------------------------------------------- */

#define INVITES(ms_)                                                                               \
    {                                                                                              \
        ms_, FORWARD, .line = "INVITE sip:b.example.net", .via = "192.0.2.1"                       \
    }
#define INVITE_ANSWER(ms_, status_)                                                                \
    {                                                                                              \
        ms_, BACK, .line = status_ " INVITE", .via = "192.0.2.1"                                   \
    }

static void test_closed_pending(void)
{
    static const struct scene_case cases[] = {
        {"FIN of the server while it rings",
         "4 conn-closed-pending warn",
         {"192.0.2.2:5060", "INVITE", "fin", "1 s before"},
         .steps = {OPENS(0, X, 0),
                   INVITES(100),
                   INVITE_ANSWER(200, "180"),
                   {1200, BACK, .events = FIN}}},
        {"F6: RST of the client",
         "3 conn-closed-pending warn",
         {"192.0.2.1:40001", "rst"},
         .steps = {OPENS(0, X, 0), INVITES(100), {200, FORWARD, .events = TCP_RST}}},
        {"closure alert of the server",
         "3 conn-closed-pending warn",
         {"close-notify"},
         .wire = TRANSPORT_TLS,
         .steps = {OPENS(0, X, 0),
                   INVITES(100),
                   {200, BACK, .events = TCP_ACK | TCP_TLS | TCP_CLOSE_NOTIFY}}},
        {"an error without its ACK", "4 conn-closed-pending warn",
         .steps =
             {OPENS(0, X, 0), INVITES(100), INVITE_ANSWER(200, "486"), {300, BACK, .events = FIN}}},
        {"an error and its ACK", "5 conn-closed-early note",
         .steps = {OPENS(0, X, 0),
                   INVITES(100),
                   INVITE_ANSWER(200, "486"),
                   {250, FORWARD, .line = "ACK sip:b.example.net", .via = "192.0.2.1",
                    .to_tag = ";tag=t"},
                   {300, BACK, .events = FIN}}},
        {"the answer comes after the half-close", "",
         .steps = {OPENS(0, X, 0),
                   ASKS(100, X, 0, "one"),
                   {200, FORWARD, .events = FIN},
                   ANSWERS(300, X, 0, "one"),
                   {400, BACK, .events = FIN}}},
        {"no answer after the half-close", "4 conn-closed-pending warn",
         .steps = {OPENS(0, X, 0),
                   ASKS(100, X, 0, "one"),
                   {200, FORWARD, .events = FIN},
                   {400, BACK, .events = FIN}}},
        {"long after the transaction timed out", "",
         .steps = {OPENS(0, X, 0), ASKS(100, X, 0, "one"), {60000, BACK, .events = FIN}}},
        {"segments are missing", "",
         .steps = {OPENS(0, X, 0),
                   INVITES(100),
                   {150, BACK, .events = TCP_ACK | TCP_GAP},
                   {200, BACK, .events = FIN}}},
        {"the server answers elsewhere, TLS",
         "5 conn-closed-pending error",
         {"frame 15"},
         .wire = TRANSPORT_TLS,
         .steps = {OPENS(0, X, 0),
                   INVITES(100),
                   {200, BACK, .events = FIN},
                   {300, S_CLIENT, X_LISTENER, 1, .open = true},
                   {400, S_CLIENT, X_LISTENER, 1, .line = "200 INVITE", .via = "192.0.2.1"}}},
        {"the client repeats it elsewhere, TLS", "5 conn-closed-pending error",
         .wire = TRANSPORT_TLS,
         .steps = {OPENS(0, X, 0),
                   INVITES(100),
                   {200, FORWARD, .events = TCP_RST},
                   OPENS(300, X2, 1),
                   {400, X2, S, 1, .line = "INVITE sip:b.example.net", .via = "192.0.2.1"}}},
        {"the client cancels it elsewhere, TLS", "5 conn-closed-pending error",
         .wire = TRANSPORT_TLS,
         .steps = {OPENS(0, X, 0),
                   INVITES(100),
                   {200, FORWARD, .events = TCP_RST},
                   OPENS(300, X2, 1),
                   {400, X2, S, 1, .line = "CANCEL sip:b.example.net", .via = "192.0.2.1"}}},
        /* RFC 5923 8.3 speaks of TLS only */
        {"the server answers elsewhere, TCP", "3 conn-closed-pending warn",
         .steps = {OPENS(0, X, 0),
                   INVITES(100),
                   {200, BACK, .events = FIN},
                   {300, S_CLIENT, X_LISTENER, 1, .open = true},
                   {400, S_CLIENT, X_LISTENER, 1, .line = "200 INVITE", .via = "192.0.2.1"}}},
        /* by whom, when, and after which silence it was closed */
        {"a request into a dead connection",
         "6 conn-closed-pending warn",
         {"192.0.2.2:5060", "OPTIONS", "59.8 s", "30 s after the close"},
         .steps = {USED(0, X, 0, "one"),
                   {60000, BACK, .events = FIN},
                   ASKS(90000, X, 0, "two"),
                   {90010, BACK, .events = TCP_RST}}},
        {"a backward request into a dead connection",
         "6 conn-closed-pending warn",
         {"192.0.2.1:40001", "MESSAGE", "30 s after the close"},
         .steps = {USED(0, X, 0, "one"),
                   {60000, FORWARD, .events = FIN},
                   {90000, BACK, .line = "MESSAGE sip:a@192.0.2.1", .via = "192.0.2.2",
                    .call = "back"},
                   {90010, FORWARD, .events = TCP_RST}}},
        {"a request into a dead connection, not reset", "",
         .steps = {USED(0, X, 0, "one"),
                   {60000, BACK, .events = FIN},
                   ASKS(90000, X, 0, "two"),
                   {90010, BACK, .events = TCP_ACK}}},
        /* its FIN may have been before the file */
        {"the file begins with a request, which is reset", "",
         .steps = {ASKS(100, X, 0, "one"), {110, BACK, .events = TCP_RST}}},
        {"a request that crossed the close", "",
         .steps = {USED(0, X, 0, "one"),
                   {60000, BACK, .events = FIN},
                   ASKS(60005, X, 0, "two"),
                   {60010, BACK, .events = TCP_RST}}},
        {"answers are not in the file", "",
         .steps = {{0, X, S, 0, .events = TCP_SYN},
                   {10, X, S, 0, .events = TCP_ACK},
                   ASKS(100, X, 0, "one"),
                   ASKS(200, X, 0, "two"),
                   {6000, X, S, 0, .events = TCP_RST}}},
        /* the FIN acknowledges nothing new: the server did not know of the request */
        {"the request crosses the FIN", "",
         .steps = {USED(0, X, 0, "one"),
                   ASKS(60000, X, 0, "two"),
                   {60005, BACK, .events = TCP_FIN}}},
        {"FIN behind the request", "5 conn-closed-pending warn",
         .steps = {USED(0, X, 0, "one"), ASKS(60000, X, 0, "two"), {60005, BACK, .events = FIN}}},
        {"TLS: repeated by the client and answered there", "3 conn-closed-pending warn",
         .wire = TRANSPORT_TLS,
         .steps = {OPENS(0, X, 0),
                   ASKS(100, X, 0, "one"),
                   {1000, S, X, 0, .events = FIN},
                   OPENS(2000, X2, 1),
                   ASKS(2100, X2, 1, "one"),
                   ANSWERS(2200, X2, 1, "one")}},
        {"TLS: reset by a middlebox, then the answer elsewhere", "3 conn-closed-pending warn",
         .wire = TRANSPORT_TLS,
         .steps = {OPENS(0, X, 0),
                   {100, X, S, 0, .line = "OPTIONS sip:b.example.net", .via = "192.0.2.1:5061",
                    .call = "one"},
                   {1000, S, X, 0, .events = TCP_RST, .ttl = 255},
                   {2000, S_CLIENT, "192.0.2.1:5061", 1, .open = true},
                   {2100, S_CLIENT, "192.0.2.1:5061", 1, .line = "200 OPTIONS",
                    .via = "192.0.2.1:5061", .call = "one"}}},
        {"TLS: the copy of the request behind a TLS terminator", "3 conn-closed-pending warn",
         .wire = TRANSPORT_TLS,
         .steps = {OPENS(0, X, 0),
                   ASKS(100, X, 0, "one"),
                   {110, X, S, 0, .events = TCP_RST},
                   {111, "10.0.0.1:41000", "10.0.0.2:5061", 1, .open = true},
                   {150, "10.0.0.1:41000", "10.0.0.2:5061", 1, .line = "OPTIONS sip:b.example.net",
                    .via = "192.0.2.1", .call = "one"}}},
    };

    PLAY(cases);
}

static void test_closed_early(void)
{
    static const struct scene_case cases[] = {
        {"1 s after the answer",
         "4 conn-closed-early note",
         {"192.0.2.2:5060", "1 s", "32 s"},
         .steps = {USED(0, X, 0, "one"), {1200, BACK, .events = FIN}}},
        {"40 s after it", "", .steps = {USED(0, X, 0, "one"), {40200, BACK, .events = FIN}}},
        {"after a de-registration", "",
         .steps = {OPENS(0, X, 0),
                   {100, FORWARD, .line = "REGISTER sip:example.net", .via = "192.0.2.1",
                    .more = "Contact: *\r\nExpires: 0\r\n"},
                   {200, BACK, .line = "200 REGISTER", .via = "192.0.2.1"},
                   {1200, FORWARD, .events = FIN}}},
        {"after a registration", "4 conn-closed-early note",
         .steps = {OPENS(0, X, 0),
                   {100, FORWARD, .line = "REGISTER sip:example.net", .via = "192.0.2.1",
                    .more = "Contact: <sip:a@192.0.2.1>\r\nExpires: 60\r\n"},
                   {200, BACK, .line = "200 REGISTER", .via = "192.0.2.1",
                    .more = "Contact: <sip:a@192.0.2.1>;expires=60\r\n"},
                   {1200, FORWARD, .events = FIN}}},
        {"a ping without pong", "",
         .steps = {USED(0, X, 0, "one"),
                   {1000, FORWARD, .events = TCP_ACK | TCP_PING},
                   {12000, FORWARD, .events = FIN}}},
        {"a ping and its pong", "6 conn-closed-early note",
         .steps = {USED(0, X, 0, "one"),
                   {1000, FORWARD, .events = TCP_ACK | TCP_PING},
                   {1010, BACK, .events = TCP_ACK | TCP_PONG},
                   {12000, FORWARD, .events = FIN}}},
        {"a fatal alert", "", .wire = TRANSPORT_TLS,
         .steps = {USED(0, X, 0, "one"),
                   {1000, BACK, .events = TCP_ACK | TCP_TLS | TCP_TLS_FATAL},
                   {1001, BACK, .events = FIN}}},
        {"no SIP on it", "", .steps = {OPENS(0, X, 0), {1200, BACK, .events = FIN}}},
        {"segments are missing: perhaps the end of a registration", "",
         .steps = {USED(0, X, 0, "one"),
                   {1000, FORWARD, .events = TCP_ACK | TCP_GAP},
                   {1200, FORWARD, .events = FIN}}},
        {"the file begins behind its only request", "",
         .steps = {ANSWERS(100, X, 0, "one"), {1200, FORWARD, .events = FIN}}},
        {"the file begins with its last request", "3 conn-closed-early note",
         .steps = {ASKS(100, X, 0, "one"),
                   ANSWERS(200, X, 0, "one"),
                   {1200, FORWARD, .events = FIN}}},
        {"reset by a middlebox, by its TTL", "",
         .steps = {USED(0, X, 0, "one"), {1200, BACK, .events = TCP_RST, .ttl = 255}}},
    };

    PLAY(cases);
}

#define ONE_OPTIONS(ms_, from_, stream_, call_)                                                    \
    USED(ms_, from_, stream_, call_),                                                              \
    {                                                                                              \
        (ms_) + 300, from_, S, stream_, .events = FIN                                              \
    }

static void test_per_transaction(void)
{
    static const struct scene_case cases[] = {
        {"three of them",
         "4 conn-closed-early note, 8 conn-closed-early note, 12 conn-closed-early note, "
         "12 conn-per-transaction note",
         {"192.0.2.1", "192.0.2.2:5060", "3 so far"},
         .steps = {ONE_OPTIONS(0, X, 0, "one"), ONE_OPTIONS(10000, X2, 1, "two"),
                   ONE_OPTIONS(20000, X3, 2, "three")}},
        {"two of them", "4 conn-closed-early note, 8 conn-closed-early note",
         .steps = {ONE_OPTIONS(0, X, 0, "one"), ONE_OPTIONS(10000, X2, 1, "two")}},
        {"closed by either side",
         "4 conn-closed-early note, 8 conn-closed-early note, 12 conn-closed-early note",
         .steps = {ONE_OPTIONS(0, X, 0, "one"),
                   USED(10000, X2, 1, "two"),
                   {10300, S, X2, 1, .events = FIN},
                   ONE_OPTIONS(20000, X3, 2, "three")}},
        {"the second one is used again",
         "4 conn-closed-early note, 10 conn-closed-early note, 14 conn-closed-early note",
         .steps = {ONE_OPTIONS(0, X, 0, "one"),
                   USED(10000, X2, 1, "two"),
                   ASKS(11000, X2, 1, "more"),
                   ANSWERS(11100, X2, 1, "more"),
                   {11200, X2, S, 1, .events = FIN},
                   ONE_OPTIONS(20000, X3, 2, "three")}},
        {"kept open for long", "",
         .steps = {USED(0, X, 0, "one"),
                   {50000, X, S, 0, .events = FIN},
                   USED(100000, X2, 1, "two"),
                   {150000, X2, S, 1, .events = FIN},
                   USED(200000, X3, 2, "three"),
                   {250000, X3, S, 2, .events = FIN}}},
        {"three that are older than the file",
         "4 conn-closed-early note, 7 conn-closed-early note, 10 conn-closed-early note",
         .steps = {ASKS(0, X, 0, "one"),
                   ANSWERS(10, X, 0, "one"),
                   {20, X, S, 0, .events = TCP_ACK},
                   {1000, X, S, 0, .events = FIN},
                   ASKS(2000, X2, 1, "two"),
                   ANSWERS(2010, X2, 1, "two"),
                   {3000, X2, S, 1, .events = FIN},
                   ASKS(4000, X3, 2, "three"),
                   ANSWERS(4010, X3, 2, "three"),
                   {5000, X3, S, 2, .events = FIN}}},
    };

    PLAY(cases);
}

static void test_cut_message(void)
{
    static const struct scene_case cases[] = {
        {"FIN in the middle of a message",
         "5 conn-cut-message warn",
         {"192.0.2.1:40001", "10", "frame 6"},
         .steps = {USED(0, X, 0, "one"),
                   {40000, FORWARD, .events = TCP_ACK | TCP_UNFINISHED},
                   {40100, FORWARD, .events = FIN}}},
        {"RST in the middle of a message", "5 conn-cut-message warn",
         .steps = {USED(0, X, 0, "one"),
                   {40000, FORWARD, .events = TCP_ACK | TCP_UNFINISHED},
                   {40100, FORWARD, .events = TCP_RST}}},
        {"between two messages", "",
         .steps = {USED(0, X, 0, "one"),
                   {40000, FORWARD, .events = TCP_ACK | TCP_UNFINISHED},
                   {40050, FORWARD, .events = TCP_ACK},
                   {80000, FORWARD, .events = FIN}}},
        {"the other side closes", "",
         .steps = {USED(0, X, 0, "one"),
                   {40000, FORWARD, .events = TCP_ACK | TCP_UNFINISHED},
                   {40100, BACK, .events = FIN}}},
        {"segments are missing", "",
         .steps = {USED(0, X, 0, "one"),
                   {40000, FORWARD, .events = TCP_ACK | TCP_UNFINISHED},
                   {40050, FORWARD, .events = TCP_ACK | TCP_GAP | TCP_UNFINISHED},
                   {40100, FORWARD, .events = FIN}}},
        {"the end of a segment was not captured", "",
         .steps = {USED(0, X, 0, "one"),
                   {40000, FORWARD, .events = TCP_ACK | TCP_UNFINISHED},
                   {40050, FORWARD, .events = TCP_ACK | TCP_CUT | TCP_UNFINISHED},
                   {40100, FORWARD, .events = FIN}}},
    };

    PLAY(cases);
}

/* D.3, gate g6: who opened it is a guess from the ports, then from the first request. */
static void test_inferred_opener(void)
{
    static const struct scene_case cases[] = {
        {"medium evidence", "2 conn-closed-pending warn",
         .steps = {INVITES(100), {200, BACK, .events = FIN}}},
        {"weak evidence", "2 conn-closed-pending note.presumed",
         .steps = {{100, X, "192.0.2.2:40009", 0, .line = "INVITE sip:b.example.net",
                    .via = "192.0.2.1"},
                   {200, "192.0.2.2:40009", X, 0, .events = FIN}}},
    };

    PLAY(cases);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/connection-rules/opened/though-open", test_new_though_open);
    g_test_add_func("/connection-rules/closed/pending", test_closed_pending);
    g_test_add_func("/connection-rules/closed/early", test_closed_early);
    g_test_add_func("/connection-rules/closed/per-transaction", test_per_transaction);
    g_test_add_func("/connection-rules/closed/cut-message", test_cut_message);
    g_test_add_func("/connection-rules/closed/inferred-opener", test_inferred_opener);
    return g_test_run();
}
