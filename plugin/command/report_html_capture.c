/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_html_capture.h"

#include "report_html_connections.h"
#include "report_html_data.h"
#include "report_html_findings.h"
#include "report_html_fit.h"
#include "report_html_text.h"

/* One capture on its way into the page. */
struct section {
    GString *out;
    const struct result *result;
    char prefix[24]; /* of its ids: "capture-3" */
    GPtrArray *rules;
    struct html_selection selection;
};

static uint32_t tally_count(const GArray *tallies, const char *name)
{
    for (unsigned i = 0; i < tallies->len; i++) {
        const struct tally *tally = &g_array_index(tallies, struct tally, i);
        if (g_strcmp0(tally->name, name) == 0) {
            return tally->count;
        }
    }
    return 0;
}

static uint32_t connections_of_evidence(const struct result *result, const char *evidence)
{
    uint32_t count = 0;

    for (unsigned i = 0; i < result->connections->len; i++) {
        const struct connection_item *connection = g_ptr_array_index(result->connections, i);
        count += g_strcmp0(connection->evidence, evidence) == 0;
    }
    return count;
}

static void put_fact(GString *out, const char *term, const char *fact)
{
    html_put(out, "<div><dt>%s</dt><dd>%s</dd></div>", term, fact);
}

static void put_number_fact(GString *out, const char *term, uint32_t number)
{
    char text[16];

    g_snprintf(text, sizeof text, "%u", number);
    put_fact(out, term, text);
}

/* In UTC, so that the same capture gives the same page everywhere. */
static void put_time_facts(GString *out, const struct result *result)
{
    GDateTime *begin = g_date_time_new_from_unix_utc((gint64)result->first_time);
    char seconds[G_ASCII_DTOSTR_BUF_SIZE];

    if (begin && result->first_time > 0) {
        char *text = g_date_time_format(begin, "%Y-%m-%d %H:%M:%S UTC");
        put_fact(out, "First packet", text);
        g_free(text);
        g_ascii_formatd(seconds, sizeof seconds, "%.3f s", result->last_time - result->first_time);
        put_fact(out, "Length", seconds);
    }
    g_clear_pointer(&begin, g_date_time_unref);
}

static void put_facts(const struct section *section)
{
    const struct result *result = section->result;
    char judged[32];

    g_string_append(section->out, "<dl class=\"facts\">");
    put_time_facts(section->out, result);
    put_number_fact(section->out, "Frames", result->frames);
    put_number_fact(section->out, "SIP messages", result->sip_messages);
    put_number_fact(section->out, "Transactions", result->transactions);
    put_number_fact(section->out, "Connections", result->connections->len);
    g_snprintf(judged, sizeof judged, "%u of %u", result->responses_judged, result->responses);
    put_fact(section->out, "Responses judged", judged);
    g_string_append(section->out, "</dl>\n");
}

static void put_limit(GString *out, uint32_t count, const char *word, const char *sentence)
{
    if (count > 0) {
        g_string_append(out, "<li>");
        html_put_count(out, count, word);
        html_put(out, " %s</li>", sentence);
    }
}

/* What could not be judged, and why. */
static void put_limits(const struct section *section)
{
    const struct result *result = section->result;
    GString *limits = g_string_new(NULL);

    for (unsigned i = 0; i < result->notes->len; i++) {
        html_put(limits, "<li>%s</li>", (const char *)g_ptr_array_index(result->notes, i));
    }
    if (result->warning) {
        html_put(limits, "<li>%s</li>", result->warning);
    }
    put_limit(limits, tally_count(result->verdicts, "unmatched"), "response",
              "without a request in the capture: where it should have gone cannot be told.");
    put_limit(limits, tally_count(result->verdicts, "other-connection-unknown"), "response",
              "on another connection than the request, and the capture does not show whether the "
              "first one was still open.");
    put_limit(limits, connections_of_evidence(result, "unknown"), "connection",
              "whose opening is not in the capture: who opened it is unknown.");
    put_limit(limits,
              connections_of_evidence(result, "weak") + connections_of_evidence(result, "medium"),
              "connection", "whose opening is not in the capture: who opened it is inferred.");
    if (limits->len > 0) {
        g_string_append_printf(section->out,
                               "<h4>What could not be judged</h4>\n<ul class=\"limits\">%s</ul>\n",
                               limits->str);
    }
    g_string_free(limits, TRUE);
}

