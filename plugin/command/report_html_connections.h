/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REPORT_HTML_CONNECTIONS_H
#define SIPCONN_REPORT_HTML_CONNECTIONS_H

#include "report_html_select.h"

/* Appends the table of the connections: struct connection_item *; ids start with prefix. */
void html_connections_put(GString *out, const GPtrArray *connections, const char *prefix);

/* Appends the table of the aliases: struct alias_item *. */
void html_aliases_put(GString *out, const GPtrArray *aliases);

#endif
