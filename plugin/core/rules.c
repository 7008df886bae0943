/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules.h"

#include "rule_table.h"

static const struct rule_section *const sections[] = {
    &rule_section_routing, &rule_section_received,   &rule_section_via,   &rule_section_ack_cancel,
    &rule_section_framing, &rule_section_connection, &rule_section_alias, &rule_section_websocket,
};

const struct rule *rule_get(enum rule_id id)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(sections); i++) {
        unsigned row = (unsigned)id - (unsigned)sections[i]->first;

        /* An id before the section wraps around to a large row. */
        if (row < sections[i]->count) {
            return &sections[i]->rules[row];
        }
    }
    g_assert_not_reached();
}

const struct rule_chapter rule_chapters[RULE_CHAPTER_COUNT] = {
    {"C1", "routing", "Response routing"},
    {"C2", "received", "received and rport"},
    {"C3", "via", "Via, branch, request placement"},
    {"C4", "ack", "ACK and CANCEL"},
    {"C5", "connections", "Connections"},
    {"C6", "aliases", "Aliases and reuse (RFC 5923)"},
    {"C9", "websocket", "WebSocket (RFC 7118)"},
    {"C10", "framing", "Framing, size, security, transport errors"},
};

const char *severity_name(enum severity severity)
{
    static const char *const names[SEVERITY_COUNT] = {
        [SEVERITY_CHAT] = "chat",
        [SEVERITY_NOTE] = "note",
        [SEVERITY_WARN] = "warn",
        [SEVERITY_ERROR] = "error",
    };

    return names[severity];
}
