/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration.h"

#include <glib.h>

static struct registration registration_of(const char *aor, const char *contact,
                                           const char *instance, int64_t expires, bool outbound)
{
    return (struct registration){
        .aor = slice_of(aor),
        .contact = slice_of(contact),
        .instance = slice_of(instance),
        .expires = expires,
        .outbound = outbound,
    };
}

static void test_find(void)
{
    struct registration_list list = {0};
    bool exact;
    GStringChunk *chunk = g_string_chunk_new(256);
    struct registration plain =
        registration_of("alice@a.example", "sip:alice@10.0.0.1:5060", NULL, 100, false);
    struct registration outbound = registration_of(
        "bob@a.example", "sip:bob@10.0.0.2;transport=tcp", "<urn:uuid:1>", 200, true);

    g_assert_null(registration_list_find(&list, slice_of("sip:alice@10.0.0.1:5060"), 1, &exact));
    registration_list_enter(&list, chunk, &plain);
    registration_list_enter(&list, chunk, &outbound);
    g_assert_false(
        registration_list_find(&list, slice_of("sip:alice@10.0.0.1:5060"), 1, &exact)->outbound);
    g_assert_true(registration_list_find(&list, slice_of("sip:bob@10.0.0.2"), 1, &exact)->outbound);
    g_assert_false(
        registration_list_find(&list, slice_of("sip:alice@a.example"), 1, &exact)->outbound);
    /* Another URI: the holder of the flow may route by a token of its own. */
    g_assert_true(registration_list_find(&list, slice_of("sip:x@y.example"), 1, &exact)->outbound);
    g_assert_false(exact);
    /* Expired one by one. */
    g_assert_true(
        registration_list_find(&list, slice_of("sip:alice@a.example"), 150, &exact)->outbound);
    g_assert_null(registration_list_find(&list, slice_of("sip:alice@a.example"), 250, &exact));
    registration_list_clear(&list);
    g_string_chunk_free(chunk);
}

static void test_refresh_and_removal(void)
{
    struct registration_list list = {0};
    bool exact;
    GStringChunk *chunk = g_string_chunk_new(256);
    struct registration first =
        registration_of("a@x", "sip:a@10.0.0.1", "<urn:uuid:1>", 100, false);
    struct registration moved =
        registration_of("a@x", "sip:a@10.0.0.9", "<urn:uuid:1>", 300, false);
    struct registration gone = registration_of("a@x", "sip:a@10.0.0.9", "<urn:uuid:1>", 0, false);

    registration_list_enter(&list, chunk, &first);
    registration_list_enter(&list, chunk, &moved); /* the same instance: refreshed */
    g_assert_cmpuint(list.items->len, ==, 1);
    g_assert_nonnull(registration_list_find(&list, slice_of("sip:a@x"), 200, &exact));
    g_assert_nonnull(registration_list_find(&list, slice_of("sip:a@10.0.0.9"), 200, &exact));
    g_assert_true(exact);
    g_assert_false(list.ended);
    registration_list_enter(&list, chunk, &gone);
    g_assert_true(list.ended);
    g_assert_null(registration_list_find(&list, slice_of("sip:a@x"), 1, &exact));
    registration_list_clear(&list);
    g_string_chunk_free(chunk);
}

static void test_removal_of_all(void)
{
    struct registration_list list = {0};
    bool exact;
    GStringChunk *chunk = g_string_chunk_new(256);
    struct registration first = registration_of("a@x", "sip:a@10.0.0.1", NULL, 100, false);
    struct registration second =
        registration_of("a@x", "sip:a@10.0.0.2", "<urn:uuid:1>", 100, false);
    struct registration other = registration_of("b@x", "sip:b@10.0.0.3", NULL, 100, false);
    struct registration all = registration_of("a@x", "", NULL, 0, false);

    all.is_star = true;
    registration_list_enter(&list, chunk, &first);
    registration_list_enter(&list, chunk, &other);
    registration_list_enter(&list, chunk, &second);
    registration_list_enter(&list, chunk, &all);
    g_assert_cmpuint(list.items->len, ==, 1);
    g_assert_nonnull(registration_list_find(&list, slice_of("sip:b@10.0.0.3"), 1, &exact));
    g_assert_true(list.ended);
    registration_list_clear(&list);
    g_string_chunk_free(chunk);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/registration/find", test_find);
    g_test_add_func("/registration/refresh-and-removal", test_refresh_and_removal);
    g_test_add_func("/registration/removal-of-all", test_removal_of_all);
    return g_test_run();
}
