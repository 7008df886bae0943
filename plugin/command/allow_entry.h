/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_ALLOW_ENTRY_H
#define SIPCONN_ALLOW_ENTRY_H

#include "result.h"
#include "rules.h"

/* A line of an allow list, see allow.h. */
struct allow_entry {
    unsigned line;
    enum rule_id rule;
    char *capture, *src, *dst, *peer, *text, *until, *reason; /* NULL: not given */
    bool is_expired;
    bool is_used;
};

/* All conditions of the entry hold for a finding of the result; its date is not looked at. */
bool allow_entry_matches(const struct allow_entry *entry, const struct result *result,
                         const struct finding_item *finding);

#endif
