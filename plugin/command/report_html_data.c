/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_html_data.h"

#include "report_html_fit.h"
#include "report_html_text.h"

/* What the rows of all tables are written with. */
struct data {
    GString *out;
    struct html_strings *strings;
    const struct result *result;
};

/* Columns with a ~ hold numbers of strings. */
static void table_begin(struct data *data, const char *name, const char *const *columns)
{
    GString *interned = g_string_new(NULL);

    g_string_append_printf(data->out, "\"%s\":{\"columns\":[", name);
    for (unsigned i = 0; columns[i]; i++) {
        const char *column = columns[i];
        if (*column == '~') {
            column++;
            g_string_append_printf(interned, "%s\"%s\"", interned->len > 0 ? "," : "", column);
        }
        g_string_append_printf(data->out, "%s\"%s\"", i > 0 ? "," : "", column);
    }
    g_string_append_printf(data->out, "],\"interned\":[%s],\"rows\":[", interned->str);
    g_string_free(interned, TRUE);
}

static void table_end(struct data *data)
{
    g_string_append(data->out, "]}");
}

static void row_begin(struct data *data, unsigned row)
{
    g_string_append(data->out, row > 0 ? ",\n[" : "\n[");
}

static void row_end(struct data *data)
{
    data->out->str[data->out->len - 1] = ']'; /* in place of the last cell's comma */
}

static void put_number(struct data *data, int64_t number)
{
    g_string_append_printf(data->out, "%" G_GINT64_FORMAT ",", number);
}

/* A number where 0 means none. */
static void put_id(struct data *data, uint32_t id)
{
    g_string_append_printf(data->out, id ? "%u," : "null,", id);
}

static void put_string(struct data *data, const char *text)
{
    g_string_append_printf(data->out, "%u,", html_strings_number(data->strings, text));
}

static void put_strings(struct data *data, const GPtrArray *texts)
{
    g_string_append_c(data->out, '[');
    for (unsigned i = 0; texts && i < texts->len; i++) {
        g_string_append_printf(data->out, "%s%u", i > 0 ? "," : "",
                               html_strings_number(data->strings, g_ptr_array_index(texts, i)));
    }
    g_string_append(data->out, "],");
}

/* seconds since the epoch, 0 = unknown */
static void put_time(struct data *data, double seconds)
{
    if (seconds > 0) {
        double since = (seconds - data->result->first_time) * 1e6;
        put_number(data, (int64_t)(since < 0 ? since - 0.5 : since + 0.5));
    } else {
        g_string_append(data->out, "null,");
    }
}

static void put_messages(struct data *data, const GPtrArray *messages)
{
    static const char *const columns[] = {
        "frame",  "message", "time",      "status",      "~method",      "~transport",
        "stream", "~src",    "~dst",      "transaction", "connection",   "repeats",
        "copies", "fit",     "~verdict",  "~clause",     "requestFrame", "~direction",
        "~use",   "~basis",  "~expected", NULL,
    };
    static const char *const fits[] = {
        [FIT_NONE] = NULL,
        [FIT_LEGAL] = "legal",
        [FIT_DEVIATING] = "deviating",
        [FIT_UNKNOWN] = "unknown",
    };

    table_begin(data, "messages", columns);
    for (unsigned i = 0; i < messages->len; i++) {
        const struct message_item *message = g_ptr_array_index(messages, i);
        row_begin(data, i);
        put_number(data, message->frame);
        put_number(data, message->index);
        put_time(data, message->time);
        put_id(data, message->is_request ? 0 : message->status);
        put_string(data, message->method);
        put_string(data, message->transport);
        put_number(data, message->stream);
        put_string(data, message->src);
        put_string(data, message->dst);
        put_id(data, message->transaction);
        put_id(data, message->connection);
        put_id(data, message->retransmission_of);
        put_id(data, message->duplicate_of);
        put_id(data, verdict_fit(message));
        put_string(data, message->verdict);
        put_string(data, message->clause);
        put_id(data, message->request_frame);
        put_string(data, message->direction);
        put_string(data, message->use);
        put_string(data, message->basis);
        put_strings(data, message->expected);
        row_end(data);
    }
    g_string_append(data->out, "],\"fits\":[");
    for (unsigned i = 0; i < G_N_ELEMENTS(fits); i++) {
        g_string_append(data->out, i > 0 ? "," : "");
        html_put_json(data->out, fits[i]);
    }
    table_end(data);
}

static GHashTable *message_counts(const struct result *result)
{
    GHashTable *counts = g_hash_table_new(g_direct_hash, g_direct_equal);

    for (unsigned i = 0; i < result->messages->len; i++) {
        const struct message_item *message = g_ptr_array_index(result->messages, i);
        gpointer key = GUINT_TO_POINTER(message->connection);
        unsigned count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));
        g_hash_table_insert(counts, key, GUINT_TO_POINTER(count + 1));
    }
    return counts;
}

