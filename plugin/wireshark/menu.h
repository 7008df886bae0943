/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_MENU_H
#define SIPCONN_MENU_H

/*
 * Registers the submenu "SIP Connections" of Wireshark's menu Telephony: filters for findings by
 * severity, and the standards. Once, while protocols register; without a window it does nothing.
 */
void menu_register(int proto);

#endif
