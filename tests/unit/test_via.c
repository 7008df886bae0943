/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "via.h"

static void assert_text(struct slice s, const char *expected)
{
    char *text = slice_dup(s);

    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static struct via parsed(const char *text)
{
    struct slice list = slice_of(text);
    struct via via;

    g_assert_true(via_parse(&list, &via));
    return via;
}

static void test_well_formed(void)
{
    static const struct {
        const char *text;
        const char *token;
        enum transport transport;
        const char *host;
        uint8_t family;
        uint16_t port; /* 0: none */
        const char *branch;
    } cases[] = {
        {"SIP/2.0/UDP pc33.example.com;branch=z9hG4bK77", "UDP", TRANSPORT_UDP, "pc33.example.com",
         0, 0, "z9hG4bK77"},
        {"SIP/2.0/TCP 192.0.2.1:5070;branch=z9hG4bK77", "TCP", TRANSPORT_TCP, "192.0.2.1", 4, 5070,
         "z9hG4bK77"},
        {"SIP / 2.0 / UDP first.example.com: 4000;ttl=16 ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8.1",
         "UDP", TRANSPORT_UDP, "first.example.com", 0, 4000, "z9hG4bKa7c6a8.1"},
        {"SIP\r\n\t/\r\n 2.0\t/ UDP\r\n  192.0.2.1\r\n :\t5060 ; branch \r\n = z9hG4bK1 ", "UDP",
         TRANSPORT_UDP, "192.0.2.1", 4, 5060, "z9hG4bK1"},
        {"sip/2.0/tls-sctp  [2001:DB8:0::1] ; BRANCH=Z9hG4bK2", "tls-sctp", TRANSPORT_TLS_SCTP,
         "2001:DB8:0::1", 6, 0, "Z9hG4bK2"},
        {"SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK3;rport", "WSS", TRANSPORT_WSS,
         "df7jal23ls0d.invalid", 0, 0, "z9hG4bK3"},
        {"SIP/2.0/DCCP [::ffff:192.0.2.1]:1;branch=\"z9;hG,\"", "DCCP", TRANSPORT_UNKNOWN,
         "::ffff:192.0.2.1", 4, 1, "z9;hG,"},
        {"SIP/2.0/UDP example.com.", "UDP", TRANSPORT_UDP, "example.com", 0, 0, ""},
        {"SIP/2.0/UDP h;", "UDP", TRANSPORT_UDP, "h", 0, 0, ""},
        {"SIP/2.0/UDP h;;branch=a;;", "UDP", TRANSPORT_UDP, "h", 0, 0, "a"},
        {"SIP/2.0/UDP h;branch=", "UDP", TRANSPORT_UDP, "h", 0, 0, ""},
        {"SIP/2.0/UDP h;=x;branch=a=b", "UDP", TRANSPORT_UDP, "h", 0, 0, "a=b"},
        {"SIP/2.0/UDP h;x=a/b;branch=c", "UDP", TRANSPORT_UDP, "h", 0, 0, "c"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct via via;

        g_test_message("%s", cases[i].text);
        via = parsed(cases[i].text);
        g_assert_true(slice_is_nocase(via.protocol, "SIP"));
        assert_text(via.version, "2.0");
        assert_text(via.transport_token, cases[i].token);
        g_assert_cmpint(via.transport, ==, cases[i].transport);
        assert_text(via.host, cases[i].host);
        g_assert_cmpuint(via.host_ip.family, ==, cases[i].family);
        g_assert_true(via.has_port == (cases[i].port != 0));
        g_assert_cmpuint(via.port, ==, cases[i].port);
        assert_text(via.branch, cases[i].branch);
    }
}

static void test_malformed(void)
{
    static const char *const cases[] = {
        "",
        " \r\n ",
        ",",
        "SIP",
        "SIP/2.0",
        "SIP/2.0/",
        "SIP/2.0/UDP",
        "SIP/2.0/UDP;branch=a",
        "SIP/2.0/UDP ;branch=a",
        "SIP/2.0 UDP h",
        "/2.0/UDP h",
        "SIP//UDP h",
        "SIP/2.0/ h",
        "SIP/2.0/U\"DP h",
        "SIP/2.0/UDP h:0",
        "SIP/2.0/UDP h:65536",
        "SIP/2.0/UDP h:;branch=a",
        "SIP/2.0/UDP h:x",
        "SIP/2.0/UDP :5060",
        "SIP/2.0/UDP h 5060",
        "SIP/2.0/UDP 2001:db8::1",
        "SIP/2.0/UDP [2001:db8::1",
        "SIP/2.0/UDP [fe80::1%eth0]",
        "SIP/2.0/UDP h;branch=\"open",
        "SIP/2.0/UDP h;branch=\"open\\\"",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct slice list = slice_of(cases[i]);
        struct via via;

        g_test_message("%s", cases[i]);
        g_assert_false(via_parse(&list, &via));
        g_assert_null(list.ptr);
    }
}

static void test_malformed_keeps_what_was_read(void)
{
    struct slice list = slice_of("SIP/2.0/TCP h:99999;branch=a, SIP/2.0/UDP b");
    struct via via;

    g_assert_false(via_parse(&list, &via));
    g_assert_cmpint(via.transport, ==, TRANSPORT_TCP);
    assert_text(via.host, "h");
    assert_text(via.text, "SIP/2.0/TCP h:99999;branch=a");
    g_assert_true(via_parse(&list, &via));
    assert_text(via.host, "b");
    g_assert_null(list.ptr);
}

static void test_list(void)
{
    struct slice list =
        slice_of(", SIP/2.0/UDP a;x=\"1,2\" ,,\r\n SIP/2.0/UDP b\t,SIP/2.0/UDP c , \r\n ,");
    static const char *const texts[] = {"SIP/2.0/UDP a;x=\"1,2\"", "SIP/2.0/UDP b",
                                        "SIP/2.0/UDP c"};
    struct via via;

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_assert_nonnull(list.ptr);
        g_assert_true(via_parse(&list, &via));
        assert_text(via.text, texts[i]);
    }
    g_assert_null(list.ptr);
    g_assert_false(via_parse(&list, &via));
}

static void test_params(void)
{
    struct via via = parsed("SIP/2.0/UDP h;rport;received=192.0.2.9;Alias ; keep = 30;"
                            "maddr=\"224.2.0.1\";ttl=16;x=\"a;b\";flag");
    struct via_param param;

    g_assert_true(via.rport.present && !via.rport.has_value);
    g_assert_true(via.received.has_value);
    assert_text(via.received.value, "192.0.2.9");
    g_assert_true(via.alias.present && !via.alias.has_value);
    assert_text(via.keep.value, "30");
    assert_text(via.maddr.value, "224.2.0.1");
    g_assert_false(via.duplicate_param);
    param = via_param_find(&via, "TTL");
    assert_text(param.value, "16");
    assert_text(via_param_find(&via, "x").value, "a;b");
    g_assert_true(via_param_find(&via, "flag").present);
    g_assert_false(via_param_find(&via, "fla").present);

    via = parsed("SIP/2.0/UDP h;rport=;received");
    g_assert_true(via.rport.has_value);
    g_assert_cmpuint(via.rport.value.len, ==, 0);
    g_assert_true(via.received.present && !via.received.has_value);
}

static void test_param_next(void)
{
    struct slice params = slice_of(" ;a ; b = \" c;d \" ;;e=\"\\\"\";f=\"x\"y; =z;g=");
    static const struct {
        const char *name, *value;
        bool has_value;
    } expected[] = {
        {"a", "", false},      {"b", " c;d ", true}, {"e", "\\\"", true},
        {"f", "\"x\"y", true}, {"g", "", true},
    };
    struct slice name;
    struct via_param param;

    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_assert_true(via_param_next(&params, &name, &param));
        g_assert_true(param.present);
        assert_text(name, expected[i].name);
        assert_text(param.value, expected[i].value);
        g_assert_true(param.has_value == expected[i].has_value);
    }
    g_assert_false(via_param_next(&params, &name, &param));
    g_assert_null(params.ptr);
}

