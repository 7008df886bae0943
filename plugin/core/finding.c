/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "finding.h"

#include <string.h>

struct finding_log {
    const enum rule_action *actions; /* by rule_id, NULL = nothing to change */
    GPtrArray *findings;             /* struct finding *, owned */
    GPtrArray *silenced;             /* the same; known to the rules, shown nowhere */
    GPtrArray *withdrawn;            /* the same; frames that were shown may still point to them */
    GPtrArray *all_marks;            /* struct finding_mark *, owned */
    GPtrArray *marks;                /* those of this frame */
    uint32_t frame;
    uint32_t serial;
    bool moved;          /* a finding moved to a later frame: out of order */
    GHashTable *leaving; /* struct finding *: withdrawn, but still among the findings */
};

struct finding *finding_list_find(const struct finding_list *list, enum rule_id rule)
{
    struct finding *finding = list->first;

    while (finding != NULL && finding->rule != rule) {
        finding = finding->next;
    }
    return finding;
}

static void finding_list_add(struct finding_list *list, struct finding *finding)
{
    finding->next = list->first;
    list->first = finding;
}

static void finding_list_remove(struct finding_list *list, const struct finding *finding)
{
    struct finding **link = &list->first;

    while (*link != finding) {
        link = &(*link)->next;
    }
    *link = finding->next;
}

static void finding_free(void *data)
{
    struct finding *finding = data;

    g_free(finding->related);
    g_free(finding);
}

static void finding_mark_free(void *data)
{
    struct finding_mark *mark = data;

    g_free((char *)mark->text);
    g_free(mark);
}

struct finding_log *finding_log_new(const enum rule_action *actions)
{
    struct finding_log *log = g_new0(struct finding_log, 1);

    log->actions = actions;
    log->silenced = g_ptr_array_new_with_free_func(finding_free);
    log->findings = g_ptr_array_new_with_free_func(finding_free);
    log->withdrawn = g_ptr_array_new_with_free_func(finding_free);
    log->all_marks = g_ptr_array_new_with_free_func(finding_mark_free);
    log->marks = g_ptr_array_new();
    log->leaving = g_hash_table_new(NULL, NULL);
    return log;
}

void finding_log_free(struct finding_log *log)
{
    if (log == NULL) {
        return;
    }
    g_hash_table_destroy(log->leaving);
    g_ptr_array_free(log->marks, TRUE);
    g_ptr_array_free(log->all_marks, TRUE);
    g_ptr_array_free(log->withdrawn, TRUE);
    g_ptr_array_free(log->findings, TRUE);
    g_ptr_array_free(log->silenced, TRUE);
    g_free(log);
}

static gint finding_compare(gconstpointer left, gconstpointer right)
{
    const struct finding *a = *(const struct finding *const *)left;
    const struct finding *b = *(const struct finding *const *)right;

    if (a->frame != b->frame) {
        return a->frame < b->frame ? -1 : 1;
    }
    return a->serial < b->serial ? -1 : a->serial > b->serial;
}

/* Takes out what was withdrawn, all at once. */
static void finding_log_drop(struct finding_log *log)
{
    gsize count;
    gpointer *findings = g_ptr_array_steal(log->findings, &count);

    for (gsize i = 0; i < count; i++) {
        bool leaves = g_hash_table_contains(log->leaving, findings[i]);

        g_ptr_array_add(leaves ? log->withdrawn : log->findings, findings[i]);
    }
    g_free(findings);
    g_hash_table_remove_all(log->leaving);
}

const GPtrArray *finding_log_all(struct finding_log *log)
{
    if (g_hash_table_size(log->leaving) > 0) {
        finding_log_drop(log);
    }
    if (log->moved) {
        g_ptr_array_sort(log->findings, finding_compare);
        log->moved = false;
    }
    return log->findings;
}

void finding_log_begin_frame(struct finding_log *log, uint32_t frame)
{
    log->frame = frame;
    g_ptr_array_set_size(log->marks, 0);
}

const GPtrArray *finding_log_marks(const struct finding_log *log)
{
    return log->marks;
}

static bool finding_relates(const struct finding *finding, uint32_t frame)
{
    for (unsigned i = 0; i < finding->related_count; i++) {
        if (finding->related[i] == frame) {
            return true;
        }
    }
    return false;
}