static void put_bar(GString *out, const uint32_t counts[FIT_UNKNOWN + 1], uint32_t most)
{
    static const char *const classes[FIT_UNKNOWN + 1] = {
        [FIT_LEGAL] = "legal", [FIT_DEVIATING] = "deviating", [FIT_UNKNOWN] = "unknown"};

    g_string_append(out, "<td class=\"bar\"><span>");
    for (unsigned i = FIT_LEGAL; i <= FIT_UNKNOWN; i++) {
        if (counts[i] > 0) {
            html_put(out, "<i class=\"%s\" style=\"width:%u%%\"></i>", classes[i],
                     MAX((unsigned)(100.0 * counts[i] / most), 1u));
        }
    }
    g_string_append(out, "</span></td>");
}

static void put_verdicts(GString *out, const struct result *result)
{
    GArray *list = fit_counts_new(result);
    uint32_t most = 1;

    if (list->len == 0) {
        g_array_free(list, TRUE);
        return;
    }
    g_string_append(out, "<div class=\"scroll\" tabindex=\"0\">"
                         "<table><caption>Where responses "
                         "went</caption><thead><tr><th>Verdict</th>"
                         "<th class=\"number\">Legal</th><th class=\"number\">Deviating</th>"
                         "<th class=\"number\">Cannot tell</th><th></th></tr></thead><tbody>\n");
    for (unsigned i = 0; i < list->len; i++) {
        const uint32_t *counts = g_array_index(list, struct fit_counts, i).counts;
        most = MAX(most, counts[FIT_LEGAL] + counts[FIT_DEVIATING] + counts[FIT_UNKNOWN]);
    }
    for (unsigned i = 0; i < list->len; i++) {
        const struct fit_counts *row = &g_array_index(list, struct fit_counts, i);
        html_put(out, "<tr><th scope=\"row\">%s</th>", row->verdict);
        for (unsigned fit = FIT_LEGAL; fit <= FIT_UNKNOWN; fit++) {
            html_put(out, "<td class=\"number%s\">%u</td>", row->counts[fit] ? "" : " zero",
                     row->counts[fit]);
        }
        put_bar(out, row->counts, most);
        g_string_append(out, "</tr>\n");
    }
    g_string_append(out, "</tbody></table></div>");
    g_array_free(list, TRUE);
}

static void put_classes(GString *out, const struct result *result)
{
    g_string_append(out, "<div class=\"scroll classes\" tabindex=\"0\">"
                         "<table><caption>How "
                         "connections were used</caption>"
                         "<thead><tr><th>Class</th><th class=\"number\">Connections</th></tr>"
                         "</thead><tbody>\n");
    for (unsigned i = 0; i < result->classes->len; i++) {
        const struct tally *tally = &g_array_index(result->classes, struct tally, i);
        if (tally->count > 0) {
            html_put(out, "<tr><th scope=\"row\">%s</th><td class=\"number\">%u</td></tr>\n",
                     tally->name, tally->count);
        }
    }
    g_string_append(out, "</tbody></table></div>");
}

static void put_distribution(const struct section *section)
{
    const struct result *result = section->result;

    g_string_append(section->out, "<div class=\"distribution\">");
    put_verdicts(section->out, result);
    if (result->connections->len > 0) {
        put_classes(section->out, result);
    }
    g_string_append(section->out, "</div>\n");
}

static void put_findings(const struct section *section)
{
    unsigned all = 0, embedded = section->selection.findings->len;

    for (unsigned i = 0; i < section->rules->len; i++) {
        all += ((const struct html_rule *)g_ptr_array_index(section->rules, i))->findings;
    }

    html_put(section->out, "<h3 id=\"%s-findings\">Findings</h3>\n", section->prefix);
    if (section->rules->len == 0) {
        g_string_append(section->out,
                        "<p class=\"clean\">Nothing was found in what could be judged.</p>\n");
        return;
    }
    html_rules_table_put(section->out, section->rules, section->prefix);
    html_findings_put(section->out, section->rules, section->prefix);
    if (embedded < all) {
        html_put(section->out,
                 "<p class=\"left-out\">%u of %u findings can be opened one by one: at most %u of "
                 "a capture and %u of a report; the numbers count all of them. The format ndjson "
                 "has all.</p>\n",
                 embedded, all, HTML_CAPTURE_FINDINGS, HTML_REPORT_FINDINGS);
    }
}

