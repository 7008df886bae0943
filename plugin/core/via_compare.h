/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_VIA_COMPARE_H
#define SIPCONN_VIA_COMPARE_H

#include "via.h"

/* How two Via differ that should be equal, gravest first. */
enum via_difference {
    VIA_EQUAL,
    VIA_PROTOCOL, /* sent-protocol */
    VIA_HOST,     /* host of sent-by */
    VIA_PORT,     /* port of sent-by leads elsewhere */
    VIA_BRANCH,
    VIA_DEFAULT_PORT, /* the default port was written out or left out: routes alike */
    VIA_BRANCH_CASE,  /* tokens are case-blind (7.3.1), but stacks compare bytes */
    VIA_PARAM_LOST,
    VIA_PARAM_CHANGED,
    VIA_PARAM_ADDED,
};

/* Parameters whose presence or value may differ; ends with NULL. */
extern const char *const via_params_of_responses[]; /* RFC 3261 18.2.1, 6223 4.4, 7339 4 */
extern const char *const via_params_of_repeats[]; /* ACK and CANCEL against INVITE: RFC 6223 4.3 */

/*
 * The gravest difference of b from a, ignoring order, white space, case and the parameters listed.
 * wire: transport for default ports. param: name of the parameter concerned, else absent.
 */
enum via_difference via_compare(const struct via *a, const struct via *b, enum transport wire,
                                const char *const ignored[], struct slice *param);

/* "sent-by host", "parameter" …: what differs, for texts. */
const char *via_difference_name(enum via_difference difference);

#endif
