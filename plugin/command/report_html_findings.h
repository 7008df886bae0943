/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REPORT_HTML_FINDINGS_H
#define SIPCONN_REPORT_HTML_FINDINGS_H

#include "report_html_group.h"

/*
 * Appends the findings of a capture: per rule what it means, and the first finding of its first
 * groups. This is what viewers without scripts show; the page's script puts all findings in its
 * place. rules as from html_rules_new(); ids start with prefix.
 */
void html_findings_put(GString *out, const GPtrArray *rules, const char *prefix);

/* Appends the table of rules and how often each was broken. */
void html_rules_table_put(GString *out, const GPtrArray *rules, const char *prefix);

/* Appends a severity as the page shows it: a shape and a word, "Errors" unless count is 1. */
void html_severity_put(GString *out, enum severity severity, uint32_t count);

#endif
