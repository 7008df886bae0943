/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_TABLES_H
#define SIPCONN_TABLES_H

/*
 * Registers the tables of the Telephony menu and of tshark: `-z sipconn,responses[,filter]` and
 * `-z sipconn,findings[,filter]`. Once, while protocols register.
 */
void tables_register(void);

#endif
