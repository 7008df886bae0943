/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report for people: what to act on first, then what the connections were used for, then what
 * could not be judged. It is to be understood without opening the capture.
 */
#include <string.h>

#include "report.h"
#include "report_text_connections.h"
#include "report_text_findings.h"
#include "report_text_layout.h"
#include "report_text_total.h"
#include "report_text_unjudged.h"

struct text_report {
    const struct report_style *style;
    unsigned captures;
    /*
     * One capture is told with its connections, several in short. Which it will be is known with the
     * second capture: until then both forms of the first one are kept.
     */
    GString *first_whole, *first_short;
    unsigned blocks; /* written, of captures */
    bool last_was_long;
    struct report_text_total *total;
};

static struct layout layout_of(const struct text_report *report, GString *out)
{
    return (struct layout){
        .out = out,
        .width = report->style->width,
        .color = report->style->color,
    };
}

/* "4 SIP messages", behind a comma if something stands before it. */
static void put_count(GString *text, uint32_t count, const char *what)
{
    g_string_append_printf(text, "%s%u %s%s", text->len > 0 ? ", " : "", count, what,
                           layout_plural(count));
}

/* What came of it; conclusion may be NULL. */
static void write_headline(struct layout *layout, const struct result *result,
                           const char *conclusion)
{
    char *lead = g_strdup_printf("%s:", result->name);
    GString *text = g_string_new(NULL);

    put_count(text, result->sip_messages, "SIP message");
    if (result->sip_messages > 0) {
        put_count(text, result->transactions, "transaction");
    }
    if (result->connections->len > 0) {
        put_count(text, result->connections->len, "connection");
    }
    if (result->responses > 0) {
        g_string_append_printf(text, "; %u of %u response%s judged", result->responses_judged,
                               result->responses, layout_plural(result->responses));
    }
    if (conclusion != NULL) {
        g_string_append_printf(text, "; %s", conclusion);
    }
    layout_paragraph(layout, 0, 4, LAYOUT_HEADING, lead, text->str);
    g_string_free(text, TRUE);
    g_free(lead);
}

static bool has_findings(const struct result *result)
{
    return result_count(result, "error") + result_count(result, "warn") +
               result_count(result, "note") >
           0;
}

/* What is to be said of a capture without findings. */
static const char *clean_conclusion(const struct result *result)
{
    if (result->sip_messages == 0) {
        return "no SIP seen, nothing judged";
    }
    return result->responses_judged == 0 ? "no findings, but no response could be judged"
                                         : "no findings";
}

static void write_result_line(struct layout *layout, const struct result *result)
{
    uint32_t errors = result_count(result, "error");
    uint32_t warnings = result_count(result, "warn");
    uint32_t notes = result_count(result, "note");
    enum layout_color color = LAYOUT_HEADING;
    char *text;

    if (has_findings(result)) {
        text =
            g_strdup_printf("%u error%s, %u warning%s, %u note%s.", errors, layout_plural(errors),
                            warnings, layout_plural(warnings), notes, layout_plural(notes));
        color = errors > 0 ? LAYOUT_ERROR : warnings > 0 ? LAYOUT_WARN : LAYOUT_NOTE;
    } else {
        text = g_strdup_printf("%s.", clean_conclusion(result));
    }
    g_string_append_c(layout->out, '\n');
    layout_paragraph(layout, 0, 2, color, "Result:", text);
    g_free(text);
}

static void write_error(struct layout *layout, const struct result *result)
{
    char *lead = g_strdup_printf("%s:", result->name);
    char *text = g_strdup_printf("not analysed: %s", result->error);

    layout_paragraph(layout, 0, 4, LAYOUT_ERROR, lead, text);
    g_free(text);
    g_free(lead);
}

/* All that can be told about a capture. */
static void write_whole(struct layout *layout, const struct result *result)
{
    write_headline(layout, result, NULL);
    report_text_findings(layout, result);
    report_text_facts(layout, result);
    report_text_connections(layout, result);
    report_text_aliases(layout, result);
    report_text_unjudged(layout, result);
    write_result_line(layout, result);
}

/* One among several captures: a clean one takes a line. */
static void write_short(struct layout *layout, const struct result *result)
{
    if (has_findings(result)) {
        write_headline(layout, result, NULL);
        report_text_findings(layout, result);
        report_text_facts(layout, result);
        report_text_unjudged(layout, result);
        write_result_line(layout, result);
    } else {
        write_headline(layout, result, clean_conclusion(result));
        report_text_unjudged(layout, result);
    }
}

static GString *capture_text(const struct text_report *report, const struct result *result,
                             void (*write)(struct layout *, const struct result *))
{
    struct layout layout = layout_of(report, g_string_new(NULL));

    if (result->error != NULL) {
        write_error(&layout, result);
    } else if (!report->style->quiet) {
        write(&layout, result);
    } else if (has_findings(result)) {
        write_headline(&layout, result, NULL);
        report_text_findings(&layout, result);
    }
    return layout.out;
}

static void flush(const struct text_report *report, GString *text)
{
    fwrite(text->str, 1, text->len, report->style->out);
    g_string_free(text, TRUE);
}

/* Blocks with findings or notes stand apart from the next one, clean captures do not. */
static void put_block(struct text_report *report, GString *text)
{
    bool is_long = strstr(text->str, "\n\n") != NULL;

    if (text->len > 0) {
        if (report->blocks > 0 && (is_long || report->last_was_long)) {
            fputc('\n', report->style->out);
        }
        report->blocks++;
        report->last_was_long = is_long;
    }
    flush(report, text);
}

static void *text_begin(const struct report_style *style)
{
    struct text_report *report = g_new0(struct text_report, 1);

    report->style = style;
    report->total = report_text_total_new();
    return report;
}

static void text_capture(void *state, const struct result *result)
{
    struct text_report *report = state;

    report->captures++;
    report_text_total_add(report->total, result);
    if (report->captures == 1) {
        report->first_whole = capture_text(report, result, write_whole);
        report->first_short = capture_text(report, result, write_short);
        return;
    }
    if (report->captures == 2) {
        put_block(report, g_steal_pointer(&report->first_short));
    }
    put_block(report, capture_text(report, result, write_short));
}

static void text_end(void *state)
{
    struct text_report *report = state;
    struct layout layout = layout_of(report, g_string_new(NULL));

    if (report->captures == 1) {
        put_block(report, g_steal_pointer(&report->first_whole));
    } else if (!report->style->quiet) {
        report_text_total_write(report->total, &layout);
    }
    if (!report->style->quiet) {
        if (report_text_total_has_findings(report->total)) {
            layout_printf(&layout, 0, 2,
                          "What a rule means, when it may be wrong and what to do: "
                          "sipconn --explain RULE");
        }
        if (report->style->settings != NULL) {
            layout_printf(&layout, 0, 2, "%s", report->style->settings);
        }
    }
    flush(report, layout.out);
    if (report->first_whole != NULL) {
        g_string_free(report->first_whole, TRUE);
    }
    if (report->first_short != NULL) {
        g_string_free(report->first_short, TRUE);
    }
    report_text_total_free(report->total);
    g_free(report);
}

const struct report_format report_text = {
    .name = "text",
    .begin = text_begin,
    .capture = text_capture,
    .end = text_end,
};
