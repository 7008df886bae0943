/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "preference_rules.h"

#include <epan/uat.h>

static ws_bool is_on[RULE_CHAPTER_COUNT];

/* A row of the table; types are those Wireshark's macros work with. */
struct rule_row {
    unsigned rule, action;
};

static struct rule_row *rows;
static unsigned row_count;

static value_string rule_names[RULE_COUNT + 1]; /* filled in when registered */
static const value_string action_names[] = {
    {RULE_ACTION_SILENCE, "silence"}, {RULE_ACTION_CHAT, "chat"},   {RULE_ACTION_NOTE, "note"},
    {RULE_ACTION_WARN, "warn"},       {RULE_ACTION_ERROR, "error"}, {0, NULL},
};

UAT_VS_DEF(row, rule, struct rule_row, unsigned, 0, "resp-wrong-transport")
UAT_VS_DEF(row, action, struct rule_row, unsigned, RULE_ACTION_SILENCE, "silence")

static void switches_register(module_t *module)
{
    for (unsigned i = 0; i < RULE_CHAPTER_COUNT; i++) {
        const struct rule_chapter *chapter = &rule_chapters[i];

        is_on[i] = true;
        prefs_register_bool_preference(
            module, g_strconcat("rules_", chapter->name, NULL),
            g_strconcat("Rules: ", chapter->title, NULL),
            g_strdup_printf("Report what breaks the rules of section %s of the catalogue, %s. "
                            "Verdicts and other rules do not change.",
                            chapter->section, chapter->title),
            &is_on[i]);
    }
}

static void table_register(module_t *module)
{
    static uat_field_t fields[] = {
        UAT_FLD_VS(row, rule, "Rule", rule_names, "Rule as named in sipconn.finding"),
        UAT_FLD_VS(row, action, "What to do", action_names,
                   "Silence its findings, or report them with this severity"),
        UAT_END_FIELDS,
    };

    for (unsigned i = 0; i < RULE_COUNT; i++) {
        rule_names[i] = (value_string){i, rule_get((enum rule_id)i)->id};
    }
    prefs_register_uat_preference(
        module, "rules", "Rules to silence or to weigh anew",
        "Rules whose findings are not wanted, or weigh more or less here than by the catalogue. "
        "The last row for a rule counts.",
        uat_new("SIP Connection Rules", sizeof(struct rule_row), "sipconn_rules", true, &rows,
                &row_count, UAT_AFFECTS_DISSECTION, NULL, NULL, NULL, NULL, NULL, NULL, fields));
}

void preference_rules_register(module_t *module)
{
    switches_register(module);
    table_register(module);
}

static bool section_is_on(const char *section)
{
    for (unsigned i = 0; i < RULE_CHAPTER_COUNT; i++) {
        if (strcmp(rule_chapters[i].section, section) == 0) {
            return is_on[i];
        }
    }
    return true;
}

void preference_rules_actions(enum rule_action actions[RULE_COUNT])
{
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        actions[i] = section_is_on(rule_get((enum rule_id)i)->section) ? RULE_ACTION_NONE
                                                                       : RULE_ACTION_SILENCE;
    }
    for (unsigned i = 0; i < row_count; i++) {
        actions[rows[i].rule] = (enum rule_action)rows[i].action;
    }
}
