/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <gio/gio.h>
#include <locale.h>
#include <stdlib.h>

#include "report.h"

/* Usage so far: sipconn FORMAT TSHARK CAPTURE... */
int main(int argc, char **argv)
{
    struct report_style style = {.out = stdout, .width = 80};

    setlocale(LC_CTYPE, "");
    if (argc < 4 || !report_format_find(argv[1])) {
        fprintf(stderr, "usage: sipconn FORMAT TSHARK CAPTURE...\n");
        return 2;
    }
    const struct report_format *format = report_format_find(argv[1]);
    void *state = format->begin(&style);
    for (int i = 3; i < argc; i++) {
        g_autofree char *quoted = g_shell_quote(argv[i]);
        g_autofree char *command = g_strdup_printf(
            "%s -r - -q -o tcp.reassemble_out_of_order:TRUE -z sipconn,ndjson%s < %s", argv[2],
            format->needs_events ? " -z sipconn,events" : "", quoted);
        FILE *pipe = popen(command, "r");
        struct result *result = result_new(argv[i]);
        char *line = NULL;
        size_t size = 0;
        ssize_t length;
        while (pipe && (length = getline(&line, &size, pipe)) > 0) {
            g_autoptr(GError) error = NULL;
            if (!result_read_line(result, line, (gsize)length, &error)) {
                fprintf(stderr, "sipconn: %s: %s\n", argv[i], error->message);
            }
        }
        free(line);
        if (pipe) {
            pclose(pipe);
        }
        result_complete(result);
        format->capture(state, result);
        result_free(result);
    }
    format->end(state);
    return 0;
}
