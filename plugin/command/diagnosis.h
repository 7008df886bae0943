/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_DIAGNOSIS_H
#define SIPCONN_DIAGNOSIS_H

#include "result.h"
#include "tshark.h"

/* How a run of tshark ended. */
struct run_end {
    bool is_signalled;
    int status; /* exit status, or the signal */
    const char *stderr_text;
};

/*
 * Sets result->error or ->warning by what tshark said about the capture. If not the capture is at
 * fault but what all captures share (plugin, filter, preferences …), the result stays as it is and
 * a sentence that names the thing is returned, g_free()able.
 */
char *diagnosis_make(struct result *result, const struct run_end *end, const struct tshark *tshark);

#endif
