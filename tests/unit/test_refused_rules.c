/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of catalogue section C5: connections that were never opened. */
#include <glib.h>

#include "scene_client.h"

#define PLAY(cases) scene_play_all("C5", TRANSPORT_TCP, cases, G_N_ELEMENTS(cases))

#define CALLED_BACK(ms_)                                                                           \
    {                                                                                              \
        ms_, S_CLIENT, X_LISTENER, 1, .events = TCP_SYN                                            \
    }
#define REFUSED(ms_)                                                                               \
    {                                                                                              \
        ms_, X_LISTENER, S_CLIENT, 1, .events = TCP_RST | TCP_ACK                                  \
    }

static void test_advertised_refused(void)
{
    static const struct scene_case cases[] = {
        {"RST from the address of Via",
         "5 conn-advertised-refused warn",
         {"192.0.2.1:5060", "Via in frame 4", "RST", "connection 1 is open"},
         .steps = {USED(0, X, 0, "one"), CALLED_BACK(5000), REFUSED(5010)}},
        {"the connection that could have been used is closed",
         "4 conn-closed-early note, 6 conn-advertised-refused warn",
         {"RST"},
         .steps = {USED(0, X, 0, "one"),
                   {1000, FORWARD, .events = FIN},
                   CALLED_BACK(5000),
                   REFUSED(5010)}},
        {"an ICMP error",
         "5 conn-advertised-refused warn",
         {"Via in frame 4"},
         .steps = {USED(0, X, 0, "one"),
                   CALLED_BACK(5000),
                   {5010, X_LISTENER, S_CLIENT, 1, .unreachable = true}}},
        {"no answer to three SYNs",
         "6 conn-advertised-refused note",
         {"no answer"},
         .steps = {USED(0, X, 0, "one"), CALLED_BACK(5000), CALLED_BACK(6000), CALLED_BACK(8000),
                   CALLED_BACK(12000)}},
        {"the second SYN is accepted", "",
         .steps = {USED(0, X, 0, "one"),
                   CALLED_BACK(5000),
                   CALLED_BACK(6000),
                   {6010, X_LISTENER, S_CLIENT, 1, .events = TCP_SYN | TCP_ACK},
                   CALLED_BACK(9000)}},
        {"two SYNs in a short time", "",
         .steps = {USED(0, X, 0, "one"), CALLED_BACK(5000), CALLED_BACK(6000)}},
        {"a client behind a NAT", "",
         .steps = {OPENS(0, X, 0),
                   {100, FORWARD, .line = "OPTIONS sip:b.example.net", .via = "10.1.1.1"},
                   {200, BACK, .line = "200 OPTIONS", .via = "10.1.1.1;received=192.0.2.1"},
                   CALLED_BACK(5000),
                   REFUSED(5010)}},
        {"a firewall, by the TTL of the RST", "",
         .steps = {USED(0, X, 0, "one"),
                   CALLED_BACK(5000),
                   {5010, X_LISTENER, S_CLIENT, 1, .events = TCP_RST | TCP_ACK, .ttl = 255}}},
        {"the Contact of an outbound client", "",
         .steps = {OPENS(0, X, 0),
                   {100, FORWARD, .line = "REGISTER sip:example.net", .via = "192.0.2.1:5099",
                    .more = "Contact: <sip:a@192.0.2.1>;reg-id=1\r\n"},
                   CALLED_BACK(5000),
                   REFUSED(5010)}},
        {"a WebSocket client", "", .wire = TRANSPORT_WS,
         .steps = {USED(0, X, 0, "one"),
                   {5000, S_CLIENT, "192.0.2.1:80", 1, .events = TCP_SYN},
                   {5010, "192.0.2.1:80", S_CLIENT, 1, .events = TCP_RST | TCP_ACK}}},
        {"given up by who tried: its SYN-ACK is not in the file", "",
         .steps = {USED(0, X, 0, "one"),
                   {5000, S_CLIENT, X_LISTENER, 1, .events = TCP_SYN},
                   {5010, S_CLIENT, X_LISTENER, 1, .events = TCP_RST}}},
        /* RFC 3261 18.1.1: a sent-by over UDP promises nothing about TCP */
        {"advertised for UDP", "4 conn-request-refused note",
         .steps = {ASKS(0, X_LISTENER, UDP, "one"),
                   ANSWERS(10, X_LISTENER, UDP, "one"),
                   {5000, S_CLIENT, X_LISTENER, 1, .events = TCP_SYN},
                   {5010, X_LISTENER, S_CLIENT, 1, .events = TCP_RST | TCP_ACK}}},
    };

    PLAY(cases);
}

/* Whatever header advertised the address is named. */
static void test_advertised_by_each_header(void)
{
    static const char *const headers[] = {"Contact", "Record-Route", "Path"};

    for (unsigned i = 0; i < G_N_ELEMENTS(headers); i++) {
        g_autofree char *more = g_strdup_printf("%s: <sip:192.0.2.1:5080;lr>\r\n", headers[i]);
        g_autofree char *named = g_strdup_printf("%s in frame 4", headers[i]);
        struct scene_case scenario = {
            .what = headers[i],
            .findings = "4 conn-advertised-refused warn",
            .says = {"192.0.2.1:5080", named},
            .steps = {OPENS(0, X, 0),
                      {100, FORWARD, .line = "REGISTER sip:example.net", .via = "192.0.2.1:40001",
                       .more = more},
                      {5000, S_CLIENT, "192.0.2.1:5080", 1, .events = TCP_SYN},
                      {5010, "192.0.2.1:5080", S_CLIENT, 1, .events = TCP_RST | TCP_ACK}}};

        scene_play_all("C5", TRANSPORT_TCP, &scenario, 1);
    }
}

