/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Renders the HTML report of made-up results, so that the page can be tested with what no capture
 * of ours has: thousands of findings, hostile text in every field. Each argument is a file of NDJSON
 * lines as the plugin writes them; a name starting with "error:" is a capture that failed for that
 * reason. The page goes to standard output.
 */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

static bool lines_read(struct result *result, const char *path)
{
    GError *error = NULL;
    char *text;

    if (!g_file_get_contents(path, &text, NULL, &error)) {
        g_printerr("%s\n", error->message);
        g_error_free(error);
        return false;
    }

    char **lines = g_strsplit(text, "\n", -1);
    bool ok = true;
    for (unsigned i = 0; ok && lines[i]; i++) {
        ok = !*lines[i] || result_read_line(result, lines[i], strlen(lines[i]), &error);
    }
    if (!ok) {
        g_printerr("%s: %s\n", path, error->message);
        g_error_free(error);
    }
    g_strfreev(lines);
    g_free(text);
    result_complete(result);
    return ok;
}

int main(int argc, char **argv)
{
    const struct report_style style = {
        .out = stdout,
        .width = 80,
        .quiet = g_getenv("QUIET") != NULL,
        .redacted = g_getenv("REDACTED") != NULL,
        .settings = "Reassembly was switched on for <this> & that.",
    };
    void *state = report_html.begin(&style);
    bool ok = true;

    /* Numbers in the page must not follow the user's language. */
    setlocale(LC_ALL, "");
    for (int i = 1; ok && i < argc; i++) {
        bool failed = g_str_has_prefix(argv[i], "error:");
        char *name = failed ? g_strdup("failed.pcapng") : g_path_get_basename(argv[i]);
        struct result *result = result_new(name);
        if (failed) {
            result->error = g_strdup(argv[i] + strlen("error:"));
        } else {
            ok = lines_read(result, argv[i]);
        }
        report_html.capture(state, result);
        result_free(result);
        g_free(name);
    }
    report_html.end(state);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
