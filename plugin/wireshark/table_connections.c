/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table_connections.h"

#include "table.h"

enum column {
    COLUMN_ID,
    COLUMN_OPENED,
    COLUMN_CLOSED,
    COLUMN_INITIATOR,
    COLUMN_ACCEPTOR,
    COLUMN_TRANSPORT,
    COLUMN_EVIDENCE,
    COLUMN_CLASSES,
    COLUMN_FORWARD,
    COLUMN_BACKWARD,
    COLUMN_RESPONSES,
    COLUMN_BASIS,
    COLUMN_OPPOSITE,
    COLUMN_SILENCE,
    COLUMN_CLOSE,
    COLUMN_CLOSE_SILENCE,
    COLUMN_TLS,
    COLUMN_COUNT,
};

/* A window draws its sort arrow into the header of the first column: that one needs the room. */
static const struct table_column columns[COLUMN_COUNT] = {
    [COLUMN_ID] = {"Connection", 14, true, true},
    [COLUMN_OPENED] = {"Opened", 6, false, true},
    [COLUMN_CLOSED] = {"Closed", 6, false, true},
    [COLUMN_INITIATOR] = {"Opened by", 21, false, false},
    [COLUMN_ACCEPTOR] = {"Accepted by", 21, false, false},
    [COLUMN_TRANSPORT] = {"Transport", 9, false, false},
    [COLUMN_EVIDENCE] = {"Evidence", 8, false, false},
    [COLUMN_CLASSES] = {"Class", 32, false, false},
    [COLUMN_FORWARD] = {"Forward", 7, true, true},
    [COLUMN_BACKWARD] = {"Backward", 8, true, true},
    [COLUMN_RESPONSES] = {"Responses", 9, true, true},
    [COLUMN_BASIS] = {"Basis of reuse", 26, false, false},
    [COLUMN_OPPOSITE] = {"Opposite", 24, false, false},
    [COLUMN_SILENCE] = {"Longest silence", 30, false, false},
    [COLUMN_CLOSE] = {"Ended by", 25, false, false},
    [COLUMN_CLOSE_SILENCE] = {"Silence before end", 18, false, true},
    [COLUMN_TLS] = {"TLS", 3, false, false},
};

static void set_endpoint(struct table *table, enum column column, const struct endpoint *endpoint)
{
    char buffer[ENDPOINT_TEXT_SIZE];

    table_set_text(table, column, endpoint_format(endpoint, buffer));
}

/* "persistent (same-dialog), reuse (inferred)": what stands in brackets is no part of the name. */
static void set_classes(struct table *table, const struct connection_record *connection)
{
    GString *text = g_string_new(NULL);
    unsigned classes = connection_record_classes(connection);

    for (unsigned i = 0; i < CONNECTION_CLASS_COUNT; i++) {
        const char *detail = connection_record_class_detail(connection, 1u << i);
        if (classes & (1u << i)) {
            g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "",
                                   connection_class_name(i));
            if (detail) {
                g_string_append_printf(text, " (%s)", detail);
            }
        }
    }
    table_set_text(table, COLUMN_CLASSES, text->str);
    g_string_free(text, true);
}

/* "two-unidirectional with 3": hosts that use one connection for each way. */
static void set_opposite(struct table *table, const struct connection_record *connection)
{
    char *text = connection->opposite
                     ? g_strdup_printf("two-unidirectional with %u", connection->opposite->id)
                     : NULL;

    table_set_text(table, COLUMN_OPPOSITE, text);
    g_free(text);
}

/*
 * "   61.500 s before frame 9": long enough, and a NAT or a firewall has forgotten the connection.
 * The blanks make a window, which sorts text, sort by length.
 */
static void set_silence(struct table *table, const struct connection_record *connection)
{
    char *text = connection->silence_to
                     ? g_strdup_printf("%9.3f s before frame %u", (double)connection->silence / 1e9,
                                       connection->silence_to)
                     : NULL;

    table_set_text(table, COLUMN_SILENCE, text);
    g_free(text);
}

/* From the last message to the end: tells an idle timeout from an end in the middle of a call. */
static void set_close_silence(struct table *table, const struct connection_record *connection)
{
    char *text = connection->close != CLOSE_NONE && connection->close_silence >= 0
                     ? g_strdup_printf("%9.3f s", (double)connection->close_silence / 1e9)
                     : NULL;

    table_set_text(table, COLUMN_CLOSE_SILENCE, text);
    g_free(text);
}

/* How it ended, and by whom if that was seen: "fin 192.0.2.1:5060", "reopened". */
static void set_close(struct table *table, const struct connection_record *connection)
{
    const char *how = connection_close_name(connection->close);
    bool is_known = ip_address_is_set(&connection->closed_by.ip);
    char buffer[ENDPOINT_TEXT_SIZE];
    char *text =
        how ? g_strconcat(how, is_known ? " " : NULL,
                          is_known ? endpoint_format(&connection->closed_by, buffer) : NULL, NULL)
            : NULL;

    table_set_text(table, COLUMN_CLOSE, text);
    g_free(text);
}

/* "1.3 resumed, client certificate presented" */
static void set_tls(struct table *table, const struct connection_record *connection)
{
    const char *certificate = client_certificate_name(connection->client_certificate);
    char *text = NULL;

    if (transport_is_secure(connection->transport)) {
        text = g_strdup_printf(
            "%s%s%s%s%s", connection->tls_version ? connection->tls_version : "version unknown",
            connection->tls_resumed ? " resumed" : "", certificate ? ", client certificate " : "",
            certificate ? certificate : "", connection->undecrypted ? ", not decrypted" : "");
    }
    table_set_text(table, COLUMN_TLS, text);
    g_free(text);
}

static void row_add(struct table *table, const struct connection_record *connection)
{
    table_next_row(table);
    table_set_number(table, COLUMN_ID, connection->id);
    table_set_frame(table, COLUMN_OPENED, connection->opened_frame);
    table_set_frame(table, COLUMN_CLOSED, connection->closed_frame);
    set_endpoint(table, COLUMN_INITIATOR, &connection->initiator);
    set_endpoint(table, COLUMN_ACCEPTOR, &connection->acceptor);
    table_set_text(table, COLUMN_TRANSPORT, transport_name(connection->transport));
    table_set_text(table, COLUMN_EVIDENCE, evidence_name(connection->evidence));
    set_classes(table, connection);
    table_set_number(table, COLUMN_FORWARD, connection->forward_transactions);
    table_set_number(table, COLUMN_BACKWARD, connection->backward_requests);
    table_set_number(table, COLUMN_RESPONSES, connection->responses);
    table_set_text(table, COLUMN_BASIS, reuse_basis_name(connection->reuse_basis));
    set_opposite(table, connection);
    set_silence(table, connection);
    set_close(table, connection);
    set_close_silence(table, connection);
    set_tls(table, connection);
}

/* A filter shows the connections of which any frame passes. */
static void connections_fill(struct table *table, const struct analysis *analysis)
{
    const GPtrArray *connections = analysis_connections(analysis);

    for (unsigned i = 0; i < connections->len; i++) {
        const struct connection_record *connection = g_ptr_array_index(connections, i);
        if (table_connection_passes(table, connection->id)) {
            row_add(table, connection);
        }
    }
}

void table_connections_register(void)
{
    static const struct table_kind kind = {
        .title = "SIP Connection List",
        .option = "sipconn,connections",
        .columns = columns,
        .column_count = COLUMN_COUNT,
        .fill = connections_fill,
    };

    table_register(&kind);
}
