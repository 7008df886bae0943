/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of catalogue section C9: SIP over WebSocket (RFC 7118). */
#include <glib.h>

#include "scene.h"

/* F12 */
#define CLIENT "203.0.113.9:55555"
#define CLIENT_AGAIN "203.0.113.9:55556"
#define SERVER "198.51.100.5:443"
#define SERVER_CLIENT "198.51.100.5:40000"

#define PLAY(cases) scene_play_all("C9", TRANSPORT_WSS, cases, G_N_ELEMENTS(cases))

#define FORWARD CLIENT, SERVER, 0
#define BACK SERVER, CLIENT, 0
#define OPENED                                                                                     \
    {                                                                                              \
        0, FORWARD, .open = true                                                                   \
    }
/* Its sent-by is no .invalid name, to leave ws-sentby-invalid out. */
#define REGISTERS                                                                                  \
    {                                                                                              \
        100, FORWARD, .line = "REGISTER sip:example.com", .via = "ua.example.com"                  \
    }
#define REGISTERS_FROM(sent_by)                                                                    \
    {                                                                                              \
        100, FORWARD, .line = "REGISTER sip:example.com", .via = sent_by                           \
    }
#define REGISTERS_AT(contact_)                                                                     \
    {                                                                                              \
        100, FORWARD, .line = "REGISTER sip:example.com", .via = "ua.example.com",                 \
                      .more = "Contact: <sip:a@" contact_ ">\r\nExpires: 60\r\n"                   \
    }
#define ACCEPTED(ms_, from_, to_, stream_)                                                         \
    {                                                                                              \
        ms_, from_, to_, stream_, .line = "200 REGISTER", .via = "ua.example.com"                  \
    }

static void test_backward_connect(void)
{
    static const struct scene_case cases[] = {
        {"a connection to its Contact",
         "4 ws-backward-connect error",
         {"203.0.113.9:5062", "Contact in frame 6", "connection 1"},
         .steps = {OPENED,
                   REGISTERS_AT("203.0.113.9:5062;transport=ws"),
                   ACCEPTED(200, SERVER, CLIENT, 0),
                   {5000, SERVER_CLIENT, "203.0.113.9:5062", 1, .events = TCP_SYN}}},
        {"a connection to its Contact, default port",
         "4 ws-backward-connect error",
         {"203.0.113.9:443"},
         .steps = {OPENED,
                   REGISTERS_AT("203.0.113.9;transport=wss"),
                   ACCEPTED(200, SERVER, CLIENT, 0),
                   {5000, SERVER_CLIENT, "203.0.113.9:443", 1, .events = TCP_SYN}}},
        {"a connection to its sent-by",
         "3 ws-backward-connect error",
         {"203.0.113.9:5062", "Via in frame 6", "connection 1"},
         .steps = {OPENED,
                   REGISTERS_FROM("203.0.113.9:5062"),
                   {5000, SERVER_CLIENT, "203.0.113.9:5062", 1, .events = TCP_SYN}}},
        {"a second SYN to its sent-by", "3 ws-backward-connect error",
         .steps = {OPENED,
                   REGISTERS_FROM("203.0.113.9:5062"),
                   {5000, SERVER_CLIENT, "203.0.113.9:5062", 1, .events = TCP_SYN},
                   {6000, SERVER_CLIENT, "203.0.113.9:5062", 1, .events = TCP_SYN}}},
        /* perhaps that of a server that is a client here */
        {"a connection to its sent-by, a default port", "",
         .steps = {OPENED,
                   REGISTERS_FROM("203.0.113.9:443"),
                   {5000, SERVER_CLIENT, "203.0.113.9:443", 1, .events = TCP_SYN}}},
        {"a connection to its sent-by without a port", "",
         .steps = {OPENED,
                   REGISTERS_FROM("203.0.113.9"),
                   {5000, SERVER_CLIENT, "203.0.113.9:443", 1, .events = TCP_SYN}}},
        {"a connection to another port than that of sent-by", "",
         .steps = {OPENED,
                   REGISTERS_FROM("203.0.113.9:5062"),
                   {5000, SERVER_CLIENT, "203.0.113.9:5063", 1, .events = TCP_SYN}}},
        {"a connection to a Contact that does not name WebSocket", "",
         .steps = {OPENED,
                   REGISTERS_AT("203.0.113.9:5062;transport=tcp"),
                   ACCEPTED(200, SERVER, CLIENT, 0),
                   {5000, SERVER_CLIENT, "203.0.113.9:5062", 1, .events = TCP_SYN}}},
        {"a connection to another port", "",
         .steps = {OPENED,
                   REGISTERS_AT("203.0.113.9:5062;transport=ws"),
                   ACCEPTED(200, SERVER, CLIENT, 0),
                   {5000, SERVER_CLIENT, "203.0.113.9:5063", 1, .events = TCP_SYN}}},
        {"a response on a second WebSocket of the client",
         "4 ws-backward-connect error",
         {"response 200 to frame 11", "connection 1"},
         .steps = {OPENED,
                   {50, CLIENT_AGAIN, SERVER, 1, .open = true},
                   REGISTERS,
                   ACCEPTED(200, SERVER, CLIENT_AGAIN, 1)}},
        {"a response on a connection that the server opens", "4 ws-backward-connect error",
         .steps = {OPENED,
                   REGISTERS,
                   {150, SERVER_CLIENT, "203.0.113.9:5062", 1, .open = true},
                   ACCEPTED(200, SERVER_CLIENT, "203.0.113.9:5062", 1)}},
        {"a response on a new connection after the close", "5 ws-backward-connect error",
         .steps = {OPENED,
                   REGISTERS,
                   {120, FORWARD, .events = TCP_ACK | TCP_WS_CLOSE},
                   {150, SERVER_CLIENT, "203.0.113.9:5062", 1, .open = true},
                   ACCEPTED(200, SERVER_CLIENT, "203.0.113.9:5062", 1)}},
        /* by another clock; it stands at the frame of the request, where no second message is */
        {"a response on a second WebSocket, a little before its request",
         "5 ws-backward-connect error",
         {"response 200 to frame 12"},
         .steps = {OPENED,
                   {50, CLIENT_AGAIN, SERVER, 1, .open = true},
                   {190, CLIENT_AGAIN, SERVER, 1, .line = "OPTIONS sip:example.com",
                    .via = "ub.example.com"},
                   {190, SERVER, CLIENT_AGAIN, 1, .line = "200 REGISTER", .via = "ua.example.com",
                    .same_frame = true},
                   {200, FORWARD, .line = "REGISTER sip:example.com", .via = "ua.example.com"}}},
        {"F12: the response and a request on the connection of the client", "",
         .steps = {OPENED,
                   REGISTERS_AT("203.0.113.9:5062;transport=ws"),
                   ACCEPTED(200, SERVER, CLIENT, 0),
                   {3000, BACK, .line = "INVITE sip:a@203.0.113.9:5062;transport=ws",
                    .via = "198.51.100.5"}}},
    };

    PLAY(cases);
}

