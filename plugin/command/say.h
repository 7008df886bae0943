/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_SAY_H
#define SIPCONN_SAY_H

#include <glib.h>

/*
 * One line on stderr, "sipconn: …". Control characters are shown as '?': file names and what tshark
 * says may have anything in them.
 */
void say(const char *format, ...) G_GNUC_PRINTF(1, 2);

#endif
