/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "duplicate.h"

#define MILLISECOND INT64_C(1000000)
#define START (INT64_C(1700000000000) * MILLISECOND)

static struct endpoint at(const char *text)
{
    struct host_port host_port;

    g_assert_true(host_port_parse(slice_of(text), &host_port));
    return endpoint_make(&host_port.ip, host_port.port);
}

/* A packet: milliseconds since the first, addresses, IP identification (-1: IPv6, none). */
struct capture {
    int64_t ms;
    const char *src, *dst;
    int ip_id;
    uint64_t text_hash;
    enum transport transport;
};

#define FIRST                                                                                      \
    {                                                                                              \
        0, "192.0.2.1:5060", "192.0.2.2:5060", 77, 1, TRANSPORT_UDP                                \
    }

static struct message_record *check(struct duplicate_filter *filter, const struct capture *capture,
                                    struct message_record *record)
{
    static uint32_t frame;
    struct packet_message packet = {
        .transport = capture->transport,
        .stream = -1,
        .src = at(capture->src),
        .dst = at(capture->dst),
        .has_ip_id = capture->ip_id >= 0,
        .ip_id = (uint16_t)(capture->ip_id >= 0 ? capture->ip_id : 0),
    };

    record->frame = ++frame;
    record->time = START + capture->ms * MILLISECOND;
    return duplicate_filter_check(filter, &packet, capture->text_hash, record);
}

static struct duplicate_filter *filter_new(void)
{
    struct analysis_config config = analysis_config_default();

    return duplicate_filter_new(&config);
}

static void test_second_packet(void)
{
    static const struct {
        const char *what;
        struct capture first, second;
        bool copy;
    } cases[] = {
        {"same IP id, 5 us apart or the like",
         FIRST,
         {0, "192.0.2.1:5060", "192.0.2.2:5060", 77, 1, TRANSPORT_UDP},
         true},
        {"same IP id, 200 ms",
         FIRST,
         {200, "192.0.2.1:5060", "192.0.2.2:5060", 77, 1, TRANSPORT_UDP},
         true},
        {"same IP id, but after T1: the identification came round",
         FIRST,
         {500, "192.0.2.1:5060", "192.0.2.2:5060", 77, 1, TRANSPORT_UDP},
         false},
        {"other IP id: sent twice",
         FIRST,
         {1, "192.0.2.1:5060", "192.0.2.2:5060", 78, 1, TRANSPORT_UDP},
         false},
        {"retransmission at T1",
         FIRST,
         {500, "192.0.2.1:5060", "192.0.2.2:5060", 78, 1, TRANSPORT_UDP},
         false},
        {"other content",
         FIRST,
         {1, "192.0.2.1:5060", "192.0.2.2:5060", 77, 2, TRANSPORT_UDP},
         false},
        {"other source port",
         FIRST,
         {1, "192.0.2.1:5061", "192.0.2.2:5060", 77, 1, TRANSPORT_UDP},
         false},
        {"other destination port",
         FIRST,
         {1, "192.0.2.1:5060", "192.0.2.2:5061", 77, 1, TRANSPORT_UDP},
         false},
        {"other source address: the far side of a NAT",
         FIRST,
         {1, "203.0.113.1:5060", "192.0.2.2:5060", 77, 1, TRANSPORT_UDP},
         false},
        {"the other way",
         FIRST,
         {1, "192.0.2.2:5060", "192.0.2.1:5060", 77, 1, TRANSPORT_UDP},
         false},
        {"other transport",
         FIRST,
         {1, "192.0.2.1:5060", "192.0.2.2:5060", 77, 1, TRANSPORT_TCP},
         false},
        {"id 0, 19 ms",
         {0, "192.0.2.1:5060", "192.0.2.2:5060", 0, 1, TRANSPORT_UDP},
         {19, "192.0.2.1:5060", "192.0.2.2:5060", 0, 1, TRANSPORT_UDP},
         true},
        {"id 0, 21 ms",
         {0, "192.0.2.1:5060", "192.0.2.2:5060", 0, 1, TRANSPORT_UDP},
         {21, "192.0.2.1:5060", "192.0.2.2:5060", 0, 1, TRANSPORT_UDP},
         false},
        {"IPv6, 19 ms",
         {0, "[2001:db8::1]:5060", "[2001:db8::2]:5060", -1, 1, TRANSPORT_UDP},
         {19, "[2001:db8::1]:5060", "[2001:db8::2]:5060", -1, 1, TRANSPORT_UDP},
         true},
        {"IPv6, 21 ms",
         {0, "[2001:db8::1]:5060", "[2001:db8::2]:5060", -1, 1, TRANSPORT_UDP},
         {21, "[2001:db8::1]:5060", "[2001:db8::2]:5060", -1, 1, TRANSPORT_UDP},
         false},
        {"another interface's clock, a little behind",
         FIRST,
         {-10, "192.0.2.1:5060", "192.0.2.2:5060", 77, 1, TRANSPORT_UDP},
         true},
        {"an hour back",
         FIRST,
         {-3600000, "192.0.2.1:5060", "192.0.2.2:5060", 77, 1, TRANSPORT_UDP},
         false},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct duplicate_filter *filter = filter_new();
        struct message_record first = {0}, second = {0};

        g_test_message("%s", cases[i].what);
        g_assert_null(check(filter, &cases[i].first, &first));
        g_assert_true(check(filter, &cases[i].second, &second) == (cases[i].copy ? &first : NULL));
        duplicate_filter_free(filter);
    }
}

