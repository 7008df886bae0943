/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_ENDPOINT_TEXT_H
#define SIPCONN_ENDPOINT_TEXT_H

/*
 * "192.0.2.1" of "192.0.2.1:5060", "2001:db8::1" of "[2001:db8::1]:5060"; pseudonyms have the same
 * form. A text without a port is copied as it is. g_free()able.
 */
char *endpoint_text_address(const char *endpoint);

#endif
