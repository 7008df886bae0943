/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REPORT_TEXT_FINDINGS_H
#define SIPCONN_REPORT_TEXT_FINDINGS_H

#include "report_text_layout.h"
#include "result.h"

/*
 * Writes the findings that count and call for action, by rule and peers, the worst first. However
 * many there are, each rule takes a few paragraphs: the rest of its peers is counted.
 */
void report_text_findings(struct layout *layout, const struct result *result);

/* Writes one paragraph of counts for the facts of severity chat; nothing if there are none. */
void report_text_facts(struct layout *layout, const struct result *result);

#endif
