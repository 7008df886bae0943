/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rule_reference.h"

#include <string.h>

#include "report_text_layout.h"
#include "rule_names.h"

/* The table knows whether a rule reports a severity as proven, as presumed, or both. */
static char *severities_text(const struct rule *rule)
{
    GString *text = g_string_new(NULL);

    for (int severity = SEVERITY_COUNT - 1; severity >= 0; severity--) {
        unsigned bit = 1u << severity;

        if (rule->severities & bit) {
            g_string_append_printf(text, "%s%s%s", text->len > 0 ? ", " : "",
                                   severity_name((enum severity)severity),
                                   rule->presumed & bit ? " (presumed)" : "");
        }
    }
    return g_string_free(text, FALSE);
}

static const char *section_title(const char *section)
{
    for (unsigned i = 0; i < RULE_CHAPTER_COUNT; i++) {
        if (strcmp(rule_chapters[i].section, section) == 0) {
            return rule_chapters[i].title;
        }
    }
    return section;
}

/* The first rule of a section: its predecessor belongs to another one. */
static bool is_section_start(unsigned id)
{
    return id == 0 || strcmp(rule_get((enum rule_id)id)->section,
                             rule_get((enum rule_id)(id - 1))->section) != 0;
}

const struct rule *rule_reference_find(const char *id)
{
    enum rule_id rule = rule_names_find(id);

    return rule == RULE_COUNT ? NULL : rule_get(rule);
}

static struct layout layout_new(const struct report_style *style)
{
    return (struct layout){
        .out = g_string_new(NULL),
        .width = style->width,
        .color = style->color,
    };
}

static void layout_flush(struct layout *layout, FILE *out)
{
    fwrite(layout->out->str, 1, layout->out->len, out);
    g_string_free(layout->out, TRUE);
}

void rule_list_print(const struct report_style *style)
{
    static const struct layout_column columns[] = {
        {"Rule", false, true},
        {"Severity", false, true},
        {"Clause", false, false},
        {"Title", false, false},
    };
    struct layout layout = layout_new(style);
    struct layout_table *table = NULL;

    for (unsigned i = 0; i < RULE_COUNT; i++) {
        const struct rule *rule = rule_get((enum rule_id)i);
        char *cells[] = {
            g_strdup(rule->id),
            g_strdup(severity_name(rule->severity)),
            g_strdup(rule->clause),
            g_strdup(rule->title),
        };

        if (is_section_start(i)) {
            if (table != NULL) {
                layout_table_write(table, &layout, 2);
                g_string_append_c(layout.out, '\n');
            }
            layout_paragraph(&layout, 0, 2, LAYOUT_HEADING, section_title(rule->section), "");
            table = layout_table_new(columns, G_N_ELEMENTS(columns));
        }
        G_STATIC_ASSERT(G_N_ELEMENTS(cells) == G_N_ELEMENTS(columns));
        layout_table_add(table, cells);
    }
    layout_table_write(table, &layout, 2);
    layout_flush(&layout, style->out);
}

/* The texts of a rule that say more than its title, and what they are called. */
struct explanation {
    const char *heading, *text;
};

enum { EXPLANATIONS = 3 };

static void explanations_of(const struct rule *rule, struct explanation into[EXPLANATIONS])
{
    into[0] = (struct explanation){"What it means", rule->meaning};
    into[1] = (struct explanation){"Why it may be a false alarm", rule->false_alarm};
    into[2] = (struct explanation){"What to do", rule->remedy};
}

bool rule_explain(const struct report_style *style, const char *id)
{
    const struct rule *rule = rule_reference_find(id);
    struct layout layout = layout_new(style);
    struct explanation explanations[EXPLANATIONS];
    char *severities;
    char *lead;

    if (rule == NULL) {
        g_string_free(layout.out, TRUE);
        return false;
    }
    lead = g_strdup_printf("%s:", rule->id);
    severities = severities_text(rule);
    layout_paragraph(&layout, 0, 2, LAYOUT_HEADING, lead, rule->title);
    layout_printf(&layout, 2, 12, "Severity: %s", severities);
    layout_printf(&layout, 2, 12, "Clause:   %s", rule->clause);
    explanations_of(rule, explanations);
    for (unsigned i = 0; i < EXPLANATIONS; i++) {
        g_string_append_c(layout.out, '\n');
        layout_paragraph(&layout, 0, 2, LAYOUT_HEADING, explanations[i].heading, "");
        layout_paragraph(&layout, 2, 2, LAYOUT_PLAIN, "", explanations[i].text);
    }
    g_free(severities);
    g_free(lead);
    layout_flush(&layout, style->out);
    return true;
}

/* Text as Markdown shows it as it stands. */
static void put_markdown(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("\\`*_<>[]|", *text) != NULL) {
            fputc('\\', out);
        }
        fputc(*text, out);
    }
}

static void put_rule(FILE *out, const struct rule *rule)
{
    struct explanation explanations[EXPLANATIONS];
    char *severities = severities_text(rule);

    fprintf(out, "\n### %s\n\n", rule->id);
    put_markdown(out, rule->title);
    fprintf(out, ". Severity: %s. Clause: %s.\n", severities, rule->clause);
    g_free(severities);
    explanations_of(rule, explanations);
    for (unsigned i = 0; i < EXPLANATIONS; i++) {
        fprintf(out, "\n*%s:* ", explanations[i].heading);
        put_markdown(out, explanations[i].text);
        fputc('\n', out);
    }
}

void rule_reference_write(FILE *out)
{
    fputs(
        "# Rules\n\n"
        "Written by `sipconn --list-rules=markdown` from the rule table; changes belong there.\n\n"
        "* **error**: a MUST broken, proven on the wire, with effect on function or security\n"
        "* **warn**: a MUST broken but presumed, or a SHOULD broken with likely harm\n"
        "* **note**: a deviation without shown harm, or common practice\n"
        "* **chat**: a fact for context\n\n"
        "*Presumed*: the capture speaks for it but does not prove it.\n",
        out);
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        const struct rule *rule = rule_get((enum rule_id)i);

        if (is_section_start(i)) {
            fprintf(out, "\n## %s\n", section_title(rule->section));
        }
        put_rule(out, rule);
    }
}