static void put_connections(const struct section *section)
{
    unsigned all = section->result->connections->len;
    unsigned shown = section->selection.connections->len;

    if (all == 0) {
        return;
    }
    html_put(section->out, "<h3 id=\"%s-connections\">Connections</h3>\n", section->prefix);
    if (shown < all) {
        html_put(section->out,
                 "<p class=\"left-out\">%u of %u connections are shown: those with findings "
                 "first. The format ndjson has all.</p>\n",
                 shown, all);
    }
    g_string_append(section->out, "<div class=\"timelines\"></div>\n");
    html_connections_put(section->out, section->selection.connections, section->prefix);
    if (section->result->aliases->len > 0) {
        html_put(section->out,
                 "<h3 id=\"%s-aliases\">Aliases</h3>\n<p>Requests for these addresses may go back "
                 "on the connection named (RFC 5923), as far as the capture proves it.</p>\n",
                 section->prefix);
        html_aliases_put(section->out, section->result->aliases);
    }
}

static void put_transactions(const struct section *section)
{
    unsigned all = section->result->messages->len;
    unsigned embedded = section->selection.messages->len;

    if (embedded == 0) {
        return;
    }
    html_put(section->out,
             "<h3 class=\"scripted\" id=\"%s-transactions\">Transactions</h3>\n"
             "<div class=\"transactions\"></div>\n",
             section->prefix);
    if (embedded < all) {
        html_put(section->out,
                 "<p class=\"left-out\">%u of %u messages can be drawn: those of transactions with "
                 "findings, at most %u of each; those of the connections shown, at most %u of "
                 "each; and others up to %u in a capture and %u in a report.</p>\n",
                 embedded, all, HTML_TRANSACTION_MESSAGES, HTML_CONNECTION_MESSAGES,
                 HTML_CAPTURE_MESSAGES, HTML_REPORT_MESSAGES);
    }
}

static void put_heading(const struct section *section, unsigned number)
{
    const struct result *result = section->result;

    html_put(section->out,
             "<details class=\"capture\" id=\"%s\"%s><summary><h2>%s</h2><span class=\"verdict\">",
             section->prefix, number == 1 ? " open" : "", result->name);
    for (unsigned i = SEVERITY_COUNT; i-- > 0;) {
        uint32_t count = result_count(result, severity_name((enum severity)i));
        if (count > 0) {
            html_put(section->out, "<span class=\"severity-count\">%u ", count);
            html_severity_put(section->out, (enum severity)i, count);
            g_string_append(section->out, "</span>");
        }
    }
    g_string_append(section->out, "</span></summary>\n");
}

void html_capture_put(GString *out, const struct result *result, unsigned number,
                      bool without_hidden, struct html_budget *budget)
{
    struct section section = {.out = out, .result = result};

    g_snprintf(section.prefix, sizeof section.prefix, "capture-%u", number);
    put_heading(&section, number);
    if (result->error) {
        html_put(out, "<p class=\"failed\">Not analysed: %s</p></details>\n", result->error);
        return;
    }

    section.rules = html_rules_new(result, without_hidden);
    section.selection = html_select(result, section.rules, without_hidden, budget);
    put_facts(&section);
    put_limits(&section);
    put_distribution(&section);
    put_findings(&section);
    if (!without_hidden) {
        put_connections(&section);
    }
    put_transactions(&section);
    g_string_append(out, "<script type=\"application/json\" class=\"data\">\n");
    html_data_put(out, result, &section.selection, section.rules);
    g_string_append(out, "\n</script></details>\n");

    html_selection_clear(&section.selection);
    g_ptr_array_free(section.rules, TRUE);
}