/* More than an MTU: RFC 3261 18.1.1 wants TCP for it. */
static char *large_header(void)
{
    g_autofree char *filler = g_strnfill(1400, 'x');

    return g_strdup_printf("Subject: %s\r\n", filler);
}

#define TRIED(ms_)                                                                                 \
    {                                                                                              \
        ms_, X, S, 0, .events = TCP_SYN                                                            \
    }
#define FAILED(ms_)                                                                                \
    {                                                                                              \
        ms_, S, X, 0, .events = TCP_RST | TCP_ACK                                                  \
    }

static void test_request_refused(void)
{
    static const struct scene_case cases[] = {
        {"RST answers the first SYN",
         "2 conn-request-refused note",
         {"192.0.2.2:5060", "RST"},
         .steps = {TRIED(0), FAILED(10)}},
        {"no answer",
         "3 conn-request-refused note",
         {"no answer"},
         .steps = {TRIED(0), TRIED(1000), TRIED(3000)}},
        {"accepted", "", .steps = {OPENS(0, X, 0)}},
        {"not a SIP port", "",
         .steps = {{0, X, "192.0.2.2:8080", 0, .events = TCP_SYN},
                   {10, "192.0.2.2:8080", X, 0, .events = TCP_RST | TCP_ACK}}},
        {"then a small request over UDP", "2 conn-request-refused note",
         .steps = {TRIED(0), FAILED(10), ASKS(100, X, UDP, "one")}},
    };
    g_autofree char *large = large_header();
    struct scene_case retry = {.what = "then a large request over UDP",
                               .findings = "3 conn-request-refused chat",
                               .says = {"UDP in frame 3"},
                               .steps = {TRIED(0),
                                         FAILED(10),
                                         {100, X, S, UDP, .line = "OPTIONS sip:b.example.net",
                                          .via = "192.0.2.1", .more = large}}};

    PLAY(cases);
    scene_play_all("C5", TRANSPORT_TCP, &retry, 1);
}

#define SERVES_UDP ASKS(0, "192.0.2.1:5060", UDP, "one"), ANSWERS(10, "192.0.2.1:5060", UDP, "one")

static void test_udp_port_no_tcp(void)
{
    static const struct scene_case cases[] = {
        {"RST from a server of UDP",
         "4 conn-request-refused note, 4 conn-udp-port-no-tcp note",
         {"192.0.2.2:5060", "frame 2"},
         .steps = {SERVES_UDP, TRIED(1000), FAILED(1010)}},
        {"RST with another TTL", "4 conn-request-refused note",
         .steps = {SERVES_UDP,
                   TRIED(1000),
                   {1010, S, X, 0, .events = TCP_RST | TCP_ACK, .ttl = 255}}},
        {"silence", "5 conn-request-refused note",
         .steps = {SERVES_UDP, TRIED(1000), TRIED(2000), TRIED(4000)}},
        {"it takes TCP", "", .steps = {SERVES_UDP, OPENS(1000, X, 0)}},
        {"it never answered over UDP", "3 conn-request-refused note",
         .steps = {ASKS(0, "192.0.2.1:5060", UDP, "one"), TRIED(1000), FAILED(1010)}},
        {"a router on the way says that it is unreachable", "4 conn-request-refused note",
         .steps = {ASKS(0, X, UDP, "one"),
                   ANSWERS(10, X, UDP, "one"),
                   {5000, X2, S, 1, .events = TCP_SYN},
                   {5010, S, X2, 1, .unreachable = true, .router = "203.0.113.1:1"}}},
    };

    PLAY(cases);
}

/* What was aimed at an address of SIP is a connection of the records, whatever came of it. */
static void test_attempts_listed(void)
{
    static const struct {
        unsigned listed; /* beside the connection that advertised */
        struct scene_case scenario;
    } cases[] = {
        {1, {"opened", "", .steps = {USED(0, X, 0, "one"), CALLED_BACK(5000)}}},
        {0,
         {"to an address that nobody advertised", "",
          .steps = {USED(0, X, 0, "one"),
                    {5000, S_CLIENT, "192.0.2.1:5080", 1, .events = TCP_SYN}}}},
        {0,
         {"to an advertised port of the web", "",
          .steps = {OPENS(0, X, 0),
                    {100, FORWARD, .line = "OPTIONS sip:b.example.net", .via = "192.0.2.1:443"},
                    {200, BACK, .line = "200 OPTIONS", .via = "192.0.2.1:443"},
                    {5000, S_CLIENT, "192.0.2.1:443", 1, .events = TCP_SYN}}}},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct analysis *analysis = scene_play("C5", TRANSPORT_TCP, &cases[i].scenario);
        const GPtrArray *connections = analysis_connections(analysis);

        g_test_message("%s", cases[i].scenario.what);
        g_assert_cmpuint(connections->len, ==, 1 + cases[i].listed);
        if (cases[i].listed > 0) {
            g_assert_cmpuint(connection_record_classes(g_ptr_array_index(connections, 1)), ==,
                             CONNECTION_IDLE);
        }
        analysis_free(analysis);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/refused-rules/advertised", test_advertised_refused);
    g_test_add_func("/refused-rules/each-header", test_advertised_by_each_header);
    g_test_add_func("/refused-rules/request", test_request_refused);
    g_test_add_func("/refused-rules/udp-port", test_udp_port_no_tcp);
    g_test_add_func("/refused/attempts-listed", test_attempts_listed);
    return g_test_run();
}
