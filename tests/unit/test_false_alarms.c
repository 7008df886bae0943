/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must not be said: traffic that is right, but captured in parts, twice, or by several clocks. */
#include <glib.h>

#include "scene.h"

#define IN "10.1.1.1:5060"
#define OUT "192.0.2.1:40001"
#define CL "192.0.2.1:5060"
#define T "192.0.2.1:40001"
#define SRV "192.0.2.2:5060"
#define UDP (-1)

static const struct scene_case c1[] = {
    {"BYE of the dialog", "7 resp-other-connection error", .wire = TRANSPORT_TCP,
     .steps = {{0, T, SRV, 0, .events = TCP_SYN},
               {5, SRV, T, 0, .events = TCP_SYN | TCP_ACK},
               {100, T, SRV, 0, .line = "INVITE sip:b.example.net", .via = "192.0.2.1:5060",
                .branch = "1"},
               {200, "192.0.2.2:38111", CL, 1, .events = TCP_SYN},
               {205, CL, "192.0.2.2:38111", 1, .events = TCP_SYN | TCP_ACK},
               {300, "192.0.2.2:38111", CL, 1, .line = "200 INVITE", .via = "192.0.2.1:5060",
                .branch = "1"},
               {400, T, SRV, 0, .line = "ACK sip:b.example.net", .via = "192.0.2.1:5060",
                .branch = "a", .to_tag = ";tag=t"},
               {60000, T, SRV, 0, .line = "BYE sip:b.example.net", .via = "192.0.2.1:5060",
                .branch = "b", .to_tag = ";tag=t", .cseq = 2}}},
    {"refresh of a subscription", "7 resp-other-connection error", .wire = TRANSPORT_TCP,
     .steps = {{0, T, SRV, 0, .events = TCP_SYN},
               {5, SRV, T, 0, .events = TCP_SYN | TCP_ACK},
               {100, T, SRV, 0, .line = "SUBSCRIBE sip:b.example.net", .via = "192.0.2.1:5060",
                .branch = "1"},
               {200, "192.0.2.2:38111", CL, 1, .events = TCP_SYN},
               {205, CL, "192.0.2.2:38111", 1, .events = TCP_SYN | TCP_ACK},
               {300, "192.0.2.2:38111", CL, 1, .line = "200 SUBSCRIBE", .via = "192.0.2.1:5060",
                .branch = "1"},
               {1800000, T, SRV, 0, .line = "SUBSCRIBE sip:b.example.net", .via = "192.0.2.1:5060",
                .branch = "b", .to_tag = ";tag=t", .cseq = 2}}},
    {"ALG, inside tap late", "", .wire = TRANSPORT_UDP,
     .steps = {{0, OUT, SRV, UDP, .line = "INVITE sip:b.example.net",
                .via = "192.0.2.1:40001;rport", .branch = "1"},
               {20, SRV, OUT, UDP, .line = "180 INVITE",
                .via = "192.0.2.1:40001;received=192.0.2.1;rport=40001", .branch = "1"},
               {21, SRV, IN, UDP, .line = "180 INVITE",
                .via = "10.1.1.1:5060;received=192.0.2.1;rport=40001", .branch = "1"}}},
    {"NAT, inside tap late, its clock behind by 2 ms", "", .wire = TRANSPORT_UDP,
     .steps = {{0, OUT, SRV, UDP, .line = "INVITE sip:b.example.net", .via = "10.1.1.1:5060;rport",
                .branch = "1"},
               {20, SRV, IN, UDP, .line = "180 INVITE",
                .via = "10.1.1.1:5060;received=192.0.2.1;rport=40001", .branch = "1"},
               {21, SRV, OUT, UDP, .line = "180 INVITE",
                .via = "10.1.1.1:5060;received=192.0.2.1;rport=40001", .branch = "1"}}},
    {"NAT, outside tap late, forced rport", "", .wire = TRANSPORT_UDP,
     .steps = {{0, IN, SRV, UDP, .line = "OPTIONS sip:b.example.net", .via = "10.1.1.1:5060",
                .branch = "1"},
               {20, SRV, OUT, UDP, .line = "200 OPTIONS",
                .via = "10.1.1.1:5060;received=192.0.2.1;rport=40001", .branch = "1"},
               {21, SRV, IN, UDP, .line = "200 OPTIONS",
                .via = "10.1.1.1:5060;received=192.0.2.1;rport=40001", .branch = "1"}}},
    {"TCP NAT, outside tap late", "", .wire = TRANSPORT_TCP,
     .steps = {{0, "10.1.1.1:5070", SRV, 0, .events = TCP_SYN},
               {5, SRV, "10.1.1.1:5070", 0, .events = TCP_SYN | TCP_ACK},
               {100, "10.1.1.1:5070", SRV, 0, .line = "INVITE sip:b.example.net",
                .via = "10.1.1.1:5060;rport", .branch = "1"},
               {200, SRV, OUT, 1, .line = "180 INVITE",
                .via = "10.1.1.1:5060;received=192.0.2.1;rport=40001", .branch = "1"},
               {201, SRV, "10.1.1.1:5070", 0, .line = "180 INVITE",
                .via = "10.1.1.1:5060;received=192.0.2.1;rport=40001", .branch = "1"},
               {202, "10.1.1.1:5070", SRV, 0, .events = TCP_ACK},
               {203, OUT, SRV, 1, .events = TCP_ACK}}},
    {"both connections older than the file", "6 resp-new-connection-after-close chat",
     .wire = TRANSPORT_TCP,
     .steps = {{0, "192.0.2.1:40002", SRV, 1, .events = TCP_ACK},
               {1, SRV, "192.0.2.1:40002", 1, .events = TCP_ACK},
               {100, T, SRV, 0, .line = "INVITE sip:b.example.net", .via = "192.0.2.1:5070",
                .branch = "1"},
               {110, SRV, T, 0, .events = TCP_ACK},
               {200, T, SRV, 0, .events = TCP_RST},
               {300, SRV, "192.0.2.1:40002", 1, .line = "180 INVITE", .via = "192.0.2.1:5070",
                .branch = "1"}}},
    {"server's FIN in the gap, client's FIN as proof", "", .wire = TRANSPORT_TCP,
     .steps = {{0, T, SRV, 0, .events = TCP_SYN},
               {5, SRV, T, 0, .events = TCP_SYN | TCP_ACK},
               {100, T, SRV, 0, .line = "INVITE sip:b.example.net", .via = "192.0.2.1:5060",
                .branch = "1"},
               {150, T, SRV, 0, .events = TCP_ACK | TCP_GAP},
               {200, "192.0.2.2:38111", CL, 1, .events = TCP_SYN},
               {205, CL, "192.0.2.2:38111", 1, .events = TCP_SYN | TCP_ACK},
               {300, "192.0.2.2:38111", CL, 1, .line = "200 INVITE", .via = "192.0.2.1:5060",
                .branch = "1"},
               {400, T, SRV, 0, .events = TCP_FIN | TCP_ACK}}},
    {"unmatched, bare rport", "1 resp-unmatched chat", .wire = TRANSPORT_UDP,
     .steps = {{100, SRV, "192.0.2.1:49152", UDP, .line = "200 OPTIONS",
                .via = "192.0.2.1:5062;rport", .branch = "q"}}},
};

