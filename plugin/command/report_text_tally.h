/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REPORT_TEXT_TALLY_H
#define SIPCONN_REPORT_TEXT_TALLY_H

#include <glib.h>

/* Names and how often each was counted, in the order of first appearance. */
struct name_tally;

struct name_tally *name_tally_new(void);
void name_tally_free(struct name_tally *tally);

void name_tally_add(struct name_tally *tally, const char *name);

/* Sum of all counts. */
unsigned name_tally_total(const struct name_tally *tally);

/* "2 fin by acceptor, 1 still open", at most that many names; "" if empty. g_free()able. */
char *name_tally_text(const struct name_tally *tally, unsigned most);

#endif
