/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of catalogue section C6: the half about aliases: offering one, using it, keeping it. */
#include <glib.h>

#include "scene_proxies.h"

#define PLAY(cases) scene_play_all("C6", TRANSPORT_TLS, cases, G_N_ELEMENTS(cases))

#define INVITE_BACK(ms_)                                                                           \
    {                                                                                              \
        ms_, BACK, .line = "INVITE sip:p1.example.com", .via = "p2.example.net", .call = "back"    \
    }
#define INVITE_BACK_ANSWERED(ms_, status_, events_)                                                \
    {                                                                                              \
        ms_, FORWARD, .line = status_ " INVITE", .via = "p2.example.net;received=192.0.2.128",     \
                      .call = "back", .events = events_                                            \
    }

/* ---- offering an alias ---------------------------------------------------------------------- */

static void test_alias_transport(void)
{
    static const struct scene_case cases[] = {
        {"alias over UDP", "1 alias-udp note", .wire = TRANSPORT_UDP,
         .steps = {{1, A, B, -1, .line = "OPTIONS sip:b.example", .via = "192.0.2.1;alias"}}},
        {"UDP without alias", "", .wire = TRANSPORT_UDP,
         .steps = {{1, A, B, -1, .line = "OPTIONS sip:b.example", .via = "192.0.2.1;rport"}}},
        {"alias over TCP", "2 alias-non-tls note", .wire = TRANSPORT_TCP, .steps = {ALIASED}},
        {"alias over SCTP", "1 alias-non-tls note", .wire = TRANSPORT_SCTP,
         .steps = {{1, A, B, -1, .line = "OPTIONS sip:b.example", .via = "192.0.2.1;alias"}}},
        {"no alias over TCP", "", .wire = TRANSPORT_TCP, .steps = {USED}},
        /* E39: the alias parameter of a Contact is another thing */
        {"alias in Contact", "", .wire = TRANSPORT_TCP,
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com",
                    .more = "Contact: <sip:a@192.0.2.1;alias=192.0.2.1~49160~2>\r\n"}}},
        {"alias over TLS", "", .steps = {ALIASED}},
        {"plain leg behind a TLS terminator, by its Via", "", .wire = TRANSPORT_TCP,
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                    .via = "p1.example.com;alias", .via_names = "TLS"}}},
        {"alias with a value",
         "2 alias-syntax note",
         {"alias=1"},
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                    .via = "p1.example.com;alias=1"}}},
    };

    PLAY(cases);
}

static void test_alias_no_client_cert(void)
{
    static const struct scene_case cases[] = {
        {"empty list",
         "2 alias-no-client-cert warn",
         {"empty list"},
         .handshake = HANDSHAKE_EMPTY,
         .steps = {ALIASED}},
        {"not asked for",
         "2 alias-no-client-cert warn",
         {"the server did not ask"},
         .handshake = HANDSHAKE_NOT_ASKED,
         .steps = {ALIASED}},
        {"E55: a user agent that registers", "2 alias-no-client-cert note",
         .handshake = HANDSHAKE_NOT_ASKED, .steps = {OPENED, REGISTERED(";transport=tls")}},
        {"presented", "", .steps = {ALIASED}},
        {"none, and no alias", "", .handshake = HANDSHAKE_EMPTY, .steps = {USED}},
        {"resumed, original not in the file", "", .handshake = HANDSHAKE_RESUMED,
         .steps = {ALIASED}},
        {"TLS 1.3 without keys", "", .handshake = HANDSHAKE_CLOSED_1_3, .steps = {ALIASED}},
        {"handshake not captured", "",
         .steps = {{300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                    .via = "p1.example.com;alias"}}},
    };

    PLAY(cases);
}