static const struct scene_case c2[] = {
    {"rebinding inside an INVITE",
     "3 nat-detected chat, 4 nat-mapping-changed warn, 5 nat-detected chat", .wire = TRANSPORT_UDP,
     .steps = {{0, "192.0.2.1:1000", SRV, UDP, .line = "INVITE sip:b.example.net",
                .via = "10.1.1.1:5060;rport", .branch = "1"},
               {20000, "192.0.2.1:2000", SRV, UDP, .line = "OPTIONS sip:b.example.net",
                .via = "10.1.1.1:5060;rport", .branch = "2", .call = "o"},
               {20010, SRV, "192.0.2.1:2000", UDP, .line = "200 OPTIONS",
                .via = "10.1.1.1:5060;rport=2000;received=192.0.2.1", .branch = "2", .call = "o"},
               {20020, "192.0.2.1:2000", SRV, UDP, .line = "INVITE sip:b.example.net",
                .via = "10.1.1.1:5060;rport", .branch = "1"},
               {20030, SRV, "192.0.2.1:2000", UDP, .line = "180 INVITE",
                .via = "10.1.1.1:5060;rport=1000;received=192.0.2.1", .branch = "1"}}},
};

static const struct scene_case c3[] = {
    {"INVITE refreshed, only 100", "", .wire = TRANSPORT_UDP,
     .steps = {{0, CL, SRV, UDP, .line = "INVITE sip:b.example.net", .via = "192.0.2.1:5060;rport",
                .branch = "1"},
               {10, SRV, CL, UDP, .line = "100 INVITE",
                .via = "192.0.2.1:5060;received=192.0.2.1;rport=5060", .branch = "1"},
               {80000, CL, SRV, UDP, .line = "INVITE sip:b.example.net",
                .via = "192.0.2.1:5060;rport", .branch = "1"},
               {80010, SRV, CL, UDP, .line = "100 INVITE",
                .via = "192.0.2.1:5060;received=192.0.2.1;rport=5060", .branch = "1"},
               {160000, CL, SRV, UDP, .line = "INVITE sip:b.example.net",
                .via = "192.0.2.1:5060;rport", .branch = "1"},
               {160010, SRV, CL, UDP, .line = "100 INVITE",
                .via = "192.0.2.1:5060;received=192.0.2.1;rport=5060", .branch = "1"},
               {225000, CL, SRV, UDP, .line = "INVITE sip:b.example.net",
                .via = "192.0.2.1:5060;rport", .branch = "1"}}},
    {"INVITE refreshed, one-way tap", "", .wire = TRANSPORT_UDP,
     .steps = {{0, CL, SRV, UDP, .line = "INVITE sip:b.example.net", .via = "192.0.2.1:5060;rport",
                .branch = "1"},
               {20000, CL, SRV, UDP, .line = "INVITE sip:b.example.net",
                .via = "192.0.2.1:5060;rport", .branch = "1"},
               {40000, CL, SRV, UDP, .line = "INVITE sip:b.example.net",
                .via = "192.0.2.1:5060;rport", .branch = "1"}}},
    {"fixed branch, CSeq 1 answered before and after request 2", "", .wire = TRANSPORT_UDP,
     .steps = {{0, SRV, CL, UDP, .line = "401 REGISTER",
                .via = "192.0.2.1:5060;received=192.0.2.1;rport=5060", .branch = "1"},
               {50, CL, SRV, UDP, .line = "REGISTER sip:b.example.net",
                .via = "192.0.2.1:5060;rport", .branch = "1", .cseq = 2},
               {100, SRV, CL, UDP, .line = "401 REGISTER",
                .via = "192.0.2.1:5060;received=192.0.2.1;rport=5060", .branch = "1",
                .more = "X: 1\r\n"}}},
};

