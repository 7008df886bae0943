/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_KEYLOG_H
#define SIPCONN_KEYLOG_H

#include <glib.h>
#include <stdbool.h>

/*
 * False, with an error that names the file, if it cannot be read or has no line of TLS secrets in
 * it: tshark says nothing about either and simply decrypts nothing.
 */
bool keylog_check(const char *path, GError **error);

#endif
