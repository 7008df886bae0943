/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_CAPTURE_FILE_H
#define SIPCONN_CAPTURE_FILE_H

/*
 * Opens a capture ("-": standard input) for a tshark that need not be allowed to read it itself.
 * The file descriptor is the caller's. -1 if there is nothing to be read; *reason is then a static
 * sentence that says why and what to do. Whether it is a capture only tshark can tell.
 */
int capture_file_open(const char *path, const char **reason);

#endif
