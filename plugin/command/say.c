/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "say.h"

#include <stdio.h>

void say(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    for (char *at = text; *at; at++) {
        if (g_ascii_iscntrl(*at)) {
            *at = '?';
        }
    }
    fprintf(stderr, "sipconn: %s\n", text);
}
