/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "terminal.h"

#include <glib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_DEFAULT 80
#define WIDTH_MIN 40
#define WIDTH_MAX 500

unsigned terminal_width(FILE *stream)
{
    struct winsize size;
    const char *columns = g_getenv("COLUMNS");
    guint64 width;

    if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return CLAMP(size.ws_col, WIDTH_MIN, WIDTH_MAX);
    }
    if (columns && g_ascii_string_to_unsigned(columns, 10, WIDTH_MIN, WIDTH_MAX, &width, NULL)) {
        return (unsigned)width;
    }
    return WIDTH_DEFAULT;
}

bool terminal_has_color(FILE *stream)
{
    const char *no_color = g_getenv("NO_COLOR");
    const char *term = g_getenv("TERM");

    return isatty(fileno(stream)) && !(no_color && *no_color) && term && !g_str_equal(term, "dumb");
}
