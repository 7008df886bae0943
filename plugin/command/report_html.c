/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report.h"

#include <gio/gio.h>

#include "report_html_capture.h"
#include "report_html_findings.h"
#include "report_html_text.h"
#include "rule_names.h"
#include "rule_reference.h"

/* The parts of the script, in the order in which they build on each other. */
static const char *const script_parts[] = {
    "dom.js",      "data.js",        "axis.js",         "ladder.js", "findings.js",
    "timeline.js", "connections.js", "transactions.js", "page.js",
};

/* A report in the making: captures are rendered as they come, the head is known last. */
struct html_report {
    struct report_style style;
    GString *index; /* rows of the table of captures */
    GString *body;  /* sections of the captures */
    struct html_budget budget;
    unsigned captures, failed;
    uint64_t messages, responses, judged;
    uint32_t by_severity[SEVERITY_COUNT];
    GHashTable *rules; /* id -> struct rule_total *, of findings that count */
    char *versions;    /* of what made the first result that has any */
};

/* A rule in all captures. */
struct rule_total {
    char *id;
    enum severity severity; /* the highest of its findings */
    uint32_t findings, captures;
    unsigned last_capture; /* number of the capture that was counted last */
};

/* A file of html/, as built into the command. */
static void put_resource(GString *out, const char *name)
{
    char *path = g_strconcat("/sipconn/report/", name, NULL);
    GBytes *bytes = g_resources_lookup_data(path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

    g_assert(bytes != NULL); /* a part of the program is missing */
    g_string_append_len(out, g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes));
    g_bytes_unref(bytes);
    g_free(path);
}

static GString *script_new(void)
{
    GString *script = g_string_new("\n'use strict';\n(() => {\n");

    for (unsigned i = 0; i < G_N_ELEMENTS(script_parts); i++) {
        put_resource(script, script_parts[i]);
    }
    g_string_append(script, "})();\n");
    return script;
}

/* "sha256-…" as in a content security policy. */
static char *script_hash(const GString *script)
{
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 digest[32];
    gsize length = sizeof digest;

    g_checksum_update(checksum, (const guchar *)script->str, (gssize)script->len);
    g_checksum_get_digest(checksum, digest, &length);
    g_checksum_free(checksum);

    char *encoded = g_base64_encode(digest, length);
    char *hash = g_strconcat("sha256-", encoded, NULL);
    g_free(encoded);
    return hash;
}

static void rule_total_free(gpointer data)
{
    struct rule_total *total = data;

    g_free(total->id);
    g_free(total);
}

static void rules_add(struct html_report *report, const struct result *result)
{
    for (unsigned i = 0; i < result->findings->len; i++) {
        const struct finding_item *finding = g_ptr_array_index(result->findings, i);
        if (finding->hidden_by) {
            continue;
        }
        struct rule_total *total = g_hash_table_lookup(report->rules, finding->rule);
        if (!total) {
            total = g_new0(struct rule_total, 1);
            total->id = g_strdup(finding->rule);
            g_hash_table_insert(report->rules, total->id, total);
        }
        total->severity = MAX(total->severity, severity_find(finding->severity));
        total->findings++;
        total->captures += total->last_capture != report->captures;
        total->last_capture = report->captures;
    }
}

static int rule_total_compare(gconstpointer a, gconstpointer b)
{
    const struct rule_total *one = a, *other = b;

    if (one->severity != other->severity) {
        return one->severity > other->severity ? -1 : 1;
    }
    if (one->findings != other->findings) {
        return one->findings > other->findings ? -1 : 1;
    }
    return g_strcmp0(one->id, other->id);
}

static void put_rules(GString *out, const struct html_report *report)
{
    GList *totals = g_list_sort(g_hash_table_get_values(report->rules), rule_total_compare);

    g_string_append(out, "<h2>Rules</h2>\n<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>"
                         "<th>Severity</th><th>Rule</th><th class=\"number\">Findings</th>"
                         "<th class=\"number\">Captures</th></tr></thead><tbody>\n");
    for (const GList *at = totals; at; at = at->next) {
        const struct rule_total *total = at->data;
        const struct rule *rule = rule_reference_find(total->id);
        g_string_append(out, "<tr><td>");
        html_severity_put(out, total->severity, 1);
        html_put(out,
                 "</td><td>%s <code>%s</code></td><td class=\"number\">%u</td>"
                 "<td class=\"number\">%u</td></tr>\n",
                 rule ? rule->title : total->id, total->id, total->findings, total->captures);
    }
    g_string_append(out, "</tbody></table></div>\n");
    g_list_free(totals);
}

