/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "report.h"
#include "rule_names.h"
#include "selection.h"

/*
 * JUnit's XML as Jenkins, GitLab and others read it: a suite for each capture, in it a case for each
 * rule. A case fails if a finding of the rule would make the command fail (--fail-on); findings
 * below that are told in its output. It is skipped if nobody can say that the rule was kept.
 */
struct junit {
    const struct report_style *style;
};

/* What became of one rule in a capture. */
struct rule_case {
    unsigned failing, told, hidden;
    const char *hidden_by; /* of the first hidden one */
    const struct finding_item *first_failing;
};

/* Characters that XML 1.0 does not allow, not even escaped, become U+FFFD. */
static void write_text(FILE *out, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *clean = g_string_new(NULL);

    for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        bool is_allowed = c == '\t' || c == '\n' || (c >= ' ' && c != 0xfffe && c != 0xffff);
        g_string_append_unichar(clean, is_allowed ? c : 0xfffd);
    }
    g_autofree char *escaped = g_markup_escape_text(clean->str, (gssize)clean->len);
    fputs(escaped, out);
    g_string_free(clean, TRUE);
}

static void write_attribute(FILE *out, const char *name, const char *text)
{
    fprintf(out, " %s=\"", name);
    write_text(out, text);
    fputc('"', out);
}

static bool finding_fails(const struct junit *junit, const struct finding_item *finding)
{
    return !finding->hidden_by && severity_find(finding->severity) >= junit->style->fail_on;
}

static void case_add(const struct junit *junit, struct rule_case *rule_case,
                     const struct finding_item *finding)
{
    if (finding->hidden_by) {
        rule_case->hidden_by = rule_case->hidden ? rule_case->hidden_by : finding->hidden_by;
        rule_case->hidden++;
    } else if (finding_fails(junit, finding)) {
        rule_case->first_failing = rule_case->failing ? rule_case->first_failing : finding;
        rule_case->failing++;
    } else {
        rule_case->told++;
    }
}

/* The findings of the rule that fail the case, or those that do not. */
static void write_findings(const struct junit *junit, const struct result *result, const char *rule,
                           bool failing)
{
    FILE *out = junit->style->out;

    for (unsigned i = 0; i < result->findings->len; i++) {
        const struct finding_item *finding = g_ptr_array_index(result->findings, i);
        if (strcmp(finding->rule, rule) == 0 && !finding->hidden_by &&
            finding_fails(junit, finding) == failing) {
            g_autofree char *head =
                g_strdup_printf("frame %u: %s%s", finding->frame, finding->severity,
                                finding->presumed ? ", presumed" : "");
            write_text(out, head);
            if (finding->clause) {
                fputs(" (", out);
                write_text(out, finding->clause);
                fputc(')', out);
            }
            fputs(": ", out);
            write_text(out, finding->text);
            fputc('\n', out);
        }
    }
}

/* Why nobody can say that the rule was kept in this capture; NULL if it was looked at. */
static const char *skip_reason(const struct junit *junit, const struct result *result,
                               enum rule_id rule, const struct rule_case *rule_case)
{
    if (!junit->style->selection->told[rule]) {
        return "not asked for (--only, --ignore)";
    }
    if (result->sip_messages == 0) {
        return "no SIP message in the capture";
    }
    return rule_case->hidden && !rule_case->failing ? rule_case->hidden_by : NULL;
}

static void write_case(const struct junit *junit, const struct result *result, enum rule_id rule,
                       const struct rule_case *rule_case)
{
    FILE *out = junit->style->out;
    const struct rule *row = rule_get(rule);
    const char *skipped = skip_reason(junit, result, rule, rule_case);

    fputs("    <testcase", out);
    write_attribute(out, "classname", result->name);
    write_attribute(out, "name", row->id);
    fputs(" time=\"0\">", out);
    if (skipped) {
        fputs("<skipped", out);
        write_attribute(out, "message", skipped);
        fputs("/>", out);
    }
    if (rule_case->failing) {
        fputs("\n      <failure", out);
        write_attribute(out, "type", rule_case->first_failing->severity);
        g_autofree char *message = g_strdup_printf("%s (%u)", row->title, rule_case->failing);
        write_attribute(out, "message", message);
        fputc('>', out);
        write_findings(junit, result, row->id, true);
        fputs("</failure>", out);
    }
    if (rule_case->told) {
        fputs("\n      <system-out>", out);
        write_findings(junit, result, row->id, false);
        fputs("</system-out>", out);
    }
    fputs("</testcase>\n", out);
}

static void write_unread(const struct junit *junit, const struct result *result)
{
    FILE *out = junit->style->out;

    fputs("  <testsuite", out);
    write_attribute(out, "name", result->name);
    fputs(" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" time=\"0\">\n    <testcase", out);
    write_attribute(out, "classname", result->name);
    fputs(" name=\"capture\" time=\"0\"><error type=\"unreadable\"", out);
    write_attribute(out, "message", result->error);
    fputs("/></testcase>\n  </testsuite>\n", out);
}

static void *junit_begin(const struct report_style *style)
{
    struct junit *junit = g_new0(struct junit, 1);

    junit->style = style;
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"sipconn\">\n",
          style->out);
    return junit;
}

static void junit_capture(void *state, const struct result *result)
{
    const struct junit *junit = state;
    struct rule_case cases[RULE_COUNT] = {0};
    unsigned failures = 0, skipped = 0;

    if (result->error) {
        write_unread(junit, result);
        return;
    }
    for (unsigned i = 0; i < result->findings->len; i++) {
        const struct finding_item *finding = g_ptr_array_index(result->findings, i);
        enum rule_id rule = rule_names_find(finding->rule);
        if (rule != RULE_COUNT) {
            case_add(junit, &cases[rule], finding);
        }
    }
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        failures += cases[i].failing > 0;
        skipped += skip_reason(junit, result, (enum rule_id)i, &cases[i]) != NULL;
    }
    fputs("  <testsuite", junit->style->out);
    write_attribute(junit->style->out, "name", result->name);
    fprintf(junit->style->out,
            " tests=\"%d\" failures=\"%u\" errors=\"0\" skipped=\"%u\" time=\"0\">\n", RULE_COUNT,
            failures, skipped);
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        write_case(junit, result, (enum rule_id)i, &cases[i]);
    }
    fputs("  </testsuite>\n", junit->style->out);
}

static void junit_end(void *state)
{
    struct junit *junit = state;

    fputs("</testsuites>\n", junit->style->out);
    g_free(junit);
}

const struct report_format report_junit = {
    .name = "junit",
    .begin = junit_begin,
    .capture = junit_capture,
    .end = junit_end,
};
