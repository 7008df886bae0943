/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diagnosis.h"

#include <string.h>
#include <unistd.h>

/* What tshark complains of, by a part of its words that all its versions share. */
struct symptom {
    const char *words;
    const char *subject; /* the option at fault */
    const char *advice;
};

static const struct symptom option_symptoms[] = {
    {"Filter \"", "--filter", "correct the display filter"},
    {"Unknown layer type", "--decode-as", "write it as tcp.port==5070,sip"},
    {"doesn't follow the template", "--decode-as", "write it as tcp.port==5070,sip"},
    {"Invalid selector", "--decode-as", "write it as tcp.port==5070,sip"},
    {"Unknown protocol", "--decode-as", "write it as tcp.port==5070,sip"},
    {"-o flag", "-O", "write it as NAME:VALUE, tshark -G currentprefs lists the names"},
};

/* The first line of tshark's own, without its name; NULL if there is none. g_free()able. */
static char *tshark_complaint(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (unsigned i = 0; lines[i]; i++) {
        if (g_str_has_prefix(lines[i], "tshark: ")) {
            gsize length = strlen(lines[i]) - g_str_has_suffix(lines[i], ".");
            return g_strndup(lines[i] + strlen("tshark: "), length - strlen("tshark: "));
        }
    }
    return NULL;
}

static char *plugin_sentence(const struct tshark *tshark)
{
    g_autofree char *series = tshark_series(tshark);

    if (!series) {
        return g_strdup_printf("%s: does not run as tshark, name another one with --tshark",
                               tshark->path);
    }
    if (strcmp(series, SIPCONN_SERIES) != 0) {
        return g_strdup_printf("plugin: it is built for Wireshark %s and %s is of %s, build "
                               "sipconn for that one or name a tshark of %s with --tshark",
                               SIPCONN_SERIES, tshark->path, series, SIPCONN_SERIES);
    }
    return g_strdup_printf("plugin: %s does not load it%s, install it with 'cmake --install'",
                           tshark->path,
                           geteuid() == 0 ? " (for root, only from Wireshark's own folder)" : "");
}

static char *shared_failure(const char *complaint, const struct tshark *tshark)
{
    if (strstr(complaint, "Invalid -z argument \"sipconn,events")) {
        return g_strdup("plugin: it is older than this command, install both from one build");
    }
    if (strstr(complaint, "Invalid -z argument")) {
        return plugin_sentence(tshark);
    }
    if (strstr(complaint, "sipconn.mark_values")) {
        return g_strdup("--redact: the plugin is older than this command, install both from one "
                        "build");
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(option_symptoms); i++) {
        if (strstr(complaint, option_symptoms[i].words)) {
            return g_strdup_printf("%s: tshark says: %s; %s", option_symptoms[i].subject, complaint,
                                   option_symptoms[i].advice);
        }
    }
    return NULL;
}

/* A capture that was read to some point, and what stopped it. */
static char *partial_sentence(const char *complaint)
{
    if (complaint && strstr(complaint, "cut short")) {
        return g_strdup("is cut short in its last packet; what stands before it was analysed");
    }
    if (complaint) {
        return g_strdup_printf("could be read only in part, tshark says: %s; what stands before "
                               "it was analysed",
                               complaint);
    }
    return g_strdup("could be read only in part; what stands before it was analysed");
}

static char *unread_sentence(const char *complaint)
{
    if (strstr(complaint, "isn't a capture file")) {
        return g_strdup("is no capture file that Wireshark knows, check what was written there");
    }
    return g_strdup_printf("tshark says: %s; try to open it in Wireshark", complaint);
}

char *diagnosis_make(struct result *result, const struct run_end *end, const struct tshark *tshark)
{
    bool has_capture = result->sipconn != NULL;
    g_autofree char *complaint = tshark_complaint(end->stderr_text);

    if (result->error) {
        return NULL;
    }
    if (end->is_signalled) {
        result->error = g_strdup_printf("tshark crashed on it (signal %d), try another version of "
                                        "Wireshark",
                                        end->status);
        return NULL;
    }
    if (has_capture && !result->is_complete) {
        result->error = g_strdup_printf("tshark ended in the middle of its output (status %d), try "
                                        "another version of Wireshark or more memory",
                                        end->status);
        return NULL;
    }
    if (has_capture) {
        if (end->status != 0) {
            result->warning = partial_sentence(complaint);
        }
        return NULL;
    }

    char *shared = complaint ? shared_failure(complaint, tshark) : NULL;
    if (!complaint) {
        return plugin_sentence(tshark);
    }
    if (!shared) {
        result->error = unread_sentence(complaint);
    }
    return shared;
}
