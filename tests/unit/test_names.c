/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "names.h"

static void address(struct name_table *table, const char *name, const char *ip)
{
    struct ip_address parsed;

    g_assert_true(ip_address_parse(slice_of(ip), &parsed));
    name_table_address(table, slice_of(name), &parsed);
}

/* The places as text, separated by blanks; "" if there are none. */
static void assert_places(const struct name_table *table, const char *sent_by,
                          enum transport transport, const char *expected)
{
    g_autofree char *text = g_strdup_printf("SIP/2.0/UDP %s;branch=z9hG4bK1", sent_by);
    g_autoptr(GString) found = g_string_new(NULL);
    struct endpoint places[NAME_PLACES_MAX];
    struct slice list = slice_of(text);
    struct via via;
    unsigned count;

    g_test_message("%s over %s", sent_by, transport_name(transport));
    g_assert_true(via_parse(&list, &via));
    count = name_table_resolve(table, &via, transport, places);
    g_assert_cmpuint(count, <=, NAME_PLACES_MAX);
    for (unsigned i = 0; i < count; i++) {
        char buffer[ENDPOINT_TEXT_SIZE];

        g_string_append_printf(found, "%s%s", i == 0 ? "" : " ",
                               endpoint_format(&places[i], buffer));
    }
    g_assert_cmpstr(found->str, ==, expected);
}

static struct name_table *example_names(void)
{
    struct name_table *table = name_table_new();

    address(table, "pc.example.com", "192.0.2.1");
    address(table, "pc.example.com", "2001:db8::1");
    address(table, "pc.example.com", "192.0.2.1");
    address(table, "a.example.net", "192.0.2.11");
    address(table, "b.example.net", "192.0.2.12");
    address(table, "example.net", "192.0.2.10");
    address(table, "client.invalid", "192.0.2.99");
    name_table_service(table, slice_of("_sip._udp.example.net"), slice_of("a.example.net"), 5070);
    name_table_service(table, slice_of("_sip._udp.example.net"), slice_of("B.Example.Net."), 5072);
    name_table_service(table, slice_of("_sip._udp.example.net"), slice_of("a.example.net"), 5070);
    name_table_service(table, slice_of("_sip._udp.example.net"), slice_of("lost.example.net"), 1);
    name_table_service(table, slice_of("_sip._tcp.example.net"), slice_of("a.example.net"), 5074);
    name_table_service(table, slice_of("_sips._tcp.example.net"), slice_of("a.example.net"), 5076);
    name_table_service(table, slice_of("_sip._sctp.example.net"), slice_of("b.example.net"), 5078);
    name_table_service(table, slice_of("_sip._udp.only.example"), slice_of("a.example.net"), 5080);
    return table;
}

static void test_resolve(void)
{
    static const struct {
        const char *sent_by;
        enum transport transport;
        const char *places;
    } cases[] = {
        /* a literal, whatever the DNS says */
        {"192.0.2.7", TRANSPORT_UDP, "192.0.2.7:5060"},
        {"192.0.2.7", TRANSPORT_TLS, "192.0.2.7:5061"},
        {"192.0.2.7:5070", TRANSPORT_TLS, "192.0.2.7:5070"},
        {"[2001:DB8::7]:5070", TRANSPORT_UDP, "[2001:db8::7]:5070"},
        /* addresses of the name */
        {"pc.example.com", TRANSPORT_UDP, "192.0.2.1:5060 [2001:db8::1]:5060"},
        {"PC.Example.COM.", TRANSPORT_TCP, "192.0.2.1:5060 [2001:db8::1]:5060"},
        {"pc.example.com", TRANSPORT_TLS, "192.0.2.1:5061 [2001:db8::1]:5061"},
        {"pc.example.com:5099", TRANSPORT_UDP, "192.0.2.1:5099 [2001:db8::1]:5099"},
        /* SRV of the transport, then the name itself (RFC 3263 5) */
        {"example.net", TRANSPORT_UDP, "192.0.2.11:5070 192.0.2.12:5072 192.0.2.10:5060"},
        {"example.net", TRANSPORT_TCP, "192.0.2.11:5074 192.0.2.10:5060"},
        {"example.net", TRANSPORT_TLS, "192.0.2.11:5076 192.0.2.10:5061"},
        {"example.net", TRANSPORT_SCTP, "192.0.2.12:5078 192.0.2.10:5060"},
        {"only.example", TRANSPORT_UDP, "192.0.2.11:5080"},
        /* SRV only if there is no port */
        {"example.net:5060", TRANSPORT_UDP, "192.0.2.10:5060"},
        {"only.example:5060", TRANSPORT_UDP, ""},
        /* nowhere */
        {"only.example", TRANSPORT_TCP, ""},
        {"other.example", TRANSPORT_UDP, ""},
        {"xpc.example.com", TRANSPORT_UDP, ""},
        {"client.invalid", TRANSPORT_UDP, ""},
        {"client.INVALID.", TRANSPORT_WSS, ""},
    };
    struct name_table *table = example_names();

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_places(table, cases[i].sent_by, cases[i].transport, cases[i].places);
    }
    name_table_free(table);
}

