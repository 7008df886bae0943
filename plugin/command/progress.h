/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_PROGRESS_H
#define SIPCONN_PROGRESS_H

#include <stdbool.h>

/* One line on stderr that is written anew as captures are done. */
struct progress {
    bool is_shown;
    unsigned done, total;
};

/* Nothing is ever shown if quiet or if stderr is no terminal. */
void progress_begin(struct progress *progress, unsigned total, bool quiet);
void progress_started(struct progress *progress, const char *path);
void progress_done(struct progress *progress);

/* Takes the line away; to be called before anything else is written to the terminal. */
void progress_clear(const struct progress *progress);

#endif
