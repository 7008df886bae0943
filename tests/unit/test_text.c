/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "context.h"

static struct analysis *analysis_with(bool mark_values, int64_t idle_threshold)
{
    struct analysis_config config = analysis_config_default();

    config.mark_values = mark_values;
    config.idle_threshold = idle_threshold;
    return analysis_new(&config);
}

static struct endpoint at(const char *text)
{
    struct host_port host_port;

    g_assert_true(host_port_parse(slice_of(text), &host_port));
    return endpoint_make(&host_port.ip, host_port.port);
}

static struct via via_of(const char *text)
{
    struct via via;

    g_assert_true(via_of_text(text, &via));
    return via;
}

/* Each text with [ and ] where values are marked. */
static void assert_marked(const char *text, const char *expected)
{
    g_autofree char *shown = g_strdup(text);

    g_strdelimit(g_strdelimit(shown, "\002", '['), "\003", ']');
    g_assert_cmpstr(shown, ==, expected);
}

static void test_values_are_marked(void)
{
    struct analysis *a = analysis_with(true, 0);
    struct endpoint v4 = at("192.0.2.1:5060");
    struct endpoint v6 = at("[2001:db8::1]:5061");
    struct via named = via_of("SIP/2.0/UDP pc.example.com:5070;rport=9;branch=z9hG4bKa");
    struct via odd = via_of("SIP/2.0/CARRIER-X pc.example.com;rport=x;branch=z9hG4bKa");
    struct destination expected[] = {{.endpoint = v4}, {.is_stream = true, .stream = 4}};
    g_autoptr(GPtrArray) identities = g_ptr_array_new();

    g_ptr_array_add(identities, "a.example");
    g_ptr_array_add(identities, "b.example");
    assert_marked(text_endpoint(a, &v4), "[192.0.2.1:5060]");
    assert_marked(text_endpoint(a, &v6), "[[2001:db8::1]:5061]");
    assert_marked(text_ip(a, &v6.ip), "[2001:db8::1]");
    assert_marked(text_sent_by(a, &named), "[pc.example.com:5070]");
    assert_marked(text_sent_by(a, &odd), "[pc.example.com]");
    assert_marked(text_slice(a, named.branch), "[z9hG4bKa]");
    assert_marked(text_expected(a, expected, 2), "[192.0.2.1:5060] or tcp stream 4");
    assert_marked(text_identities(a, identities), "[a.example], [b.example]");
    assert_marked(text_printf(a, "%s over %s", text_endpoint(a, &v4), "udp"),
                  "[192.0.2.1:5060] over udp");
    analysis_free(a);
}

static void test_what_tells_nothing_is_not_marked(void)
{
    struct analysis *a = analysis_with(true, 0);
    struct via named = via_of("SIP/2.0/UDP pc.example.com;rport=9988;branch=z9hG4bKa");
    struct via odd = via_of("SIP/2.0/CARRIER-X pc.example.com;rport=x;branch=z9hG4bKa");

    assert_marked(text_transport(a, &named), "UDP");
    assert_marked(text_transport(a, &odd), "[CARRIER-X]");
    assert_marked(text_rport(a, &named), "9988");
    assert_marked(text_rport(a, &odd), "[x]");
    assert_marked(text_seconds(a, 1500000000), "1.5");
    assert_marked(text_identities(a, NULL), "none");
    assert_marked(text_slice(a, slice_of("")), "");
    g_assert_null(text_slice(a, slice_of(NULL)));
    g_assert_null(text_value(a, NULL));
    analysis_free(a);
}

static void test_marks_of_a_packet_are_dropped(void)
{
    struct analysis *a = analysis_with(true, 0);

    assert_marked(text_value(a, "a\003b\002c"), "[abc]");
    analysis_free(a);
}

static void test_unmarked_by_default(void)
{
    struct analysis *a = analysis_with(false, 0);
    struct endpoint v4 = at("192.0.2.1:5060");

    g_assert_cmpstr(text_endpoint(a, &v4), ==, "192.0.2.1:5060");
    g_assert_cmpstr(text_value(a, "a\003b"), ==, "a\003b");
    analysis_free(a);
}

static void test_idle(void)
{
    struct analysis *all = analysis_with(false, 0);
    struct analysis *long_ones = analysis_with(false, 2000000000);

    g_assert_cmpstr(text_idle(all, 0), ==, "0");
    g_assert_null(text_idle(long_ones, 1999999999));
    g_assert_cmpstr(text_idle(long_ones, 2000000000), ==, "2");
    analysis_free(long_ones);
    analysis_free(all);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/values-are-marked", test_values_are_marked);
    g_test_add_func("/text/what-tells-nothing", test_what_tells_nothing_is_not_marked);
    g_test_add_func("/text/marks-of-a-packet", test_marks_of_a_packet_are_dropped);
    g_test_add_func("/text/unmarked-by-default", test_unmarked_by_default);
    g_test_add_func("/text/idle", test_idle);
    return g_test_run();
}