static void test_alias_sentby(void)
{
    static const struct scene_case cases[] = {
        {"sent-by in another name",
         "2 alias-sentby-not-in-cert note",
         {"gw1.example.com", "p1.example.com, example.com"},
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                    .via = "gw1.example.com;alias"}}},
        {"sent-by is one of the identities", "",
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                    .via = "EXAMPLE.com;alias"}}},
        {"sent-by is an address", "",
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "192.0.2.1;alias"}}},
        {"certificate unknown", "", .handshake = HANDSHAKE_RESUMED,
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                    .via = "gw1.example.com;alias"}}},
        {"no alias asked for", "",
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "gw1.example.com"}}},
        {"two domains on one alias",
         "3 alias-sentby-not-in-cert note, 3 alias-cross-domain note",
         {"p1.example.com and p1.example.net"},
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                    .via = "p1.example.com;alias"},
                   {500, FORWARD, .line = "OPTIONS sip:p2.example.net", .call = "other",
                    .via = "p1.example.net;alias"}}},
        {"one domain on one alias", "",
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                    .via = "p1.example.com;alias"},
                   {500, FORWARD, .line = "OPTIONS sip:p2.example.net", .call = "other",
                    .via = "P1.example.com;alias"}}},
        /* the first one is known by the connection alone */
        {"two domains, alias of the second one",
         "3 alias-sentby-not-in-cert note, 3 alias-cross-domain note",
         {"p1.example.com and p1.example.net"},
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com"},
                   {500, FORWARD, .line = "OPTIONS sip:p2.example.net", .call = "other",
                    .via = "p1.example.net;alias"}}},
        {"two domains, no alias", "",
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com"},
                   {500, FORWARD, .line = "OPTIONS sip:p2.example.net", .call = "other",
                    .via = "p1.example.net"}}},
    };

    PLAY(cases);
}

/* ---- identity of the server ----------------------------------------------------------------- */

