/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REPORT_TEXT_UNJUDGED_H
#define SIPCONN_REPORT_TEXT_UNJUDGED_H

#include "report_text_layout.h"
#include "result.h"

/*
 * Writes what could not be judged and why, and what the user asked to hide: a report without
 * findings means little if it could see little. Nothing if everything was judged and shown.
 */
void report_text_unjudged(struct layout *layout, const struct result *result);

#endif