static void put_connections(struct data *data, const GPtrArray *connections)
{
    static const char *const columns[] = {
        "id",        "~transport",  "stream",      "~initiator", "~acceptor",
        "~evidence", "openedFrame", "closedFrame", "~close",     "~closedBy",
        "~classes",  "messages",    NULL,
    };
    GHashTable *counts = message_counts(data->result);

    table_begin(data, "connections", columns);
    for (unsigned i = 0; i < connections->len; i++) {
        const struct connection_item *connection = g_ptr_array_index(connections, i);
        row_begin(data, i);
        put_number(data, connection->id);
        put_string(data, connection->transport);
        put_number(data, connection->stream);
        put_string(data, connection->initiator);
        put_string(data, connection->acceptor);
        put_string(data, connection->evidence);
        put_id(data, connection->opened_frame);
        put_id(data, connection->closed_frame);
        put_string(data, connection->close);
        put_string(data, connection->closed_by);
        put_strings(data, connection->classes);
        put_number(data,
                   GPOINTER_TO_UINT(g_hash_table_lookup(counts, GUINT_TO_POINTER(connection->id))));
        row_end(data);
    }
    table_end(data);
    g_hash_table_destroy(counts);
}

/* Those of the selected connections. */
static void put_events(struct data *data, const GPtrArray *connections)
{
    static const char *const columns[] = {"frame", "time", "connection", "~kind", "~by", NULL};
    GHashTable *selected = g_hash_table_new(g_direct_hash, g_direct_equal);
    unsigned row = 0;

    for (unsigned i = 0; i < connections->len; i++) {
        const struct connection_item *connection = g_ptr_array_index(connections, i);
        g_hash_table_add(selected, GUINT_TO_POINTER(connection->id));
    }
    table_begin(data, "events", columns);
    for (unsigned i = 0; i < data->result->events->len; i++) {
        const struct event_item *event = g_ptr_array_index(data->result->events, i);
        if (!g_hash_table_contains(selected, GUINT_TO_POINTER(event->connection))) {
            continue;
        }
        row_begin(data, row++);
        put_number(data, event->frame);
        put_time(data, event->time);
        put_number(data, event->connection);
        put_string(data, event->kind);
        put_string(data, event->by);
        row_end(data);
    }
    table_end(data);
    g_hash_table_destroy(selected);
}

static void put_finding(struct data *data, const struct finding_item *finding, unsigned rule,
                        const struct html_group *group)
{
    put_number(data, rule);
    put_string(data, group->peers);
    put_string(data, finding->severity);
    put_number(data, finding->presumed);
    put_number(data, finding->frame);
    put_number(data, finding->message);
    put_id(data, finding->transaction);
    put_id(data, finding->connection);
    g_string_append_c(data->out, '[');
    for (unsigned i = 0; finding->related && i < finding->related->len; i++) {
        g_string_append_printf(data->out, "%s%u", i > 0 ? "," : "",
                               g_array_index(finding->related, uint32_t, i));
    }
    g_string_append(data->out, "],");
    put_string(data, finding->clause);
    put_string(data, finding->text);
    put_number(data, finding->count);
    put_string(data, finding->hidden_by);
}

/* Rule by rule and group by group, as in the page; the column "rule" numbers its rules. */
static void put_findings(struct data *data, const GPtrArray *findings, const GPtrArray *rules)
{
    static const char *const columns[] = {
        "rule",       "~peers",  "~severity", "presumed", "frame", "message",   "transaction",
        "connection", "related", "~clause",   "~text",    "count", "~hiddenBy", NULL,
    };
    GHashTable *selected = g_hash_table_new(g_direct_hash, g_direct_equal);
    unsigned row = 0;

    for (unsigned i = 0; i < findings->len; i++) {
        g_hash_table_add(selected, g_ptr_array_index(findings, i));
    }
    table_begin(data, "findings", columns);
    for (unsigned i = 0; i < rules->len; i++) {
        const struct html_rule *rule = g_ptr_array_index(rules, i);
        for (unsigned j = 0; j < rule->groups->len; j++) {
            const struct html_group *group = g_ptr_array_index(rule->groups, j);
            for (unsigned k = 0; k < group->findings->len; k++) {
                struct finding_item *finding = g_ptr_array_index(group->findings, k);
                if (!g_hash_table_contains(selected, finding)) {
                    continue;
                }
                row_begin(data, row++);
                put_finding(data, finding, i, group);
                row_end(data);
            }
        }
    }
    table_end(data);
    g_hash_table_destroy(selected);
}

void html_data_put(GString *out, const struct result *result,
                   const struct html_selection *selection, const GPtrArray *rules)
{
    struct data data = {.out = out, .strings = html_strings_new(), .result = result};

    g_string_append_c(out, '{');
    put_messages(&data, selection->messages);
    g_string_append(out, ",\n");
    put_connections(&data, selection->connections);
    g_string_append(out, ",\n");
    put_events(&data, selection->connections);
    g_string_append(out, ",\n");
    put_findings(&data, selection->findings, rules);
    /* Last: they are numbered while the tables are written. */
    g_string_append(out, ",\n\"strings\":");
    html_strings_put(data.strings, out);
    g_string_append_c(out, '}');
    html_strings_free(data.strings);
}