static void test_duplicates(void)
{
    struct via via = parsed("SIP/2.0/UDP h;branch=a;rport=1;RPORT=2;branch=b");

    g_assert_true(via.duplicate_param);
    assert_text(via.branch, "a");
    g_assert_cmpuint(via_rport_value(&via), ==, 1);
    /* More names than are remembered: the first value still counts. */
    via = parsed("SIP/2.0/UDP h;a;b;c;d;e;f;g;h;i;j;k;l;m;n;o;p;branch=1;branch=2;rport=3;rport=4");
    assert_text(via.branch, "1");
    g_assert_cmpuint(via_rport_value(&via), ==, 3);
}

static void test_cookie(void)
{
    struct via via = parsed("SIP/2.0/UDP h;branch=Z9HG4BKx");

    g_assert_true(via_has_cookie(&via));
    via = parsed("SIP/2.0/UDP h;branch=z9hG4b");
    g_assert_false(via_has_cookie(&via));
    via = parsed("SIP/2.0/UDP h");
    g_assert_false(via_has_cookie(&via));
}

static void test_port(void)
{
    struct via via = parsed("SIP/2.0/UDP h");

    g_assert_cmpuint(via_port(&via, TRANSPORT_UDP), ==, 5060);
    g_assert_cmpuint(via_port(&via, TRANSPORT_TLS), ==, 5061);
    g_assert_cmpuint(via_port(&via, TRANSPORT_WSS), ==, 443);
    via = parsed("SIP/2.0/UDP h:5080");
    g_assert_cmpuint(via_port(&via, TRANSPORT_TLS), ==, 5080);
}

