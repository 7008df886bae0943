/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "endpoint.h"

static struct ip_address ip(const char *text)
{
    struct ip_address address;

    g_assert_true(ip_address_parse(slice_of(text), &address));
    return address;
}

/* Text in any spelling, and the one of RFC 5952; NULL: no address. */
static void test_parse_and_format(void)
{
    static const struct {
        const char *text;
        const char *canonical;
    } cases[] = {
        {"192.0.2.1", "192.0.2.1"},
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"010.001.000.09", "10.1.0.9"},
        {"256.0.2.1", NULL},
        {"192.0.2", NULL},
        {"192.0.2.", NULL},
        {"192.0.2.1.", NULL},
        {"192.0.2.1.1", NULL},
        {".192.0.2.1", NULL},
        {"192..2.1", NULL},
        {"192.0.2.0001", NULL},
        {"192.0.2.-1", NULL},
        {"192.0.2.1 ", NULL},
        {"0x10.0.0.1", NULL},
        {"", NULL},
        {"example.com", NULL},
        {"1234", NULL},
        {"2001:DB8:0::1", "2001:db8::1"},
        {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
        {"::", "::"},
        {"::1", "::1"},
        {"1::", "1::"},
        {"fe80::1", "fe80::1"},
        {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
        {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
        {"1:0:0:2:3:0:0:4", "1::2:3:0:0:4"},
        {"1:0:2::", "1:0:2::"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"::FFFF:c000:201", "192.0.2.1"},
        {"0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1"},
        {"64:ff9b::192.0.2.1", "64:ff9b::c000:201"},
        {"2001:db8:::192.0.2.1", "2001:db8::c000:201"},
        {":::192.0.2.1", "::c000:201"},
        {"1:2:3:4:5:6:7:8:9", NULL},
        {"1:2:3:4:5:6:7", NULL},
        {"1:2:3:4:5:6:7:8::", NULL},
        {"::1:2:3:4:5:6:7:8", NULL},
        {"1::2::3", NULL},
        {":::1", NULL},
        {"1:::", NULL},
        {":1::2", NULL},
        {":1:2:3:4:5:6:7", NULL},
        {"1:2:3:4:5:6:7:", NULL},
        {"1::2:", NULL},
        {":", NULL},
        {"12345::", NULL},
        {"g::", NULL},
        {"::192.0.2", NULL},
        {"::192.0.2.1:1", NULL},
        {"::::192.0.2.1", NULL},
        {"1:2:3:4:5:6:7:192.0.2.1", NULL},
        {"1:2:3:4:5:6::192.0.2.1", NULL},
        {"[::1]", NULL},
        {"fe80::1%eth0", NULL},
        {"0000000000000000000000000000000000000000000000000000::1", NULL},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char buffer[ENDPOINT_TEXT_SIZE];
        struct ip_address address;

        g_test_message("%s", cases[i].text);
        g_assert_true(ip_address_parse(slice_of(cases[i].text), &address) ==
                      (cases[i].canonical != NULL));
        g_assert_true(ip_address_is_set(&address) == (cases[i].canonical != NULL));
        g_assert_cmpstr(ip_address_format(&address, buffer), ==,
                        cases[i].canonical ? cases[i].canonical : "");
    }
}

static void test_from_bytes(void)
{
    static const uint8_t mapped[16] = {[10] = 0xff, 0xff, 192, 0, 2, 1};
    struct ip_address four = ip_address_from_bytes("\xc0\x00\x02\x01", 4);
    struct ip_address sixteen = ip_address_from_bytes(mapped, sizeof mapped);
    struct ip_address none = ip_address_from_bytes(mapped, 6);

    g_assert_cmpuint(four.family, ==, 4);
    g_assert_true(ip_address_equal(&four, &sixteen));
    g_assert_cmpuint(none.family, ==, 0);
    g_assert_true(ip_address_equal(&none, &none));
    g_assert_false(ip_address_equal(&none, &four));
}

static void test_ranges(void)
{
    static const struct {
        const char *text;
        bool is_private, is_group;
    } cases[] = {
        {"10.255.0.1", true, false},
        {"172.16.0.1", true, false},
        {"172.31.255.1", true, false},
        {"172.32.0.1", false, false},
        {"192.168.0.1", true, false},
        {"192.169.0.1", false, false},
        {"100.64.0.1", true, false},
        {"100.127.0.1", true, false},
        {"100.128.0.1", false, false},
        {"169.254.1.1", true, false},
        {"127.0.0.1", true, false},
        {"192.0.2.1", false, false},
        {"198.51.100.1", false, false},
        {"8.8.8.8", false, false},
        {"224.0.1.75", false, true},
        {"239.1.1.1", false, true},
        {"255.255.255.255", false, true},
        {"255.255.255.254", false, false},
        {"fd00::1", true, false},
        {"fe80::1", true, false},
        {"febf::1", true, false},
        {"fec0::1", false, false},
        {"::1", true, false},
        {"::2", false, false},
        {"2001:db8::1", false, false},
        {"ff02::1", false, true},
        {"::ffff:10.0.0.1", true, false},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct ip_address address = ip(cases[i].text);

        g_test_message("%s", cases[i].text);
        g_assert_true(ip_address_is_private(&address) == cases[i].is_private);
        g_assert_true(ip_address_is_group(&address) == cases[i].is_group);
    }
}

static void test_same_net(void)
{
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"192.0.2.1", "192.0.2.254", true},
        {"192.0.2.1", "192.0.3.1", false},
        {"2001:db8::1", "2001:db8::ffff:1", true},
        {"2001:db8::1", "2001:db8:0:1::1", false},
        {"::1", "127.0.0.1", false},
    };
    struct ip_address none = {0};

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct ip_address a = ip(cases[i].a), b = ip(cases[i].b);

        g_assert_true(ip_address_same_net(&a, &b) == cases[i].same);
    }
    g_assert_false(ip_address_same_net(&none, &none));
}