static void *html_begin(const struct report_style *style)
{
    struct html_report *report = g_new0(struct html_report, 1);

    report->style = *style;
    report->index = g_string_new(NULL);
    report->body = g_string_new(NULL);
    report->rules = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, rule_total_free);
    report->budget = (struct html_budget){
        .messages = HTML_REPORT_MESSAGES,
        .findings = HTML_REPORT_FINDINGS,
        .connections = HTML_REPORT_CONNECTIONS,
    };
    return report;
}

static void index_row_put(struct html_report *report, const struct result *result)
{
    html_put(report->index, "<tr><th scope=\"row\"><a href=\"#capture-%u\">%s</a></th>",
             report->captures, result->name);
    if (result->error) {
        html_put(report->index, "<td colspan=\"6\" class=\"failed\">Not analysed: %s</td></tr>\n",
                 result->error);
        return;
    }
    for (unsigned i = SEVERITY_COUNT; i-- > 0;) {
        uint32_t count = result_count(result, severity_name((enum severity)i));
        html_put(report->index, "<td class=\"number %s\">%u</td>",
                 count > 0 ? severity_name((enum severity)i) : "zero", count);
    }
    html_put(report->index, "<td class=\"number\">%u</td><td class=\"number\">%u of %u</td></tr>\n",
             result->sip_messages, result->responses_judged, result->responses);
}

static void html_capture(void *state, const struct result *result)
{
    struct html_report *report = state;

    report->captures++;
    report->failed += result->error != NULL;
    index_row_put(report, result);
    html_capture_put(report->body, result, report->captures, report->style.quiet, &report->budget);
    if (result->error) {
        return;
    }
    rules_add(report, result);
    report->messages += result->sip_messages;
    report->responses += result->responses;
    report->judged += result->responses_judged;
    for (unsigned i = 0; i < SEVERITY_COUNT; i++) {
        report->by_severity[i] += result_count(result, severity_name((enum severity)i));
    }
    if (!report->versions && result->sipconn) {
        report->versions = g_strdup_printf("sipconn %s, Wireshark %s", result->sipconn,
                                           result->wireshark ? result->wireshark : "unknown");
    }
}

/* Shapes that stand beside the words, drawn once and used by reference. */
static void put_shapes(GString *out)
{
    g_string_append(
        out, "<svg class=\"shapes\" aria-hidden=\"true\">"
             "<symbol id=\"severity-error\" viewBox=\"0 0 16 16\"><path d=\"M5 1h6l4 4v6l-4 "
             "4H5l-4-4V5z\"/>"
             "<path class=\"inside\" d=\"M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6\"/></symbol>"
             "<symbol id=\"severity-warn\" viewBox=\"0 0 16 16\"><path d=\"M8 1l7.5 14h-15z\"/>"
             "<path class=\"inside\" d=\"M8 6v4.4M8 12v1\"/></symbol>"
             "<symbol id=\"severity-note\" viewBox=\"0 0 16 16\"><path d=\"M2 2h12v12H2z\"/>"
             "<path class=\"inside\" d=\"M8 7.2v4M8 4.6v1\"/></symbol>"
             "<symbol id=\"severity-chat\" viewBox=\"0 0 16 16\">"
             "<circle class=\"hollow\" cx=\"8\" cy=\"8\" r=\"5.5\"/></symbol></svg>\n");
}

