/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REDACT_H
#define SIPCONN_REDACT_H

#include "result.h"

/*
 * --redact: a report that may leave the house. Addresses, hosts, users, Call-IDs, branches and all
 * else that a packet said are replaced by pseudonyms, and so are names of files and the reasons of
 * an allow list; the same thing has the same one in all captures of a run. Left as they are: ports,
 * times, frame and stream numbers, status codes, transports and the methods of RFCs. See
 * redact_value.h for what pseudonyms look like.
 *
 * The plugin has to run with sipconn.mark_values, so that values in sentences can be told from words.
 */
struct redaction;

struct redaction *redaction_new(void);
void redaction_free(struct redaction *redaction); /* NULL does nothing */

/*
 * Replaces everything in the result, its name too. Pseudonyms are numbered in the order of calls: a
 * report is the same each time if captures come in the same order.
 */
void redact_result(struct redaction *redaction, struct result *result);

#endif
