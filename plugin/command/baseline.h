/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_BASELINE_H
#define SIPCONN_BASELINE_H

#include "result.h"

/* Findings of an earlier report, known by finding_identity(). */
struct baseline;

/* Reads a report of format ndjson or json. NULL and an error that names the file if it is none. */
struct baseline *baseline_read(const char *path, GError **error);
void baseline_free(struct baseline *baseline);

/* Hides the findings that the earlier report has as well, however often each of them occurs. */
void baseline_apply(const struct baseline *baseline, struct result *result);

#endif
