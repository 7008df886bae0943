/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REPORT_TEXT_CONNECTIONS_H
#define SIPCONN_REPORT_TEXT_CONNECTIONS_H

#include "report_text_layout.h"
#include "result.h"

/*
 * Writes how the connections of a capture were used: each one, or, if they are many, those alike
 * (same peers, transport and classes) in one row. Nothing if there are none.
 */
void report_text_connections(struct layout *layout, const struct result *result);

/* Writes the alias tables that the capture proves (RFC 5923 5). Nothing if they are empty. */
void report_text_aliases(struct layout *layout, const struct result *result);

#endif