static const struct scene_case c4[] = {
    {"balancer, tap 2 late: ACK", "", .wire = TRANSPORT_UDP,
     .steps = {{0, CL, SRV, UDP, .line = "INVITE sip:b.example.net", .via = "192.0.2.1:5060;rport",
                .branch = "1"},
               {100, SRV, CL, UDP, .line = "100 INVITE",
                .via = "192.0.2.1:5060;received=192.0.2.1;rport=5060", .branch = "1"},
               {2000, SRV, CL, UDP, .line = "486 INVITE",
                .via = "192.0.2.1:5060;received=192.0.2.1;rport=5060", .branch = "1"},
               {2010, CL, SRV, UDP, .line = "ACK sip:b.example.net", .via = "192.0.2.1:5060;rport",
                .branch = "1", .to_tag = ";tag=t"},
               {2011, CL, "10.0.0.7:5060", UDP, .line = "ACK sip:b.example.net",
                .via = "192.0.2.1:5060;rport", .branch = "1", .to_tag = ";tag=t"}}},
    {"balancer, tap 2 late: CANCEL", "", .wire = TRANSPORT_UDP,
     .steps = {{0, CL, SRV, UDP, .line = "INVITE sip:b.example.net", .via = "192.0.2.1:5060;rport",
                .branch = "1"},
               {100, SRV, CL, UDP, .line = "180 INVITE",
                .via = "192.0.2.1:5060;received=192.0.2.1;rport=5060", .branch = "1"},
               {2010, CL, SRV, UDP, .line = "CANCEL sip:b.example.net",
                .via = "192.0.2.1:5060;rport", .branch = "1"},
               {2011, CL, "10.0.0.7:5060", UDP, .line = "CANCEL sip:b.example.net",
                .via = "192.0.2.1:5060;rport", .branch = "1"}}},
    {"ALG, outside tap late: ACK", "", .wire = TRANSPORT_UDP,
     .steps = {{0, IN, SRV, UDP, .line = "INVITE sip:b.example.net", .via = "10.1.1.1:5060;rport",
                .branch = "1"},
               {20, SRV, IN, UDP, .line = "486 INVITE",
                .via = "10.1.1.1:5060;received=192.0.2.1;rport=40001", .branch = "1"},
               {30, IN, SRV, UDP, .line = "ACK sip:b.example.net", .via = "10.1.1.1:5060;rport",
                .branch = "1", .to_tag = ";tag=t"},
               {31, OUT, SRV, UDP, .line = "ACK sip:b.example.net", .via = "192.0.2.1:40001;rport",
                .branch = "1", .to_tag = ";tag=t"}}},
    {"ALG, outside tap late: CANCEL", "", .wire = TRANSPORT_UDP,
     .steps = {{0, IN, SRV, UDP, .line = "INVITE sip:b.example.net", .via = "10.1.1.1:5060;rport",
                .branch = "1"},
               {20, SRV, IN, UDP, .line = "180 INVITE",
                .via = "10.1.1.1:5060;received=192.0.2.1;rport=40001", .branch = "1"},
               {30, IN, SRV, UDP, .line = "CANCEL sip:b.example.net", .via = "10.1.1.1:5060;rport",
                .branch = "1"},
               {31, OUT, SRV, UDP, .line = "CANCEL sip:b.example.net",
                .via = "192.0.2.1:40001;rport", .branch = "1"}}},
    {"TCP NAT, outside tap late: ACK", "", .wire = TRANSPORT_TCP,
     .steps = {{0, "10.1.1.1:5070", SRV, 0, .events = TCP_SYN},
               {5, SRV, "10.1.1.1:5070", 0, .events = TCP_SYN | TCP_ACK},
               {100, "10.1.1.1:5070", SRV, 0, .line = "INVITE sip:b.example.net",
                .via = "10.1.1.1:5060;rport", .branch = "1"},
               {201, SRV, "10.1.1.1:5070", 0, .line = "486 INVITE",
                .via = "10.1.1.1:5060;received=192.0.2.1;rport=40001", .branch = "1"},
               {210, "10.1.1.1:5070", SRV, 0, .line = "ACK sip:b.example.net",
                .via = "10.1.1.1:5060;rport", .branch = "1", .to_tag = ";tag=t"},
               {211, OUT, SRV, 1, .line = "ACK sip:b.example.net", .via = "10.1.1.1:5060;rport",
                .branch = "1", .to_tag = ";tag=t"}}},
    {"ACK stamped 3 ms before the 486", "", .wire = TRANSPORT_TCP,
     .steps = {{0, T, SRV, 0, .events = TCP_SYN},
               {5, SRV, T, 0, .events = TCP_SYN | TCP_ACK},
               {100, T, SRV, 0, .line = "INVITE sip:b.example.net", .via = "192.0.2.1:5060",
                .branch = "1"},
               {197, T, SRV, 0, .line = "ACK sip:b.example.net", .via = "192.0.2.1:5060",
                .branch = "1", .to_tag = ";tag=t"},
               {200, SRV, T, 0, .line = "486 INVITE", .via = "192.0.2.1:5060", .branch = "1"},
               {40000, "203.0.113.1:5060", "203.0.113.2:5060", UDP,
                .line = "OPTIONS sip:x.example.com", .via = "203.0.113.1", .branch = "x",
                .call = "x"}}},
    {"ACK without To tag", "", .wire = TRANSPORT_TCP,
     .steps = {{0, T, SRV, 0, .events = TCP_SYN},
               {5, SRV, T, 0, .events = TCP_SYN | TCP_ACK},
               {100, T, SRV, 0, .line = "INVITE sip:b.example.net", .via = "192.0.2.1:5060",
                .branch = "1"},
               {200, SRV, T, 0, .line = "486 INVITE", .via = "192.0.2.1:5060", .branch = "1"},
               {220, T, SRV, 0, .line = "ACK sip:b.example.net", .via = "192.0.2.1:5060",
                .branch = "1", .to_tag = ""},
               {40000, "203.0.113.1:5060", "203.0.113.2:5060", UDP,
                .line = "OPTIONS sip:x.example.com", .via = "203.0.113.1", .branch = "x",
                .call = "x"}}},
    {"one frame of another clock, 37 s ahead", "", .wire = TRANSPORT_TCP,
     .steps = {{0, T, SRV, 0, .events = TCP_SYN},
               {5, SRV, T, 0, .events = TCP_SYN | TCP_ACK},
               {100, T, SRV, 0, .line = "INVITE sip:b.example.net", .via = "192.0.2.1:5060",
                .branch = "1"},
               {200, SRV, T, 0, .line = "486 INVITE", .via = "192.0.2.1:5060", .branch = "1"},
               {37210, "203.0.113.1:5060", "203.0.113.2:5060", UDP,
                .line = "OPTIONS sip:b.example.net", .via = "203.0.113.1", .branch = "x",
                .call = "x"},
               {220, T, SRV, 0, .line = "ACK sip:b.example.net", .via = "192.0.2.1:5060",
                .branch = "1", .to_tag = ";tag=t"}}},
    {"one To tag, 486 on branch .0 and 200 on .1", "", .wire = TRANSPORT_UDP,
     .steps = {{0, "192.0.2.11:5060", SRV, UDP, .line = "INVITE sip:b.example.net",
                .via = "192.0.2.11:5060", .branch = "m.0"},
               {5, SRV, "192.0.2.11:5060", UDP, .line = "486 INVITE", .via = "192.0.2.11:5060",
                .branch = "m.0"},
               {6, "192.0.2.11:5060", SRV, UDP, .line = "ACK sip:b.example.net",
                .via = "192.0.2.11:5060", .branch = "m.0", .to_tag = ";tag=t"},
               {10, "192.0.2.11:5060", SRV, UDP, .line = "INVITE sip:b.example.net",
                .via = "192.0.2.11:5060", .branch = "m.1"},
               {20, SRV, "192.0.2.11:5060", UDP, .line = "200 INVITE", .via = "192.0.2.11:5060",
                .branch = "m.1"},
               {30, "192.0.2.11:5060", SRV, UDP, .line = "ACK sip:b.example.net",
                .via = "192.0.2.11:5060", .branch = "m.9", .to_tag = ";tag=t"}}},
    {"CANCEL and an earlier 180 behind it in the file", "", .wire = TRANSPORT_UDP,
     .steps = {{0, CL, SRV, UDP, .line = "INVITE sip:b.example.net", .via = "192.0.2.1:5060;rport",
                .branch = "1"},
               {120, CL, SRV, UDP, .line = "CANCEL sip:b.example.net",
                .via = "192.0.2.1:5060;rport", .branch = "1"},
               {100, SRV, CL, UDP, .line = "180 INVITE",
                .via = "192.0.2.1:5060;received=192.0.2.1;rport=5060", .branch = "1"}}},
};

