/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include <gio/gio.h>
#include <string.h>

/* The options as text, before their values are checked. */
struct option_texts {
    char *format, *fail_on, *min_judged;
    char **only, **ignore;
    int jobs;
    gboolean redact, quiet, version, list_rules, list_rules_markdown;
};

static gboolean list_rules_parse(const char *name G_GNUC_UNUSED, const char *value, void *data,
                                 GError **error)
{
    struct option_texts *texts = data;

    texts->list_rules = TRUE;
    texts->list_rules_markdown = value && strcmp(value, "markdown") == 0;
    if (value && !texts->list_rules_markdown) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "--list-rules: there is no form '%s', only 'markdown'", value);
        return FALSE;
    }
    return TRUE;
}

static GOptionContext *context_new(struct options *options, struct option_texts *texts)
{
    /* Values are taken as bytes (FILENAME): a filter may have any text in it, in any locale. */
    const GOptionEntry report[] = {
        {"format", 0, 0, G_OPTION_ARG_FILENAME, &texts->format,
         "text (default), ndjson, json, junit or html", "FORMAT"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output,
         "Write the report to FILE, which is replaced only when the report is complete", "FILE"},
        {"redact", 0, 0, G_OPTION_ARG_NONE, &texts->redact,
         "Replace addresses, users, hosts and Call-IDs by pseudonyms", NULL},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &texts->quiet,
         "Tell only findings that count, and errors; no progress", NULL},
        {.long_name = NULL},
    };
    const GOptionEntry verdict[] = {
        {"fail-on", 0, 0, G_OPTION_ARG_FILENAME, &texts->fail_on,
         "Exit with 1 from this severity on: error (default), warn, note, never", "SEVERITY"},
        {"min-judged", 0, 0, G_OPTION_ARG_FILENAME, &texts->min_judged,
         "Exit with 3 if fewer of the responses could be judged, or if there are none", "PERCENT"},
        {"only", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &texts->only,
         "Tell only findings of these rules", "RULE,..."},
        {"ignore", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &texts->ignore,
         "Tell no findings of these rules", "RULE,..."},
        {"allow", 0, 0, G_OPTION_ARG_FILENAME, &options->allow,
         "List of known findings that do not count, each with its reason", "FILE"},
        {"baseline", 0, 0, G_OPTION_ARG_FILENAME, &options->baseline,
         "Earlier report (ndjson or json): what stands there does not count", "FILE"},
        {.long_name = NULL},
    };
    const GOptionEntry reading[] = {
        {"filter", 'Y', 0, G_OPTION_ARG_FILENAME, &options->filter,
         "Tell only findings and messages of frames that pass this display filter", "FILTER"},
        {"keylog", 0, 0, G_OPTION_ARG_FILENAME, &options->keylog,
         "TLS secrets, as SSLKEYLOGFILE has them", "FILE"},
        {"decode-as", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->decode_as,
         "As tshark's -d, for SIP on other ports: tcp.port==5070,sip", "LAYER"},
        {"preference", 'O', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->preferences,
         "As tshark's -o: a preference of Wireshark or of the plugin", "NAME:VALUE"},
        {"jobs", 'j', 0, G_OPTION_ARG_INT, &texts->jobs,
         "Captures read at once (default: one for each processor)", "N"},
        {"tshark", 0, 0, G_OPTION_ARG_FILENAME, &options->tshark,
         "The tshark to run (default: $SIPCONN_TSHARK, that of the installation, PATH)", "PATH"},
        {.long_name = NULL},
    };
    const GOptionEntry information[] = {
        {"list-rules", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, list_rules_parse,
         "List all rules; =markdown: with their explanations, as a page", "[markdown]"},
        {"explain", 0, 0, G_OPTION_ARG_FILENAME, &options->explain,
         "Tell what a rule means, why it may be a false alarm and how to fix it", "RULE"},
        {"version", 0, 0, G_OPTION_ARG_NONE, &texts->version, "Tell the version", NULL},
        {.long_name = NULL},
    };
    const GOptionEntry *const topics[] = {report, verdict, reading, information};

    GOptionContext *context = g_option_context_new("CAPTURE...");
    g_option_context_set_summary(
        context, "Tells for every SIP response in the captures where it should have gone and where "
                 "it went,\nhow each connection was used, and what was broken. '-' is standard "
                 "input.");
    g_option_context_set_description(
        context,
        "Exit status:\n"
        "  0    no finding at or above --fail-on\n"
        "  1    findings at or above --fail-on\n"
        "  2    wrong usage, or something could not be read or written\n"
        "  3    too little could be judged (--min-judged)\n"
        "If several apply, 2 goes before 1 and 1 before 3. 130 and 143 mean interrupted.\n\n"
        "Preferences of your own Wireshark are not used, so that a report does not depend on who "
        "makes it.\n");

    GOptionGroup *main_group = g_option_group_new("sipconn", "", "", texts, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(topics); i++) {
        g_option_group_add_entries(main_group, topics[i]);
    }
    g_option_context_set_main_group(context, main_group);
    return context;
}

static bool fail(GError **error, const char *option, const char *format, ...) G_GNUC_PRINTF(3, 4);

static bool fail(GError **error, const char *option, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: %s", option, what);
    return false;
}

