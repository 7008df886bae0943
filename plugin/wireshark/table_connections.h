/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_TABLE_CONNECTIONS_H
#define SIPCONN_TABLE_CONNECTIONS_H

/* Registers the table of connections: who opened each, how it was used, how it ended. */
void table_connections_register(void);

#endif
