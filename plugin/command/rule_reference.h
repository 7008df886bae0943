/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_RULE_REFERENCE_H
#define SIPCONN_RULE_REFERENCE_H

#include "report.h"
#include "rules.h"

/* The rule with that id ("resp-rport-ignored"), NULL if there is none. */
const struct rule *rule_reference_find(const char *id);

/* --list-rules: a table of all rules, by section of the catalogue. */
void rule_list_print(const struct report_style *style);

/* --explain: all that is known of a rule. False, and nothing written, if there is no such rule. */
bool rule_explain(const struct report_style *style, const char *id);

/* The page plugin/doc/rules.md: all rules with all their texts, in Markdown. */
void rule_reference_write(FILE *out);

#endif