static void test_empty_table(void)
{
    struct name_table *table = name_table_new();

    assert_places(table, "192.0.2.7", TRANSPORT_UDP, "192.0.2.7:5060");
    assert_places(table, "pc.example.com", TRANSPORT_UDP, "");
    g_assert_cmpuint(name_table_failed(table, slice_of("pc.example.com")), ==, 0);
    name_table_free(table);
    name_table_free(NULL);
}

static void test_failure(void)
{
    struct name_table *table = example_names();

    name_table_failure(table, slice_of("gone.example"), 7);
    name_table_failure(table, slice_of("Gone.Example."), 9);
    /* No AAAA beside an A record is no failure, whichever was answered first. */
    name_table_failure(table, slice_of("pc.example.com"), 8);
    name_table_failure(table, slice_of("late.example"), 8);
    address(table, "late.example", "192.0.2.20");
    name_table_failure(table, slice_of("_sip._udp.example.net"), 8);

    g_assert_cmpuint(name_table_failed(table, slice_of("gone.example")), ==, 7);
    g_assert_cmpuint(name_table_failed(table, slice_of("GONE.example.")), ==, 7);
    g_assert_cmpuint(name_table_failed(table, slice_of("pc.example.com")), ==, 0);
    g_assert_cmpuint(name_table_failed(table, slice_of("late.example")), ==, 0);
    g_assert_cmpuint(name_table_failed(table, slice_of("_sip._udp.example.net")), ==, 0);
    g_assert_cmpuint(name_table_failed(table, slice_of("other.example")), ==, 0);
    assert_places(table, "gone.example", TRANSPORT_UDP, "");
    name_table_free(table);
}

/* More answers than there is room for are left out, not written behind the end. */
static void test_too_many(void)
{
    struct name_table *table = name_table_new();
    struct endpoint places[NAME_PLACES_MAX];
    struct slice list = slice_of("SIP/2.0/UDP big.example");
    struct via via;

    g_assert_true(via_parse(&list, &via));
    for (unsigned i = 0; i < 3 * NAME_PLACES_MAX; i++) {
        g_autofree char *target = g_strdup_printf("t%u.example", i);
        g_autofree char *ip = g_strdup_printf("192.0.2.%u", i + 1);

        name_table_service(table, slice_of("_sip._udp.big.example"), slice_of(target), 5070);
        address(table, "big.example", ip);
        address(table, target, ip);
        address(table, target, "192.0.2.200");
    }
    g_assert_cmpuint(name_table_resolve(table, &via, TRANSPORT_UDP, places), ==, NAME_PLACES_MAX);
    g_assert_cmpuint(places[0].port, ==, 5070);
    name_table_free(table);
}

/* Names are bytes from a packet. */
static void test_odd_names(void)
{
    struct name_table *table = name_table_new();
    char *huge = g_strnfill(100000, 'a');

    name_table_failure(table, (struct slice){NULL, 0}, 1);
    name_table_failure(table, slice_of("."), 2);
    name_table_failure(table, slice_of(huge), 3);
    name_table_service(table, slice_of(huge), slice_of(huge), 0);
    name_table_failure(table, (struct slice){"\xff\xfe", 2}, 4);
    g_assert_cmpuint(name_table_failed(table, (struct slice){"\xff\xfe", 2}), ==, 4);
    g_free(huge);
    name_table_free(table);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/names/resolve", test_resolve);
    g_test_add_func("/names/empty", test_empty_table);
    g_test_add_func("/names/failure", test_failure);
    g_test_add_func("/names/too-many", test_too_many);
    g_test_add_func("/names/odd", test_odd_names);
    return g_test_run();
}