/* Three VLAN legs: every copy is one of the first, not of the copy before. */
static void test_copies_of_the_first(void)
{
    struct duplicate_filter *filter = filter_new();
    struct message_record records[3] = {0};

    for (unsigned i = 0; i < G_N_ELEMENTS(records); i++) {
        struct capture capture = FIRST;

        capture.ms = i;
        g_assert_true(check(filter, &capture, &records[i]) == (i == 0 ? NULL : &records[0]));
    }
    duplicate_filter_free(filter);
}

/* A retransmission has copies of its own. */
static void test_copies_of_a_retransmission(void)
{
    struct duplicate_filter *filter = filter_new();
    struct message_record first = {0}, repeated = {0}, copy = {0};
    struct capture capture = FIRST;

    g_assert_null(check(filter, &capture, &first));
    capture.ms = 500;
    capture.ip_id = 78;
    g_assert_null(check(filter, &capture, &repeated));
    capture.ms = 501;
    g_assert_true(check(filter, &capture, &copy) == &repeated);
    duplicate_filter_free(filter);
}

/* Packets between an original and its copy do not hide it; a jump of the clock before them neither. */
static void test_many(void)
{
    enum { COUNT = 20000 };
    struct duplicate_filter *filter = filter_new();
    struct message_record *records = g_new0(struct message_record, COUNT);
    struct message_record copy = {0};

    for (unsigned i = 0; i < COUNT; i++) {
        struct capture capture = FIRST;

        capture.text_hash = i;
        capture.ms = i % 1000 == 500 ? -1000000 : (int64_t)i / 200;
        g_assert_null(check(filter, &capture, &records[i]));
    }
    {
        struct capture capture = FIRST;

        capture.text_hash = COUNT - 2;
        capture.ms = (COUNT - 2) / 200;
        g_assert_true(check(filter, &capture, &copy) == &records[COUNT - 2]);
    }
    duplicate_filter_free(filter);
    g_free(records);
    duplicate_filter_free(NULL);
}

/* However many come within the window, a copy of any of them is known; later ones are not. */
static void test_more_than_at_first(void)
{
    enum { COUNT = 5000 };
    struct duplicate_filter *filter = filter_new();
    struct message_record *records = g_new0(struct message_record, 2 * COUNT);
    struct capture capture = FIRST;

    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < COUNT; i++) {
            capture.text_hash = i;
            capture.ms = 10 * (int)round;
            g_assert_true(check(filter, &capture, &records[round * COUNT + i]) ==
                          (round == 0 ? NULL : &records[i]));
        }
    }
    capture.ms = 60000;
    g_assert_null(check(filter, &capture, &records[0]));
    g_free(records);
    duplicate_filter_free(filter);
}

/* Two messages in one segment: what stands twice in it was sent twice. */
static void test_one_frame(void)
{
    struct duplicate_filter *filter = filter_new();
    struct message_record first = {.frame = 1, .time = START}, second = first, copy = first;
    struct packet_message packet = {.transport = TRANSPORT_TCP,
                                    .stream = 1,
                                    .src = at("192.0.2.1:5060"),
                                    .dst = at("192.0.2.2:5060")};

    g_assert_null(duplicate_filter_check(filter, &packet, 1, &first));
    g_assert_null(duplicate_filter_check(filter, &packet, 1, &second));
    copy.frame = 2;
    g_assert_nonnull(duplicate_filter_check(filter, &packet, 1, &copy));
    duplicate_filter_free(filter);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/duplicate/second", test_second_packet);
    g_test_add_func("/duplicate/copies", test_copies_of_the_first);
    g_test_add_func("/duplicate/retransmission", test_copies_of_a_retransmission);
    g_test_add_func("/duplicate/many", test_many);
    g_test_add_func("/duplicate/more-than-at-first", test_more_than_at_first);
    g_test_add_func("/duplicate/one-frame", test_one_frame);
    return g_test_run();
}