static void test_server_identity(void)
{
    static const struct scene_case cases[] = {
        {"not the name asked for",
         "2 tls-server-identity-mismatch warn",
         {"c.example.net", "b.example.net"},
         .server_name = "b.example.net",
         .b_names = "c.example.net",
         .steps = {USED}},
        {"not the next hop",
         "2 tls-server-identity-mismatch warn",
         {"p2.example.net"},
         .b_names = "c.example.net",
         .steps = {USED}},
        {"the name asked for, though not the next hop", "", .server_name = "c.example.net",
         .b_names = "c.example.net", .steps = {USED}},
        {"the next hop", "", .steps = {USED}},
        {"closed without a request", "", .server_name = "b.example.net",
         .steps = {OPENED, {300, FORWARD, .events = TCP_ACK | TCP_FIN}}},
        {"next hop is an address, no name asked for", "", .b_names = "c.example.net",
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:192.0.2.128", .via = "p1.example.com"}}},
        {"certificate unknown: resumed", "", .handshake = HANDSHAKE_RESUMED,
         .server_name = "b.example.net", .steps = {USED}},
        {"certificate unknown: TLS 1.3 without keys", "", .handshake = HANDSHAKE_CLOSED_1_3,
         .server_name = "b.example.net", .steps = {USED}},
        {"only by a wildcard", "2 cert-wildcard note, 2 tls-server-identity-mismatch warn",
         .b_names = "*.example.net", .steps = {USED}},
        {"a wildcard beside the name", "", .b_names = "*.example.net p2.example.net",
         .steps = {USED}},
        {"a wildcard one label off", "2 tls-server-identity-mismatch warn",
         .b_names = "*.example.org", .steps = {USED}},
    };

    PLAY(cases);
}

/* ---- using an alias ------------------------------------------------------------------------- */

static void test_alias_not_used(void)
{
    static const struct scene_case cases[] = {
        {"new connection beside the alias",
         "6 alias-not-used note",
         {"192.0.2.1:5061", "connection 1", "frame"},
         .steps = {ALIASED,
                   {5000, B_CLIENT, A_LISTENER, 1, .open = true},
                   {5100, B_CLIENT, A_LISTENER, 1, .line = "MESSAGE sip:p1.example.com",
                    .via = "p2.example.net", .call = "back"},
                   {5200, FORWARD, .events = TCP_ACK}}},
        {"not proven open", "",
         .steps = {ALIASED,
                   {5000, B_CLIENT, A_LISTENER, 1, .open = true},
                   {5100, B_CLIENT, A_LISTENER, 1, .line = "MESSAGE sip:p1.example.com",
                    .via = "p2.example.net", .call = "back"}}},
        {"alias closed", "",
         .steps = {ALIASED,
                   {4000, BACK, .events = TCP_ACK | TCP_FIN},
                   {5000, B_CLIENT, A_LISTENER, 1, .open = true},
                   {5050, FORWARD, .events = TCP_ACK},
                   {5100, B_CLIENT, A_LISTENER, 1, .line = "MESSAGE sip:p1.example.com",
                    .via = "p2.example.net", .call = "back"}}},
        /* RFC 5923 9.3: then a connection of its own is right */
        {"another domain", "5 tls-server-identity-mismatch warn",
         .steps = {ALIASED,
                   {5000, B_CLIENT, A_LISTENER, 1, .open = true},
                   {5100, B_CLIENT, A_LISTENER, 1, .line = "MESSAGE sip:x@example.org",
                    .via = "p2.example.net", .call = "back"},
                   {5200, FORWARD, .events = TCP_ACK}}},
        {"alias not verified", "", .handshake = HANDSHAKE_UNPROVEN,
         .steps = {ALIASED,
                   {5000, B_CLIENT, A_LISTENER, 1, .open = true},
                   {5100, B_CLIENT, A_LISTENER, 1, .line = "MESSAGE sip:p1.example.com",
                    .via = "p2.example.net", .call = "back"},
                   {5200, FORWARD, .events = TCP_ACK}}},
        {"on a connection older than the alias", "",
         .steps = {{0, B_CLIENT, A_LISTENER, 1, .open = true},
                   {1000, FORWARD, .open = true},
                   {1300, FORWARD, .line = "OPTIONS sip:p2.example.net",
                    .via = "p1.example.com;alias"},
                   ANSWERED(1400, "p1.example.com;alias;received=192.0.2.1"),
                   {5100, B_CLIENT, A_LISTENER, 1, .line = "MESSAGE sip:p1.example.com",
                    .via = "p2.example.net", .call = "back"},
                   {5200, FORWARD, .events = TCP_ACK}}},
    };

    PLAY(cases);
}

static void test_alias_refused(void)
{
    static const struct scene_case cases[] = {
        {"reset at once",
         "5 alias-refused error",
         {"it reset the connection", "MESSAGE"},
         .steps = {ALIASED,
                   BACK_TO(60000, "sip:p1.example.com"),
                   {60010, FORWARD, .events = TCP_RST}}},
        {"closed behind a round trip", "5 alias-refused error",
         .steps = {ALIASED,
                   BACK_TO(60000, "sip:p1.example.com"),
                   {61000, FORWARD, .events = TCP_ACK | TCP_FIN}}},
        {"no answer in 32 s",
         "6 alias-refused error",
         {"it did not answer", "frame"},
         .steps = {ALIASED,
                   BACK_TO(5000, "sip:p1.example.com"),
                   {20000, FORWARD, .events = TCP_ACK},
                   {.ms = 38000}}},
        {"answered", "",
         .steps =
             {ALIASED, BACK_TO(5000, "sip:p1.example.com"), BACK_ANSWERED(5100), {.ms = 38000}}},
        {"the capture ends", "",
         .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com"), {.ms = 10000}}},
        {"segments are missing", "",
         .steps = {ALIASED,
                   BACK_TO(5000, "sip:p1.example.com"),
                   {5100, FORWARD, .events = TCP_ACK | TCP_GAP},
                   {.ms = 38000}}},
        {"answered elsewhere", "",
         .steps = {ALIASED,
                   BACK_TO(5000, "sip:p1.example.com"),
                   {5050, "192.0.2.1:49161", B, 1, .open = true},
                   {5100, "192.0.2.1:49161", B, 1, .line = "200 MESSAGE", .call = "back",
                    .via = "p2.example.net;received=192.0.2.128"},
                   {.ms = 38000}}},
        {"reset long after", "",
         .steps = {ALIASED,
                   BACK_TO(60000, "sip:p1.example.com"),
                   {63000, FORWARD, .events = TCP_RST}}},
        {"E40: it crossed the FIN", "",
         .steps = {ALIASED,
                   BACK_TO(60000, "sip:p1.example.com"),
                   {60005, FORWARD, .events = TCP_ACK | TCP_FIN},
                   {61000, B_CLIENT, A_LISTENER, 1, .open = true},
                   {61100, B_CLIENT, A_LISTENER, 1, .line = "MESSAGE sip:p1.example.com",
                    .via = "p2.example.net", .call = "back"}}},
        {"not on an alias", "4 reuse-no-alias warn",
         .steps = {USED,
                   BACK_TO(60000, "sip:p1.example.com"),
                   {60010, FORWARD, .events = TCP_RST}}},
        {"the opener is gone: it acknowledges nothing either", "",
         .steps = {ALIASED, BACK_TO(5000, "sip:p1.example.com"), {.ms = 38000}}},
        {"the end of a segment was not captured", "",
         .steps = {ALIASED,
                   BACK_TO(5000, "sip:p1.example.com"),
                   {5100, FORWARD, .events = TCP_ACK | TCP_CUT},
                   {.ms = 38000}}},
        {"closed, and segments are missing", "",
         .steps = {ALIASED,
                   BACK_TO(5000, "sip:p1.example.com"),
                   {5100, FORWARD, .events = TCP_ACK | TCP_GAP},
                   {6000, FORWARD, .events = TCP_ACK | TCP_FIN}}},
        {"closed, and the end of a segment was not captured", "",
         .steps = {ALIASED,
                   BACK_TO(5000, "sip:p1.example.com"),
                   {5100, FORWARD, .events = TCP_ACK | TCP_CUT},
                   {6000, FORWARD, .events = TCP_ACK | TCP_FIN}}},
        {"reset by a middlebox, by its TTL", "",
         .steps = {ALIASED,
                   BACK_TO(60000, "sip:p1.example.com"),
                   {60010, FORWARD, .events = TCP_RST, .ttl = 255}}},
        {"an INVITE is answered and the connection closed with it", "",
         .steps = {ALIASED, INVITE_BACK(5000), INVITE_BACK_ANSWERED(5300, "486", TCP_FIN)}},
        {"an INVITE is being answered", "",
         .steps = {ALIASED,
                   INVITE_BACK(5000),
                   INVITE_BACK_ANSWERED(5100, "180", 0),
                   {6000, FORWARD, .events = TCP_RST}}},
        {"E40: it crossed the FIN, and is reset", "",
         .steps = {ALIASED,
                   BACK_TO(60000, "sip:p1.example.com"),
                   {60005, FORWARD, .events = TCP_ACK | TCP_FIN},
                   {60010, FORWARD, .events = TCP_RST},
                   {.ms = 98000}}},
        {"E40: it crossed the FIN, which is repeated", "",
         .steps = {ALIASED,
                   BACK_TO(60000, "sip:p1.example.com"),
                   {60005, FORWARD, .events = TCP_ACK | TCP_FIN},
                   {60300, FORWARD, .events = TCP_ACK | TCP_FIN | TCP_RETRANSMISSION}}},
        {"E40: it crossed the closure alert, and FIN follows", "",
         .steps = {ALIASED,
                   BACK_TO(60000, "sip:p1.example.com"),
                   {60005, FORWARD, .events = TCP_ACK | TCP_TLS | TCP_CLOSE_NOTIFY},
                   {60030, FORWARD, .events = TCP_ACK | TCP_FIN}}},
        {"its sender closed first", "",
         .steps = {ALIASED,
                   BACK_TO(60000, "sip:p1.example.com"),
                   {60050, BACK, .events = TCP_ACK | TCP_FIN},
                   {60100, FORWARD, .events = TCP_ACK | TCP_FIN}}},
    };

    PLAY(cases);
}

static void test_alias_default_port(void)
{
    static const struct scene_case cases[] = {
        {"refused",
         "5 alias-default-port-closed warn",
         {"192.0.2.1:5061"},
         .steps = {ALIASED,
                   {5000, B_CLIENT, A_LISTENER, 1, .events = TCP_SYN},
                   {5010, A_LISTENER, B_CLIENT, 1, .events = TCP_RST | TCP_ACK}}},
        {"accepted", "", .steps = {ALIASED, {5000, B_CLIENT, A_LISTENER, 1, .open = true}}},
        {"another port", "",
         .steps = {ALIASED,
                   {5000, B_CLIENT, "192.0.2.1:5071", 1, .events = TCP_SYN},
                   {5010, "192.0.2.1:5071", B_CLIENT, 1, .events = TCP_RST | TCP_ACK}}},
        {"a NAT", "",
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "10.1.1.1;alias"},
                   ANSWERED(400, "10.1.1.1;alias;received=192.0.2.1"),
                   {5000, B_CLIENT, A_LISTENER, 1, .events = TCP_SYN},
                   {5010, A_LISTENER, B_CLIENT, 1, .events = TCP_RST | TCP_ACK}}},
        {"a middlebox, by the TTL of its RST", "",
         .steps = {ALIASED,
                   {5000, B_CLIENT, A_LISTENER, 1, .events = TCP_SYN},
                   {5010, A_LISTENER, B_CLIENT, 1, .events = TCP_RST | TCP_ACK, .ttl = 255}}},
        {"silence", "",
         .steps = {ALIASED,
                   {5000, B_CLIENT, A_LISTENER, 1, .events = TCP_SYN},
                   {8000, B_CLIENT, A_LISTENER, 1, .events = TCP_SYN},
                   {14000, B_CLIENT, A_LISTENER, 1, .events = TCP_SYN}}},
        {"given up by who tried", "",
         .steps = {ALIASED,
                   {5000, B_CLIENT, A_LISTENER, 1, .events = TCP_SYN},
                   {5010, B_CLIENT, A_LISTENER, 1, .events = TCP_RST}}},
        {"a router on the way says that it is unreachable", "",
         .steps = {ALIASED,
                   {5000, B_CLIENT, A_LISTENER, 1, .events = TCP_SYN},
                   {5010, A_LISTENER, B_CLIENT, 1, .unreachable = true,
                    .router = "203.0.113.1:1"}}},
    };

    PLAY(cases);
}

