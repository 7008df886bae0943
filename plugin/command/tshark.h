/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_TSHARK_H
#define SIPCONN_TSHARK_H

#include <gio/gio.h>

#include "options.h"

/* The tshark to run, and how, so that it loads the plugin. */
struct tshark {
    char *path;
    char *plugins;   /* WIRESHARK_PLUGIN_DIR of the build tree; NULL: Wireshark's own folders */
    bool drops_root; /* it is to be run as nobody */
};

/*
 * Finds the tshark: the option, else $SIPCONN_TSHARK, else that of the Wireshark it was built for,
 * else that of PATH. One that was named is run as it is. False and an error if there is none.
 */
bool tshark_find(struct tshark *tshark, const char *option, GError **error);
void tshark_clear(struct tshark *tshark);

/* The arguments for reading a capture from standard input; NULL-terminated, g_strfreev()able. */
char **tshark_arguments(const struct tshark *tshark, const struct options *options);

/* Environment, user and signals of its processes are set on the launcher. */
void tshark_prepare(const struct tshark *tshark, GSubprocessLauncher *launcher);

/* "4.4", what `tshark --version` says; NULL if it cannot be run. g_free()able. */
char *tshark_series(const struct tshark *tshark);

/* What tshark_arguments() switches on, a sentence for people. */
const char *tshark_settings(void);

#endif
