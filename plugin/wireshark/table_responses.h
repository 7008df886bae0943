/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_TABLE_RESPONSES_H
#define SIPCONN_TABLE_RESPONSES_H

/* Registers the table of responses: where each went, and where it should have gone. */
void table_responses_register(void);

#endif
