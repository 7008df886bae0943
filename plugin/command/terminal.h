/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_TERMINAL_H
#define SIPCONN_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Columns of the terminal behind the stream; of $COLUMNS, else 80, if it is none. */
unsigned terminal_width(FILE *stream);

/* Colours may be written: it is a terminal that knows them and NO_COLOR (no-color.org) is not set. */
bool terminal_has_color(FILE *stream);

#endif