static void test_c1(void)
{
    scene_play_all("C1", TRANSPORT_UDP, c1, G_N_ELEMENTS(c1));
}

static void test_c2(void)
{
    scene_play_all("C2", TRANSPORT_UDP, c2, G_N_ELEMENTS(c2));
}

static void test_c3(void)
{
    scene_play_all("C3", TRANSPORT_UDP, c3, G_N_ELEMENTS(c3));
}

static void test_c4(void)
{
    scene_play_all("C4", TRANSPORT_UDP, c4, G_N_ELEMENTS(c4));
}

/* The transmission that a response answers is the last one before it by the clock. */
static void test_answered_transmission(void)
{
    static const struct scene_case three = {
        "three transmissions", "", .wire = TRANSPORT_UDP,
        .steps = {
            {0, CL, SRV, UDP, .line = "INVITE sip:b.example.net", .via = "192.0.2.1:5060;rport"},
            {500, CL, SRV, UDP, .line = "INVITE sip:b.example.net", .via = "192.0.2.1:5060;rport"},
            {1500, CL, SRV, UDP, .line = "INVITE sip:b.example.net", .via = "192.0.2.1:5060;rport"},
            {600, SRV, CL, UDP, .line = "180 INVITE",
             .via = "192.0.2.1:5060;received=192.0.2.1;rport=5060"}}};
    struct analysis *analysis = scene_play("C1", TRANSPORT_UDP, &three);
    const struct message_record *response = g_ptr_array_index(analysis_messages(analysis), 3);

    g_assert_cmpuint(response->request_frame, ==, 2);
    analysis_free(analysis);
}

