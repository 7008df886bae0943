/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <locale.h>
#include <unistd.h>

#include "options.h"
#include "outcome.h"
#include "rule_names.h"
#include "rule_reference.h"
#include "run.h"
#include "say.h"
#include "terminal.h"

static int main_version(const struct options *options G_GNUC_UNUSED)
{
    printf("sipconn %s for Wireshark %s\n", SIPCONN_VERSION, SIPCONN_SERIES);
    return EXIT_STATUS_CLEAN;
}

static struct report_style standard_output(void)
{
    return (struct report_style){
        .out = stdout,
        .width = terminal_width(stdout),
        .color = terminal_has_color(stdout),
    };
}

static int main_list_rules(const struct options *options G_GNUC_UNUSED)
{
    struct report_style style = standard_output();

    rule_list_print(&style);
    return EXIT_STATUS_CLEAN;
}

static int main_list_rules_markdown(const struct options *options G_GNUC_UNUSED)
{
    rule_reference_write(stdout);
    return EXIT_STATUS_CLEAN;
}

static int main_explain(const struct options *options)
{
    struct report_style style = standard_output();

    if (!rule_explain(&style, options->explain)) {
        g_autofree char *unknown = rule_names_unknown(options->explain);
        say("--explain: %s", unknown);
        return EXIT_STATUS_TROUBLE;
    }
    return EXIT_STATUS_CLEAN;
}

/*
 * Were they closed, other files would get their numbers, and messages be written into a report. Opened
 * for reading, so that what is written to them still fails.
 */
static void open_standard_files(void)
{
    int fd;

    do {
        fd = open("/dev/null", O_RDONLY);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0) {
        close(fd);
    }
}

int main(int argc G_GNUC_UNUSED, char **argv)
{
    static int (*const actions[])(const struct options *) = {
        [ACTION_ANALYSE] = run_analysis,
        [ACTION_LIST_RULES] = main_list_rules,
        [ACTION_LIST_RULES_MARKDOWN] = main_list_rules_markdown,
        [ACTION_EXPLAIN] = main_explain,
        [ACTION_VERSION] = main_version,
    };
    struct options options;
    g_autoptr(GError) error = NULL;
    int status = EXIT_STATUS_TROUBLE;

    open_standard_files();
    /* Numbers are written the same everywhere; only what characters are is the user's. */
    setlocale(LC_CTYPE, "");
    if (options_parse(&options, argv, &error)) {
        status = actions[options.action](&options);
    } else {
        say("%s (sipconn --help)", error->message);
    }
    options_clear(&options);
    return status;
}
