/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_SCENE_CLIENT_H
#define SIPCONN_SCENE_CLIENT_H

#include "scene.h"

/* Steps of a client X and its server S, which may call each other over further connections. */
#define X "192.0.2.1:40001"
#define X2 "192.0.2.1:40002"
#define X3 "192.0.2.1:40003"
#define X4 "192.0.2.1:40004"
#define X_LISTENER "192.0.2.1:5060"
#define S "192.0.2.2:5060"
#define S_CLIENT "192.0.2.2:50000"
#define UDP (-1)

#define FORWARD X, S, 0
#define BACK S, X, 0
#define OPENS(ms_, from_, stream_)                                                                 \
    {                                                                                              \
        ms_, from_, S, stream_, .open = true                                                       \
    }
#define ASKS(ms_, from_, stream_, call_)                                                           \
    {                                                                                              \
        ms_, from_, S, stream_, .line = "OPTIONS sip:b.example.net", .via = "192.0.2.1",           \
                                .call = call_                                                      \
    }
#define ANSWERS(ms_, to_, stream_, call_)                                                          \
    {                                                                                              \
        ms_, S, to_, stream_, .line = "200 OPTIONS", .via = "192.0.2.1", .call = call_             \
    }
/* Three steps: one transaction. */
#define USED(ms_, from_, stream_, call_)                                                           \
    OPENS(ms_, from_, stream_), ASKS((ms_) + 100, from_, stream_, call_),                          \
        ANSWERS((ms_) + 200, from_, stream_, call_)
#define FIN (TCP_ACK | TCP_FIN)

#endif
