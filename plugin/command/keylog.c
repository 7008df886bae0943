/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keylog.h"

#include <gio/gio.h>

#include "text_file.h"

/* A line of a key log: label, what it is for, and the secret, the latter two in hexadecimal. */
#define KEY_LINE                                                                                   \
    "^(RSA|PMS_CLIENT_RANDOM|CLIENT_RANDOM|[A-Z_]+_SECRET(_0|_N)?)[ ][[:xdigit:]]+[ ]"             \
    "[[:xdigit:]]+\\s*$|^RSA Session-ID:[[:xdigit:]]+ Master-Key:[[:xdigit:]]+"

bool keylog_check(const char *path, GError **error)
{
    gsize length;
    g_autofree char *text = text_file_read(path, "key log", &length, error);

    if (!text) {
        return false;
    }

    g_autoptr(GRegex) line = g_regex_new(KEY_LINE, G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);
    if (!g_regex_match_full(line, text, (gssize)length, 0, 0, NULL, NULL)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                    "%s: has no TLS secrets in it, name the file that SSLKEYLOGFILE named when "
                    "the capture was made",
                    path);
        return false;
    }
    return true;
}
