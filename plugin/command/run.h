/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_RUN_H
#define SIPCONN_RUN_H

#include "options.h"

/*
 * Analyses the captures and writes the report. Returns the exit status: one of enum exit_status, or
 * 128 + the signal that interrupted it. What went wrong was said on stderr.
 */
int run_analysis(const struct options *options);

#endif
