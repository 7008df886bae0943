/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REPORT_TEXT_TOTAL_H
#define SIPCONN_REPORT_TEXT_TOTAL_H

#include "report_text_layout.h"
#include "result.h"

/* What all captures of a report have together. */
struct report_text_total;

struct report_text_total *report_text_total_new(void);
void report_text_total_free(struct report_text_total *total);

/* Counts a capture; nothing of it is kept. */
void report_text_total_add(struct report_text_total *total, const struct result *result);

/* Any finding that calls for action (more than chat) and is not hidden. */
bool report_text_total_has_findings(const struct report_text_total *total);

/* Writes the rules that found something, each with its captures, and the line of sums. */
void report_text_total_write(const struct report_text_total *total, struct layout *layout);

#endif
