/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_html_select.h"

/* Messages by a number that they have; a list of indices for each. */
struct message_index {
    GHashTable *lists; /* number -> GArray of unsigned */
};

struct selecting {
    const struct result *result;
    struct message_index by_transaction, by_connection, by_frame;
    bool *taken;             /* for each message */
    GHashTable *connections; /* set of ids chosen */
    unsigned room_messages;
    unsigned room_connections;
};

static void index_add(struct message_index *index, uint32_t number, unsigned message)
{
    if (number == 0) {
        return;
    }

    GArray *list = g_hash_table_lookup(index->lists, GUINT_TO_POINTER(number));
    if (!list) {
        list = g_array_new(FALSE, FALSE, sizeof(unsigned));
        g_hash_table_insert(index->lists, GUINT_TO_POINTER(number), list);
    }
    g_array_append_val(list, message);
}

static void list_free(gpointer list)
{
    g_array_free(list, TRUE);
}

static struct message_index index_new(void)
{
    return (struct message_index){
        g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, list_free)};
}

static void message_take(struct selecting *selecting, unsigned message)
{
    if (!selecting->taken[message] && selecting->room_messages > 0) {
        selecting->taken[message] = true;
        selecting->room_messages--;
    }
}

static void list_take(struct selecting *selecting, const struct message_index *index,
                      uint32_t number, unsigned max)
{
    const GArray *list = g_hash_table_lookup(index->lists, GUINT_TO_POINTER(number));

    for (unsigned i = 0; list && i < list->len && i < max; i++) {
        message_take(selecting, g_array_index(list, unsigned, i));
    }
}

static void connection_choose(struct selecting *selecting, uint32_t id)
{
    if (id && selecting->room_connections > 0 &&
        g_hash_table_add(selecting->connections, GUINT_TO_POINTER(id))) {
        selecting->room_connections--;
    }
}

static void finding_take(struct selecting *selecting, const struct finding_item *finding)
{
    list_take(selecting, &selecting->by_transaction, finding->transaction,
              HTML_TRANSACTION_MESSAGES);
    list_take(selecting, &selecting->by_frame, finding->frame, HTML_TRANSACTION_MESSAGES);
    for (unsigned i = 0; finding->related && i < finding->related->len; i++) {
        list_take(selecting, &selecting->by_frame, g_array_index(finding->related, uint32_t, i),
                  HTML_TRANSACTION_MESSAGES);
    }
    connection_choose(selecting, finding->connection);
}

static void connections_take(struct selecting *selecting)
{
    const struct result *result = selecting->result;

    /* Those that carried the transactions just taken come before those without findings. */
    for (unsigned i = 0; i < result->messages->len; i++) {
        const struct message_item *message = g_ptr_array_index(result->messages, i);
        if (selecting->taken[i]) {
            connection_choose(selecting, message->connection);
        }
    }
    for (unsigned i = 0; i < result->connections->len; i++) {
        const struct connection_item *connection = g_ptr_array_index(result->connections, i);
        connection_choose(selecting, connection->id);
    }
    for (unsigned i = 0; i < result->connections->len; i++) {
        const struct connection_item *connection = g_ptr_array_index(result->connections, i);
        if (g_hash_table_contains(selecting->connections, GUINT_TO_POINTER(connection->id))) {
            list_take(selecting, &selecting->by_connection, connection->id,
                      HTML_CONNECTION_MESSAGES);
        }
    }
}

static void rest_take(struct selecting *selecting)
{
    for (unsigned i = 0; i < selecting->result->messages->len; i++) {
        const struct message_item *message = g_ptr_array_index(selecting->result->messages, i);
        if (message->transaction) {
            list_take(selecting, &selecting->by_transaction, message->transaction,
                      HTML_TRANSACTION_MESSAGES);
        } else {
            message_take(selecting, i);
        }
    }
}

