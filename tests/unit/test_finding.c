/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "finding.h"

static const struct rule_arg no_args[] = {{NULL, NULL}};

/* A report of resp-late at message 0 that tells code. */
static struct finding_report report_of(enum severity severity, const struct rule_arg *args)
{
    return (struct finding_report){
        .rule = RULE_RESP_LATE, .severity = severity, .transaction = 7, .args = args};
}

static struct finding *report(struct finding_log *log, struct finding_list *list, uint32_t frame,
                              enum rule_id rule, enum severity severity)
{
    struct finding_report report = report_of(severity, no_args);

    report.rule = rule;
    finding_log_begin_frame(log, frame);
    return finding_report(log, list, &report);
}

static unsigned marks(const struct finding_log *log)
{
    return finding_log_marks(log)->len;
}

static const struct finding_mark *mark(const struct finding_log *log, unsigned index)
{
    g_assert_cmpuint(index, <, marks(log));
    return g_ptr_array_index(finding_log_marks(log), index);
}

static void assert_related(const struct finding *finding, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (unsigned i = 0; i < finding->related_count; i++) {
        g_string_append_printf(text, "%s%u", i == 0 ? "" : " ", finding->related[i]);
    }
    g_assert_cmpstr(text->str, ==, expected);
}

static void test_first_time(void)
{
    const struct rule_arg args[] = {
        {"code", "200"}, {"dt", "33"}, {"req", "1"}, {"tx", "32"}, {NULL, NULL}};
    struct finding_log *log = finding_log_new(NULL);
    struct finding_list list = {0};
    struct finding_report report = report_of(SEVERITY_NOTE, args);
    const struct finding *finding;

    finding_log_begin_frame(log, 9);
    report.message = 2;
    report.connection = 3;
    report.presumed = true;
    report.related[0] = 1;
    report.related[1] = 9; /* the frame itself is no other one */
    report.related[2] = 1;
    report.related[3] = 4;
    finding = finding_report(log, &list, &report);

    g_assert_cmpint(finding->rule, ==, RULE_RESP_LATE);
    g_assert_cmpint(finding->severity, ==, SEVERITY_NOTE);
    g_assert_true(finding->presumed);
    g_assert_cmpuint(finding->frame, ==, 9);
    g_assert_cmpint(finding->message, ==, 2);
    g_assert_cmpuint(finding->transaction, ==, 7);
    g_assert_cmpuint(finding->connection, ==, 3);
    g_assert_cmpuint(finding->count, ==, 1);
    g_assert_cmpstr(finding->clause, ==, rule_get(RULE_RESP_LATE)->clause);
    g_assert_cmpstr(finding->text, ==,
                    "Response 200 came 33 s after the request (frame 1); the client transaction "
                    "ended at 32 s");
    assert_related(finding, "1 4");
    g_assert_true(finding_list_find(&list, RULE_RESP_LATE) == finding);
    g_assert_null(finding_list_find(&list, RULE_RESP_UNMATCHED));
    g_assert_cmpuint(marks(log), ==, 1);
    g_assert_true(mark(log, 0)->finding == finding);
    g_assert_cmpint(mark(log, 0)->message, ==, 2);
    g_assert_cmpint(mark(log, 0)->severity, ==, SEVERITY_NOTE);
    g_assert_true(mark(log, 0)->presumed);
    g_assert_cmpstr(mark(log, 0)->text, ==, finding->text);
    finding_log_free(log);
}

static void test_once_with_a_count(void)
{
    struct finding_log *log = finding_log_new(NULL);
    struct finding_list list = {0};
    struct finding *first = report(log, &list, 1, RULE_RESP_LATE, SEVERITY_WARN);

    for (uint32_t frame = 2; frame <= 1000; frame++) {
        g_assert_true(report(log, &list, frame, RULE_RESP_LATE,
                             frame % 2 ? SEVERITY_WARN : SEVERITY_NOTE) == first);
        g_assert_cmpuint(marks(log), ==, 0);
    }
    g_assert_cmpuint(first->count, ==, 1000);
    g_assert_cmpuint(first->frame, ==, 1);
    g_assert_cmpint(first->severity, ==, SEVERITY_WARN);
    assert_related(first, "2 3 4 5 6 7 8 9"); /* FINDING_RELATED_MAX of them */
    g_assert_cmpuint(finding_log_all(log)->len, ==, 1);
    finding_log_free(log);
}

