/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pseudonym.h"

static const char *const kind_names[PSEUDONYM_KIND_COUNT] = {
    [PSEUDONYM_HOST] = "host",
    [PSEUDONYM_USER] = "user",
    [PSEUDONYM_BRANCH] = "branch",
    [PSEUDONYM_METHOD] = "method",
    [PSEUDONYM_CAPTURE] = "capture",
    [PSEUDONYM_REASON] = "reason",
    [PSEUDONYM_VALUE] = "value",
    [PSEUDONYM_IPV4_PUBLIC] = "ipv4-public",
    [PSEUDONYM_IPV4_PRIVATE] = "ipv4-private",
    [PSEUDONYM_IPV4_LOOPBACK] = "ipv4-loopback",
    [PSEUDONYM_IPV4_MULTICAST] = "ipv4-multicast",
    [PSEUDONYM_IPV6_PUBLIC] = "ipv6-public",
    [PSEUDONYM_IPV6_PRIVATE] = "ipv6-private",
    [PSEUDONYM_IPV6_LOOPBACK] = "ipv6-loopback",
    [PSEUDONYM_IPV6_MULTICAST] = "ipv6-multicast",
};

struct pseudonyms {
    /* original -> pseudonym; NULL for most kinds, which share the table of PSEUDONYM_VALUE. */
    GHashTable *tables[PSEUDONYM_KIND_COUNT];
    unsigned counts[PSEUDONYM_KIND_COUNT]; /* given out */
};

/* The kinds with a table of their own. */
static const enum pseudonym_kind table_kinds[] = {
    PSEUDONYM_METHOD,
    PSEUDONYM_CAPTURE,
    PSEUDONYM_REASON,
    PSEUDONYM_VALUE,
};

static GHashTable *table_of(const struct pseudonyms *pseudonyms, enum pseudonym_kind kind)
{
    GHashTable *table = pseudonyms->tables[kind];

    return table != NULL ? table : pseudonyms->tables[PSEUDONYM_VALUE];
}

struct pseudonyms *pseudonyms_new(void)
{
    struct pseudonyms *pseudonyms = g_new0(struct pseudonyms, 1);

    for (unsigned i = 0; i < G_N_ELEMENTS(table_kinds); i++) {
        pseudonyms->tables[table_kinds[i]] =
            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    }
    return pseudonyms;
}

void pseudonyms_free(struct pseudonyms *pseudonyms)
{
    if (pseudonyms == NULL) {
        return;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(table_kinds); i++) {
        g_hash_table_destroy(pseudonyms->tables[table_kinds[i]]);
    }
    g_free(pseudonyms);
}

const char *pseudonym_make(struct pseudonyms *pseudonyms, enum pseudonym_kind kind,
                           const char *original, const char *suffix)
{
    GHashTable *table = table_of(pseudonyms, kind);
    char *pseudonym = g_hash_table_lookup(table, original);

    if (pseudonym == NULL) {
        pseudonym =
            g_strdup_printf("%s-%u%s", kind_names[kind], ++pseudonyms->counts[kind], suffix);
        g_hash_table_insert(table, g_strdup(original), pseudonym);
    }
    return pseudonym;
}

const char *pseudonym_find(const struct pseudonyms *pseudonyms, enum pseudonym_kind kind,
                           const char *original)
{
    return g_hash_table_lookup(table_of(pseudonyms, kind), original);
}
