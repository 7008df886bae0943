/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "method.h"

static void test_one_string_each(void)
{
    static const char *const names[] = {"INVITE",  "SUBSCRIBE", "INFO",  "invite",
                                        "INVITEX", "INV",       "DANCE", ""};
    GStringChunk *strings = g_string_chunk_new(64);

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *again = g_strdup(names[i]);
        const char *kept = method_intern(strings, slice_of(names[i]));

        g_assert_cmpstr(kept, ==, names[i]);
        g_assert_true(method_intern(strings, slice_of(again)) == kept);
        g_assert_true(kept != names[i] && kept != again);
    }
    g_assert_cmpstr(method_intern(strings, (struct slice){NULL, 0}), ==, "");
    g_string_chunk_free(strings);
}

/* What RFCs define outlives the strings. */
static void test_known(void)
{
    GStringChunk *strings = g_string_chunk_new(64);
    const char *kept = method_intern(strings, slice_of("REGISTER"));

    g_string_chunk_free(strings);
    g_assert_cmpstr(kept, ==, "REGISTER");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/method/one-string-each", test_one_string_each);
    g_test_add_func("/method/known", test_known);
    return g_test_run();
}
