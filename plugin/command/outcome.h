/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_OUTCOME_H
#define SIPCONN_OUTCOME_H

#include "options.h"
#include "result.h"

enum exit_status {
    EXIT_STATUS_CLEAN = 0,
    EXIT_STATUS_FINDINGS = 1,
    EXIT_STATUS_TROUBLE = 2, /* wrong usage, unreadable input, unwritable output */
    EXIT_STATUS_UNJUDGED = 3,
};

/* What all results together amount to. */
struct outcome {
    uint64_t responses, judged;
    bool has_unread, has_findings;
};

void outcome_add(struct outcome *outcome, const struct result *result, enum severity fail_on);

/*
 * Fewer of the responses were judged than asked, in per cent of all captures together. Without any
 * response nothing was judged: too little whatever was asked for, unless that is 0.
 */
bool outcome_is_unjudged(const struct outcome *outcome, double min_judged);

/* Trouble goes before findings, and findings before too little judged. */
enum exit_status outcome_status(const struct outcome *outcome, double min_judged);

#endif
