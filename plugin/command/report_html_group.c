/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_html_group.h"

#include "report_text_peers.h"
#include "rule_names.h"

/* Entries found by key while the findings are gone through. */
struct grouping {
    GPtrArray *rules;
    GHashTable *rules_by_key;  /* "hidden rule" -> struct html_rule * */
    GHashTable *groups_by_key; /* "hidden rule peers" -> struct html_group * */
};

static void group_free(gpointer data)
{
    struct html_group *group = data;

    g_ptr_array_free(group->findings, TRUE);
    g_free(group->peers);
    g_free(group);
}

static void rule_free(gpointer data)
{
    struct html_rule *rule = data;

    g_ptr_array_free(rule->groups, TRUE);
    g_free(rule);
}

static struct html_rule *rule_of(struct grouping *grouping, const struct finding_item *finding)
{
    char *key = g_strdup_printf("%d %s", finding->hidden_by != NULL, finding->rule);
    struct html_rule *rule = g_hash_table_lookup(grouping->rules_by_key, key);

    if (rule) {
        g_free(key);
        return rule;
    }
    rule = g_new0(struct html_rule, 1);
    rule->id = finding->rule;
    rule->is_hidden = finding->hidden_by != NULL;
    rule->groups = g_ptr_array_new_with_free_func(group_free);
    g_ptr_array_add(grouping->rules, rule);
    g_hash_table_insert(grouping->rules_by_key, key, rule);
    return rule;
}

/* Takes peers. */
static struct html_group *group_of(struct grouping *grouping, struct html_rule *rule, char *peers)
{
    char *key = g_strdup_printf("%d %s %s", rule->is_hidden, rule->id, peers);
    struct html_group *group = g_hash_table_lookup(grouping->groups_by_key, key);

    if (group) {
        g_free(key);
        g_free(peers);
        return group;
    }
    group = g_new0(struct html_group, 1);
    group->peers = peers;
    group->findings = g_ptr_array_new();
    g_ptr_array_add(rule->groups, group);
    g_hash_table_insert(grouping->groups_by_key, key, group);
    return group;
}

static int descending(uint32_t one, uint32_t other)
{
    return one == other ? 0 : one > other ? -1 : 1;
}

static int rule_compare(gconstpointer a, gconstpointer b)
{
    const struct html_rule *one = *(struct html_rule *const *)a;
    const struct html_rule *other = *(struct html_rule *const *)b;

    if (one->is_hidden != other->is_hidden) {
        return one->is_hidden ? 1 : -1;
    }
    if (one->severity != other->severity) {
        return descending(one->severity, other->severity);
    }
    if (one->findings != other->findings) {
        return descending(one->findings, other->findings);
    }
    return g_strcmp0(one->id, other->id);
}

static int group_compare(gconstpointer a, gconstpointer b)
{
    const struct html_group *one = *(struct html_group *const *)a;
    const struct html_group *other = *(struct html_group *const *)b;
    const struct finding_item *first = g_ptr_array_index(one->findings, 0);
    const struct finding_item *other_first = g_ptr_array_index(other->findings, 0);

    if (one->severity != other->severity) {
        return descending(one->severity, other->severity);
    }
    if (one->findings->len != other->findings->len) {
        return descending(one->findings->len, other->findings->len);
    }
    if (first->frame != other_first->frame) {
        return descending(other_first->frame, first->frame);
    }
    return g_strcmp0(one->peers, other->peers);
}

GPtrArray *html_rules_new(const struct result *result, bool without_hidden)
{
    struct peer_index *peers = peer_index_new(result);
    struct grouping grouping = {
        .rules = g_ptr_array_new_with_free_func(rule_free),
        .rules_by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .groups_by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
    };

    for (unsigned i = 0; i < result->findings->len; i++) {
        struct finding_item *finding = g_ptr_array_index(result->findings, i);
        if (finding->hidden_by && without_hidden) {
            continue;
        }
        enum severity severity = severity_find(finding->severity);
        struct html_rule *rule = rule_of(&grouping, finding);
        struct html_group *group = group_of(&grouping, rule, peer_index_of_finding(peers, finding));
        rule->findings++;
        rule->severity = MAX(rule->severity, severity);
        group->severity = MAX(group->severity, severity);
        g_ptr_array_add(group->findings, finding);
    }
    g_ptr_array_sort(grouping.rules, rule_compare);
    for (unsigned i = 0; i < grouping.rules->len; i++) {
        g_ptr_array_sort(((struct html_rule *)g_ptr_array_index(grouping.rules, i))->groups,
                         group_compare);
    }
    g_hash_table_destroy(grouping.groups_by_key);
    g_hash_table_destroy(grouping.rules_by_key);
    peer_index_free(peers);
    return grouping.rules;
}
