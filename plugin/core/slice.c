/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "slice.h"

#include <glib.h>
#include <string.h>

/* Any start, and any odd factor with its bits well spread (2^64 divided by the golden ratio). */
#define HASH_START UINT64_C(0x6a09e667f3bcc909)
#define HASH_FACTOR UINT64_C(0x9e3779b97f4a7c15)

static bool is_lws(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct slice slice_of(const char *text)
{
    return (struct slice){text, text ? strlen(text) : 0};
}

struct slice slice_sub(struct slice s, size_t from, size_t to)
{
    if (!s.ptr)
        return s;
    to = MIN(to, s.len);
    from = MIN(from, to);
    return (struct slice){s.ptr + from, to - from};
}

bool slice_equal(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool slice_equal_nocase(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || g_ascii_strncasecmp(a.ptr, b.ptr, a.len) == 0);
}

bool slice_is(struct slice s, const char *text)
{
    return slice_equal(s, slice_of(text));
}

bool slice_is_nocase(struct slice s, const char *text)
{
    return slice_equal_nocase(s, slice_of(text));
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

struct slice slice_trim(struct slice s)
{
    while (s.len > 0 && is_lws(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len > 0 && is_lws(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

size_t slice_find(struct slice s, char c)
{
    const char *hit = s.len > 0 ? memchr(s.ptr, c, s.len) : NULL;

    return hit ? (size_t)(hit - s.ptr) : s.len;
}

size_t slice_find_lws(struct slice s)
{
    size_t at = 0;

    while (at < s.len && !is_lws(s.ptr[at]))
        at++;
    return at;
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

bool slice_is_token(struct slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        /* strchr would take the terminating NUL for a member of the set. */
        if (!g_ascii_isalnum(c) && (c == '\0' || !strchr("-.!%*_+`'~", c)))
            return false;
    }
    return s.len > 0;
}

struct slice slice_split(struct slice *s, char separator)
{
    struct slice all = *s;
    size_t at = 0;

    while (at < all.len && all.ptr[at] != separator) {
        if (all.ptr[at] == '"')
            at = slice_skip_quoted(all, at);
        else if (all.ptr[at] == '<')
            at += slice_find(slice_sub(all, at, all.len), '>');
        else
            at++;
    }
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
 * One step for up to eight bytes. The product mixes upwards only, so its high half is folded down:
 * hash tables look at the low bits.
 */
static uint64_t hash_step(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * HASH_FACTOR;
    return hash ^ (hash >> 32);
}

/*
 * fold: bits set in each byte before. Of a text whose case does not matter it is the bit that tells
 * letters of either case apart; a few signs become the same by it, which only the comparison of equal
 * hashes needs to know.
 */
static uint64_t hash_bytes(struct slice s, uint64_t seed, uint64_t fold)
{
    uint64_t hash = seed ? seed : HASH_START;
    uint64_t word;

    for (; s.len >= sizeof word; s.ptr += sizeof word, s.len -= sizeof word) {
        memcpy(&word, s.ptr, sizeof word);
        hash = hash_step(hash, word | fold);
    }
    word = 0;
    if (s.len > 0) {
        memcpy(&word, s.ptr, s.len);
        word |= fold;
    }
    /* The length of the rest keeps the chain "ab","c" apart from "a","bc". */
    return hash_step(hash_step(hash, word), s.len + 1);
}

uint64_t slice_hash(struct slice s, uint64_t seed)
{
    return hash_bytes(s, seed, 0);
}

uint64_t slice_hash_nocase(struct slice s, uint64_t seed)
{
    return hash_bytes(s, seed, UINT64_C(0x2020202020202020));
}