static void test_alias_not_kept(void)
{
    static const struct scene_case cases[] = {
        {"closed 1 s after the last answer",
         "6 alias-not-kept note",
         {"1 s"},
         .steps = {ALIASED,
                   BACK_TO(5000, "sip:p1.example.com"),
                   BACK_ANSWERED(5100),
                   {6100, FORWARD, .events = TCP_ACK | TCP_FIN}}},
        {"closed by an alert", "4 alias-not-kept note",
         .steps = {ALIASED, {1400, FORWARD, .events = TCP_ACK | TCP_TLS | TCP_CLOSE_NOTIFY}}},
        {"closed when idle for 60 s", "",
         .steps = {ALIASED, {60400, FORWARD, .events = TCP_ACK | TCP_FIN}}},
        {"segments are missing: perhaps an alert", "",
         .steps = {ALIASED,
                   {1000, FORWARD, .events = TCP_ACK | TCP_GAP},
                   {1400, FORWARD, .events = TCP_ACK | TCP_FIN}}},
        {"closed by the other side", "",
         .steps = {ALIASED, {1400, BACK, .events = TCP_ACK | TCP_FIN}}},
        {"closed by the other side first", "",
         .steps = {ALIASED,
                   {1400, BACK, .events = TCP_ACK | TCP_FIN},
                   {1410, FORWARD, .events = TCP_ACK | TCP_FIN}}},
        {"no alias offered", "", .steps = {USED, {1400, FORWARD, .events = TCP_ACK | TCP_FIN}}},
        {"a fatal alert", "",
         .steps = {ALIASED,
                   {1400, FORWARD, .events = TCP_ACK | TCP_TLS | TCP_TLS_FATAL},
                   {1401, FORWARD, .events = TCP_ACK | TCP_FIN}}},
        {"a ping without pong", "",
         .steps = {ALIASED,
                   {1400, FORWARD, .events = TCP_ACK | TCP_PING},
                   {12400, FORWARD, .events = TCP_ACK | TCP_FIN}}},
    };

    PLAY(cases);
}

