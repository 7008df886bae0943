/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "mapping.h"

static struct mapping mapping_at(uint16_t port, uint16_t rport, uint32_t frame)
{
    static const uint8_t ip[] = {192, 0, 2, 1};
    struct ip_address address = ip_address_from_bytes(ip, sizeof ip);

    return (struct mapping){.seen = endpoint_make(&address, port),
                            .rport = rport,
                            .instance = frame * 10,
                            .time = frame * 1000,
                            .frame = frame};
}

static void test_first_is_unknown(void)
{
    struct mapping_table *table = mapping_table_new();
    struct mapping now = mapping_at(4540, 9988, 1);
    struct mapping before = {.frame = 99};

    g_assert_false(mapping_replace(table, 7, &now, &before));
    g_assert_cmpuint(before.frame, ==, 99);
    mapping_table_free(table);
}

static void test_latest_comes_back(void)
{
    struct mapping_table *table = mapping_table_new();
    struct mapping before;

    for (uint32_t frame = 1; frame <= 3; frame++) {
        struct mapping now = mapping_at((uint16_t)(4540 + frame), (uint16_t)(9988 + frame), frame);

        g_assert_true(mapping_replace(table, 7, &now, &before) == (frame > 1));
        if (frame > 1) {
            struct mapping expected =
                mapping_at((uint16_t)(4540 + frame - 1), (uint16_t)(9988 + frame - 1), frame - 1);

            g_assert_true(endpoint_equal(&before.seen, &expected.seen));
            g_assert_cmpuint(before.rport, ==, expected.rport);
            g_assert_cmpuint(before.instance, ==, expected.instance);
            g_assert_cmpint(before.time, ==, expected.time);
            g_assert_cmpuint(before.frame, ==, expected.frame);
        }
    }
    mapping_table_free(table);
}

/* E41: two UAs behind one NAT with the same sent-by are two clients. */
static void test_clients_are_apart(void)
{
    static const uint64_t clients[] = {0, 1, UINT64_C(1) << 32, UINT64_C(1) << 63, UINT64_MAX};
    struct mapping_table *table = mapping_table_new();
    struct mapping before;

    for (unsigned i = 0; i < G_N_ELEMENTS(clients); i++) {
        struct mapping now = mapping_at(1, 1, i + 1);

        g_assert_false(mapping_replace(table, clients[i], &now, &before));
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(clients); i++) {
        struct mapping now = mapping_at(2, 2, 100);

        g_assert_true(mapping_replace(table, clients[i], &now, &before));
        g_assert_cmpuint(before.frame, ==, i + 1);
    }
    mapping_table_free(table);
    mapping_table_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mapping/first", test_first_is_unknown);
    g_test_add_func("/mapping/latest", test_latest_comes_back);
    g_test_add_func("/mapping/clients", test_clients_are_apart);
    return g_test_run();
}
