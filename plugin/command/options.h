/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_OPTIONS_H
#define SIPCONN_OPTIONS_H

#include "report.h"
#include "rules.h"
#include "selection.h"

/* What the user wants instead of a report. */
enum options_action {
    ACTION_ANALYSE,
    ACTION_LIST_RULES,
    ACTION_LIST_RULES_MARKDOWN,
    ACTION_EXPLAIN,
    ACTION_VERSION,
};

/* The command line. Strings are NULL where the option was not given. */
struct options {
    enum options_action action;
    const struct report_format *format;
    char *output;
    enum severity fail_on; /* SEVERITY_COUNT: never */
    double min_judged;     /* per cent of the responses; 0: any number will do */
    struct selection selection;
    char *allow, *baseline, *keylog, *filter, *tshark, *explain;
    char **decode_as, **preferences; /* NULL-terminated; or NULL */
    unsigned jobs;
    bool redact, quiet;
    char **captures; /* NULL-terminated, at least one for ACTION_ANALYSE */
};

/*
 * Reads the command line; --help is answered here and ends the process. False with *error set on a
 * mistake of the user; its message is a sentence that names the option.
 */
bool options_parse(struct options *options, char **arguments, GError **error);

void options_clear(struct options *options);

#endif
