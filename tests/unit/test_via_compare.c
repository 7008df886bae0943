/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "via_compare.h"

static const char *const nothing[] = {NULL};

static enum via_difference compare(const char *a, const char *b, enum transport wire,
                                   const char *const ignored[], struct slice *param)
{
    struct slice list_a = slice_of(a);
    struct slice list_b = slice_of(b);
    struct via via_a, via_b;

    g_assert_true(via_parse(&list_a, &via_a));
    g_assert_true(via_parse(&list_b, &via_b));
    return via_compare(&via_a, &via_b, wire, ignored, param);
}

static void test_differences(void)
{
    static const struct {
        const char *a, *b;
        enum transport wire;
        enum via_difference difference;
        const char *param; /* NULL: none concerned */
    } cases[] = {
        {"SIP/2.0/UDP h:5070;branch=z9hG4bK1;x=1;lr", "SIP/2.0/UDP h:5070;branch=z9hG4bK1;x=1;lr",
         TRANSPORT_UDP, VIA_EQUAL, NULL},
        /* order, white space, case, quotes, spelling of addresses */
        {"SIP/2.0/UDP h;branch=z9hG4bK1;x=ab;y", "sip / 2.0 / udp H. ; Y; X = AB ;BRANCH=z9hG4bK1",
         TRANSPORT_UDP, VIA_EQUAL, NULL},
        {"SIP/2.0/UDP h;x=\"1\"", "SIP/2.0/UDP h;x=1", TRANSPORT_UDP, VIA_EQUAL, NULL},
        {"SIP/2.0/UDP [2001:DB8:0::1];branch=b", "SIP/2.0/UDP [2001:db8::1];branch=b",
         TRANSPORT_UDP, VIA_EQUAL, NULL},
        /* sent-protocol */
        {"SIP/2.0/UDP h", "SIP/2.0/TCP h", TRANSPORT_UDP, VIA_PROTOCOL, NULL},
        {"SIP/2.0/UDP h", "SIP/2.1/UDP h", TRANSPORT_UDP, VIA_PROTOCOL, NULL},
        {"SIP/2.0/UDP h", "SIPX/2.0/UDP h", TRANSPORT_UDP, VIA_PROTOCOL, NULL},
        {"SIP/2.0/FOO h", "SIP/2.0/BAR h", TRANSPORT_UDP, VIA_PROTOCOL, NULL},
        /* sent-by */
        {"SIP/2.0/UDP a.example", "SIP/2.0/UDP b.example", TRANSPORT_UDP, VIA_HOST, NULL},
        {"SIP/2.0/UDP 192.0.2.1", "SIP/2.0/UDP 192.0.2.2", TRANSPORT_UDP, VIA_HOST, NULL},
        {"SIP/2.0/UDP 192.0.2.1", "SIP/2.0/UDP a.example", TRANSPORT_UDP, VIA_HOST, NULL},
        {"SIP/2.0/UDP h:5070", "SIP/2.0/UDP h:5071", TRANSPORT_UDP, VIA_PORT, NULL},
        {"SIP/2.0/UDP h:5070", "SIP/2.0/UDP h", TRANSPORT_UDP, VIA_PORT, NULL},
        {"SIP/2.0/TLS h:5060", "SIP/2.0/TLS h", TRANSPORT_TLS, VIA_PORT, NULL},
        {"SIP/2.0/UDP h:5060", "SIP/2.0/UDP h", TRANSPORT_UDP, VIA_DEFAULT_PORT, NULL},
        {"SIP/2.0/UDP h", "SIP/2.0/UDP h:5060", TRANSPORT_UDP, VIA_DEFAULT_PORT, NULL},
        {"SIP/2.0/TLS h", "SIP/2.0/TLS h:5061", TRANSPORT_TLS, VIA_DEFAULT_PORT, NULL},
        /* branch */
        {"SIP/2.0/UDP h;branch=z9hG4bK1", "SIP/2.0/UDP h;branch=z9hG4bK2", TRANSPORT_UDP,
         VIA_BRANCH, NULL},
        {"SIP/2.0/UDP h;branch=z9hG4bK1", "SIP/2.0/UDP h", TRANSPORT_UDP, VIA_BRANCH, NULL},
        {"SIP/2.0/UDP h;branch=z9hG4bKa", "SIP/2.0/UDP h;branch=Z9hG4bKA", TRANSPORT_UDP,
         VIA_BRANCH_CASE, NULL},
        /* parameters */
        {"SIP/2.0/UDP h;ttl=1;x=1", "SIP/2.0/UDP h;ttl=1", TRANSPORT_UDP, VIA_PARAM_LOST, "x"},
        {"SIP/2.0/UDP h;maddr=192.0.2.9", "SIP/2.0/UDP h;maddr=192.0.2.8", TRANSPORT_UDP,
         VIA_PARAM_CHANGED, "maddr"},
        {"SIP/2.0/UDP h;x", "SIP/2.0/UDP h;x=1", TRANSPORT_UDP, VIA_PARAM_CHANGED, "x"},
        {"SIP/2.0/UDP h;x=1", "SIP/2.0/UDP h;x", TRANSPORT_UDP, VIA_PARAM_CHANGED, "x"},
        {"SIP/2.0/UDP h;ttl=1", "SIP/2.0/UDP h;ttl=1;y=2", TRANSPORT_UDP, VIA_PARAM_ADDED, "y"},
        {"SIP/2.0/UDP h;rport", "SIP/2.0/UDP h;rport=1", TRANSPORT_UDP, VIA_PARAM_CHANGED, "rport"},
        /* the gravest of several */
        {"SIP/2.0/UDP a:1;branch=z9hG4bK1;x", "SIP/2.0/TCP b:2;branch=z9hG4bK2;y", TRANSPORT_UDP,
         VIA_PROTOCOL, NULL},
        {"SIP/2.0/UDP a:1;branch=z9hG4bK1;x", "SIP/2.0/UDP b:2;branch=z9hG4bK2;y", TRANSPORT_UDP,
         VIA_HOST, NULL},
        {"SIP/2.0/UDP h:1;branch=z9hG4bK1;x", "SIP/2.0/UDP h:2;branch=z9hG4bK2;y", TRANSPORT_UDP,
         VIA_PORT, NULL},
        {"SIP/2.0/UDP h:5060;branch=z9hG4bK1;x", "SIP/2.0/UDP h;branch=z9hG4bK2;y", TRANSPORT_UDP,
         VIA_BRANCH, NULL},
        {"SIP/2.0/UDP h:5060;branch=z9hG4bKa;x", "SIP/2.0/UDP h;branch=z9hG4bKA;y", TRANSPORT_UDP,
         VIA_DEFAULT_PORT, NULL},
        {"SIP/2.0/UDP h;branch=z9hG4bKa;x", "SIP/2.0/UDP h;branch=z9hG4bKA;y", TRANSPORT_UDP,
         VIA_BRANCH_CASE, NULL},
        {"SIP/2.0/UDP h;x", "SIP/2.0/UDP h;y", TRANSPORT_UDP, VIA_PARAM_LOST, "x"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct slice param = slice_of("left over");
        g_autofree char *name = NULL;

        g_test_message("%s | %s", cases[i].a, cases[i].b);
        g_assert_cmpint(compare(cases[i].a, cases[i].b, cases[i].wire, nothing, &param), ==,
                        cases[i].difference);
        name = param.ptr == NULL ? NULL : slice_dup(param);
        g_assert_cmpstr(name, ==, cases[i].param);
    }
}

static void test_ignored_parameters(void)
{
    static const char request[] = "SIP/2.0/UDP h;branch=z9hG4bK1;rport;keep;oc;alias;ttl=1";
    static const struct {
        const char *text;
        bool response; /* else compared as ACK or CANCEL */
        enum via_difference difference;
        const char *param;
    } cases[] = {
        /* RFC 3261 18.2.1, RFC 3581 4, RFC 6223 4.4, RFC 7339 4: a server adds and fills these */
        {"SIP/2.0/UDP h;branch=z9hG4bK1;rport=9;received=192.0.2.1;keep=30;oc=20;oc-algo=\"loss\";"
         "oc-validity=500;oc-seq=1.2;alias;ttl=1",
         true, VIA_EQUAL, NULL},
        {"SIP/2.0/UDP h;branch=z9hG4bK1;rport=9;alias;ttl=1", true, VIA_EQUAL, NULL},
        {"SIP/2.0/UDP h;branch=z9hG4bK1;alias;ttl=1", true, VIA_PARAM_LOST, "rport"},
        {"SIP/2.0/UDP h;branch=z9hG4bK1;rport;keep;oc;ttl=1", true, VIA_PARAM_LOST, "alias"},
        {"SIP/2.0/UDP h;branch=z9hG4bK1;rport;keep;oc;alias", true, VIA_PARAM_LOST, "ttl"},
        /* an ACK or CANCEL may leave out keep and alias, not rport */
        {"SIP/2.0/UDP h;branch=z9hG4bK1;rport;oc;ttl=1", false, VIA_EQUAL, NULL},
        {"SIP/2.0/UDP h;branch=z9hG4bK1;oc;ttl=1", false, VIA_PARAM_LOST, "rport"},
        {"SIP/2.0/UDP h;branch=z9hG4bK1;rport;oc;ttl=1;received=192.0.2.1", false, VIA_PARAM_ADDED,
         "received"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct slice param;
        g_autofree char *name = NULL;

        g_test_message("%s", cases[i].text);
        g_assert_cmpint(compare(request, cases[i].text, TRANSPORT_UDP,
                                cases[i].response ? via_params_of_responses : via_params_of_repeats,
                                &param),
                        ==, cases[i].difference);
        name = param.ptr == NULL ? NULL : slice_dup(param);
        g_assert_cmpstr(name, ==, cases[i].param);
    }
}

/* Many servers fill in rport unasked; that is judged by rules of its own. */
static void test_rport_added(void)
{
    struct slice param;

    g_assert_cmpint(compare("SIP/2.0/UDP h;branch=z9hG4bK1",
                            "SIP/2.0/UDP h;branch=z9hG4bK1;rport=9", TRANSPORT_UDP,
                            via_params_of_responses, &param),
                    ==, VIA_EQUAL);
    g_assert_cmpint(compare("SIP/2.0/UDP h;branch=z9hG4bK1", "SIP/2.0/UDP h;branch=z9hG4bK1;rport",
                            TRANSPORT_UDP, via_params_of_repeats, &param),
                    ==, VIA_PARAM_ADDED);
}

static void test_names(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (unsigned i = VIA_EQUAL; i <= VIA_PARAM_ADDED; i++) {
        const char *name = via_difference_name(i);

        g_assert_nonnull(name);
        g_assert_true(g_hash_table_add(seen, (gpointer)name));
    }
    g_assert_cmpstr(via_difference_name(VIA_HOST), ==, "sent-by host");
    g_assert_cmpstr(via_difference_name(VIA_PARAM_CHANGED), ==, "a parameter");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/via-compare/differences", test_differences);
    g_test_add_func("/via-compare/ignored", test_ignored_parameters);
    g_test_add_func("/via-compare/rport", test_rport_added);
    g_test_add_func("/via-compare/names", test_names);
    return g_test_run();
}
