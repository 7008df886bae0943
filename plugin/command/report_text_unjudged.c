/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_text_unjudged.h"

#include <string.h>

#include "report_text_tally.h"

enum {
    REASONS_SHOWN = 5, /* why findings are hidden */
};

static uint32_t verdict_count(const struct result *result, const char *verdict)
{
    for (unsigned i = 0; i < result->verdicts->len; i++) {
        const struct tally *tally = &g_array_index(result->verdicts, struct tally, i);

        if (strcmp(tally->name, verdict) == 0) {
            return tally->count;
        }
    }
    return 0;
}

static void write_not_judged_responses(struct layout *layout, const struct result *result)
{
    uint32_t missing = result->responses - MIN(result->responses, result->responses_judged);
    uint32_t unmatched = verdict_count(result, "unmatched");
    uint32_t unknown = verdict_count(result, "other-connection-unknown");

    if (unmatched > 0) {
        layout_printf(layout, 2, 4, "%u response%s: the request is not in the capture (unmatched).",
                      unmatched, layout_plural(unmatched));
    }
    if (unknown > 0) {
        layout_printf(layout, 2, 4,
                      "%u response%s on another connection than the request: whether "
                      "the first one was still open cannot be told (other-connection-unknown).",
                      unknown, layout_plural(unknown));
    }
    if (missing > unmatched + unknown) {
        layout_printf(layout, 2, 4,
                      "%u response%s without a Via, Call-ID or CSeq that can be "
                      "read.",
                      missing - unmatched - unknown, layout_plural(missing - unmatched - unknown));
    }
}

static void write_not_judged_connections(struct layout *layout, const struct result *result)
{
    uint32_t late = 0;
    uint32_t hidden = 0;

    for (unsigned i = 0; i < result->connections->len; i++) {
        const struct connection_item *connection = g_ptr_array_index(result->connections, i);

        late += g_strcmp0(connection->evidence, "certain") != 0;
        hidden += connection->tls_version != NULL &&
                  g_strcmp0(connection->client_certificate, "unknown") == 0;
    }
    if (late > 0) {
        layout_printf(layout, 2, 4,
                      "%u connection%s: the opening is not in the capture, who opened "
                      "%s is inferred or unknown.",
                      late, layout_plural(late), late == 1 ? "it" : "them");
    }
    if (hidden > 0) {
        layout_printf(layout, 2, 4,
                      "%u TLS connection%s: whether the client presented a "
                      "certificate cannot be seen.",
                      hidden, layout_plural(hidden));
    }
}

static void write_hidden(struct layout *layout, const struct result *result)
{
    struct name_tally *reasons = name_tally_new();
    unsigned hidden;

    for (unsigned i = 0; i < result->findings->len; i++) {
        const struct finding_item *finding = g_ptr_array_index(result->findings, i);

        if (finding->hidden_by != NULL) {
            bool is_baseline = strcmp(finding->hidden_by, "baseline") == 0;
            char *reason = is_baseline ? g_strdup("by the baseline")
                                       : g_strdup_printf("as \"%s\"", finding->hidden_by);

            name_tally_add(reasons, reason);
            g_free(reason);
        }
    }
    hidden = name_tally_total(reasons);
    if (hidden > 0) {
        char *text = name_tally_text(reasons, REASONS_SHOWN);

        layout_printf(layout, 2, 4, "%u finding%s hidden on request: %s.", hidden,
                      layout_plural(hidden), text);
        g_free(text);
    }
    name_tally_free(reasons);
}

void report_text_unjudged(struct layout *layout, const struct result *result)
{
    GString *out = layout->out;
    GString *section = g_string_new(NULL);

    layout->out = section;
    if (result->warning != NULL) {
        layout_printf(layout, 2, 4, "%s", result->warning);
    }
    for (unsigned i = 0; i < result->notes->len; i++) {
        layout_printf(layout, 2, 4, "%s.", (const char *)g_ptr_array_index(result->notes, i));
    }
    write_not_judged_responses(layout, result);
    write_not_judged_connections(layout, result);
    write_hidden(layout, result);
    layout->out = out;
    if (section->len > 0) {
        g_string_append_c(out, '\n');
        layout_paragraph(layout, 0, 2, LAYOUT_HEADING, "Not judged, or not shown", "");
        g_string_append_len(out, section->str, (gssize)section->len);
    }
    g_string_free(section, TRUE);
}
