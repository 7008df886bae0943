/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REPORT_H
#define SIPCONN_REPORT_H

#include <stdio.h>

#include "result.h"
#include "rules.h"

struct selection;

/* How a report is written; the same for all formats, each takes what it needs. */
struct report_style {
    FILE *out;
    unsigned width; /* columns of the terminal; 80 if it is none */
    bool color;     /* escape sequences may be written */
    bool quiet;     /* only findings that count and errors */
    bool redacted;
    enum severity fail_on; /* findings from here on fail a build; SEVERITY_COUNT: none does */
    const struct selection *selection; /* the rules that are told */
    const char *settings; /* what the command switched on in Wireshark, one sentence for people */
};

/*
 * A format. Results come one by one in the order of the command line, each freed by the caller after
 * the call: a report may cover thousands of captures. state is the format's own.
 */
struct report_format {
    const char *name;                                 /* of --format: "text" */
    bool needs_events;                                /* it looks at times and result->events */
    void *(*begin)(const struct report_style *style); /* style outlives the report */
    void (*capture)(void *state, const struct result *result);
    void (*end)(void *state); /* writes what is left, frees state */
};

extern const struct report_format report_text, report_ndjson, report_json, report_junit,
    report_html;

/* The format of that name, NULL if there is none. */
const struct report_format *report_format_find(const char *name);

#endif