static bool fail_on_parse(struct options *options, const char *text, GError **error)
{
    static const struct {
        const char *name;
        enum severity severity;
    } levels[] = {
        {"error", SEVERITY_ERROR},
        {"warn", SEVERITY_WARN},
        {"note", SEVERITY_NOTE},
        {"never", SEVERITY_COUNT},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(levels); i++) {
        if (strcmp(text, levels[i].name) == 0) {
            options->fail_on = levels[i].severity;
            return true;
        }
    }
    return fail(error, "--fail-on", "there is no severity '%s', use error, warn, note or never",
                text);
}

static bool min_judged_parse(struct options *options, const char *text, GError **error)
{
    char *end;

    options->min_judged = g_ascii_strtod(text, &end);
    if (end == text || (*end && strcmp(end, "%") != 0) ||
        !(options->min_judged >= 0 && options->min_judged <= 100)) {
        return fail(error, "--min-judged", "'%s' is no percentage, use a number from 0 to 100",
                    text);
    }
    return true;
}

static bool rules_parse(struct options *options, const struct option_texts *texts, GError **error)
{
    g_autoptr(GError) cause = NULL;

    if (!selection_parse(&options->selection, texts->only, texts->ignore, &cause)) {
        return fail(error, "--only or --ignore", "%s", cause->message);
    }
    return true;
}

static bool captures_check(const struct options *options, GError **error)
{
    unsigned inputs = 0;

    if (!options->captures || !options->captures[0]) {
        return fail(error, "CAPTURE", "no capture is named, name a file or '-' for standard input");
    }
    for (unsigned i = 0; options->captures[i]; i++) {
        inputs += strcmp(options->captures[i], "-") == 0;
    }
    if (inputs > 1) {
        return fail(error, "-", "standard input is named twice, it can be read only once");
    }
    return true;
}

static bool values_check(struct options *options, const struct option_texts *texts, GError **error)
{
    const char *format = texts->format ? texts->format : "text";

    options->redact = texts->redact;
    options->quiet = texts->quiet;
    options->action = texts->version               ? ACTION_VERSION
                      : texts->list_rules_markdown ? ACTION_LIST_RULES_MARKDOWN
                      : texts->list_rules          ? ACTION_LIST_RULES
                      : options->explain           ? ACTION_EXPLAIN
                                                   : ACTION_ANALYSE;
    options->format = report_format_find(format);
    if (!options->format) {
        return fail(error, "--format",
                    "there is no format '%s', use text, ndjson, json, junit or html", format);
    }
    options->fail_on = SEVERITY_ERROR;
    if (texts->fail_on && !fail_on_parse(options, texts->fail_on, error)) {
        return false;
    }
    if (texts->min_judged && !min_judged_parse(options, texts->min_judged, error)) {
        return false;
    }
    if (texts->jobs < 0) {
        return fail(error, "--jobs", "%d captures at once cannot be, use 1 or more", texts->jobs);
    }
    options->jobs = texts->jobs ? (unsigned)texts->jobs : g_get_num_processors();
    return rules_parse(options, texts, error) &&
           (options->action != ACTION_ANALYSE || captures_check(options, error));
}

/* GLib does not know "-j4", which is -j 4. */
static char **arguments_split(char *const *arguments)
{
    static const char with_value[] = "oYOj";
    GPtrArray *split = g_ptr_array_new();
    bool is_behind = false; /* "--": what follows are names */

    for (; *arguments; arguments++) {
        const char *one = *arguments;

        is_behind = is_behind || strcmp(one, "--") == 0;
        if (!is_behind && one[0] == '-' && one[1] && strchr(with_value, one[1]) && one[2]) {
            g_ptr_array_add(split, g_strndup(one, 2));
            one += 2;
        }
        g_ptr_array_add(split, g_strdup(one));
    }
    g_ptr_array_add(split, NULL);
    return (char **)g_ptr_array_free(split, FALSE);
}

/* GLib leaves "--" in place if a name behind it begins with a dash. */
static char **captures_copy(char *const *names)
{
    GPtrArray *captures = g_ptr_array_new();
    bool is_behind = false;

    for (; *names; names++) {
        if (!is_behind && strcmp(*names, "--") == 0) {
            is_behind = true;
        } else {
            g_ptr_array_add(captures, g_strdup(*names));
        }
    }
    g_ptr_array_add(captures, NULL);
    return (char **)g_ptr_array_free(captures, FALSE);
}

bool options_parse(struct options *options, char **arguments, GError **error)
{
    struct option_texts texts = {0};
    g_auto(GStrv) rest = arguments_split(arguments);

    memset(options, 0, sizeof(*options));
    g_autoptr(GOptionContext) context = context_new(options, &texts);
    bool ok = g_option_context_parse_strv(context, &rest, error);
    if (ok) {
        options->captures = captures_copy(rest + 1);
        ok = values_check(options, &texts, error);
    }
    g_free(texts.format);
    g_free(texts.fail_on);
    g_free(texts.min_judged);
    g_strfreev(texts.only);
    g_strfreev(texts.ignore);
    return ok;
}

void options_clear(struct options *options)
{
    g_free(options->output);
    g_free(options->allow);
    g_free(options->baseline);
    g_free(options->keylog);
    g_free(options->filter);
    g_free(options->tshark);
    g_free(options->explain);
    g_strfreev(options->decode_as);
    g_strfreev(options->preferences);
    g_strfreev(options->captures);
}
