/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "middlebox.h"

static struct ip_address ip(const char *text)
{
    struct ip_address address;

    g_assert_true(ip_address_parse(slice_of(text), &address));
    return address;
}

static void test_parse(void)
{
    static const struct {
        const char *text;
        int prefix_length; /* -1: refused */
    } cases[] = {
        {"192.0.2.1", 32},      {"192.0.2.0/24", 24},  {"0.0.0.0/0", 0},   {"2001:db8::1", 128},
        {"2001:db8::/32", 32},  {"192.0.2.0/33", -1},  {"192.0.2.0/", -1}, {"192.0.2.0/2x", -1},
        {"2001:db8::/129", -1}, {"sip.example", -1},   {"", -1},           {"/24", -1},
        {"192.0.2", -1},        {"192.0.2.1 /24", -1},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct middlebox middlebox = {.kind = MIDDLEBOX_NAT};
        bool read = middlebox_parse(slice_of(cases[i].text), &middlebox);

        g_test_message("%s", cases[i].text);
        g_assert_cmpint(read ? middlebox.prefix_length : -1, ==, cases[i].prefix_length);
    }
}

static void test_absent_text(void)
{
    struct middlebox middlebox;

    g_assert_false(middlebox_parse(slice_of(NULL), &middlebox));
}

static void test_list(void)
{
    static const struct {
        const char *network, *inside, *outside;
    } cases[] = {
        {"192.0.2.1", "192.0.2.1", "192.0.2.2"},
        {"192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1"},
        {"192.0.2.128/25", "192.0.2.255", "192.0.2.127"},
        {"10.0.0.0/8", "10.255.0.1", "11.0.0.1"},
        {"192.0.2.77/23", "192.0.3.1", "192.0.4.1"},
        {"0.0.0.0/0", "198.51.100.1", "2001:db8::1"},
        {"2001:db8:8000::/33", "2001:db8:ffff::1", "2001:db8:7fff::1"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct middlebox list[] = {{.kind = MIDDLEBOX_LOAD_BALANCER}, {.kind = MIDDLEBOX_NAT}};
        struct ip_address inside = ip(cases[i].inside);
        struct ip_address outside = ip(cases[i].outside);

        g_test_message("%s", cases[i].network);
        g_assert_true(middlebox_parse(slice_of("203.0.113.9"), &list[0]));
        g_assert_true(middlebox_parse(slice_of(cases[i].network), &list[1]));
        g_assert_true(middlebox_list_has(list, 2, MIDDLEBOX_ANY, &inside));
        g_assert_true(middlebox_list_has(list, 2, MIDDLEBOX_NAT, &inside));
        g_assert_false(middlebox_list_has(list, 2, MIDDLEBOX_LOAD_BALANCER, &inside));
        g_assert_false(middlebox_list_has(list, 1, MIDDLEBOX_ANY, &inside));
        g_assert_false(middlebox_list_has(list, 2, MIDDLEBOX_ANY, &outside));
    }
}

static void test_empty_list(void)
{
    struct ip_address address = ip("192.0.2.1");

    g_assert_false(middlebox_list_has(NULL, 0, MIDDLEBOX_ANY, &address));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/middlebox/parse", test_parse);
    g_test_add_func("/middlebox/absent-text", test_absent_text);
    g_test_add_func("/middlebox/list", test_list);
    g_test_add_func("/middlebox/empty-list", test_empty_list);
    return g_test_run();
}
