/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "progress.h"

#include <glib.h>
#include <stdio.h>
#include <unistd.h>

/* Of the name; with the rest the line stays within 80 columns. */
#define NAME_COLUMNS 50

void progress_begin(struct progress *progress, unsigned total, bool quiet)
{
    progress->is_shown = !quiet && isatty(STDERR_FILENO);
    progress->done = 0;
    progress->total = total;
}

static void progress_show(const struct progress *progress, const char *name)
{
    if (progress->is_shown) {
        /* ECMA-48: to the first column, erase to the end of the line. */
        fprintf(stderr, "\r\x1b[K%u of %u captures read%s%s", progress->done, progress->total,
                *name ? ", reading " : "", name);
        fflush(stderr);
    }
}

void progress_started(struct progress *progress, const char *path)
{
    g_autofree char *base = g_filename_display_basename(path);
    g_autofree char *name = g_utf8_substring(base, 0, MIN(g_utf8_strlen(base, -1), NAME_COLUMNS));

    progress_show(progress, g_strdelimit(name, "\t\r\n\x1b", '?'));
}

void progress_done(struct progress *progress)
{
    progress->done++;
    progress_show(progress, "");
}

void progress_clear(const struct progress *progress)
{
    if (progress->is_shown) {
        fputs("\r\x1b[K", stderr);
        fflush(stderr);
    }
}
