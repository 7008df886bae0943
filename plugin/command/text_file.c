/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_file.h"

#include <gio/gio.h>
#include <string.h>

char *text_file_read(const char *path, const char *role, gsize *length, GError **error)
{
    g_autoptr(GError) cause = NULL;
    char *text;

    if (g_file_get_contents(path, &text, length, &cause)) {
        return text;
    }
    /* GLib names the file as well: "Failed to open file ...: No such file or directory". */
    const char *reason = g_strrstr(cause->message, ": ");
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                "%s: cannot be read as %s: %s, check its name and permissions", path, role,
                reason ? reason + strlen(": ") : cause->message);
    return NULL;
}
