/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "address.h"

static void assert_text(struct slice s, const char *expected)
{
    char *text = slice_dup(s);

    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static void test_uri(void)
{
    static const struct {
        const char *text;
        bool ok, is_sip, is_sips;
        const char *user, *host;
        uint8_t family;
        uint16_t port;
        const char *params;
    } cases[] = {
        {"sip:alice@example.com", true, true, false, "alice", "example.com", 0, 0, ""},
        {"SIPS:alice:secret@example.com.:5061", true, true, true, "alice", "example.com", 0, 5061,
         ""},
        {" sip:example.com;transport=tcp;lr ", true, true, false, "", "example.com", 0, 0,
         "transport=tcp;lr"},
        {"sip:[2001:db8::1]:5070;lr?subject=a;b", true, true, false, "", "2001:db8::1", 6, 5070,
         "lr"},
        {"sip:a;x=1?y@192.0.2.1?to=b;c=d", true, true, false, "a;x=1?y", "192.0.2.1", 4, 0, ""},
        {"sip:+1-212-555-1212;isub=1@gw.com;user=phone", true, true, false,
         "+1-212-555-1212;isub=1", "gw.com", 0, 0, "user=phone"},
        {"sip:@h", true, true, false, "", "h", 0, 0, ""},
        {"sip:h;", true, true, false, "", "h", 0, 0, ""},
        {"tel:+12125551212;ext=1", true, false, false, "", "", 0, 0, ""},
        {"urn:service:sos", true, false, false, "", "", 0, 0, ""},
        {"http://example.com/", true, false, false, "", "", 0, 0, ""},
        {"", false, false, false, "", "", 0, 0, ""},
        {"*", false, false, false, "", "", 0, 0, ""},
        {"sip", false, false, false, "", "", 0, 0, ""},
        {"sip:", false, false, false, "", "", 0, 0, ""},
        {"tel:", false, false, false, "", "", 0, 0, ""},
        {":h", false, false, false, "", "", 0, 0, ""},
        {"1sip:h", false, false, false, "", "", 0, 0, ""},
        {"<sip:h>", false, false, false, "", "", 0, 0, ""},
        {"sip:a@", false, false, false, "", "", 0, 0, ""},
        {"sip:a@b@c", false, false, false, "", "", 0, 0, ""},
        {"sip:h:0", false, false, false, "", "", 0, 0, ""},
        {"sip:h:70000", false, false, false, "", "", 0, 0, ""},
        {"sip:[2001:db8::1", false, false, false, "", "", 0, 0, ""},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct sip_uri uri;

        g_test_message("%s", cases[i].text);
        g_assert_true(sip_uri_parse(slice_of(cases[i].text), &uri) == cases[i].ok);
        g_assert_true(uri.is_sip == cases[i].is_sip);
        g_assert_true(uri.is_sips == cases[i].is_sips);
        assert_text(uri.user, cases[i].user);
        g_assert_true((uri.user.ptr != NULL) == (cases[i].user[0] != '\0'));
        assert_text(uri.host, cases[i].host);
        g_assert_cmpuint(uri.host_ip.family, ==, cases[i].family);
        g_assert_true(uri.has_port == (cases[i].port != 0));
        g_assert_cmpuint(uri.port, ==, cases[i].port);
        assert_text(uri.params, cases[i].params);
        g_assert_true(slice_equal(uri.text, cases[i].ok ? slice_trim(slice_of(cases[i].text))
                                                        : slice_of(NULL)));
    }
}

static void test_address(void)
{
    static const struct {
        const char *text;
        bool ok;
        const char *uri, *params;
    } cases[] = {
        {"<sip:a@h>", true, "sip:a@h", ""},
        {"<sip:a@h;lr>;tag=1", true, "sip:a@h;lr", "tag=1"},
        {"\"Doe, John <x>\" \r\n < sip:a@h >\t; tag=1", true, "sip:a@h", " tag=1"},
        {"\"A \\\" <\"<sip:a@h>", true, "sip:a@h", ""},
        {"John Doe <sip:a@h>", true, "sip:a@h", ""},
        {"Doe, John <sip:a@h>;tag=1", true, "sip:a@h", "tag=1"},
        {"\"John <sip:a@h>;tag=1", true, "sip:a@h", "tag=1"},
        {"sip:a@h;tag=1", true, "sip:a@h", "tag=1"},
        {"<tel:+1;ext=2>;tag=3", true, "tel:+1;ext=2", "tag=3"},
        {"<sip:a@h>;;", true, "sip:a@h", ";"},
        {"", false, "", ""},
        {"<sip:a@h", false, "", ""},
        {"<>", false, "", ""},
        {"<sip:a@h> x", false, "", ""},
        {"John Doe", false, "", ""},
        {"\"John Doe\"", false, "", ""},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct sip_address address;

        g_test_message("%s", cases[i].text);
        g_assert_true(sip_address_parse_single(slice_of(cases[i].text), &address) == cases[i].ok);
        g_assert_false(address.is_star);
        assert_text(address.uri.text, cases[i].uri);
        assert_text(address.params, cases[i].params);
    }
}

static void test_list(void)
{
    struct slice list = slice_of(",\"a,b\" <sip:a@h?x=1,2>;q=0.5 ,, sip:b@h;c=\"1,2\", bad, *");
    struct sip_address address;

    g_assert_true(sip_address_parse(&list, &address));
    assert_text(address.uri.text, "sip:a@h?x=1,2");
    assert_text(address.params, "q=0.5");
    g_assert_true(sip_address_parse(&list, &address));
    assert_text(address.uri.text, "sip:b@h");
    assert_text(address.params, "c=\"1,2\"");
    g_assert_false(sip_address_parse(&list, &address));
    g_assert_null(address.uri.text.ptr);
    g_assert_nonnull(list.ptr);
    g_assert_true(sip_address_parse(&list, &address));
    g_assert_true(address.is_star);
    g_assert_null(list.ptr);
    g_assert_false(sip_address_parse(&list, &address));
}

static void test_param_find(void)
{
    struct slice params = slice_of("lr; Tag = abc ;+sip.instance=\"<urn:uuid:1;2>\";tag=x;e=");
    bool found;

    assert_text(sip_param_find(params, "tag", &found), "abc");
    g_assert_true(found);
    assert_text(sip_param_find(params, "+sip.instance", &found), "<urn:uuid:1;2>");
    g_assert_null(sip_param_find(params, "LR", &found).ptr);
    g_assert_true(found);
    g_assert_nonnull(sip_param_find(params, "e", &found).ptr);
    sip_param_find(params, "ob", &found);
    g_assert_false(found);
    sip_param_find((struct slice){NULL, 0}, "ob", &found);
    g_assert_false(found);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/address/uri", test_uri);
    g_test_add_func("/address/address", test_address);
    g_test_add_func("/address/list", test_list);
    g_test_add_func("/address/param-find", test_param_find);
    return g_test_run();
}
