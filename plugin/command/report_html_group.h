/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REPORT_HTML_GROUP_H
#define SIPCONN_REPORT_HTML_GROUP_H

#include "result.h"
#include "rules.h"

struct html_group;

/* What is common to all groups of a rule that count, or to all that do not. */
struct html_rule {
    const char *id;
    enum severity severity; /* the highest of its findings */
    bool is_hidden;         /* allowed or known: does not count */
    uint32_t findings;
    GPtrArray *groups; /* struct html_group *: the worst first, then the largest */
};

/* The findings of one rule between the same two hosts. */
struct html_group {
    char *peers; /* "192.0.2.1 > 192.0.2.2:5060"; "" unknown */
    enum severity severity;
    GPtrArray *findings; /* struct finding_item *, in order of frame */
};

/*
 * The findings of a result by rule and peers: struct html_rule *, those that count first, the worst
 * first and then those with the most findings. Hidden ones are left out if without_hidden. Free with
 * g_ptr_array_free(…, TRUE), before the result.
 */
GPtrArray *html_rules_new(const struct result *result, bool without_hidden);

#endif
