/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table_aliases.h"

#include "table.h"

enum column {
    COLUMN_ADDRESS,
    COLUMN_PORT,
    COLUMN_TRANSPORT,
    COLUMN_CONNECTION,
    COLUMN_LEARNT,
    COLUMN_LEARNT_BY,
    COLUMN_VERIFIED,
    COLUMN_USED,
    COLUMN_IDENTITIES,
    COLUMN_COUNT,
};

static const struct table_column columns[COLUMN_COUNT] = {
    [COLUMN_ADDRESS] = {"Address", 15, false, false},
    [COLUMN_PORT] = {"Port", 5, true, true},
    [COLUMN_TRANSPORT] = {"Transport", 9, false, false},
    [COLUMN_CONNECTION] = {"Connection", 10, true, true},
    [COLUMN_LEARNT] = {"Learnt in", 9, true, true},
    [COLUMN_LEARNT_BY] = {"Learnt by", 9, false, false},
    [COLUMN_VERIFIED] = {"Verified", 8, false, false},
    [COLUMN_USED] = {"Used in", 12, false, false},
    [COLUMN_IDENTITIES] = {"Identities", 10, false, false},
};

static void set_used(struct table *table, const struct alias_record *alias)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < alias->used_frames->len; i++) {
        g_string_append_printf(text, "%s%u", i ? "," : "",
                               g_array_index(alias->used_frames, uint32_t, i));
    }
    table_set_text(table, COLUMN_USED, text->str);
    g_string_free(text, true);
}

/* An empty list is known to be empty; an unknown one is an empty cell. */
static void set_identities(struct table *table, const struct alias_record *alias)
{
    const GPtrArray *identities = alias->identities;
    GString *text = g_string_new(identities && identities->len == 0 ? "none" : NULL);

    for (unsigned i = 0; identities && i < identities->len; i++) {
        g_string_append_printf(text, "%s%s", i ? ", " : "",
                               (const char *)g_ptr_array_index(identities, i));
    }
    table_set_text(table, COLUMN_IDENTITIES, text->str);
    g_string_free(text, true);
}

static void row_add(struct table *table, const struct alias_record *alias)
{
    char buffer[ENDPOINT_TEXT_SIZE];

    table_next_row(table);
    table_set_text(table, COLUMN_ADDRESS, ip_address_format(&alias->endpoint.ip, buffer));
    table_set_number(table, COLUMN_PORT, alias->endpoint.port);
    table_set_text(table, COLUMN_TRANSPORT, transport_name(alias->transport));
    table_set_number(table, COLUMN_CONNECTION, alias->connection->id);
    table_set_number(table, COLUMN_LEARNT, alias->learnt_frame);
    table_set_text(table, COLUMN_LEARNT_BY, alias->initiator_side ? "opener" : "acceptor");
    table_set_text(table, COLUMN_VERIFIED, alias->verified ? "yes" : "no");
    set_used(table, alias);
    set_identities(table, alias);
}

/* A filter shows the aliases that a passing frame taught or used. */
static bool alias_passes(const struct table *table, const struct alias_record *alias)
{
    for (unsigned i = 0; i < alias->used_frames->len; i++) {
        if (table_frame_passes(table, g_array_index(alias->used_frames, uint32_t, i))) {
            return true;
        }
    }
    return table_frame_passes(table, alias->learnt_frame);
}

static void aliases_fill(struct table *table, const struct analysis *analysis)
{
    const GPtrArray *aliases = analysis_aliases(analysis);

    for (unsigned i = 0; i < aliases->len; i++) {
        const struct alias_record *alias = g_ptr_array_index(aliases, i);
        if (alias_passes(table, alias)) {
            row_add(table, alias);
        }
    }
}

void table_aliases_register(void)
{
    static const struct table_kind kind = {
        .title = "SIP Connection Aliases",
        .option = "sipconn,aliases",
        .columns = columns,
        .column_count = COLUMN_COUNT,
        .fill = aliases_fill,
    };

    table_register(&kind);
}
