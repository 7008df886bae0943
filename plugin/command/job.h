/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_JOB_H
#define SIPCONN_JOB_H

#include "result.h"
#include "tshark.h"

/* One capture on its way through a tshark. */
struct job;

/*
 * Called once for each job, from the main loop. The result is the callee's. failure: NULL, or a
 * sentence about something that all captures share, the callee's as well.
 */
typedef void job_done(void *data, struct job *job, struct result *result, char *failure);

/* path as the user gave it; arguments of tshark_arguments(), they and tshark outlive the job. */
struct job *job_start(const char *path, const struct tshark *tshark, char *const *arguments,
                      job_done *done, void *data);

/* Has its tshark end; done is still called, with a result that is of no use. */
void job_cancel(struct job *job);

/* To be called in or after done. */
void job_free(struct job *job);

#endif
