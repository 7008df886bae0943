/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_NDJSON_EVENTS_H
#define SIPCONN_NDJSON_EVENTS_H

#include <stdio.h>

#include "analysis.h"
#include "passing.h"

/*
 * Writes what time lines need in the order of the file, one line of JSON each: every message whose
 * frame passes, and what else happened to connections that pass.
 */
void ndjson_write_events(FILE *file, const struct analysis *analysis,
                         const struct passing *passing);

#endif
