/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_OUTPUT_H
#define SIPCONN_OUTPUT_H

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

/* Where the report goes: standard output, or a file that is replaced only once it is complete. */
struct output {
    FILE *file;
    char *path;      /* NULL: standard output */
    char *temporary; /* replaces it; NULL: it is written directly */
};

/* path NULL: standard output. False, with an error that names the file, if it cannot be written. */
bool output_open(struct output *output, const char *path, GError **error);

/* Completes the file. False if anything of it could not be written; the old one is then kept. */
bool output_commit(struct output *output, GError **error);

/* Leaves no trace. Harmless after output_commit(). */
void output_discard(struct output *output);

#endif
