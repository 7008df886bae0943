/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "slice.h"

#include <glib.h>
#include <string.h>

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

/* The state of SipHash (Aumasson, Bernstein: a fast short-input PRF). */
struct hash_state {
    uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

static void hash_round(struct hash_state *state)
{
    state->v0 += state->v1;
    state->v1 = rotate(state->v1, 13) ^ state->v0;
    state->v0 = rotate(state->v0, 32);
    state->v2 += state->v3;
    state->v3 = rotate(state->v3, 16) ^ state->v2;
    state->v0 += state->v3;
    state->v3 = rotate(state->v3, 21) ^ state->v0;
    state->v2 += state->v1;
    state->v1 = rotate(state->v1, 17) ^ state->v2;
    state->v2 = rotate(state->v2, 32);
}

static void hash_word(struct hash_state *state, uint64_t word)
{
    state->v3 ^= word;
    hash_round(state);
    state->v0 ^= word;
}

/* Drawn once for each process. */
static const uint64_t *hash_key(void)
{
    static uint64_t key[2];
    static gsize drawn;

    if (g_once_init_enter(&drawn)) {
        for (size_t i = 0; i < G_N_ELEMENTS(key); i++)
            key[i] = (uint64_t)g_random_int() << 32 | g_random_int();
        g_once_init_leave(&drawn, 1);
    }
    return key;
}

/*
 * SipHash-1-3 under a secret key. Captures come from strangers: by a hash that can be foretold one of
 * them could give 100,000 Call-IDs the same place in a table, which would take hours to read.
 * fold: bits set in each byte before. Of a text whose case does not matter it is the bit that tells
 * letters of either case apart; a few signs become the same by it, which only the comparison of equal
 * hashes needs to know.
 */
static uint64_t hash_bytes(struct slice s, uint64_t seed, uint64_t fold)
{
    const uint64_t *key = hash_key();
    struct hash_state state = {
        key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
        key[0] ^ UINT64_C(0x6c7967656e657261), key[1] ^ UINT64_C(0x7465646279746573)};
    uint64_t length = s.len;
    uint64_t word;

    hash_word(&state, seed);
    for (; s.len >= sizeof word; s.ptr += sizeof word, s.len -= sizeof word) {
        memcpy(&word, s.ptr, sizeof word);
        hash_word(&state, word | fold);
    }
    word = 0;
    if (s.len > 0) {
        memcpy(&word, s.ptr, s.len);
        word |= fold;
    }
    /* The length keeps the chain "ab","c" apart from "a","bc". */
    hash_word(&state, word);
    hash_word(&state, length);
    state.v2 ^= 0xff;
    for (int i = 0; i < 3; i++)
        hash_round(&state);
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

uint64_t slice_hash(struct slice s, uint64_t seed)
{
    return hash_bytes(s, seed, 0);
}

uint64_t slice_hash_nocase(struct slice s, uint64_t seed)
{
    return hash_bytes(s, seed, UINT64_C(0x2020202020202020));
}
