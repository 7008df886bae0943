/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_text_connections.h"

#include <string.h>

#include "report_text_peers.h"
#include "report_text_tally.h"

enum {
    ROWS_SHOWN = 20, /* more connections are put together, more rows of those are only counted */
    FRAMES_SHOWN = 8,
};

/* The strings of a list, separated; NULL and "" are left out. */
static char *joined(const GPtrArray *strings, const char *separator)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; strings != NULL && i < strings->len; i++) {
        g_string_append_printf(text, "%s%s", text->len > 0 ? separator : "",
                               (const char *)g_ptr_array_index(strings, i));
    }
    return g_string_free(text, FALSE);
}

static char *number(uint32_t value)
{
    return g_strdup_printf("%u", value);
}

/* How sure it is who opened it; "" for what everybody expects: a column without news is left out. */
static char *evidence_text(const struct connection_item *connection)
{
    if (g_strcmp0(connection->evidence, "certain") == 0) {
        return g_strdup("");
    }
    return connection->initiator == NULL || connection->evidence == NULL
               ? g_strdup("unknown")
               : g_strdup_printf("inferred (%s)", connection->evidence);
}

static const char *closer(const struct connection_item *connection)
{
    if (connection->closed_by == NULL) {
        return "?";
    }
    if (g_strcmp0(connection->closed_by, connection->initiator) == 0) {
        return "initiator";
    }
    return g_strcmp0(connection->closed_by, connection->acceptor) == 0 ? "acceptor"
                                                                       : connection->closed_by;
}

static char *close_text(const struct connection_item *connection)
{
    return connection->close == NULL
               ? g_strdup("still open")
               : g_strdup_printf("%s by %s", connection->close, closer(connection));
}

/* Both ends with their ports. Who opened a connection may be unknown: then as its first message ran. */
static char *ends_text(const struct result *result, const struct connection_item *connection)
{
    if (connection->initiator != NULL && connection->acceptor != NULL) {
        return g_strdup_printf("%s > %s", connection->initiator, connection->acceptor);
    }
    for (unsigned i = 0; i < result->messages->len; i++) {
        const struct message_item *message = g_ptr_array_index(result->messages, i);

        if (message->connection == connection->id && message->src != NULL && message->dst != NULL) {
            return g_strdup_printf("%s - %s", message->src, message->dst);
        }
    }
    return g_strdup("unknown");
}

static void write_each(struct layout *layout, const struct result *result)
{
    static const struct layout_column columns[] = {
        {"Id", true, true},       {"Initiator > acceptor", false, false},
        {"Over", false, true},    {"Used", false, false},
        {"Fwd", true, true},      {"Back", true, true},
        {"Resp", true, true},     {"Basis of backward", false, false},
        {"Closed", false, false}, {"Opener", false, false},
    };
    struct layout_table *table = layout_table_new(columns, G_N_ELEMENTS(columns));

    for (unsigned i = 0; i < result->connections->len; i++) {
        const struct connection_item *connection = g_ptr_array_index(result->connections, i);
        char *closed = close_text(connection);
        char *cells[] = {
            number(connection->id),
            ends_text(result, connection),
            g_strdup(connection->transport),
            joined(connection->classes, ", "),
            number(connection->forward_transactions),
            number(connection->backward_requests),
            number(connection->responses),
            g_strdup(connection->reuse_basis != NULL ? connection->reuse_basis : ""),
            connection->closed_frame > 0
                ? g_strdup_printf("%s, frame %u", closed, connection->closed_frame)
                : g_strdup(closed),
            evidence_text(connection),
        };

        G_STATIC_ASSERT(G_N_ELEMENTS(cells) == G_N_ELEMENTS(columns));
        layout_table_add(table, cells);
        g_free(closed);
    }
    layout_table_write(table, layout, 2);
}

