/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_html_findings.h"

#include "report_html_text.h"
#include "rule_reference.h"

/* Groups of a rule that stand in the page without its script. */
#define STATIC_GROUPS 10

static const char *const severity_words[SEVERITY_COUNT] = {
    [SEVERITY_CHAT] = "Chat",
    [SEVERITY_NOTE] = "Note",
    [SEVERITY_WARN] = "Warning",
    [SEVERITY_ERROR] = "Error",
};

void html_severity_put(GString *out, enum severity severity, uint32_t count)
{
    html_put(out,
             "<span class=\"severity %s\"><svg viewBox=\"0 0 16 16\" aria-hidden=\"true\">"
             "<use href=\"#severity-%s\"/></svg>%s%s</span>",
             severity_name(severity), severity_name(severity), severity_words[severity],
             count == 1 ? "" : "s");
}

static void put_frames(GString *out, const struct finding_item *finding)
{
    html_put(out, "<span class=\"frames\">Frame %u", finding->frame);
    for (unsigned i = 0; finding->related && i < finding->related->len; i++) {
        html_put(out, "%s%u", i == 0 ? ", see also " : ", ",
                 g_array_index(finding->related, uint32_t, i));
    }
    g_string_append(out, "</span>");
}

/* The display filter that shows the frames of a finding in Wireshark. */
static void put_filter(GString *out, const struct finding_item *finding)
{
    html_put(out, "<code class=\"filter\">frame.number in {%u", finding->frame);
    for (unsigned i = 0; finding->related && i < finding->related->len; i++) {
        html_put(out, ", %u", g_array_index(finding->related, uint32_t, i));
    }
    g_string_append(out, "}</code>");
}

static void put_finding(GString *out, const struct finding_item *finding)
{
    g_string_append(out, "<div class=\"finding\"><p class=\"sentence\">");
    if (finding->presumed) {
        g_string_append(out, "<span class=\"presumed\">presumed</span> ");
    }
    html_put(out, "%s</p><p class=\"proof\"><span class=\"clause\">%s</span> ", finding->text,
             finding->clause ? finding->clause : "");
    put_frames(out, finding);
    if (finding->count > 1) {
        html_put(out, " <span class=\"times\">%u times</span>", finding->count);
    }
    if (finding->hidden_by) {
        html_put(out, " <span class=\"hidden-by\">Does not count: %s</span>", finding->hidden_by);
    }
    g_string_append(out, "</p><p class=\"proof\">");
    put_filter(out, finding);
    g_string_append(out, "</p></div>\n");
}

static void put_group(GString *out, const struct html_group *group)
{
    html_put(out, "<section class=\"group\"><h5><span class=\"peers\">%s</span> ",
             *group->peers ? group->peers : "Peers unknown");
    g_string_append(out, "<span class=\"count\">");
    html_put_count(out, group->findings->len, "finding");
    g_string_append(out, "</span></h5>\n");
    put_finding(out, g_ptr_array_index(group->findings, 0));
    if (group->findings->len > 1) {
        g_string_append(out, "<p class=\"left-out\">Shown with scripts: ");
        html_put_count(out, group->findings->len - 1, "further finding");
        g_string_append(out, " between the same two.</p>");
    }
    g_string_append(out, "</section>\n");
}

static void put_about(GString *out, const struct rule *rule)
{
    const struct {
        const char *term, *text;
    } texts[] = {
        {"What it means", rule->meaning},
        {"Why it may be a false alarm", rule->false_alarm},
        {"What to do", rule->remedy},
    };

    g_string_append(out, "<details class=\"about\"><summary>About this rule</summary><dl>");
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        html_put(out, "<dt>%s</dt><dd>%s</dd>", texts[i].term, texts[i].text);
    }
    html_put(out, "<dt>Rests on</dt><dd>%s</dd></dl></details>\n", rule->clause);
}

static void put_rule(GString *out, const struct html_rule *item, const char *prefix,
                     unsigned number)
{
    const struct rule *rule = rule_reference_find(item->id);

    html_put(out,
             "<details class=\"rule%s\" id=\"%s-rule-%u\" data-rule=\"%u\" data-severity=\"%s\"%s>"
             "<summary>",
             item->is_hidden ? " known" : "", prefix, number, number, severity_name(item->severity),
             item->is_hidden ? "" : " open");
    html_severity_put(out, item->severity, 1);
    html_put(out, "<span class=\"title\">%s</span> <code>%s</code><span class=\"count\">",
             rule ? rule->title : item->id, item->id);
    html_put_count(out, item->findings, item->is_hidden ? "known finding" : "finding");
    g_string_append(out, "</span></summary>\n");
    if (rule) {
        put_about(out, rule);
    }
    g_string_append(out, "<div class=\"groups\">\n");
    for (unsigned i = 0; i < item->groups->len && i < STATIC_GROUPS; i++) {
        put_group(out, g_ptr_array_index(item->groups, i));
    }
    if (item->groups->len > STATIC_GROUPS) {
        g_string_append(out, "<p class=\"left-out\">Shown with scripts: ");
        html_put_count(out, item->groups->len - STATIC_GROUPS, "further pair");
        g_string_append(out, " of hosts.</p>");
    }
    g_string_append(out, "</div></details>\n");
}

void html_findings_put(GString *out, const GPtrArray *rules, const char *prefix)
{
    g_string_append(out, "<div class=\"findings\">\n");
    for (unsigned i = 0; i < rules->len; i++) {
        put_rule(out, g_ptr_array_index(rules, i), prefix, i);
    }
    g_string_append(out, "</div>\n");
}

void html_rules_table_put(GString *out, const GPtrArray *rules, const char *prefix)
{
    g_string_append(out, "<div class=\"scroll\" tabindex=\"0\"><table class=\"rules\"><thead><tr>"
                         "<th>Severity</th><th>Rule</th><th class=\"number\">Findings</th>"
                         "<th class=\"number\">Pairs of hosts</th></tr></thead><tbody>\n");
    for (unsigned i = 0; i < rules->len; i++) {
        const struct html_rule *item = g_ptr_array_index(rules, i);
        const struct rule *rule = rule_reference_find(item->id);
        g_string_append(out, "<tr><td>");
        html_severity_put(out, item->severity, 1);
        html_put(out,
                 "</td><td><a href=\"#%s-rule-%u\">%s</a> <code>%s</code>%s</td>"
                 "<td class=\"number\">%u</td><td class=\"number\">%u</td></tr>\n",
                 prefix, i, rule ? rule->title : item->id, item->id,
                 item->is_hidden ? " (known)" : "", item->findings, item->groups->len);
    }
    g_string_append(out, "</tbody></table></div>\n");
}
