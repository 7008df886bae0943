/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_FILTERS_H
#define SIPCONN_FILTERS_H

/*
 * Registers the entries of Wireshark's menus "Conversation Filter": SIP transaction, SIP connection,
 * everything between these two SIP peers. Once, while protocols register.
 */
void filters_register(void);

#endif
