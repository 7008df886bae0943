/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_TEXT_FILE_H
#define SIPCONN_TEXT_FILE_H

#include <glib.h>

/*
 * A whole file that the command line names, g_free()able and NUL-terminated; *length (may be NULL)
 * is in bytes. NULL, and an error that names the file and its role ("allow list"), if it cannot be
 * read.
 */
char *text_file_read(const char *path, const char *role, gsize *length, GError **error);

#endif