/* Connections alike: of the same peers or, if these are many, to the same acceptor. */
struct alike {
    const struct connection_item *first;
    char *classes;
    GHashTable *peers; /* set of char * */
    uint32_t connections, forward, backward, responses;
    struct name_tally *bases, *closes;
};

static void alike_free(gpointer data)
{
    struct alike *alike = data;

    name_tally_free(alike->bases);
    name_tally_free(alike->closes);
    g_hash_table_destroy(alike->peers);
    g_free(alike->classes);
    g_free(alike);
}

static void alike_add(struct alike *alike, const struct connection_item *connection)
{
    bool is_end = connection->closed_by == NULL ||
                  g_strcmp0(connection->closed_by, connection->initiator) == 0 ||
                  g_strcmp0(connection->closed_by, connection->acceptor) == 0;
    char *closed =
        is_end ? close_text(connection) : g_strdup_printf("%s by another", connection->close);

    g_hash_table_add(alike->peers, peers_of_connection(connection));
    alike->connections++;
    alike->forward += connection->forward_transactions;
    alike->backward += connection->backward_requests;
    alike->responses += connection->responses;
    if (connection->reuse_basis != NULL) {
        name_tally_add(alike->bases, connection->reuse_basis);
    }
    name_tally_add(alike->closes, closed);
    g_free(closed);
}

static int alike_compare(gconstpointer a, gconstpointer b)
{
    const struct alike *one = *(struct alike *const *)a;
    const struct alike *other = *(struct alike *const *)b;

    if (one->connections != other->connections) {
        return one->connections > other->connections ? -1 : 1;
    }
    return one->first->id < other->first->id ? -1 : 1;
}

/* The connections put together, struct alike *, the most first. */
static GPtrArray *alike_collect(const struct result *result, bool by_acceptor)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(alike_free);
    GHashTable *by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (unsigned i = 0; i < result->connections->len; i++) {
        const struct connection_item *connection = g_ptr_array_index(result->connections, i);
        char *peers = peers_of_connection(connection);
        char *classes = joined(connection->classes, ", ");
        const char *acceptor = connection->acceptor != NULL ? connection->acceptor : "";
        char *key = g_strdup_printf("%s\n%s\n%s", by_acceptor ? acceptor : peers,
                                    connection->transport, classes);
        struct alike *alike = g_hash_table_lookup(by_key, key);

        if (alike == NULL) {
            alike = g_new0(struct alike, 1);
            alike->first = connection;
            alike->classes = g_steal_pointer(&classes);
            alike->peers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
            alike->bases = name_tally_new();
            alike->closes = name_tally_new();
            g_hash_table_insert(by_key, g_steal_pointer(&key), alike);
            g_ptr_array_add(list, alike);
        }
        alike_add(alike, connection);
        g_free(peers);
        g_free(classes);
        g_free(key);
    }
    g_hash_table_destroy(by_key);
    g_ptr_array_sort(list, alike_compare);
    return list;
}

static char *alike_peers(const struct alike *alike)
{
    unsigned count = g_hash_table_size(alike->peers);
    char *peers = peers_of_connection(alike->first);

    if (*peers != '\0' && count == 1) {
        return peers;
    }
    g_free(peers);
    return alike->first->acceptor == NULL
               ? g_strdup("unknown")
               : g_strdup_printf("%u hosts > %s", count, alike->first->acceptor);
}

