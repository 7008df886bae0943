/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REPORT_HTML_DATA_H
#define SIPCONN_REPORT_HTML_DATA_H

#include "report_html_group.h"
#include "report_html_select.h"

/*
 * Appends what the page's script draws from, as one JSON object for use within <script>:
 * strings[], and the tables messages, connections, events and findings, each with columns[], the
 * names of those columns whose numbers stand for strings[], and rows[]. Times are microseconds since
 * the first packet, null if unknown. rules as from html_rules_new().
 */
void html_data_put(GString *out, const struct result *result,
                   const struct html_selection *selection, const GPtrArray *rules);

#endif