static void finding_add_related(struct finding *finding, uint32_t frame)
{
    if (frame == 0 || frame == finding->frame || finding->related_count >= FINDING_RELATED_MAX ||
        finding_relates(finding, frame)) {
        return;
    }
    finding->related = g_renew(uint32_t, finding->related, finding->related_count + 1);
    finding->related[finding->related_count++] = frame;
}

static void finding_relate(struct finding *finding, uint32_t frame,
                           const struct finding_report *report)
{
    finding_add_related(finding, frame);
    for (unsigned i = 0; i < FINDING_RELATED_MAX && report->related[i] != 0; i++) {
        finding_add_related(finding, report->related[i]);
    }
}

static enum rule_action finding_action(const struct finding_log *log, enum rule_id rule)
{
    return log->actions != NULL ? log->actions[rule] : RULE_ACTION_NONE;
}

/* The severity to show: the user's choice goes before the rule's own. */
static enum severity finding_severity(const struct finding_log *log,
                                      const struct finding_report *report)
{
    static const enum severity chosen[] = {
        [RULE_ACTION_CHAT] = SEVERITY_CHAT,
        [RULE_ACTION_NOTE] = SEVERITY_NOTE,
        [RULE_ACTION_WARN] = SEVERITY_WARN,
        [RULE_ACTION_ERROR] = SEVERITY_ERROR,
    };
    enum rule_action action = finding_action(log, report->rule);

    return action < RULE_ACTION_CHAT ? report->severity : chosen[action];
}

static void finding_mark_add(struct finding_log *log, struct finding *finding,
                             const struct finding_report *report)
{
    struct finding_mark *mark;

    finding->weight = report->severity;
    if (finding->silenced) {
        return;
    }
    mark = g_new0(struct finding_mark, 1);
    mark->finding = finding;
    mark->message = report->message;
    mark->severity = finding_severity(log, report);
    mark->presumed = report->presumed;
    mark->text = rule_text_format(rule_get(report->rule)->message, report->args);
    g_ptr_array_add(log->all_marks, mark);
    g_ptr_array_add(log->marks, mark);

    finding->severity = mark->severity;
    finding->presumed = report->presumed;
    finding->text = mark->text;
}

static void finding_take(struct finding_log *log, struct finding *finding,
                         const struct finding_report *report)
{
    uint32_t earlier = finding->frame;

    log->moved = log->moved || earlier != 0;
    finding->frame = log->frame;
    finding->message = report->message;
    finding_relate(finding, earlier, report);
    finding_mark_add(log, finding, report);
}

struct finding *finding_report(struct finding_log *log, struct finding_list *list,
                               const struct finding_report *report)
{
    struct finding *finding = finding_list_find(list, report->rule);

    if (finding != NULL) {
        finding->count++;
        if (report->severity > finding->weight) {
            finding_take(log, finding, report);
        } else {
            finding_relate(finding, log->frame, report);
        }
        return finding;
    }

    finding = g_new0(struct finding, 1);
    finding->rule = report->rule;
    finding->clause = rule_get(report->rule)->clause;
    finding->transaction = report->transaction;
    finding->connection = report->connection;
    finding->count = 1;
    finding->serial = ++log->serial;
    finding->silenced = finding_action(log, report->rule) == RULE_ACTION_SILENCE;
    finding_take(log, finding, report);
    g_ptr_array_add(finding->silenced ? log->silenced : log->findings, finding);
    finding_list_add(list, finding);
    return finding;
}

void finding_prove(struct finding_log *log, struct finding *finding,
                   const struct finding_report *report)
{
    finding_take(log, finding, report);
}

void finding_complete(struct finding_log *log, struct finding *finding,
                      const struct finding_report *report)
{
    finding_mark_add(log, finding, report);
}

struct finding *finding_withdraw(struct finding_log *log, struct finding_list *list,
                                 enum rule_id rule)
{
    struct finding *finding = finding_list_find(list, rule);

    if (finding == NULL) {
        return NULL;
    }
    finding_list_remove(list, finding);
    if (finding->silenced) {
        return finding; /* stands nowhere */
    }
    for (unsigned i = log->marks->len; i-- > 0;) {
        const struct finding_mark *mark = g_ptr_array_index(log->marks, i);

        if (mark->finding == finding) {
            g_ptr_array_remove_index(log->marks, i);
        }
    }
    g_hash_table_add(log->leaving, finding);
    return finding;
}