static void test_received(void)
{
    static const struct {
        const char *text;
        const char *ip;
    } cases[] = {
        {"SIP/2.0/UDP h;received=192.0.2.9", "192.0.2.9"},
        {"SIP/2.0/UDP h;received=2001:DB8::9", "2001:db8::9"},
        {"SIP/2.0/UDP h;received=[2001:db8::9]", "2001:db8::9"},
        {"SIP/2.0/UDP h;received=\"::ffff:192.0.2.9\"", "192.0.2.9"},
        {"SIP/2.0/UDP h;received=192.0.2.9:5060", ""},
        {"SIP/2.0/UDP h;received=host", ""},
        {"SIP/2.0/UDP h;received=[", ""},
        {"SIP/2.0/UDP h;received", ""},
        {"SIP/2.0/UDP h", ""},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct via via = parsed(cases[i].text);
        struct ip_address ip;
        char buffer[ENDPOINT_TEXT_SIZE];

        g_test_message("%s", cases[i].text);
        g_assert_true(via_received_ip(&via, &ip) == (cases[i].ip[0] != '\0'));
        g_assert_cmpstr(ip_address_format(&ip, buffer), ==, cases[i].ip);
    }
}

static void test_rport(void)
{
    static const struct {
        const char *text;
        uint16_t port;
    } cases[] = {
        {"SIP/2.0/UDP h;rport=9988", 9988}, {"SIP/2.0/UDP h;rport=65535", 65535},
        {"SIP/2.0/UDP h;rport", 0},         {"SIP/2.0/UDP h;rport=", 0},
        {"SIP/2.0/UDP h;rport=0", 0},       {"SIP/2.0/UDP h;rport=65536", 0},
        {"SIP/2.0/UDP h;rport=x", 0},       {"SIP/2.0/UDP h", 0},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct via via = parsed(cases[i].text);

        g_assert_cmpuint(via_rport_value(&via), ==, cases[i].port);
    }
}

static void test_host(void)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } cases[] = {
        {"SIP/2.0/UDP Example.com", "SIP/2.0/TCP example.COM.:5070", true},
        {"SIP/2.0/UDP [2001:DB8:0::1]", "SIP/2.0/UDP [2001:db8::1]", true},
        {"SIP/2.0/UDP [::ffff:192.0.2.1]", "SIP/2.0/UDP 192.0.2.1", true},
        {"SIP/2.0/UDP 192.0.2.1", "SIP/2.0/UDP 192.0.2.2", false},
        {"SIP/2.0/UDP a.example.com", "SIP/2.0/UDP example.com", false},
        {"SIP/2.0/UDP 192.0.2.1", "SIP/2.0/UDP example.com", false},
    };
    struct via via;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct via a = parsed(cases[i].a), b = parsed(cases[i].b);

        g_test_message("%s", cases[i].a);
        g_assert_true(via_host_equal(&a, &b) == cases[i].equal);
    }
    via = parsed("SIP/2.0/WS x.Invalid.");
    g_assert_true(via_host_is_invalid_name(&via));
    via = parsed("SIP/2.0/WS x.invalid.com");
    g_assert_false(via_host_is_invalid_name(&via));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/via/well-formed", test_well_formed);
    g_test_add_func("/via/malformed", test_malformed);
    g_test_add_func("/via/malformed-keeps-what-was-read", test_malformed_keeps_what_was_read);
    g_test_add_func("/via/list", test_list);
    g_test_add_func("/via/params", test_params);
    g_test_add_func("/via/param-next", test_param_next);
    g_test_add_func("/via/duplicates", test_duplicates);
    g_test_add_func("/via/cookie", test_cookie);
    g_test_add_func("/via/port", test_port);
    g_test_add_func("/via/received", test_received);
    g_test_add_func("/via/rport", test_rport);
    g_test_add_func("/via/host", test_host);
    return g_test_run();
}
