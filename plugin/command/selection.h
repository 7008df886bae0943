/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_SELECTION_H
#define SIPCONN_SELECTION_H

#include "result.h"
#include "rules.h"

/* Which rules are to be told, of --only and --ignore. */
struct selection {
    bool told[RULE_COUNT];
};

/*
 * Each list is NULL or a NULL-terminated array of "RULE,RULE". Without any --only all rules are
 * told; what is ignored is ignored even if it is in --only. False and an error for unknown rules.
 */
bool selection_parse(struct selection *selection, char *const *only, char *const *ignore,
                     GError **error);

/* Takes the findings of other rules out of the result. */
void selection_apply(const struct selection *selection, struct result *result);

#endif
