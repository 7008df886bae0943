/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "transport.h"

static void test_properties(void)
{
    static const struct {
        enum transport transport;
        const char *name;
        uint16_t port;
        bool reliable, tcp_based, websocket, secure;
    } cases[] = {
        {TRANSPORT_UNKNOWN, "unknown", 0, false, false, false, false},
        {TRANSPORT_UDP, "udp", 5060, false, false, false, false},
        {TRANSPORT_TCP, "tcp", 5060, true, true, false, false},
        {TRANSPORT_TLS, "tls", 5061, true, true, false, true},
        {TRANSPORT_SCTP, "sctp", 5060, true, false, false, false},
        {TRANSPORT_TLS_SCTP, "tls-sctp", 5061, true, false, false, true},
        {TRANSPORT_WS, "ws", 80, true, true, true, false},
        {TRANSPORT_WSS, "wss", 443, true, true, true, true},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        enum transport transport = cases[i].transport;

        g_test_message("%s", cases[i].name);
        g_assert_cmpstr(transport_name(transport), ==, cases[i].name);
        g_assert_cmpuint(transport_default_port(transport), ==, cases[i].port);
        g_assert_true(transport_is_reliable(transport) == cases[i].reliable);
        g_assert_true(transport_is_tcp_based(transport) == cases[i].tcp_based);
        g_assert_true(transport_is_websocket(transport) == cases[i].websocket);
        g_assert_true(transport_is_secure(transport) == cases[i].secure);
    }
}

static void test_of_via(void)
{
    static const struct {
        const char *token;
        enum transport transport;
    } cases[] = {
        {"UDP", TRANSPORT_UDP},           {"udp", TRANSPORT_UDP},
        {"Tcp", TRANSPORT_TCP},           {"TLS", TRANSPORT_TLS},
        {"SCTP", TRANSPORT_SCTP},         {"TLS-SCTP", TRANSPORT_TLS_SCTP},
        {"tls-sctp", TRANSPORT_TLS_SCTP}, {"WS", TRANSPORT_WS},
        {"wss", TRANSPORT_WSS},           {"", TRANSPORT_UNKNOWN},
        {"unknown", TRANSPORT_UNKNOWN},   {"UD", TRANSPORT_UNKNOWN},
        {"UDPX", TRANSPORT_UNKNOWN},      {"DCCP", TRANSPORT_UNKNOWN},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].token);
        g_assert_cmpint(transport_of_via(slice_of(cases[i].token)), ==, cases[i].transport);
    }
    g_assert_cmpint(transport_of_via((struct slice){NULL, 0}), ==, TRANSPORT_UNKNOWN);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transport/properties", test_properties);
    g_test_add_func("/transport/of-via", test_of_via);
    return g_test_run();
}
