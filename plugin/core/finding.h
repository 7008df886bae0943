/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_FINDING_H
#define SIPCONN_FINDING_H

#include "record.h"

/*
 * The findings already reported about one subject (a transaction, a connection, a branch …): the
 * memory behind "once for each rule and subject, with a count".
 */
struct finding_list {
    struct finding *first; /* the log's, by their next */
};

/* The finding of that rule on this subject, or NULL. */
struct finding *finding_list_find(const struct finding_list *list, enum rule_id rule);

struct finding_log;

/* actions: for each rule_id what the user wants, kept by the caller; NULL = nothing. */
struct finding_log *finding_log_new(const enum rule_action *actions);
void finding_log_free(struct finding_log *log);

/*
 * All findings in the order of their frames, silenced ones excepted: struct finding *. A withdrawal
 * takes effect in it at the next call, together with all others since this one: to look for each by
 * itself would cost the square of their number.
 */
const GPtrArray *finding_log_all(struct finding_log *log);

/* Frame number of what is reported from now on; forgets the marks of the frame before. */
void finding_log_begin_frame(struct finding_log *log, uint32_t frame);

/* The marks of this frame so far: struct finding_mark *; they live as long as the log. */
const GPtrArray *finding_log_marks(const struct finding_log *log);

#define FINDING_RELATED_MAX 8

/* What a rule reports. */
struct finding_report {
    enum rule_id rule;
    enum severity severity;
    bool presumed;
    int32_t message;                       /* index in this frame; -1: the frame itself */
    uint32_t transaction, connection;      /* 0 = none */
    uint32_t related[FINDING_RELATED_MAX]; /* frames; ends with 0 */
    const struct rule_arg *args;           /* for the rule's message, ends with name NULL */
};

/*
 * Reports a finding about the subject that owns list. The first time raises it, with a mark at this
 * frame; again counts it (raising its severity, with a new mark, if this time is graver). Returns it.
 * A rule that the user silenced is remembered on its subject, for rules that ask, and shown nowhere.
 */
struct finding *finding_report(struct finding_log *log, struct finding_list *list,
                               const struct finding_report *report);

/*
 * Says more of a finding already raised, without counting it: severity and text become those of the
 * report, and this frame gets a mark. _prove also moves the finding to this frame, which proves it;
 * the earlier frame becomes a related one. _complete leaves it where it is.
 */
void finding_prove(struct finding_log *log, struct finding *finding,
                   const struct finding_report *report);
void finding_complete(struct finding_log *log, struct finding *finding,
                      const struct finding_report *report);

/*
 * Takes back a finding: a later packet explained it. Returns it, or NULL if there was none; its marks
 * are to be taken off the frames that show them.
 */
struct finding *finding_withdraw(struct finding_log *log, struct finding_list *list,
                                 enum rule_id rule);

#endif
