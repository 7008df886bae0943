/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REPORT_HTML_CAPTURE_H
#define SIPCONN_REPORT_HTML_CAPTURE_H

#include "report_html_group.h"
#include "report_html_select.h"

/*
 * Appends all that the page has about one capture. number counts the captures of the page from 1;
 * without_hidden leaves out what does not count, and connections and aliases with it. What is
 * embedded is taken from the budget.
 */
void html_capture_put(GString *out, const struct result *result, unsigned number,
                      bool without_hidden, struct html_budget *budget);

#endif