static void selecting_init(struct selecting *selecting, const struct result *result,
                           const struct html_budget *budget)
{
    *selecting = (struct selecting){
        .result = result,
        .by_transaction = index_new(),
        .by_connection = index_new(),
        .by_frame = index_new(),
        .taken = g_new0(bool, result->messages->len),
        .connections = g_hash_table_new(g_direct_hash, g_direct_equal),
        .room_messages = MIN(budget->messages, (unsigned)HTML_CAPTURE_MESSAGES),
        .room_connections = MIN(budget->connections, (unsigned)HTML_CAPTURE_CONNECTIONS),
    };
    for (unsigned i = 0; i < result->messages->len; i++) {
        const struct message_item *message = g_ptr_array_index(result->messages, i);
        index_add(&selecting->by_transaction, message->transaction, i);
        index_add(&selecting->by_connection, message->connection, i);
        index_add(&selecting->by_frame, message->frame, i);
    }
}

static void selecting_clear(struct selecting *selecting)
{
    g_hash_table_destroy(selecting->connections);
    g_free(selecting->taken);
    g_hash_table_destroy(selecting->by_frame.lists);
    g_hash_table_destroy(selecting->by_connection.lists);
    g_hash_table_destroy(selecting->by_transaction.lists);
}

static struct html_selection selecting_result(const struct selecting *selecting)
{
    const struct result *result = selecting->result;
    struct html_selection selection = {
        .messages = g_ptr_array_new(),
        .connections = g_ptr_array_new(),
    };

    for (unsigned i = 0; i < result->messages->len; i++) {
        if (selecting->taken[i]) {
            g_ptr_array_add(selection.messages, g_ptr_array_index(result->messages, i));
        }
    }
    for (unsigned i = 0; i < result->connections->len; i++) {
        struct connection_item *connection = g_ptr_array_index(result->connections, i);
        if (g_hash_table_contains(selecting->connections, GUINT_TO_POINTER(connection->id))) {
            g_ptr_array_add(selection.connections, connection);
        }
    }
    return selection;
}

/* The findings of all groups at the positions from begin up to end of each group. */
static void findings_add(GPtrArray *findings, const GPtrArray *rules, unsigned begin, unsigned end)
{
    for (unsigned i = 0; i < rules->len; i++) {
        const struct html_rule *rule = g_ptr_array_index(rules, i);
        for (unsigned j = 0; j < rule->groups->len; j++) {
            const struct html_group *group = g_ptr_array_index(rule->groups, j);
            for (unsigned k = begin; k < group->findings->len && k < end; k++) {
                g_ptr_array_add(findings, g_ptr_array_index(group->findings, k));
            }
        }
    }
}

struct html_selection html_select(const struct result *result, const GPtrArray *rules,
                                  bool only_findings, struct html_budget *budget)
{
    GPtrArray *findings = g_ptr_array_new();
    struct selecting selecting;

    findings_add(findings, rules, 0, 1);
    findings_add(findings, rules, 1, G_MAXUINT);
    g_ptr_array_set_size(
        findings, (int)MIN(findings->len, MIN(budget->findings, (unsigned)HTML_CAPTURE_FINDINGS)));

    selecting_init(&selecting, result, budget);
    if (only_findings) {
        selecting.room_connections = 0;
    }
    for (unsigned i = 0; i < findings->len; i++) {
        finding_take(&selecting, g_ptr_array_index(findings, i));
    }
    if (!only_findings) {
        connections_take(&selecting);
        rest_take(&selecting);
    }

    struct html_selection selection = selecting_result(&selecting);
    selection.findings = findings;
    budget->findings -= selection.findings->len;
    budget->messages -= selection.messages->len;
    budget->connections -= selection.connections->len;
    selecting_clear(&selecting);
    return selection;
}

void html_selection_clear(struct html_selection *selection)
{
    g_ptr_array_free(selection->findings, TRUE);
    g_ptr_array_free(selection->connections, TRUE);
    g_ptr_array_free(selection->messages, TRUE);
}