static void put_head(GString *out, const GString *script)
{
    char *hash = script_hash(script);

    g_string_append(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    /* Only our own script may run and nothing is fetched, should an escape ever be missing. */
    html_put(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                  "style-src 'unsafe-inline'; script-src ");
    g_string_append_printf(out, "'%s'\">\n", hash);
    g_string_append(out,
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n"
                    "<meta name=\"referrer\" content=\"no-referrer\">\n"
                    "<title>SIP connection report</title>\n<style>\n");
    put_resource(out, "page.css");
    g_string_append(out, "</style>\n</head>\n<body>\n");
    put_shapes(out);
    g_free(hash);
}

/* The result in one sentence. */
static void put_sentence(GString *out, const struct html_report *report)
{
    bool any = false;

    g_string_append(out, "<p class=\"result\">");
    for (unsigned i = SEVERITY_COUNT; i-- > SEVERITY_NOTE;) {
        static const char *const words[] = {
            [SEVERITY_NOTE] = "note", [SEVERITY_WARN] = "warning", [SEVERITY_ERROR] = "error"};
        if (report->by_severity[i] > 0) {
            g_string_append(out, any ? ", " : "");
            html_put_count(out, report->by_severity[i], words[i]);
            any = true;
        }
    }
    g_string_append(out, any ? " in " : "No errors, warnings or notes in ");
    html_put_count(out, report->captures, "capture");
    html_put(out, ". %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " responses could be judged.",
             report->judged, report->responses);
    if (report->failed > 0) {
        g_string_append(out, " <strong>");
        html_put_count(out, report->failed, "capture");
        g_string_append(out, " could not be analysed.</strong>");
    }
    g_string_append(out, "</p>\n");
}

static void put_tile(GString *out, const char *classes, uint64_t number, const char *word)
{
    html_put(out, "<div class=\"tile %s\"><b>%" G_GUINT64_FORMAT "</b><span>%s</span></div>",
             classes, number, word);
}

static void put_tiles(GString *out, const struct html_report *report)
{
    g_string_append(out, "<div class=\"tiles\">");
    for (unsigned i = SEVERITY_COUNT; i-- > 0;) {
        uint32_t count = report->by_severity[i];
        html_put(out, "<div class=\"tile %s\"><b>%u</b>", count > 0 ? "some" : "none", count);
        html_severity_put(out, (enum severity)i, count);
        g_string_append(out, "</div>");
    }
    put_tile(out, "", report->captures, report->captures == 1 ? "Capture" : "Captures");
    put_tile(out, "", report->messages, "SIP messages");
    put_tile(out, "", report->judged, "Responses judged");
    g_string_append(out, "</div>\n");
}

static void put_summary(GString *out, const struct html_report *report)
{
    g_string_append(out, "<header><h1>SIP connection report</h1>"
                         "<div class=\"tools scripted\"></div></header>\n<main>\n");
    put_sentence(out, report);
    put_tiles(out, report);
    if (report->captures > 1) {
        g_string_append(out,
                        "<h2 id=\"captures\">Captures</h2>\n"
                        "<div class=\"scroll\" tabindex=\"0\"><table class=\"index\"><thead><tr>"
                        "<th>Capture</th><th class=\"number\">Errors</th>"
                        "<th class=\"number\">Warnings</th><th class=\"number\">Notes</th>"
                        "<th class=\"number\">Chats</th><th class=\"number\">SIP messages</th>"
                        "<th class=\"number\">Responses judged</th></tr></thead><tbody>\n");
        g_string_append_len(out, report->index->str, (gssize)report->index->len);
        g_string_append(out, "</tbody></table></div>\n");
        if (g_hash_table_size(report->rules) > 0) {
            put_rules(out, report);
        }
    }
}

static void put_foot(GString *out, const struct html_report *report)
{
    g_string_append(out, "</main>\n<footer>");
    if (report->style.redacted) {
        g_string_append(out, "<p>Addresses, users, hosts and Call-IDs are replaced by pseudonyms, "
                             "the same one for the same thing throughout.</p>");
    }
    if (report->style.settings && *report->style.settings) {
        html_put(out, "<p>%s</p>", report->style.settings);
    }
    html_put(out, "<p>Times count from the first packet of the capture. %s</p></footer>\n",
             report->versions ? report->versions : "");
}

static void write_all(FILE *file, const GString *text)
{
    fwrite(text->str, 1, text->len, file);
}

static void html_end(void *state)
{
    struct html_report *report = state;
    GString *script = script_new();
    GString *page = g_string_new(NULL);

    put_head(page, script);
    put_summary(page, report);
    write_all(report->style.out, page);
    write_all(report->style.out, report->body);
    g_string_truncate(page, 0);
    put_foot(page, report);
    g_string_append_printf(page, "<script>%s</script>\n</body>\n</html>\n", script->str);
    write_all(report->style.out, page);

    g_string_free(page, TRUE);
    g_string_free(script, TRUE);
    g_string_free(report->body, TRUE);
    g_string_free(report->index, TRUE);
    g_hash_table_destroy(report->rules);
    g_free(report->versions);
    g_free(report);
}

const struct report_format report_html = {
    .name = "html",
    .needs_events = true,
    .begin = html_begin,
    .capture = html_capture,
    .end = html_end,
};
