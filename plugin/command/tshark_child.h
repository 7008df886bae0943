/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_TSHARK_CHILD_H
#define SIPCONN_TSHARK_CHILD_H

#include <gio/gio.h>
#include <stdbool.h>

/*
 * Has processes of the launcher lead a process group each, and end if this
 * process does (Linux). With drops_root they run as nobody, who keeps of root's rights only that of
 * reading files: checkouts and key logs of root are often closed to others.
 */
void tshark_child_setup(GSubprocessLauncher *launcher, bool drops_root);

/* Ends the process and what it started. */
void tshark_child_end(GSubprocess *process);

#endif
