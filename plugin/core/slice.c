/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "slice.h"

#include <glib.h>
#include <string.h>

#include "hash.h"

/* a and b are the same letter in either case. */
static bool is_other_case(char a, char b)
{
    char folded = (char)(a | 0x20);

    return (a ^ b) == 0x20 && folded >= 'a' && folded <= 'z';
}

bool slice_bytes_equal_nocase(const char *a, const char *b, size_t len)
{
    size_t at = 0;

    /* Mostly the case is the same, too. */
    while (at + sizeof(uint64_t) <= len && memcmp(a + at, b + at, sizeof(uint64_t)) == 0)
        at += sizeof(uint64_t);
    while (at < len && (a[at] == b[at] || is_other_case(a[at], b[at])))
        at++;
    return at == len;
}

bool slice_starts_with_nocase(struct slice s, const char *prefix)
{
    struct slice p = slice_of(prefix);

    return s.len >= p.len && slice_equal_nocase(slice_sub(s, 0, p.len), p);
}

bool slice_ends_with_nocase(struct slice s, const char *suffix)
{
    struct slice p = slice_of(suffix);

    return s.len >= p.len && slice_equal_nocase(slice_sub(s, s.len - p.len, s.len), p);
}

size_t slice_skip_quoted(struct slice s, size_t at)
{
    for (at++; at < s.len; at++) {
        if (s.ptr[at] == '"')
            return at + 1;
        if (s.ptr[at] == '\\')
            at++;
    }
    return s.len + 1;
}

/* RFC 3261 25.1, token: alphanum and some marks. */
static const bool token_chars[256] = {
    ['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true,  ['5'] = true,
    ['6'] = true, ['7'] = true, ['8'] = true, ['9'] = true, ['A'] = true,  ['B'] = true,
    ['C'] = true, ['D'] = true, ['E'] = true, ['F'] = true, ['G'] = true,  ['H'] = true,
    ['I'] = true, ['J'] = true, ['K'] = true, ['L'] = true, ['M'] = true,  ['N'] = true,
    ['O'] = true, ['P'] = true, ['Q'] = true, ['R'] = true, ['S'] = true,  ['T'] = true,
    ['U'] = true, ['V'] = true, ['W'] = true, ['X'] = true, ['Y'] = true,  ['Z'] = true,
    ['a'] = true, ['b'] = true, ['c'] = true, ['d'] = true, ['e'] = true,  ['f'] = true,
    ['g'] = true, ['h'] = true, ['i'] = true, ['j'] = true, ['k'] = true,  ['l'] = true,
    ['m'] = true, ['n'] = true, ['o'] = true, ['p'] = true, ['q'] = true,  ['r'] = true,
    ['s'] = true, ['t'] = true, ['u'] = true, ['v'] = true, ['w'] = true,  ['x'] = true,
    ['y'] = true, ['z'] = true, ['-'] = true, ['.'] = true, ['!'] = true,  ['%'] = true,
    ['*'] = true, ['_'] = true, ['+'] = true, ['`'] = true, ['\''] = true, ['~'] = true,
};

bool slice_is_token(struct slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!token_chars[(unsigned char)s.ptr[i]])
            return false;
    }
    return s.len > 0;
}

/* Offset of the first separator outside quotes and angles, or s.len or more. */
static size_t find_unquoted(struct slice s, char separator)
{
    size_t at = 0;

    while (at < s.len && s.ptr[at] != separator) {
        if (s.ptr[at] == '"')
            at = slice_skip_quoted(s, at);
        else if (s.ptr[at] == '<')
            at += slice_find(slice_sub(s, at, s.len), '>');
        else
            at++;
    }
    return at;
}

struct slice slice_split(struct slice *s, char separator)
{
    struct slice all = *s;
    size_t at = slice_find(all, separator);
    struct slice before = slice_sub(all, 0, at);

    if (slice_find(before, '"') < at || slice_find(before, '<') < at)
        at = find_unquoted(all, separator);
    *s = at < all.len ? slice_sub(all, at + 1, all.len) : (struct slice){NULL, 0};
    return slice_trim(slice_sub(all, 0, at));
}

bool slice_to_uint(struct slice s, uint64_t max, uint64_t *value)
{
    uint64_t sum = 0;

    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned digit = (unsigned char)s.ptr[i] - (unsigned)'0';

        if (digit > 9 || digit > max || sum > (max - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return true;
}

char *slice_dup(struct slice s)
{
    char *copy = g_malloc(s.len + 1);

    /* Not g_strndup: it stops at a NUL byte, which a packet may contain, and then pads. */
    if (s.len > 0)
        memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    return copy;
}

char *slice_dup_lower(struct slice s)
{
    char *copy = slice_dup(s);

    for (size_t i = 0; i < s.len; i++)
        copy[i] = g_ascii_tolower(copy[i]);
    return copy;
}

/*
 * fold: bits set in each byte before. Of a text whose case does not matter it is the bit that tells
 * letters of either case apart; a few signs become the same by it, which only the comparison of equal
 * hashes needs to know.
 */
static inline void hash_bytes(struct hash *hash, struct slice s, uint64_t fold)
{
    uint64_t length = s.len;
    uint64_t word;

    for (; s.len >= sizeof word; s.ptr += sizeof word, s.len -= sizeof word) {
        memcpy(&word, s.ptr, sizeof word);
        hash_word(hash, word | fold);
    }
    word = 0;
    if (s.len > 0) {
        memcpy(&word, s.ptr, s.len);
        word |= fold;
    }
    /* The length keeps the chain "ab","c" apart from "a","bc". */
    hash_word(hash, word);
    hash_word(hash, length);
}

void hash_slice(struct hash *hash, struct slice s)
{
    struct hash here = *hash; /* in registers */

    hash_bytes(&here, s, 0);
    *hash = here;
}

void hash_slice_nocase(struct hash *hash, struct slice s)
{
    struct hash here = *hash;

    hash_bytes(&here, s, UINT64_C(0x2020202020202020));
    *hash = here;
}

uint64_t slice_hash(struct slice s, uint64_t seed)
{
    struct hash hash = hash_begin(seed);

    hash_slice(&hash, s);
    return hash_end(hash);
}

uint64_t slice_hash_nocase(struct slice s, uint64_t seed)
{
    struct hash hash = hash_begin(seed);

    hash_slice_nocase(&hash, s);
    return hash_end(hash);
}