static void test_subprotocol(void)
{
    static const struct scene_case cases[] = {
        {"the 101 without",
         "2 ws-subprotocol warn",
         {"101"},
         .agreed = "-",
         .steps = {OPENED, REGISTERS}},
        {"the 101 with another one",
         "2 ws-subprotocol warn",
         {"101"},
         .offered = "xmpp, sip",
         .agreed = "xmpp",
         .steps = {OPENED, REGISTERS}},
        {"the request without",
         "2 ws-subprotocol warn",
         {"Upgrade request"},
         .offered = "-",
         .steps = {OPENED, REGISTERS}},
        {"a name that begins with it", "2 ws-subprotocol warn", .agreed = "sipx",
         .steps = {OPENED, REGISTERS}},
        {"offered and agreed", "", .steps = {OPENED, REGISTERS}},
        {"offered among others, over WS", "", .wire = TRANSPORT_WS, .offered = "xmpp,  sip",
         .steps = {OPENED, REGISTERS}},
        {"handshake not captured", "", .offered = "?", .agreed = "?", .steps = {OPENED, REGISTERS}},
        {"no SIP on it", "", .offered = "chat", .agreed = "chat", .steps = {OPENED}},
    };

    PLAY(cases);
}

static void test_multiple_messages(void)
{
    static const struct scene_case cases[] = {
        {"two in one WebSocket message",
         "2 ws-multiple-messages warn",
         {"2 SIP messages"},
         .steps = {OPENED,
                   {100, FORWARD, .line = "REGISTER sip:example.com", .via = "ua.example.com",
                    .together = 2},
                   {100, FORWARD, .line = "OPTIONS sip:example.com", .via = "ua.example.com",
                    .together = 2, .same_frame = true}}},
        {"one over several WebSocket messages",
         "2 ws-multiple-messages warn",
         {"a part of a SIP message"},
         .steps = {OPENED,
                   {100, FORWARD, .line = "REGISTER sip:example.com", .via = "ua.example.com",
                    .split = true}}},
        {"in a response", "3 ws-multiple-messages warn",
         .steps = {OPENED,
                   REGISTERS,
                   {200, BACK, .line = "200 REGISTER", .via = "ua.example.com", .together = 3}}},
        /* two WebSocket messages in one segment, or one in several frames */
        {"one in each", "",
         .steps = {OPENED,
                   REGISTERS,
                   {100, FORWARD, .line = "OPTIONS sip:example.com", .via = "ua.example.com",
                    .same_frame = true}}},
    };

    PLAY(cases);
}

static void test_sentby_invalid(void)
{
    static const struct scene_case cases[] = {
        {"F12",
         "2 ws-sentby-invalid chat",
         {"df7jal23ls0d.invalid"},
         .steps = {OPENED,
                   {100, FORWARD, .line = "REGISTER sip:example.com",
                    .via = "df7jal23ls0d.invalid"}}},
        {"upper case", "2 ws-sentby-invalid chat",
         .steps = {OPENED, {100, FORWARD, .line = "REGISTER sip:example.com", .via = "x.INVALID"}}},
        {"a host name", "", .steps = {OPENED, REGISTERS}},
        {"a label that is not the last one", "",
         .steps = {OPENED,
                   {100, FORWARD, .line = "REGISTER sip:example.com",
                    .via = "x.invalid.example.com"}}},
        {"over TCP", "", .wire = TRANSPORT_TCP,
         .steps = {OPENED, {100, FORWARD, .line = "REGISTER sip:example.com", .via = "x.invalid"}}},
    };

    PLAY(cases);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/websocket-rules/backward-connect", test_backward_connect);
    g_test_add_func("/websocket-rules/subprotocol", test_subprotocol);
    g_test_add_func("/websocket-rules/multiple-messages", test_multiple_messages);
    g_test_add_func("/websocket-rules/sentby-invalid", test_sentby_invalid);
    return g_test_run();
}
