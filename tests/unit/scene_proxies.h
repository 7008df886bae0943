/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_SCENE_PROXIES_H
#define SIPCONN_SCENE_PROXIES_H

#include "scene.h"

/* Steps between the proxies of RFC 5923 5: p1.example.com opens, p2.example.net accepts. */
#define A "192.0.2.1:49160"
#define A_LISTENER "192.0.2.1:5061"
#define B "192.0.2.128:5061"
#define B_CLIENT "192.0.2.128:50000"

#define FORWARD A, B, 0
#define BACK B, A, 0
#define OPENED                                                                                     \
    {                                                                                              \
        0, FORWARD, .open = true                                                                   \
    }
/* The same, but the file begins with the ClientHello. */
#define OPENED_LATE                                                                                \
    {                                                                                              \
        0, FORWARD, .open = true, .late = true                                                     \
    }
#define ANSWERED(ms_, sent_by)                                                                     \
    {                                                                                              \
        ms_, BACK, .line = "200 OPTIONS", .via = sent_by                                           \
    }
#define OFFERED                                                                                    \
    {300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com;alias"},           \
        ANSWERED(400, "p1.example.com;alias;received=192.0.2.1")
/* Steps 1 to 3: p1 offers an alias. */
#define ALIASED OPENED, OFFERED
/* The same without alias. */
#define USED                                                                                       \
    OPENED, {300, FORWARD, .line = "OPTIONS sip:p2.example.net", .via = "p1.example.com"},         \
        ANSWERED(400, "p1.example.com;received=192.0.2.1")
#define BACK_TO(ms_, uri)                                                                          \
    {                                                                                              \
        ms_, BACK, .line = "MESSAGE " uri, .via = "p2.example.net", .call = "back"                 \
    }
#define BACK_ANSWERED(ms_)                                                                         \
    {                                                                                              \
        ms_, FORWARD, .line = "200 MESSAGE", .via = "p2.example.net;received=192.0.2.128",         \
                      .call = "back"                                                               \
    }
#define REGISTERED(transport_)                                                                     \
    {300, FORWARD, .line = "REGISTER sip:p2.example.net", .via = "p1.example.com;alias",           \
     .more = "Contact: <sip:a@192.0.2.1" transport_ ">\r\nExpires: 3600\r\n"},                     \
    {                                                                                              \
        400, BACK, .line = "200 REGISTER", .via = "p1.example.com;alias;received=192.0.2.1",       \
                   .more = "Contact: <sip:a@192.0.2.1" transport_ ">;expires=3600\r\n"             \
    }

#endif
