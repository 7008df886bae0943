/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tshark.h"

#include <string.h>
#include <unistd.h>

#include "tshark_child.h"

/* A folder that does not exist: Wireshark takes it as an empty one. */
#define NO_CONFIGURATION "/nonexistent/sipconn"

/* Without these, messages in segments that are out of order or cut are lost to the analysis. */
static const char *const preferences[] = {
    "tcp.desegment_tcp_streams:TRUE",
    "tcp.reassemble_out_of_order:TRUE",
    "sip.desegment_headers:TRUE",
    "sip.desegment_body:TRUE",
    "tls.desegment_ssl_records:TRUE",
    "tls.desegment_ssl_application_data:TRUE",
    "ip.defragment:TRUE",
    "ipv6.defragment:TRUE",
};

/* The folder plugins/ beside this executable, if the module was built there; else NULL. */
static char *build_tree_plugins(void)
{
    g_autofree char *executable = g_file_read_link("/proc/self/exe", NULL);

    if (!executable) {
        return NULL;
    }
    g_autofree char *folder = g_path_get_dirname(executable);
    g_autofree char *module =
        g_build_filename(folder, "plugins", SIPCONN_SERIES, "epan", "sipconn.so", NULL);
    return g_file_test(module, G_FILE_TEST_IS_REGULAR) ? g_build_filename(folder, "plugins", NULL)
                                                       : NULL;
}

bool tshark_find(struct tshark *tshark, const char *option, GError **error)
{
    const char *named = option ? option : g_getenv("SIPCONN_TSHARK");

    memset(tshark, 0, sizeof(*tshark));
    if (named && *named) {
        tshark->path = g_find_program_in_path(named);
        if (!tshark->path) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                        "%s: is no program that can be run as tshark, correct %s", named,
                        option ? "--tshark" : "$SIPCONN_TSHARK");
            return false;
        }
    } else {
        tshark->path = g_file_test(SIPCONN_TSHARK, G_FILE_TEST_IS_EXECUTABLE)
                           ? g_strdup(SIPCONN_TSHARK)
                           : g_find_program_in_path("tshark");
    }
    if (!tshark->path) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                    "tshark: is not installed, install Wireshark's tshark or name one with "
                    "--tshark");
        return false;
    }
    tshark->plugins = build_tree_plugins();
    /*
     * Taking strangers' packets apart needs no root; and Wireshark loads plugins from outside its own
     * folders for any user but root.
     */
    tshark->drops_root = !named && geteuid() == 0;
    return true;
}

void tshark_clear(struct tshark *tshark)
{
    g_free(tshark->path);
    g_free(tshark->plugins);
}

static void add_option(GPtrArray *arguments, const char *option, char *value)
{
    g_ptr_array_add(arguments, g_strdup(option));
    g_ptr_array_add(arguments, value);
}

char **tshark_arguments(const struct tshark *tshark, const struct options *options)
{
    GPtrArray *arguments = g_ptr_array_new();

    /* -q: no packet list. -n: no names from the network into a report. */
    add_option(arguments, tshark->path, g_strdup("-q"));
    add_option(arguments, "-n", g_strdup("-r"));
    g_ptr_array_add(arguments, g_strdup("-"));
    for (unsigned i = 0; i < G_N_ELEMENTS(preferences); i++) {
        add_option(arguments, "-o", g_strdup(preferences[i]));
    }
    if (options->keylog) {
        add_option(arguments, "-o", g_strdup_printf("tls.keylog_file:%s", options->keylog));
    }
    if (options->redact) {
        add_option(arguments, "-o", g_strdup("sipconn.mark_values:TRUE"));
    }
    /* Behind ours: the user may know better. */
    for (char **preference = options->preferences; preference && *preference; preference++) {
        add_option(arguments, "-o", g_strdup(*preference));
    }
    for (char **layer = options->decode_as; layer && *layer; layer++) {
        add_option(arguments, "-d", g_strdup(*layer));
    }
    add_option(arguments, "-z",
               g_strdup_printf("sipconn,ndjson%s%s", options->filter ? "," : "",
                               options->filter ? options->filter : ""));
    if (options->format->needs_events) {
        add_option(arguments, "-z", g_strdup("sipconn,events"));
    }
    g_ptr_array_add(arguments, NULL);
    return (char **)g_ptr_array_free(arguments, FALSE);
}

void tshark_prepare(const struct tshark *tshark, GSubprocessLauncher *launcher)
{
    /*
     * What the user's own Wireshark is set to (protocols switched off, other ports, columns) must
     * not change what a build server says. Personal plugins are found nevertheless: by HOME.
     */
    g_subprocess_launcher_setenv(launcher, "WIRESHARK_CONFIG_DIR", NO_CONFIGURATION, TRUE);
    /* Messages are looked for in what it writes to stderr. */
    g_subprocess_launcher_setenv(launcher, "LC_MESSAGES", "C", TRUE);
    if (tshark->plugins) {
        g_subprocess_launcher_setenv(launcher, "WIRESHARK_PLUGIN_DIR", tshark->plugins, TRUE);
    }
    if (tshark->drops_root) {
        g_subprocess_launcher_setenv(launcher, "HOME", "/nonexistent", TRUE);
    }
    tshark_child_setup(launcher, tshark->drops_root);
}

char *tshark_series(const struct tshark *tshark)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_autofree char *text = NULL;
    const char *const arguments[] = {tshark->path, "--version", NULL};

    tshark_prepare(tshark, launcher);
    g_autoptr(GSubprocess) process = g_subprocess_launcher_spawnv(launcher, arguments, NULL);
    if (!process || !g_subprocess_communicate_utf8(process, NULL, NULL, &text, NULL, NULL)) {
        return NULL;
    }

    g_autoptr(GRegex) version = g_regex_new("^TShark .*?([0-9]+\\.[0-9]+)\\.", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    return g_regex_match(version, text, 0, &match) ? g_match_info_fetch(match, 1) : NULL;
}

const char *tshark_settings(void)
{
    return "Reassembly was switched on; preferences of your own Wireshark were not used.";
}