static void test_alias_stale(void)
{
    static const struct scene_case cases[] = {
        {"used after the FIN",
         "6 alias-stale warn",
         {"MESSAGE", "192.0.2.1:49160", "5 s"},
         .steps = {ALIASED,
                   {60000, FORWARD, .events = TCP_ACK | TCP_FIN},
                   BACK_TO(65000, "sip:p1.example.com"),
                   {.ms = 98000}}},
        {"used after the closure alert",
         "5 tls-request-after-close-notify error, 6 alias-stale warn",
         .steps = {ALIASED,
                   {60000, FORWARD, .events = TCP_ACK | TCP_TLS | TCP_CLOSE_NOTIFY},
                   BACK_TO(65000, "sip:p1.example.com"),
                   {.ms = 98000}}},
        {"then over a new connection", "",
         .steps = {ALIASED,
                   {60000, FORWARD, .events = TCP_ACK | TCP_FIN},
                   BACK_TO(65000, "sip:p1.example.com"),
                   {65500, B_CLIENT, A_LISTENER, 1, .open = true},
                   {66000, B_CLIENT, A_LISTENER, 1, .line = "MESSAGE sip:p1.example.com",
                    .via = "p2.example.net", .call = "back"},
                   {.ms = 98000}}},
        {"then another request over a new connection", "",
         .steps = {ALIASED,
                   {60000, FORWARD, .events = TCP_ACK | TCP_FIN},
                   BACK_TO(65000, "sip:p1.example.com"),
                   {65500, B_CLIENT, A_LISTENER, 1, .open = true},
                   {66000, B_CLIENT, A_LISTENER, 1, .line = "OPTIONS sip:p1.example.com",
                    .via = "p2.example.net", .call = "other"},
                   {.ms = 98000}}},
        {"reset, and no new connection",
         "5 alias-refused error, 6 alias-stale warn",
         {"MESSAGE", "192.0.2.1:49160", "no new connection"},
         .steps = {ALIASED,
                   BACK_TO(60000, "sip:p1.example.com"),
                   {60010, FORWARD, .events = TCP_RST},
                   {.ms = 98000}}},
        {"reset long after, and no new connection", "6 alias-stale warn",
         .steps = {ALIASED,
                   BACK_TO(60000, "sip:p1.example.com"),
                   {63000, FORWARD, .events = TCP_RST},
                   {.ms = 98000}}},
        {"reset, then over a new connection", "5 alias-refused error",
         .steps = {ALIASED,
                   BACK_TO(60000, "sip:p1.example.com"),
                   {60010, FORWARD, .events = TCP_RST},
                   {60500, B_CLIENT, A_LISTENER, 1, .open = true},
                   {61000, B_CLIENT, A_LISTENER, 1, .line = "MESSAGE sip:p1.example.com",
                    .via = "p2.example.net", .call = "back"},
                   {.ms = 98000}}},
        {"reset, and the capture ends before it could be", "5 alias-refused error",
         .steps = {ALIASED,
                   BACK_TO(60000, "sip:p1.example.com"),
                   {60010, FORWARD, .events = TCP_RST},
                   {.ms = 80000}}},
        {"the capture ends before it could be", "",
         .steps = {ALIASED,
                   {60000, FORWARD, .events = TCP_ACK | TCP_FIN},
                   BACK_TO(65000, "sip:p1.example.com"),
                   {.ms = 90000}}},
        {"E40: it crossed the FIN", "",
         .steps = {ALIASED,
                   {60000, FORWARD, .events = TCP_ACK | TCP_FIN},
                   BACK_TO(60005, "sip:p1.example.com"),
                   {.ms = 98000}}},
        {"used after the FIN and reset", "7 alias-stale warn",
         .steps = {ALIASED,
                   {60000, FORWARD, .events = TCP_ACK | TCP_FIN},
                   BACK_TO(70000, "sip:p1.example.com"),
                   {70010, FORWARD, .events = TCP_RST},
                   {.ms = 110000}}},
        {"E40: it crossed the FIN and is reset", "",
         .steps = {ALIASED,
                   {60000, FORWARD, .events = TCP_ACK | TCP_FIN},
                   BACK_TO(60005, "sip:p1.example.com"),
                   {60010, FORWARD, .events = TCP_RST},
                   {.ms = 98000}}},
        {"an INVITE is being answered, then reset", "",
         .steps = {ALIASED,
                   INVITE_BACK(5000),
                   INVITE_BACK_ANSWERED(5100, "180", 0),
                   {15000, FORWARD, .events = TCP_RST},
                   {.ms = 60000}}},
    };

    PLAY(cases);
}

