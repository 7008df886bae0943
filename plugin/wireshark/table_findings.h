/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_TABLE_FINDINGS_H
#define SIPCONN_TABLE_FINDINGS_H

/* Registers the table of findings: one row for each, with how often it occurred. */
void table_findings_register(void);

#endif
