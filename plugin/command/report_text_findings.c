/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_text_findings.h"

#include "report_text_group.h"
#include "report_text_tally.h"
#include "rule_names.h"
#include "rule_reference.h"

enum {
    PEERS_SHOWN = 5,  /* pairs of peers told with a sentence, for each rule */
    FRAMES_SHOWN = 8, /* frames named for each of them */
};

/* "12, 15, 19 and 40 more" from the frame with that index on. */
static void put_frames(GString *text, const GArray *frames, unsigned from)
{
    unsigned shown = MIN(frames->len, FRAMES_SHOWN);

    for (unsigned i = from; i < shown; i++) {
        g_string_append_printf(text, "%s%u", i == from ? " " : ", ",
                               g_array_index(frames, uint32_t, i));
    }
    if (frames->len > shown) {
        g_string_append_printf(text, " and %u more", frames->len - shown);
    }
}

static char *frames_text(const struct peer_findings *peers)
{
    GString *text = g_string_new(NULL);
    const GArray *frames = peers->frames;
    const GArray *related = peers->first->related;

    g_string_append_printf(text, "Frame %u", g_array_index(frames, uint32_t, 0));
    if (peers->count > peers->findings) {
        g_string_append_printf(text, ", the first of %u times", peers->count);
    }
    if (frames->len > 1) {
        g_string_append_printf(text, "; also in frame%s", layout_plural(frames->len - 1));
        put_frames(text, frames, 1);
    } else if (related->len > 0) {
        /* What proves it. With many frames that would be too much to read. */
        g_string_append_printf(text, "; see frame%s", layout_plural(related->len));
        put_frames(text, related, 0);
    }
    g_string_append_c(text, '.');
    return g_string_free(text, FALSE);
}

static const char *peers_name(const struct peer_findings *peers)
{
    return *peers->peers != '\0' ? peers->peers : "unknown peers";
}

/* With several peers each tells how many of the rule's findings are its own. */
static void write_peers(struct layout *layout, const struct peer_findings *peers, bool is_alone)
{
    char *frames = frames_text(peers);
    const char *name = peers_name(peers);

    if (peers->findings == 1) {
        layout_printf(layout, 2, 4, "%s:", name);
    } else if (is_alone) {
        layout_printf(layout, 2, 4, "%s, the first:", name);
    } else {
        layout_printf(layout, 2, 4, "%s, %u findings, the first:", name, peers->findings);
    }
    layout_paragraph(layout, 4, 4, LAYOUT_PLAIN, "", peers->first->text);
    layout_paragraph(layout, 4, 4, LAYOUT_PLAIN, "", frames);
    g_free(frames);
}

static void write_group(struct layout *layout, const struct finding_group *group)
{
    const struct rule *rule = rule_reference_find(group->rule);
    const struct peer_findings *first = g_ptr_array_index(group->peers, 0);
    GString *text = g_string_new(group->rule);
    char *lead = g_ascii_strup(group->severity, -1);
    uint32_t others = 0;

    if (rule != NULL) {
        g_string_append_printf(text, ": %s", rule->title);
    }
    if (first->first->clause != NULL) {
        g_string_append_printf(text, " (%s)", first->first->clause);
    }
    if (group->findings > 1) {
        g_string_append_printf(text, ", %u findings", group->findings);
    }
    if (group->presumed) {
        g_string_append(text, ", presumed");
    }
    layout_paragraph(layout, 0, 6, layout_severity_color(group->severity), lead, text->str);
    for (unsigned i = 0; i < group->peers->len; i++) {
        const struct peer_findings *peers = g_ptr_array_index(group->peers, i);

        if (i < PEERS_SHOWN) {
            write_peers(layout, peers, group->peers->len == 1);
        } else {
            others += peers->findings;
        }
    }
    if (group->peers->len > PEERS_SHOWN) {
        const struct peer_findings *next = g_ptr_array_index(group->peers, PEERS_SHOWN);

        layout_printf(layout, 2, 4,
                      "and %u more finding%s between %u other pair%s of peers, as %s "
                      "in frame %u",
                      others, layout_plural(others), group->peers->len - PEERS_SHOWN,
                      layout_plural(group->peers->len - PEERS_SHOWN), peers_name(next),
                      next->first->frame);
    }
    g_free(lead);
    g_string_free(text, TRUE);
}

void report_text_findings(struct layout *layout, const struct result *result)
{
    GPtrArray *groups = finding_groups(result);

    for (unsigned i = 0; i < groups->len; i++) {
        g_string_append_c(layout->out, '\n');
        write_group(layout, g_ptr_array_index(groups, i));
    }
    g_ptr_array_free(groups, TRUE);
}

void report_text_facts(struct layout *layout, const struct result *result)
{
    struct name_tally *rules = name_tally_new();

    for (unsigned i = 0; i < result->findings->len; i++) {
        const struct finding_item *finding = g_ptr_array_index(result->findings, i);

        if (finding->hidden_by == NULL && severity_find(finding->severity) == SEVERITY_CHAT) {
            name_tally_add(rules, finding->rule);
        }
    }
    if (name_tally_total(rules) > 0) {
        char *text = name_tally_text(rules, RULE_COUNT);

        g_string_append_c(layout->out, '\n');
        layout_paragraph(layout, 0, 2, LAYOUT_HEADING, "For context:", text);
        g_free(text);
    }
    name_tally_free(rules);
}
