/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules that miss a response say nothing where the file misses segments: it may be in them. */
#include <glib.h>

#include "scene_client.h"

#define INVITES(ms_)                                                                               \
    {                                                                                              \
        ms_, FORWARD, .line = "INVITE sip:b.example.net", .via = "192.0.2.1"                       \
    }
#define GAP(ms_)                                                                                   \
    {                                                                                              \
        ms_, FORWARD, .events = TCP_ACK | TCP_GAP                                                  \
    }
#define CANCELS(ms_)                                                                               \
    {                                                                                              \
        ms_, FORWARD, .line = "CANCEL sip:b.example.net", .via = "192.0.2.1"                       \
    }
#define CANCEL_ANSWERED(ms_)                                                                       \
    {                                                                                              \
        ms_, BACK, .line = "200 CANCEL", .via = "192.0.2.1"                                        \
    }

static void test_provisional(void)
{
    static const struct scene_case cases[] = {
        {"no response before the CANCEL", "4 cancel-before-provisional note",
         .steps = {OPENS(0, X, 0), INVITES(100), CANCELS(1000), CANCEL_ANSWERED(1100)}},
        {"segments are missing before it", "",
         .steps = {OPENS(0, X, 0), INVITES(100), GAP(200), CANCELS(1000), CANCEL_ANSWERED(1100)}},
    };

    scene_play_all("C4", TRANSPORT_TCP, cases, G_N_ELEMENTS(cases));
}

#define REGISTERS                                                                                  \
    OPENS(0, X, 0),                                                                                \
    {                                                                                              \
        100, FORWARD, .line = "REGISTER sip:example.net", .via = "192.0.2.1",                      \
                      .more = "Contact: <sip:a@10.0.0.9;transport=tcp>\r\nExpires: 60\r\n"         \
    }

static void test_outbound_accepted(void)
{
    static const struct scene_case cases[] = {
        {"a private Contact, no response", "3 advertised-private-address note",
         .steps = {REGISTERS, {.ms = 60000}}},
        {"segments are missing", "", .steps = {REGISTERS, GAP(200), {.ms = 60000}}},
    };

    scene_play_all("C3", TRANSPORT_TCP, cases, G_N_ELEMENTS(cases));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/gap-rules/provisional", test_provisional);
    g_test_add_func("/gap-rules/outbound-accepted", test_outbound_accepted);
    return g_test_run();
}
