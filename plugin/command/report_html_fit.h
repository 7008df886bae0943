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

/* The fit of all responses with a verdict of that name if it can be told without looking at them,
 * FIT_NONE if some may be legal and others not. */
enum verdict_fit verdict_fit_of_name(const char *verdict);

#endif