/* E25: the copy of an ACK on the other side of a NAT is no retransmission. */
static void test_copy_of_ack(void)
{
    static const struct scene_case both = {
        "both sides of a NAT", "", .wire = TRANSPORT_UDP,
        .steps = {
            {0, IN, SRV, UDP, .line = "INVITE sip:b.example.net", .via = "10.1.1.1:5060;rport"},
            {1, OUT, SRV, UDP, .line = "INVITE sip:b.example.net", .via = "10.1.1.1:5060;rport"},
            {20, SRV, OUT, UDP, .line = "486 INVITE",
             .via = "10.1.1.1:5060;received=192.0.2.1;rport=40001"},
            {21, SRV, IN, UDP, .line = "486 INVITE",
             .via = "10.1.1.1:5060;received=192.0.2.1;rport=40001"},
            {30, IN, SRV, UDP, .line = "ACK sip:b.example.net", .via = "10.1.1.1:5060;rport",
             .branch = "call1", .to_tag = ";tag=t"},
            {31, OUT, SRV, UDP, .line = "ACK sip:b.example.net", .via = "10.1.1.1:5060;rport",
             .branch = "call1", .to_tag = ";tag=t"}}};
    struct analysis *analysis = scene_play("C4", TRANSPORT_UDP, &both);
    const struct message_record *ack = g_ptr_array_index(analysis_messages(analysis), 4);
    const struct message_record *copy = g_ptr_array_index(analysis_messages(analysis), 5);

    g_assert_cmpuint(ack->transaction, ==, 1);
    g_assert_cmpuint(copy->transaction, ==, 1);
    g_assert_cmpuint(copy->retransmission_of, ==, 0);
    analysis_free(analysis);
}

