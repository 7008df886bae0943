/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_ALLOW_H
#define SIPCONN_ALLOW_H

#include "result.h"

/*
 * Known findings that do not count, from a file with one entry a line:
 *
 *     RULE [capture=GLOB] [src=GLOB] [dst=GLOB] [peer=GLOB] [text~PART] [until=YYYY-MM-DD] reason=WHY
 *
 * Words are quoted as in a shell, '#' begins a comment. src and dst are those of the finding's
 * message (peer: either of them), given with or without port; without a message they are the two
 * ends of its connection. An entry counts up to the day of until, inclusive.
 */
struct allow;

/* today: "2026-07-31". NULL and an error that names file and line if an entry is wrong. */
struct allow *allow_read(const char *path, const char *today, GError **error);
void allow_free(struct allow *allow);

/* Hides the findings with an entry, by the reason given there. */
void allow_apply(struct allow *allow, struct result *result);

/*
 * Sentences about entries that expired and, unless only_expired, about those that matched nothing in
 * any result; char *, owned by the caller.
 */
GPtrArray *allow_complaints(const struct allow *allow, bool only_expired);

/* Today in UTC; SOURCE_DATE_EPOCH, if set, says when that is. g_free()able. */
char *allow_today(void);

#endif
