/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tree.h"

#include "compat.h"

#include <epan/stats_tree.h>
#include <epan/tap.h>

#include "dissector.h"
#include "filler.h"
#include "passing.h"

enum branch {
    BRANCH_VERDICTS,
    BRANCH_CLASSES,
    BRANCH_RULES,
    BRANCH_COUNT,
};

static const char *const branch_names[BRANCH_COUNT] = {
    [BRANCH_VERDICTS] = "Responses by verdict",
    [BRANCH_CLASSES] = "Connections by class",
    [BRANCH_RULES] = "Findings by rule",
};

#define NOT_JUDGED "not judged"
#define LEAVES_MAX (RULE_COUNT + 1) /* of the longest branch */

/* A tree that Wireshark shows. Like a table, it is filled when it is drawn. */
struct tree {
    stats_tree *wireshark;
    struct passing *passing;
    bool has_filler;
    int branches[BRANCH_COUNT];
    bool is_shown[BRANCH_COUNT][LEAVES_MAX]; /* once there, a leaf stays, be it with 0 */
};

static GHashTable *trees; /* stats_tree -> struct tree, owned */

static void tree_free(void *data)
{
    struct tree *tree = data;

    passing_free(tree->passing);
    g_free(tree);
}

/* ---- filling --------------------------------------------------------------------------------- */

static void count_verdicts(const struct tree *tree, const struct analysis *analysis,
                           int counts[LEAVES_MAX])
{
    const GPtrArray *messages = analysis_messages(analysis);

    for (unsigned i = 0; i < messages->len; i++) {
        const struct message_record *message = g_ptr_array_index(messages, i);
        if (!message->is_request && !message->duplicate_of &&
            passing_frame(tree->passing, message->frame)) {
            counts[message->verdict]++;
        }
    }
}

static void count_classes(const struct tree *tree, const struct analysis *analysis,
                          int counts[LEAVES_MAX])
{
    const GPtrArray *connections = analysis_connections(analysis);

    for (unsigned i = 0; i < connections->len; i++) {
        const struct connection_record *connection = g_ptr_array_index(connections, i);
        unsigned classes = connection_record_classes(connection);

        if (!passing_connection(tree->passing, connection->id)) {
            continue;
        }
        for (unsigned bit = 0; bit < CONNECTION_CLASS_COUNT; bit++) {
            counts[bit] += (classes >> bit) & 1;
        }
    }
}

static void count_rules(const struct tree *tree, const struct analysis *analysis,
                        int counts[LEAVES_MAX])
{
    const GPtrArray *findings = analysis_findings(analysis);

    for (unsigned i = 0; i < findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(findings, i);
        if (passing_frame(tree->passing, finding->frame)) {
            counts[finding->rule]++;
        }
    }
}

static const char *verdict_leaf(unsigned verdict)
{
    return verdict == VERDICT_NONE ? NOT_JUDGED : verdict_name((enum verdict)verdict);
}

static const char *rule_leaf(unsigned rule)
{
    return rule_get((enum rule_id)rule)->id;
}

static void tree_fill(struct tree *tree, const struct analysis *analysis)
{
    static const struct {
        void (*count)(const struct tree *, const struct analysis *, int counts[LEAVES_MAX]);
        const char *(*name)(unsigned leaf);
        unsigned leaves;
    } kinds[BRANCH_COUNT] = {
        [BRANCH_VERDICTS] = {count_verdicts, verdict_leaf, VERDICT_COUNT},
        [BRANCH_CLASSES] = {count_classes, connection_class_name, CONNECTION_CLASS_COUNT},
        [BRANCH_RULES] = {count_rules, rule_leaf, RULE_COUNT},
    };

    for (unsigned branch = 0; branch < BRANCH_COUNT; branch++) {
        int counts[LEAVES_MAX] = {0};
        int total = 0;

        kinds[branch].count(tree, analysis, counts);
        for (unsigned leaf = 0; leaf < kinds[branch].leaves; leaf++) {
            bool *is_shown = &tree->is_shown[branch][leaf];

            *is_shown = *is_shown || counts[leaf] > 0;
            total += counts[leaf];
            if (*is_shown) {
                set_stat_node(tree->wireshark, kinds[branch].name(leaf), tree->branches[branch],
                              false, counts[leaf]);
            }
        }
        set_stat_node(tree->wireshark, branch_names[branch], 0, true, total);
    }
}

static void trees_fill(void *data _U_)
{
    const struct analysis *analysis = dissector_analysis();
    GHashTableIter iter;
    void *tree;

    g_hash_table_iter_init(&iter, trees);
    while (analysis && g_hash_table_iter_next(&iter, NULL, &tree)) {
        tree_fill(tree, analysis);
    }
}

/* ---- listening ------------------------------------------------------------------------------- */

/* Called for a new tree, and again when it begins anew. */
static void tree_init(stats_tree *wireshark)
{
    struct tree *tree = g_hash_table_lookup(trees, wireshark);

    if (!tree) {
        tree = g_new0(struct tree, 1);
        tree->wireshark = wireshark;
        tree->passing = passing_new();
        g_hash_table_insert(trees, wireshark, tree);
    }
    passing_clear(tree->passing);
    tree->has_filler = false;
    memset(tree->is_shown, 0, sizeof tree->is_shown);
    for (unsigned branch = 0; branch < BRANCH_COUNT; branch++) {
        tree->branches[branch] =
            stats_tree_create_node(wireshark, branch_names[branch], 0, STAT_DT_INT, true);
    }
}

static tap_packet_status tree_packet(stats_tree *wireshark, packet_info *pinfo _U_,
                                     epan_dissect_t *edt _U_, const void *entry,
                                     tap_flags_t flags _U_)
{
    struct tree *tree = g_hash_table_lookup(trees, wireshark);

    if (!tree->has_filler) {
        tree->has_filler = true;
        /* One for all: a tree of Wireshark's may go while listeners are being removed. */
        filler_renew(&trees, trees_fill);
    }
    passing_add(tree->passing, entry);
    return TAP_PACKET_REDRAW;
}

static void tree_cleanup(stats_tree *wireshark)
{
    g_hash_table_remove(trees, wireshark);
}

void tree_register(void)
{
    trees = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, tree_free);
    STATS_TREE_REGISTER(TAP_NAME, "sipconn", "SIP Connection Statistics", tree_packet, tree_init,
                        tree_cleanup);
}
