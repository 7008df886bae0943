/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_RULE_TABLE_H
#define SIPCONN_RULE_TABLE_H

#include <glib.h>

#include "rules.h"

/*
 * How the rule table is stored: one section for each section of the catalogue, in the order of enum
 * rule_id and together covering it. Only rules.c and the sections use this header; all others ask
 * rule_get().
 */
struct rule_section {
    enum rule_id first; /* the rule of rules[0] */
    unsigned count;     /* rows; the next section begins at first + count */
    const struct rule *rules;
};

/* Bits for struct rule's severities and presumed. */
enum {
    REPORTS_CHAT = 1u << SEVERITY_CHAT,
    REPORTS_NOTE = 1u << SEVERITY_NOTE,
    REPORTS_WARN = 1u << SEVERITY_WARN,
    REPORTS_ERROR = 1u << SEVERITY_ERROR,
};

extern const struct rule_section rule_section_routing;    /* C1 */
extern const struct rule_section rule_section_received;   /* C2 */
extern const struct rule_section rule_section_via;        /* C3 */
extern const struct rule_section rule_section_ack_cancel; /* C4 */
extern const struct rule_section rule_section_framing;    /* C10 */
extern const struct rule_section rule_section_connection; /* C5 */
extern const struct rule_section rule_section_alias;      /* C6 */
extern const struct rule_section rule_section_websocket;  /* C9 */

#endif