/* A copy has the verdict of its original also if the request stands behind both. */
static void test_copy_of_early_response(void)
{
    static const struct scene_case early = {
        "request behind its response", "", .wire = TRANSPORT_UDP,
        .steps = {
            {1, SRV, CL, UDP, .line = "200 OPTIONS",
             .via = "192.0.2.1:5060;received=192.0.2.1;rport=5060"},
            {1, SRV, CL, UDP, .line = "200 OPTIONS",
             .via = "192.0.2.1:5060;received=192.0.2.1;rport=5060"},
            {4, CL, SRV, UDP, .line = "OPTIONS sip:b.example.net", .via = "192.0.2.1:5060;rport"}}};
    struct analysis *analysis = scene_play("C1", TRANSPORT_UDP, &early);
    const struct message_record *first = g_ptr_array_index(analysis_messages(analysis), 0);
    const struct message_record *copy = g_ptr_array_index(analysis_messages(analysis), 1);

    g_assert_cmpint(first->verdict, ==, VERDICT_SYMMETRIC_RPORT);
    g_assert_cmpint(copy->verdict, ==, VERDICT_SYMMETRIC_RPORT);
    g_assert_cmpuint(copy->transaction, ==, first->transaction);
    analysis_free(analysis);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/false-alarms/routing", test_c1);
    g_test_add_func("/false-alarms/received", test_c2);
    g_test_add_func("/false-alarms/via", test_c3);
    g_test_add_func("/false-alarms/ack", test_c4);
    g_test_add_func("/false-alarms/answered-transmission", test_answered_transmission);
    g_test_add_func("/false-alarms/copy-of-ack", test_copy_of_ack);
    g_test_add_func("/false-alarms/copy-of-early-response", test_copy_of_early_response);
    return g_test_run();
}
