/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REPORT_HTML_SELECT_H
#define SIPCONN_REPORT_HTML_SELECT_H

#include "report_html_group.h"

/* What of a capture is embedded in the page at most. A browser has to stay quick with it. */
#define HTML_CAPTURE_MESSAGES 20000
#define HTML_CAPTURE_FINDINGS 20000
#define HTML_CAPTURE_CONNECTIONS 500
#define HTML_TRANSACTION_MESSAGES 200
#define HTML_CONNECTION_MESSAGES 300

/* What all captures of a report may share. */
#define HTML_REPORT_MESSAGES 60000
#define HTML_REPORT_FINDINGS 60000
#define HTML_REPORT_CONNECTIONS 5000

/* What is left of that. */
struct html_budget {
    unsigned messages, findings, connections;
};

/* What of one capture is embedded. The items belong to the result. */
struct html_selection {
    GPtrArray *messages;    /* struct message_item *, in file order */
    GPtrArray *connections; /* struct connection_item *, in order of id */
    GPtrArray *findings;    /* struct finding_item *, in no order */
};

/*
 * Selects within the limits and takes it from the budget: findings, the first ones of all groups
 * before others; the messages of their transactions and frames; connections, those touched by
 * findings first, with their messages; and, unless only_findings, other transactions as far as there
 * is room. rules as from html_rules_new().
 */
struct html_selection html_select(const struct result *result, const GPtrArray *rules,
                                  bool only_findings, struct html_budget *budget);
void html_selection_clear(struct html_selection *selection);

#endif