static void test_rules_and_subjects_are_apart(void)
{
    struct finding_log *log = finding_log_new(NULL);
    struct finding_list one = {0}, two = {0};
    struct finding *a = report(log, &one, 1, RULE_RESP_LATE, SEVERITY_NOTE);
    struct finding *b = report(log, &one, 2, RULE_RESP_UNMATCHED, SEVERITY_CHAT);
    struct finding *c = report(log, &two, 2, RULE_RESP_LATE, SEVERITY_NOTE);

    g_assert_true(a != b && b != c && a != c);
    g_assert_cmpuint(a->count + b->count + c->count, ==, 3);
    g_assert_cmpuint(finding_log_all(log)->len, ==, 3);
    g_assert_true(finding_list_find(&two, RULE_RESP_LATE) == c);
    g_assert_null(finding_list_find(&two, RULE_RESP_UNMATCHED));
    finding_log_free(log);
}

/* A graver repetition raises the finding; what was shown at the first frame stays as it was. */
static void test_severity_raise(void)
{
    struct finding_log *log = finding_log_new(NULL);
    struct finding_list list = {0};
    struct finding *finding = report(log, &list, 3, RULE_RESP_LATE, SEVERITY_NOTE);
    const struct finding_mark *before = mark(log, 0);

    g_assert_true(report(log, &list, 8, RULE_RESP_LATE, SEVERITY_ERROR) == finding);
    g_assert_cmpuint(finding->count, ==, 2);
    g_assert_cmpint(finding->severity, ==, SEVERITY_ERROR);
    g_assert_cmpuint(finding->frame, ==, 8);
    assert_related(finding, "3");
    g_assert_cmpuint(marks(log), ==, 1);
    g_assert_cmpint(mark(log, 0)->severity, ==, SEVERITY_ERROR);
    g_assert_cmpint(before->severity, ==, SEVERITY_NOTE);
    g_assert_cmpuint(finding_log_all(log)->len, ==, 1);

    report(log, &list, 9, RULE_RESP_LATE, SEVERITY_WARN);
    g_assert_cmpint(finding->severity, ==, SEVERITY_ERROR);
    g_assert_cmpuint(marks(log), ==, 0);
    finding_log_free(log);
}

static void test_prove(void)
{
    const struct rule_arg args[] = {{"code", "486"}, {NULL, NULL}};
    struct finding_log *log = finding_log_new(NULL);
    struct finding_list list = {0};
    struct finding_report presumed = report_of(SEVERITY_WARN, no_args);
    struct finding_report proof = report_of(SEVERITY_ERROR, args);
    struct finding *finding;
    const struct finding_mark *first;

    presumed.presumed = true;
    presumed.message = 1;
    proof.message = -1;
    proof.related[0] = 2;
    finding_log_begin_frame(log, 5);
    finding = finding_report(log, &list, &presumed);
    first = mark(log, 0);
    finding_log_begin_frame(log, 9);
    finding_prove(log, finding, &proof);

    g_assert_cmpuint(finding->count, ==, 1);
    g_assert_cmpint(finding->severity, ==, SEVERITY_ERROR);
    g_assert_false(finding->presumed);
    g_assert_cmpuint(finding->frame, ==, 9);
    g_assert_cmpint(finding->message, ==, -1);
    assert_related(finding, "5 2");
    g_assert_nonnull(strstr(finding->text, "486"));
    g_assert_cmpuint(marks(log), ==, 1);
    g_assert_cmpint(mark(log, 0)->message, ==, -1);
    g_assert_cmpint(first->severity, ==, SEVERITY_WARN);
    g_assert_true(first->presumed);
    g_assert_null(strstr(first->text, "486"));
    finding_log_free(log);
}

