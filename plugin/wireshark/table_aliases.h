/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_TABLE_ALIASES_H
#define SIPCONN_TABLE_ALIASES_H

/* Registers the alias table of RFC 5923 5, as the capture proves it. */
void table_aliases_register(void);

#endif