static void test_endpoint(void)
{
    struct ip_address four = ip("192.0.2.1"), six = ip("2001:db8:1:2:3:4:5:6"), none = {0};
    struct endpoint a = endpoint_make(&four, 5060), b = endpoint_make(&six, 65535),
                    c = endpoint_make(&four, 5061), d = endpoint_make(&none, 0);
    char buffer[ENDPOINT_TEXT_SIZE];

    g_assert_cmpstr(endpoint_format(&a, buffer), ==, "192.0.2.1:5060");
    g_assert_cmpstr(endpoint_format(&b, buffer), ==, "[2001:db8:1:2:3:4:5:6]:65535");
    g_assert_cmpstr(endpoint_format(&d, buffer), ==, ":0");
    g_assert_true(endpoint_equal(&a, &a));
    g_assert_false(endpoint_equal(&a, &b));
    g_assert_false(endpoint_equal(&a, &c));
    g_assert_true(endpoint_hash(&a, 0) == endpoint_hash(&a, 0));
    g_assert_true(endpoint_hash(&a, 0) != endpoint_hash(&c, 0));
    g_assert_true(endpoint_pair_hash(&a, &c) == endpoint_pair_hash(&c, &a));
    /* Connections of an address with itself: a capture may have thousands of them. */
    g_assert_true(endpoint_pair_hash(&a, &a) != endpoint_pair_hash(&c, &c));
}

static void test_host_port(void)
{
    static const struct {
        const char *text;
        bool ok;
        const char *host;
        uint8_t family;
        uint16_t port;
    } cases[] = {
        {"example.com", true, "example.com", 0, 0},
        {"example.com.", true, "example.com", 0, 0},
        {"sip_proxy-1:5070", true, "sip_proxy-1", 0, 5070},
        {" host\r\n : \t5070 ", true, "host", 0, 5070},
        {"192.0.2.1:05060", true, "192.0.2.1", 4, 5060},
        {"[2001:db8::1]", true, "2001:db8::1", 6, 0},
        {"[2001:db8::1] : 65535", true, "2001:db8::1", 6, 65535},
        {"[::ffff:192.0.2.1]", true, "::ffff:192.0.2.1", 4, 0},
        {"host:0", false, "host", 0, 0},
        {"host:65536", false, "host", 0, 0},
        {"host:", false, "host", 0, 0},
        {"host:50 60", false, "host", 0, 0},
        {"host 5060", false, "", 0, 0},
        {"", false, "", 0, 0},
        {".", false, "", 0, 0},
        {":5060", false, "", 0, 0},
        {"2001:db8::1", false, "2001", 0, 0},
        {"[2001:db8::1", false, "", 0, 0},
        {"[2001:db8::1]x", false, "", 6, 0},
        {"[192.0.2.1]", false, "", 0, 0},
        {"[]", false, "", 0, 0},
        {"a/b", false, "", 0, 0},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct host_port host_port;

        g_test_message("%s", cases[i].text);
        g_assert_true(host_port_parse(slice_of(cases[i].text), &host_port) == cases[i].ok);
        g_assert_true(slice_is(host_port.host, cases[i].host));
        g_assert_cmpuint(host_port.ip.family, ==, cases[i].family);
        g_assert_true(host_port.has_port == (cases[i].port != 0));
        g_assert_cmpuint(host_port.port, ==, cases[i].port);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/endpoint/parse-and-format", test_parse_and_format);
    g_test_add_func("/endpoint/from-bytes", test_from_bytes);
    g_test_add_func("/endpoint/ranges", test_ranges);
    g_test_add_func("/endpoint/same-net", test_same_net);
    g_test_add_func("/endpoint/endpoint", test_endpoint);
    g_test_add_func("/endpoint/host-port", test_host_port);
    return g_test_run();
}
