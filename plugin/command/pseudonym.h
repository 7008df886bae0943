/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_PSEUDONYM_H
#define SIPCONN_PSEUDONYM_H

#include <glib.h>

/* What a pseudonym stands for, and so what stands before its number. */
enum pseudonym_kind {
    PSEUDONYM_HOST,
    PSEUDONYM_USER,
    PSEUDONYM_BRANCH,
    PSEUDONYM_METHOD,
    PSEUDONYM_CAPTURE,
    PSEUDONYM_REASON,
    PSEUDONYM_VALUE,
    PSEUDONYM_IPV4_PUBLIC, /* from here on: addresses */
    PSEUDONYM_IPV4_PRIVATE,
    PSEUDONYM_IPV4_LOOPBACK,
    PSEUDONYM_IPV4_MULTICAST,
    PSEUDONYM_IPV6_PUBLIC,
    PSEUDONYM_IPV6_PRIVATE,
    PSEUDONYM_IPV6_LOOPBACK,
    PSEUDONYM_IPV6_MULTICAST,
    PSEUDONYM_KIND_COUNT,
};

/* All pseudonyms given out in a run. */
struct pseudonyms;

struct pseudonyms *pseudonyms_new(void);
void pseudonyms_free(struct pseudonyms *pseudonyms); /* NULL does nothing */

/*
 * The pseudonym of a text, made the first time: "host-1", with suffix behind the number. Whatever a
 * value was first taken for, it keeps that pseudonym; methods, captures and reasons are kept apart
 * from values, so that no value is called by the name of one of them.
 */
const char *pseudonym_make(struct pseudonyms *pseudonyms, enum pseudonym_kind kind,
                           const char *original, const char *suffix);

/* The pseudonym a text has as a value (or, with PSEUDONYM_METHOD … of such a kind); NULL if none. */
const char *pseudonym_find(const struct pseudonyms *pseudonyms, enum pseudonym_kind kind,
                           const char *original);

#endif
