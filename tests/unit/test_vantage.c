/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "vantage.h"

static struct endpoint at(const char *text)
{
    struct host_port host_port;

    g_assert_true(host_port_parse(slice_of(text), &host_port));
    return endpoint_make(&host_port.ip, host_port.port);
}

static struct vantage_table *table_new(enum vantage forced)
{
    struct analysis_config config = analysis_config_default();

    config.vantage = forced;
    return vantage_table_new(&config);
}

/* received: NULL = absent; rport 0 = absent. */
static void learn(struct vantage_table *table, const char *obs, const char *srv,
                  const char *received, uint16_t rport)
{
    struct endpoint client = at(obs);
    struct endpoint server = at(srv);
    struct ip_address ip = {0};

    g_assert_true(received == NULL || ip_address_parse(slice_of(received), &ip));
    vantage_learn(table, &client, &server, &ip, rport);
}

static enum vantage of(const struct vantage_table *table, const char *obs, const char *srv)
{
    struct endpoint client = at(obs);
    struct endpoint server = at(srv);

    return vantage_of(table, &client.ip, &server);
}

static enum vantage of_flow(const struct vantage_table *table, const char *obs, const char *srv)
{
    struct endpoint client = at(obs);
    struct endpoint server = at(srv);

    return vantage_of_flow(table, &client, &server);
}

#define OBS "192.0.2.1:9988"
#define SRV "192.0.2.2:5060"

static void test_one_response(void)
{
    static const struct {
        const char *received;
        uint16_t rport;
        enum vantage vantage;
    } cases[] = {
        {NULL, 0, VANTAGE_UNKNOWN},
        {NULL, 9988, VANTAGE_UNKNOWN}, /* rport alone may be an echo */
        {NULL, 4540, VANTAGE_UNKNOWN},
        {"192.0.2.1", 0, VANTAGE_DIRECT},
        {"192.0.2.1", 9988, VANTAGE_DIRECT},
        {"::ffff:192.0.2.1", 9988, VANTAGE_DIRECT},
        {"192.0.2.1", 9989, VANTAGE_TRANSLATED},
        {"203.0.113.1", 0, VANTAGE_TRANSLATED},
        {"203.0.113.1", 9988, VANTAGE_TRANSLATED},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct vantage_table *table = table_new(VANTAGE_UNKNOWN);

        g_test_message("received=%s rport=%u", cases[i].received ? cases[i].received : "-",
                       cases[i].rport);
        learn(table, OBS, SRV, cases[i].received, cases[i].rport);
        g_assert_cmpint(of(table, OBS, SRV), ==, cases[i].vantage);
        g_assert_cmpint(of_flow(table, OBS, SRV), ==, cases[i].vantage);
        vantage_table_free(table);
    }
}

static void test_both_kinds_are_mixed(void)
{
    for (unsigned direct_first = 0; direct_first < 2; direct_first++) {
        struct vantage_table *table = table_new(VANTAGE_UNKNOWN);

        learn(table, OBS, SRV, direct_first ? "192.0.2.1" : "203.0.113.1", 0);
        learn(table, OBS, SRV, direct_first ? "203.0.113.1" : "192.0.2.1", 0);
        g_assert_cmpint(of(table, OBS, SRV), ==, VANTAGE_MIXED);
        g_assert_cmpint(of_flow(table, OBS, SRV), ==, VANTAGE_MIXED);
        vantage_table_free(table);
    }
}

/* Two clients behind one address: each flow has its own vantage, the address has both. */
static void test_flows_of_one_address(void)
{
    struct vantage_table *table = table_new(VANTAGE_UNKNOWN);

    learn(table, "192.0.2.1:1000", SRV, "192.0.2.1", 1000);
    learn(table, "192.0.2.1:2000", SRV, "203.0.113.1", 2000);
    g_assert_cmpint(of_flow(table, "192.0.2.1:1000", SRV), ==, VANTAGE_DIRECT);
    g_assert_cmpint(of_flow(table, "192.0.2.1:2000", SRV), ==, VANTAGE_TRANSLATED);
    g_assert_cmpint(of_flow(table, "192.0.2.1:3000", SRV), ==, VANTAGE_UNKNOWN);
    g_assert_cmpint(of(table, "192.0.2.1:3000", SRV), ==, VANTAGE_MIXED);
    vantage_table_free(table);
}

static void test_pairs_are_apart(void)
{
    struct vantage_table *table = table_new(VANTAGE_UNKNOWN);

    learn(table, OBS, SRV, "192.0.2.1", 9988);
    g_assert_cmpint(of(table, OBS, "192.0.2.2:5061"), ==, VANTAGE_UNKNOWN);
    g_assert_cmpint(of(table, OBS, "192.0.2.3:5060"), ==, VANTAGE_UNKNOWN);
    g_assert_cmpint(of(table, "192.0.2.4:9988", SRV), ==, VANTAGE_UNKNOWN);
    vantage_table_free(table);
}

static void test_user_decides(void)
{
    static const enum vantage forced[] = {VANTAGE_DIRECT, VANTAGE_TRANSLATED, VANTAGE_MIXED};

    for (unsigned i = 0; i < G_N_ELEMENTS(forced); i++) {
        struct vantage_table *table = table_new(forced[i]);

        g_assert_cmpint(of(table, OBS, SRV), ==, forced[i]);
        learn(table, OBS, SRV, "192.0.2.1", 9988);
        learn(table, OBS, SRV, "203.0.113.1", 9988);
        g_assert_cmpint(of(table, OBS, SRV), ==, forced[i]);
        g_assert_cmpint(of_flow(table, OBS, SRV), ==, forced[i]);
        vantage_table_free(table);
    }
    vantage_table_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vantage/one", test_one_response);
    g_test_add_func("/vantage/mixed", test_both_kinds_are_mixed);
    g_test_add_func("/vantage/flows", test_flows_of_one_address);
    g_test_add_func("/vantage/pairs", test_pairs_are_apart);
    g_test_add_func("/vantage/forced", test_user_decides);
    return g_test_run();
}
