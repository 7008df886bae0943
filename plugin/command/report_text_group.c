/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_text_group.h"

#include "report_text_peers.h"
#include "rule_names.h"

static void peer_findings_free(gpointer data)
{
    struct peer_findings *peers = data;

    g_array_free(peers->frames, TRUE);
    g_free(peers->peers);
    g_free(peers);
}

static void group_free(gpointer data)
{
    struct finding_group *group = data;

    g_ptr_array_free(group->peers, TRUE);
    g_free(group);
}

/* The entry under key, made by make and added to list the first time. Takes key. */
static gpointer entry_of(GHashTable *entries, GPtrArray *list, char *key, gpointer (*make)(void))
{
    gpointer entry = g_hash_table_lookup(entries, key);

    if (entry != NULL) {
        g_free(key);
        return entry;
    }
    entry = make();
    g_hash_table_insert(entries, key, entry);
    g_ptr_array_add(list, entry);
    return entry;
}

static gpointer group_make(void)
{
    struct finding_group *group = g_new0(struct finding_group, 1);

    group->peers = g_ptr_array_new_with_free_func(peer_findings_free);
    return group;
}

static gpointer peers_make(void)
{
    struct peer_findings *peers = g_new0(struct peer_findings, 1);

    peers->frames = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    return peers;
}

static void peers_add(struct peer_findings *peers, const struct finding_item *finding)
{
    unsigned last = peers->frames->len;

    if (peers->first == NULL) {
        peers->first = finding;
    }
    peers->findings++;
    peers->count += finding->count;
    /* Findings come in order of frame. */
    if (last == 0 || g_array_index(peers->frames, uint32_t, last - 1) != finding->frame) {
        g_array_append_val(peers->frames, finding->frame);
    }
}

static int peers_compare(gconstpointer a, gconstpointer b)
{
    const struct peer_findings *one = *(struct peer_findings *const *)a;
    const struct peer_findings *other = *(struct peer_findings *const *)b;

    if (one->findings != other->findings) {
        return one->findings > other->findings ? -1 : 1;
    }
    if (one->first->frame != other->first->frame) {
        return one->first->frame < other->first->frame ? -1 : 1;
    }
    return g_strcmp0(one->peers, other->peers);
}

static int group_compare(gconstpointer a, gconstpointer b)
{
    const struct finding_group *one = *(struct finding_group *const *)a;
    const struct finding_group *other = *(struct finding_group *const *)b;
    enum severity weight = severity_find(one->severity);
    enum severity other_weight = severity_find(other->severity);

    if (weight != other_weight) {
        return weight > other_weight ? -1 : 1;
    }
    if (one->presumed != other->presumed) {
        return other->presumed ? -1 : 1;
    }
    if (one->findings != other->findings) {
        return one->findings > other->findings ? -1 : 1;
    }
    /* The cause comes before its consequences. */
    if (one->first_frame != other->first_frame) {
        return one->first_frame < other->first_frame ? -1 : 1;
    }
    return g_strcmp0(one->rule, other->rule);
}

GPtrArray *finding_groups(const struct result *result)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);
    GHashTable *by_rule = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTable *by_peers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    struct peer_index *index = peer_index_new(result);

    for (unsigned i = 0; i < result->findings->len; i++) {
        const struct finding_item *finding = g_ptr_array_index(result->findings, i);
        struct finding_group *group;
        struct peer_findings *peers;
        char *name;
        char *key;

        if (finding->hidden_by != NULL || severity_find(finding->severity) == SEVERITY_CHAT) {
            continue;
        }
        key = g_strdup_printf("%s %s %d", finding->rule, finding->severity, finding->presumed);
        name = peer_index_of_finding(index, finding);
        group = entry_of(by_rule, groups, g_strdup(key), group_make);
        group->rule = finding->rule;
        group->severity = finding->severity;
        group->presumed = finding->presumed;
        group->first_frame = group->findings == 0 ? finding->frame : group->first_frame;
        group->findings++;
        peers = entry_of(by_peers, group->peers, g_strdup_printf("%s %s", key, name), peers_make);
        if (peers->peers == NULL) {
            peers->peers = g_steal_pointer(&name);
        }
        peers_add(peers, finding);
        g_free(name);
        g_free(key);
    }
    g_ptr_array_sort(groups, group_compare);
    for (unsigned i = 0; i < groups->len; i++) {
        struct finding_group *group = g_ptr_array_index(groups, i);

        g_ptr_array_sort(group->peers, peers_compare);
    }
    peer_index_free(index);
    g_hash_table_destroy(by_peers);
    g_hash_table_destroy(by_rule);
    return groups;
}
