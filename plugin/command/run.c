/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run.h"

#include <glib-unix.h>
#include <signal.h>

#include "allow.h"
#include "baseline.h"
#include "keylog.h"
#include "outcome.h"
#include "output.h"
#include "pool.h"
#include "progress.h"
#include "redact.h"
#include "say.h"
#include "terminal.h"
#include "tshark.h"

/* One report in the making. */
struct run {
    const struct options *options;
    struct tshark tshark;
    struct allow *allow;         /* NULL: none */
    struct baseline *baseline;   /* NULL: none */
    struct redaction *redaction; /* NULL: not asked for */
    struct output output;
    struct report_style style;
    void *report; /* state of the format; NULL until the first result */
    struct progress progress;
    struct outcome outcome;
    struct pool *pool;
    int signal; /* that interrupted it; 0: none */
};

static void run_started(void *data, const char *path)
{
    struct run *run = data;

    progress_started(&run->progress, path);
}

static void run_result(void *data, struct result *result)
{
    struct run *run = data;
    const struct options *options = run->options;

    progress_clear(&run->progress);
    if (result->error) {
        say("%s: %s", result->name, result->error);
    } else if (result->warning && !options->quiet) {
        say("%s: %s", result->name, result->warning);
    }
    selection_apply(&options->selection, result);
    if (run->allow) {
        allow_apply(run->allow, result);
    }
    if (run->baseline) {
        baseline_apply(run->baseline, result);
    }
    outcome_add(&run->outcome, result, options->fail_on);
    if (run->redaction) {
        redact_result(run->redaction, result);
    }
    /* Not earlier: if all captures fail for one common reason, there is no report. */
    if (!run->report) {
        run->report = options->format->begin(&run->style);
    }
    options->format->capture(run->report, result);
    progress_done(&run->progress);
}

static gboolean run_interrupted(struct run *run, int number)
{
    run->signal = number;
    if (run->pool) {
        pool_cancel(run->pool);
    }
    return G_SOURCE_CONTINUE;
}

static gboolean run_sigint(void *data)
{
    return run_interrupted(data, SIGINT);
}

static gboolean run_sigterm(void *data)
{
    return run_interrupted(data, SIGTERM);
}

static gboolean run_sighup(void *data)
{
    return run_interrupted(data, SIGHUP);
}

/* nohup has it ignored. */
static bool is_ignored(int number)
{
    struct sigaction action;

    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/* What the command line names besides captures; all of it is read before any capture is. */
static bool run_prepare(struct run *run, GError **error)
{
    const struct options *options = run->options;
    g_autofree char *today = allow_today();

    if (options->keylog && !keylog_check(options->keylog, error)) {
        return false;
    }
    if (options->allow && !(run->allow = allow_read(options->allow, today, error))) {
        return false;
    }
    if (options->baseline && !(run->baseline = baseline_read(options->baseline, error))) {
        return false;
    }
    if (!tshark_find(&run->tshark, options->tshark, error) ||
        !output_open(&run->output, options->output, error)) {
        return false;
    }
    run->redaction = options->redact ? redaction_new() : NULL;
    run->style = (struct report_style){
        .out = run->output.file,
        .width = terminal_width(run->output.file),
        .color = terminal_has_color(run->output.file),
        .quiet = options->quiet,
        .redacted = options->redact,
        .fail_on = options->fail_on,
        .selection = &options->selection,
        .settings = tshark_settings(),
    };
    return true;
}

static void say_afterwards(const struct run *run)
{
    double min_judged = run->options->min_judged;

    if (run->allow) {
        g_autoptr(GPtrArray) complaints = allow_complaints(run->allow, run->options->quiet);
        for (unsigned i = 0; i < complaints->len; i++) {
            say("%s", (const char *)g_ptr_array_index(complaints, i));
        }
    }
    if (outcome_is_unjudged(&run->outcome, min_judged)) {
        say("--min-judged: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
            " responses could be judged, fewer than the %g %% asked for",
            run->outcome.judged, run->outcome.responses, min_judged);
    }
}

static int run_captures(struct run *run)
{
    const struct options *options = run->options;
    const struct pool_listener listener = {run_result, run_started, run};
    g_auto(GStrv) arguments = tshark_arguments(&run->tshark, options);
    g_autoptr(GError) error = NULL;

    run->pool = pool_new(options->captures, options->jobs, &run->tshark, arguments, &listener);
    progress_begin(&run->progress, g_strv_length(options->captures), options->quiet);
    g_autofree char *failure = pool_run(run->pool);
    progress_clear(&run->progress);
    g_clear_pointer(&run->pool, pool_free);

    if (!run->signal && failure) {
        say("%s", failure);
        output_discard(&run->output);
        return EXIT_STATUS_TROUBLE;
    }
    if (!run->signal) {
        options->format->end(run->report);
        /* A large page takes a while to be written, and nobody looked for signals meanwhile. */
        while (g_main_context_iteration(NULL, FALSE)) {
        }
    }
    if (run->signal) {
        output_discard(&run->output);
        return 128 + run->signal;
    }
    say_afterwards(run);
    if (!output_commit(&run->output, &error)) {
        say("%s", error->message);
        return EXIT_STATUS_TROUBLE;
    }
    return (int)outcome_status(&run->outcome, options->min_judged);
}

int run_analysis(const struct options *options)
{
    struct run run = {.options = options};
    g_autoptr(GError) error = NULL;
    int status = EXIT_STATUS_TROUBLE;

    /* Before there is a file that an interrupt could leave behind, and until it is renamed. */
    g_unix_signal_add(SIGINT, run_sigint, &run);
    g_unix_signal_add(SIGTERM, run_sigterm, &run);
    if (!is_ignored(SIGHUP)) {
        g_unix_signal_add(SIGHUP, run_sighup, &run);
    }
    if (options->output) {
        /* Nobody reads the messages any more: no reason to lose the report. */
        signal(SIGPIPE, SIG_IGN);
    }
    if (run_prepare(&run, &error)) {
        status = run_captures(&run);
    } else {
        say("%s", error->message);
        output_discard(&run.output);
    }
    allow_free(run.allow);
    baseline_free(run.baseline);
    redaction_free(run.redaction);
    tshark_clear(&run.tshark);
    return status;
}
