/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "advertised.h"
#include "transaction.h"

static struct endpoint at(const char *text)
{
    struct host_port host_port;

    g_assert_true(host_port_parse(slice_of(text), &host_port));
    return endpoint_make(&host_port.ip, host_port.port);
}

static void learn(struct advertised_table *table, const char *place, uint32_t frame,
                  const char *header, struct hop *hop)
{
    struct advertised advertised = {
        .endpoint = at(place), .frame = frame, .header = header, .hop = hop};

    advertised_learn(table, &advertised);
}

static const struct advertised *find(const struct advertised_table *table, const char *place)
{
    struct endpoint endpoint = at(place);

    return advertised_find(table, &endpoint);
}

static void test_found_by_address_and_port(void)
{
    struct advertised_table *table = advertised_table_new();

    g_assert_null(find(table, "192.0.2.1:5060"));
    learn(table, "192.0.2.1:5060", 3, "Via", NULL);
    learn(table, "[2001:db8::1]:5060", 4, "Contact", NULL);

    g_assert_nonnull(find(table, "192.0.2.1:5060"));
    g_assert_nonnull(find(table, "[2001:DB8:0::1]:5060"));
    g_assert_nonnull(find(table, "[::ffff:192.0.2.1]:5060"));
    g_assert_null(find(table, "192.0.2.1:5061"));
    g_assert_null(find(table, "192.0.2.2:5060"));
    g_assert_null(find(table, "[2001:db8::2]:5060"));
    advertised_table_free(table);
}

static void test_first_frame_and_header_stay(void)
{
    struct advertised_table *table = advertised_table_new();
    const struct advertised *found;

    learn(table, "192.0.2.1:5060", 3, "Via", NULL);
    learn(table, "192.0.2.1:5060", 9, "Contact", NULL);
    found = find(table, "192.0.2.1:5060");
    g_assert_cmpuint(found->frame, ==, 3);
    g_assert_cmpstr(found->header, ==, "Via");
    advertised_table_free(table);
}

static void test_latest_hop_counts(void)
{
    struct advertised_table *table = advertised_table_new();
    struct hop first = {0}, second = {0};

    learn(table, "192.0.2.1:5060", 1, "Contact", NULL);
    g_assert_null(find(table, "192.0.2.1:5060")->hop);
    learn(table, "192.0.2.1:5060", 2, "Via", &first);
    g_assert_true(find(table, "192.0.2.1:5060")->hop == &first);
    learn(table, "192.0.2.1:5060", 3, "Via", &second);
    g_assert_true(find(table, "192.0.2.1:5060")->hop == &second);
    /* A Contact tells nothing of where a response may go. */
    learn(table, "192.0.2.1:5060", 4, "Contact", NULL);
    g_assert_true(find(table, "192.0.2.1:5060")->hop == &second);
    advertised_table_free(table);
}

/* Host names in Contact or Via are no place. */
static void test_no_address_is_not_entered(void)
{
    struct advertised_table *table = advertised_table_new();
    struct endpoint nowhere = {.port = 5060};

    advertised_learn(table,
                     &(struct advertised){.endpoint = nowhere, .frame = 1, .header = "Contact"});
    g_assert_null(advertised_find(table, &nowhere));
    advertised_table_free(table);
    advertised_table_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/advertised/find", test_found_by_address_and_port);
    g_test_add_func("/advertised/first", test_first_frame_and_header_stay);
    g_test_add_func("/advertised/hop", test_latest_hop_counts);
    g_test_add_func("/advertised/no-address", test_no_address_is_not_entered);
    return g_test_run();
}