static void test_request_after_close_notify(void)
{
    static const struct scene_case cases[] = {
        {"1 s after the alert",
         "5 tls-request-after-close-notify error",
         {"OPTIONS", "1 s"},
         .steps = {USED,
                   {40000, BACK, .events = TCP_ACK | TCP_TLS | TCP_CLOSE_NOTIFY},
                   {41000, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com",
                    .cseq = 2}}},
        {"it crossed the alert", "",
         .steps = {USED,
                   {40000, BACK, .events = TCP_ACK | TCP_TLS | TCP_CLOSE_NOTIFY},
                   {40005, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com",
                    .cseq = 2}}},
        {"a response", "",
         .steps = {OPENED,
                   {300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com"},
                   {400, FORWARD, .events = TCP_ACK | TCP_TLS | TCP_CLOSE_NOTIFY},
                   ANSWERED(1400, "p1.example.com;received=192.0.2.1")}},
        {"no keys: only the FIN is seen", "",
         .steps = {USED,
                   {40000, BACK, .events = TCP_ACK | TCP_TLS},
                   {40001, BACK, .events = TCP_ACK | TCP_FIN},
                   {41000, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com",
                    .cseq = 2}}},
    };

    PLAY(cases);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/alias-rules/offer/transport", test_alias_transport);
    g_test_add_func("/alias-rules/offer/no-certificate", test_alias_no_client_cert);
    g_test_add_func("/alias-rules/offer/sent-by", test_alias_sentby);
    g_test_add_func("/alias-rules/server-identity", test_server_identity);
    g_test_add_func("/alias-rules/use/not-used", test_alias_not_used);
    g_test_add_func("/alias-rules/use/refused", test_alias_refused);
    g_test_add_func("/alias-rules/use/default-port", test_alias_default_port);
    g_test_add_func("/alias-rules/end/not-kept", test_alias_not_kept);
    g_test_add_func("/alias-rules/end/stale", test_alias_stale);
    g_test_add_func("/alias-rules/end/closure-alert", test_request_after_close_notify);
    return g_test_run();
}