static void test_complete(void)
{
    const struct rule_arg args[] = {{"code", "486"}, {NULL, NULL}};
    struct finding_log *log = finding_log_new(NULL);
    struct finding_list list = {0};
    struct finding_report completion = report_of(SEVERITY_WARN, args);
    struct finding *finding = report(log, &list, 5, RULE_RESP_LATE, SEVERITY_NOTE);

    completion.message = -1;
    finding_log_begin_frame(log, 9);
    finding_complete(log, finding, &completion);
    g_assert_cmpuint(finding->count, ==, 1);
    g_assert_cmpuint(finding->frame, ==, 5);
    g_assert_cmpint(finding->message, ==, 0);
    g_assert_cmpint(finding->severity, ==, SEVERITY_WARN);
    g_assert_nonnull(strstr(finding->text, "486"));
    g_assert_cmpuint(marks(log), ==, 1);
    g_assert_cmpint(mark(log, 0)->severity, ==, SEVERITY_WARN);
    finding_log_free(log);
}

static void test_withdraw(void)
{
    struct finding_log *log = finding_log_new(NULL);
    struct finding_list list = {0};
    struct finding *late, *unmatched, *again;

    g_assert_null(finding_withdraw(log, &list, RULE_RESP_LATE));
    unmatched = report(log, &list, 1, RULE_RESP_UNMATCHED, SEVERITY_CHAT);
    late = report(log, &list, 2, RULE_RESP_LATE, SEVERITY_NOTE);
    report(log, &list, 3, RULE_ACK_MISSING, SEVERITY_WARN);

    g_assert_true(finding_withdraw(log, &list, RULE_RESP_LATE) == late);
    g_assert_null(finding_list_find(&list, RULE_RESP_LATE));
    g_assert_null(finding_withdraw(log, &list, RULE_RESP_LATE));
    g_assert_true(finding_list_find(&list, RULE_RESP_UNMATCHED) == unmatched);
    g_assert_nonnull(finding_list_find(&list, RULE_ACK_MISSING));
    g_assert_cmpuint(finding_log_all(log)->len, ==, 2);
    g_assert_cmpint(late->rule, ==, RULE_RESP_LATE); /* frames shown may still point to it */

    again = report(log, &list, 4, RULE_RESP_LATE, SEVERITY_NOTE);
    g_assert_true(again != late);
    g_assert_cmpuint(again->count, ==, 1);
    g_assert_cmpuint(finding_log_all(log)->len, ==, 3);
    finding_log_free(log);
    finding_log_free(NULL);
}

/*
 * Found by fuzzing: thousands of findings were looked for among all the others, one by one. A
 * withdrawal does not touch them; the next reader's one sweep takes all out.
 */
static void test_withdrawals_are_taken_out_together(void)
{
    enum { SUBJECTS = 1000 };
    struct finding_log *log = finding_log_new(NULL);
    struct finding_list lists[SUBJECTS] = {0};
    const struct finding *kept;
    const GPtrArray *all;

    for (unsigned i = 0; i < SUBJECTS; i++)
        report(log, &lists[i], i + 1, RULE_RESP_LATE, SEVERITY_NOTE);
    all = finding_log_all(log);
    kept = finding_list_find(&lists[1], RULE_RESP_LATE);
    for (unsigned i = 0; i < SUBJECTS; i++) {
        if (i != 1)
            g_assert_nonnull(finding_withdraw(log, &lists[i], RULE_RESP_LATE));
        g_assert_cmpuint(all->len, ==, SUBJECTS);
    }

    all = finding_log_all(log);
    g_assert_cmpuint(all->len, ==, 1);
    g_assert_true(g_ptr_array_index(all, 0) == kept);
    finding_log_free(log);
}

/* A finding that moved to a later frame takes its place there. */
static void test_order_of_frames(void)
{
    struct finding_log *log = finding_log_new(NULL);
    struct finding_list list = {0};
    struct finding_report proof = report_of(SEVERITY_ERROR, no_args);
    struct finding *late = report(log, &list, 1, RULE_RESP_LATE, SEVERITY_NOTE);
    const GPtrArray *all;

    report(log, &list, 2, RULE_RESP_UNMATCHED, SEVERITY_CHAT);
    report(log, &list, 3, RULE_ACK_MISSING, SEVERITY_WARN);
    g_assert_true(g_ptr_array_index(finding_log_all(log), 0) == late);
    finding_prove(log, late, &proof);

    all = finding_log_all(log);
    for (unsigned i = 1; i < all->len; i++) {
        const struct finding *a = g_ptr_array_index(all, i - 1);
        const struct finding *b = g_ptr_array_index(all, i);

        g_assert_true(a->frame < b->frame || (a->frame == b->frame && a->serial < b->serial));
    }
    /* Both stand at frame 3: the one raised first comes first. */
    g_assert_true(g_ptr_array_index(all, 1) == late);
    finding_log_free(log);
}

