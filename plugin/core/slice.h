/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_SLICE_H
#define SIPCONN_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Short functions are inline: a message takes hundreds of them. */

/*
 * A piece of text inside a packet. Parsing makes slices, never copies: a slice is valid as long as
 * the packet's bytes are. Not NUL-terminated. An absent value has ptr == NULL and len == 0.
 */
struct slice {
    const char *ptr;
    size_t len;
};

/* printf helper: printf("%.*s", SLICE_ARG(s)) */
#define SLICE_ARG(s) (int)(s).len, ((s).ptr ? (s).ptr : "")

/* The slice over a NUL-terminated string; NULL gives the absent slice. */
static inline struct slice slice_of(const char *text)
{
    return (struct slice){text, text ? strlen(text) : 0};
}

/* [from, to) of s; offsets beyond the end are cut to it. */
static inline struct slice slice_sub(struct slice s, size_t from, size_t to)
{
    if (!s.ptr)
        return s;
    to = to < s.len ? to : s.len;
    from = from < to ? from : to;
    return (struct slice){s.ptr + from, to - from};
}

/* The first len bytes at both places are the same but for the case of ASCII letters. */
bool slice_bytes_equal_nocase(const char *a, const char *b, size_t len);

/* Byte-wise and ASCII case-blind equality; absent equals absent and empty. */
static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool slice_equal_nocase(struct slice a, struct slice b)
{
    return a.len == b.len && slice_bytes_equal_nocase(a.ptr, b.ptr, a.len);
}

static inline bool slice_is(struct slice s, const char *text)
{
    return slice_equal(s, slice_of(text));
}

static inline bool slice_is_nocase(struct slice s, const char *text)
{
    return slice_equal_nocase(s, slice_of(text));
}

bool slice_starts_with_nocase(struct slice s, const char *prefix);
bool slice_ends_with_nocase(struct slice s, const char *suffix);

/* Linear white space: SP, HTAB, CR, LF. */
static inline bool slice_char_is_lws(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* s without leading and trailing linear white space (folding included). */
static inline struct slice slice_trim(struct slice s)
{
    while (s.len > 0 && slice_char_is_lws(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len > 0 && slice_char_is_lws(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

/* Offset of the first c, or s.len. */
static inline size_t slice_find(struct slice s, char c)
{
    const char *hit = s.len > 0 ? (const char *)memchr(s.ptr, c, s.len) : NULL;

    return hit ? (size_t)(hit - s.ptr) : s.len;
}

/* Offset of the first linear white space, or s.len. */
static inline size_t slice_find_lws(struct slice s)
{
    size_t at = 0;

    while (at < s.len && !slice_char_is_lws(s.ptr[at]))
        at++;
    return at;
}

/*
 * Offset behind the quoted string (RFC 3261 25.1) whose opening quote stands at `at`; s.len + 1 if
 * the closing quote is missing.
 */
size_t slice_skip_quoted(struct slice s, size_t at);

/* s is a token of RFC 3261 25.1: not empty, no separators, no white space. */
bool slice_is_token(struct slice s);

/*
 * Cuts s at the first occurrence of separator that stands neither inside a quoted string nor inside
 * <...>: returns the trimmed part before it and moves *s behind it. At the end *s becomes absent;
 * a missing closing quote or '>' takes everything to the end.
 */
struct slice slice_split(struct slice *s, char separator);

/* Decimal number filling the whole slice; false on anything else, on an empty slice or > max. */
bool slice_to_uint(struct slice s, uint64_t max, uint64_t *value);

/* A g_free()able NUL-terminated copy ("" for the absent slice); _lower folds ASCII case. */
char *slice_dup(struct slice s);
char *slice_dup_lower(struct slice s);

/*
 * Hashes, seeded with an earlier value so that several parts can be chained; start with 0. They differ
 * from process to process: for tables in memory only.
 */
uint64_t slice_hash(struct slice s, uint64_t seed);
uint64_t slice_hash_nocase(struct slice s, uint64_t seed);

/* The same for one hash of several parts: takes s in. */
struct hash;
void hash_slice(struct hash *hash, struct slice s);
void hash_slice_nocase(struct hash *hash, struct slice s);

#endif
