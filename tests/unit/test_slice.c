/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "slice.h"

static void assert_text(struct slice s, const char *expected)
{
    char *text = slice_dup(s);

    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static void test_absent(void)
{
    struct slice absent = {NULL, 0}, none = absent;
    uint64_t value;

    g_assert_null(slice_of(NULL).ptr);
    g_assert_null(slice_sub(absent, 0, 5).ptr);
    g_assert_null(slice_trim(absent).ptr);
    g_assert_null(slice_split(&none, ',').ptr);
    g_assert_null(none.ptr);
    g_assert_true(slice_equal(absent, absent));
    g_assert_true(slice_equal_nocase(absent, slice_of("")));
    g_assert_false(slice_equal(absent, slice_of("a")));
    g_assert_cmpuint(slice_find(absent, 'a'), ==, 0);
    g_assert_false(slice_to_uint(absent, 10, &value));
    g_assert_false(slice_is_token(absent));
    assert_text(absent, "");
}

static void test_sub(void)
{
    struct slice s = slice_of("abcdef");

    assert_text(slice_sub(s, 1, 3), "bc");
    assert_text(slice_sub(s, 4, 100), "ef");
    assert_text(slice_sub(s, 100, 200), "");
    assert_text(slice_sub(s, 3, 1), "");
}

static void test_equality(void)
{
    struct slice s = slice_of("z9hG4bK");

    g_assert_true(slice_is(s, "z9hG4bK"));
    g_assert_false(slice_is(s, "z9hg4bk"));
    g_assert_true(slice_is_nocase(s, "Z9HG4BK"));
    g_assert_true(slice_starts_with_nocase(s, "Z9"));
    g_assert_false(slice_starts_with_nocase(s, "z9hG4bK1"));
    g_assert_true(slice_ends_with_nocase(s, "BK"));
    g_assert_false(slice_ends_with_nocase(slice_of("K"), "bK"));
    g_assert_true(slice_starts_with_nocase(s, ""));
}

static void test_trim(void)
{
    assert_text(slice_trim(slice_of(" \t\r\n a b \r\n\t")), "a b");
    assert_text(slice_trim(slice_of(" \r\n ")), "");
    g_assert_nonnull(slice_trim(slice_of("  ")).ptr);
    g_assert_cmpuint(slice_find_lws(slice_of("ab\tc")), ==, 2);
    g_assert_cmpuint(slice_find_lws(slice_of("abc")), ==, 3);
}

static void test_split(void)
{
    static const struct {
        const char *text;
        char separator;
        const char *parts[5];
    } cases[] = {
        {"a,b", ',', {"a", "b"}},
        {" a ,\r\n b ", ',', {"a", "b"}},
        {"a,", ',', {"a", ""}},
        {",,", ',', {"", "", ""}},
        {"", ',', {""}},
        {"\"x,y\" <a,b>,c", ',', {"\"x,y\" <a,b>", "c"}},
        {"\"x\\\",y\",c", ',', {"\"x\\\",y\"", "c"}},
        {"a;b=\"1;2\";c", ';', {"a", "b=\"1;2\"", "c"}},
        {"<a\",b>,c", ',', {"<a\",b>", "c"}},
        {"\"open,b,c", ',', {"\"open,b,c"}},
        {"\"open\\", ',', {"\"open\\"}},
        {"<open,b", ',', {"<open,b"}},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct slice list = slice_of(cases[i].text);

        g_test_message("%s", cases[i].text);
        for (size_t k = 0; cases[i].parts[k]; k++) {
            g_assert_nonnull(list.ptr);
            assert_text(slice_split(&list, cases[i].separator), cases[i].parts[k]);
        }
        g_assert_null(list.ptr);
        g_assert_cmpuint(list.len, ==, 0);
    }
}

static void test_skip_quoted(void)
{
    g_assert_cmpuint(slice_skip_quoted(slice_of("a\"b\"c"), 1), ==, 4);
    g_assert_cmpuint(slice_skip_quoted(slice_of("\"\\\"\""), 0), ==, 4);
    g_assert_cmpuint(slice_skip_quoted(slice_of("\"b"), 0), ==, 3);
    g_assert_cmpuint(slice_skip_quoted(slice_of("\"b\\"), 0), ==, 4);
}

static void test_token(void)
{
    static const char *const good[] = {"INVITE", "2.0", "!interesting-Method0_*+`.%'~"};
    static const char *const bad[] = {"",    "a b",   "a/b",         "a;b",
                                      "a=b", "\"a\"", "caf\xc3\xa9", "a:b"};

    for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
        g_assert_true(slice_is_token(slice_of(good[i])));
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(slice_is_token(slice_of(bad[i])));
    g_assert_false(slice_is_token((struct slice){"a\0b", 3}));
}

static void test_to_uint(void)
{
    static const struct {
        const char *text;
        uint64_t max;
        bool ok;
        uint64_t value;
    } cases[] = {
        {"0", 0, true, 0},
        {"1", 0, false, 0},
        {"65535", 65535, true, 65535},
        {"65536", 65535, false, 0},
        {"0005060", 65535, true, 5060},
        {"18446744073709551615", UINT64_MAX, true, UINT64_MAX},
        {"18446744073709551616", UINT64_MAX, false, 0},
        {"99999999999999999999999999", UINT64_MAX, false, 0},
        {"", 9, false, 0},
        {"-1", 9, false, 0},
        {"+1", 9, false, 0},
        {" 1", 9, false, 0},
        {"1a", 99, false, 0},
        {"\xb2", 99, false, 0},
        {"3", 2, false, 0},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint64_t value = 0;

        g_test_message("%s", cases[i].text);
        g_assert_true(slice_to_uint(slice_of(cases[i].text), cases[i].max, &value) == cases[i].ok);
        g_assert_cmpuint(value, ==, cases[i].value);
    }
}

static void test_dup(void)
{
    struct slice binary = {"A\0B", 3};
    char *copy = slice_dup(binary);
    char *lower = slice_dup_lower(binary);

    g_assert_cmpmem(copy, 4, "A\0B", 4);
    g_assert_cmpmem(lower, 4, "a\0b", 4);
    g_free(copy);
    g_free(lower);
}

static void test_hash(void)
{
    struct slice a = slice_of("branch"), b = slice_of("BRANCH");

    g_assert_true(slice_hash(a, 0) == slice_hash(a, 0));
    g_assert_true(slice_hash(a, 0) != slice_hash(b, 0));
    g_assert_true(slice_hash_nocase(a, 0) == slice_hash_nocase(b, 0));
    g_assert_true(slice_hash(a, 0) != slice_hash(a, 1));
    g_assert_true(slice_hash(slice_of("c"), slice_hash(slice_of("ab"), 0)) !=
                  slice_hash(slice_of("bc"), slice_hash(slice_of("a"), 0)));
}

/* Wherever a letter stands in the words that the hash takes at a time. */
static void test_hash_nocase(void)
{
    static const char text[] = "SIP:Alice.Bob-7@Example.COM;Tag=QwErTyUiOp0";

    for (size_t length = 0; length <= 40; length++) {
        struct slice mixed = slice_sub(slice_of(text), 0, length);
        g_autofree char *lower = g_ascii_strdown(mixed.ptr, (gssize)length);
        g_autofree char *upper = g_ascii_strup(mixed.ptr, (gssize)length);
        g_autofree char *other = g_strdup(lower);
        uint64_t hash = slice_hash_nocase(mixed, 0);

        g_assert_true(slice_hash_nocase(slice_of(lower), 0) == hash);
        g_assert_true(slice_hash_nocase(slice_of(upper), 0) == hash);
        g_assert_true(slice_hash_nocase(slice_of(upper), 1) ==
                      slice_hash_nocase(slice_of(lower), 1));
        g_assert_true(slice_hash_nocase(slice_sub(slice_of(text), 0, length + 1), 0) != hash);
        for (size_t i = 0; i < length; i++) {
            other[i] = lower[i] == 'x' ? 'y' : 'x';
            g_assert_true(slice_hash_nocase(slice_of(other), 0) != hash);
            g_assert_true(slice_hash(slice_of(other), 0) != slice_hash(slice_of(lower), 0));
            other[i] = lower[i];
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/slice/absent", test_absent);
    g_test_add_func("/slice/sub", test_sub);
    g_test_add_func("/slice/equality", test_equality);
    g_test_add_func("/slice/trim", test_trim);
    g_test_add_func("/slice/split", test_split);
    g_test_add_func("/slice/skip-quoted", test_skip_quoted);
    g_test_add_func("/slice/token", test_token);
    g_test_add_func("/slice/to-uint", test_to_uint);
    g_test_add_func("/slice/dup", test_dup);
    g_test_add_func("/slice/hash", test_hash);
    g_test_add_func("/slice/hash-nocase", test_hash_nocase);
    return g_test_run();
}