static void write_alike(struct layout *layout, const struct result *result)
{
    static const struct layout_column columns[] = {
        {"Number", true, true},   {"Initiator > acceptor", false, false},
        {"Over", false, true},    {"Used", false, false},
        {"Fwd", true, true},      {"Back", true, true},
        {"Resp", true, true},     {"Basis of backward", false, false},
        {"Closed", false, false},
    };
    struct layout_table *table = layout_table_new(columns, G_N_ELEMENTS(columns));
    GPtrArray *list = alike_collect(result, false);
    uint32_t others = 0;

    if (list->len > ROWS_SHOWN) {
        g_ptr_array_free(list, TRUE);
        list = alike_collect(result, true);
    }

    for (unsigned i = 0; i < list->len; i++) {
        const struct alike *alike = g_ptr_array_index(list, i);

        if (i >= ROWS_SHOWN) {
            others += alike->connections;
            continue;
        }

        char *cells[] = {
            number(alike->connections),
            alike_peers(alike),
            g_strdup(alike->first->transport),
            g_strdup(alike->classes),
            number(alike->forward),
            number(alike->backward),
            number(alike->responses),
            name_tally_text(alike->bases, ROWS_SHOWN),
            name_tally_text(alike->closes, ROWS_SHOWN),
        };

        G_STATIC_ASSERT(G_N_ELEMENTS(cells) == G_N_ELEMENTS(columns));
        layout_table_add(table, cells);
    }
    layout_table_write(table, layout, 2);
    if (list->len > ROWS_SHOWN) {
        layout_printf(layout, 2, 4, "and %u more connections in %u rows like these", others,
                      list->len - ROWS_SHOWN);
    }
    g_ptr_array_free(list, TRUE);
}

/* "Connections (3)", behind an empty line. */
static void write_heading(struct layout *layout, const char *what, unsigned count)
{
    char *heading = g_strdup_printf("%s (%u)", what, count);

    g_string_append_c(layout->out, '\n');
    layout_paragraph(layout, 0, 2, LAYOUT_HEADING, heading, "");
    g_free(heading);
}

void report_text_connections(struct layout *layout, const struct result *result)
{
    if (result->connections->len == 0) {
        return;
    }
    write_heading(layout, "Connections", result->connections->len);
    if (result->connections->len <= ROWS_SHOWN) {
        write_each(layout, result);
    } else {
        write_alike(layout, result);
    }
}

static char *frames_text(const GArray *frames)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; frames != NULL && i < frames->len && i < FRAMES_SHOWN; i++) {
        g_string_append_printf(text, "%s%u", i > 0 ? ", " : "", g_array_index(frames, uint32_t, i));
    }
    if (frames != NULL && frames->len > FRAMES_SHOWN) {
        g_string_append_printf(text, " and %u more", frames->len - FRAMES_SHOWN);
    }
    return g_string_free(text, FALSE);
}

void report_text_aliases(struct layout *layout, const struct result *result)
{
    static const struct layout_column columns[] = {
        {"Alias", false, false},          {"Over", false, true},      {"Connection", true, false},
        {"Learnt in", true, false},       {"Verified", false, false}, {"Identities", false, false},
        {"Used in frames", false, false},
    };
    struct layout_table *table;

    if (result->aliases->len == 0) {
        return;
    }
    write_heading(layout, "Aliases", result->aliases->len);
    table = layout_table_new(columns, G_N_ELEMENTS(columns));
    for (unsigned i = 0; i < result->aliases->len && i < ROWS_SHOWN; i++) {
        const struct alias_item *alias = g_ptr_array_index(result->aliases, i);
        bool brackets = alias->ip != NULL && strchr(alias->ip, ':') != NULL;
        char *cells[] = {
            g_strdup_printf(brackets ? "[%s]:%u" : "%s:%u", alias->ip != NULL ? alias->ip : "?",
                            alias->port),
            g_strdup(alias->transport),
            number(alias->connection),
            number(alias->learnt_frame),
            g_strdup(alias->verified ? "yes" : "no"),
            alias->identities != NULL ? joined(alias->identities, ", ") : g_strdup("unknown"),
            frames_text(alias->used_frames),
        };

        G_STATIC_ASSERT(G_N_ELEMENTS(cells) == G_N_ELEMENTS(columns));
        layout_table_add(table, cells);
    }
    layout_table_write(table, layout, 2);
    if (result->aliases->len > ROWS_SHOWN) {
        layout_printf(layout, 2, 4, "and %u more", result->aliases->len - ROWS_SHOWN);
    }
}
