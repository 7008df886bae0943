/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "slice.h"

#include <glib.h>
#include <string.h>

#define FNV_OFFSET_BASIS 0xcbf29ce484222325u
#define FNV_PRIME 0x100000001b3u

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

static uint64_t hash_step(uint64_t hash, unsigned char byte)
{
    return (hash ^ byte) * FNV_PRIME;
}

/* One more step per slice keeps the chain "ab","c" apart from "a","bc". */
static uint64_t hash_end(uint64_t hash)
{
    return hash_step(hash, 0xff);
}

uint64_t slice_hash(struct slice s, uint64_t seed)
{
    uint64_t hash = seed ? seed : FNV_OFFSET_BASIS;

    for (size_t i = 0; i < s.len; i++)
        hash = hash_step(hash, (unsigned char)s.ptr[i]);
    return hash_end(hash);
}

uint64_t slice_hash_nocase(struct slice s, uint64_t seed)
{
    uint64_t hash = seed ? seed : FNV_OFFSET_BASIS;

    for (size_t i = 0; i < s.len; i++)
        hash = hash_step(hash, (unsigned char)g_ascii_tolower(s.ptr[i]));
    return hash_end(hash);
}