static void test_silenced(void)
{
    enum rule_action actions[RULE_COUNT] = {[RULE_RESP_LATE] = RULE_ACTION_SILENCE};
    struct finding_log *log = finding_log_new(actions);
    struct finding_list list = {0};
    struct finding_report proof = report_of(SEVERITY_ERROR, no_args);
    struct finding *finding = report(log, &list, 1, RULE_RESP_LATE, SEVERITY_WARN);

    /* Rules that ask find it, and may prove it; nobody sees it. */
    g_assert_true(finding_list_find(&list, RULE_RESP_LATE) == finding);
    finding_prove(log, finding, &proof);
    finding_complete(log, finding, &proof);
    g_assert_true(report(log, &list, 2, RULE_RESP_LATE, SEVERITY_ERROR) == finding);
    g_assert_cmpuint(finding->count, ==, 2);
    g_assert_cmpuint(marks(log), ==, 0);
    g_assert_cmpuint(finding_log_all(log)->len, ==, 0);
    g_assert_nonnull(report(log, &list, 2, RULE_RESP_UNMATCHED, SEVERITY_NOTE));
    g_assert_cmpuint(finding_log_all(log)->len, ==, 1);
    g_assert_true(finding_withdraw(log, &list, RULE_RESP_LATE) == finding);
    g_assert_null(finding_list_find(&list, RULE_RESP_LATE));
    g_assert_cmpuint(finding_log_all(log)->len, ==, 1);
    finding_log_free(log);
}

static void test_severity_of_the_user(void)
{
    static const struct {
        enum rule_action action;
        enum severity severity;
    } cases[] = {
        {RULE_ACTION_NONE, SEVERITY_WARN},   {RULE_ACTION_CHAT, SEVERITY_CHAT},
        {RULE_ACTION_NOTE, SEVERITY_NOTE},   {RULE_ACTION_WARN, SEVERITY_WARN},
        {RULE_ACTION_ERROR, SEVERITY_ERROR},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        enum rule_action actions[RULE_COUNT] = {[RULE_RESP_LATE] = cases[i].action};
        struct finding_log *log = finding_log_new(actions);
        struct finding_list list = {0};
        struct finding *finding = report(log, &list, 1, RULE_RESP_LATE, SEVERITY_WARN);

        g_assert_cmpint(finding->severity, ==, cases[i].severity);
        g_assert_cmpint(mark(log, 0)->severity, ==, cases[i].severity);
        /* What the rule itself thinks decides whether it has become graver. */
        report(log, &list, 2, RULE_RESP_LATE, SEVERITY_NOTE);
        g_assert_cmpuint(marks(log), ==, 0);
        report(log, &list, 3, RULE_RESP_LATE, SEVERITY_ERROR);
        g_assert_cmpuint(marks(log), ==, 1);
        g_assert_cmpuint(finding->frame, ==, 3);
        finding_log_free(log);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/finding/first", test_first_time);
    g_test_add_func("/finding/once", test_once_with_a_count);
    g_test_add_func("/finding/apart", test_rules_and_subjects_are_apart);
    g_test_add_func("/finding/raise", test_severity_raise);
    g_test_add_func("/finding/prove", test_prove);
    g_test_add_func("/finding/complete", test_complete);
    g_test_add_func("/finding/withdraw", test_withdraw);
    g_test_add_func("/finding/withdraw/together", test_withdrawals_are_taken_out_together);
    g_test_add_func("/finding/order", test_order_of_frames);
    g_test_add_func("/finding/silenced", test_silenced);
    g_test_add_func("/finding/severity-of-the-user", test_severity_of_the_user);
    return g_test_run();
}
