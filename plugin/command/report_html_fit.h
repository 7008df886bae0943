/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REPORT_HTML_FIT_H
#define SIPCONN_REPORT_HTML_FIT_H

#include "result.h"

/* How a response is drawn: a verdict in three words. */
enum verdict_fit {
    FIT_NONE, /* no response, or one without verdict */
    FIT_LEGAL,
    FIT_DEVIATING,
    FIT_UNKNOWN, /* the capture does not tell */
};

/* The fit of a message; a verdict that this command does not know is FIT_UNKNOWN. */
enum verdict_fit verdict_fit(const struct message_item *message);

/* How many responses with one verdict fit how. */
struct fit_counts {
    const char *verdict;
    uint32_t counts[FIT_UNKNOWN + 1]; /* by enum verdict_fit */
};

/* One for each verdict of result->verdicts that occurs, in their order; copies are not counted.
 * struct fit_counts, free with g_array_free(). */
GArray *fit_counts_new(const struct result *result);

#endif
