/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REPORT_TEXT_GROUP_H
#define SIPCONN_REPORT_TEXT_GROUP_H

#include "result.h"

/* Findings of one rule between the same peers. */
struct peer_findings {
    char *peers; /* "192.0.2.1 > 192.0.2.2:5060"; "" unknown */
    const struct finding_item *first;
    uint32_t findings;
    uint32_t count; /* how often it happened: a finding may stand for several times */
    GArray *frames; /* uint32_t, without repetition, in order */
};

/* Findings of one rule that weigh the same. */
struct finding_group {
    const char *rule, *severity;
    bool presumed;
    uint32_t findings, first_frame;
    GPtrArray *peers; /* struct peer_findings *: the most findings first */
};

/*
 * The findings of a result that count and call for action (not chat), grouped by rule and peers:
 * struct finding_group *, the worst severity first, proven before presumed, then the most findings.
 * Free with g_ptr_array_free(…, TRUE), before the result.
 */
GPtrArray *finding_groups(const struct result *result);

#endif
