/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads every record of an analysis as its users do: what is stale, unset or contradictory shows. */
#include "script.h"
#include "via.h"

#include <string.h>

struct readout {
    struct analysis *analysis;
    struct capture_record capture;
    GHashTable *shown;  /* struct finding *: those that are listed */
    GHashTable *counts; /* frame -> number of messages */
};

/* Touches every character. */
static void read_text(const char *text)
{
    if (text != NULL) {
        g_assert_cmpuint(strlen(text), <, 1u << 20);
    }
}

static void read_frame(const struct readout *readout, uint32_t frame)
{
    g_assert_cmpuint(frame, <=, readout->capture.frames);
}

static void read_endpoint(const struct endpoint *endpoint)
{
    char buffer[ENDPOINT_TEXT_SIZE];

    read_text(endpoint_format(endpoint, buffer));
}

/* ---- messages -------------------------------------------------------------------------------- */

static void read_message(const struct readout *readout, const struct message_record *message,
                         const struct message_record *before)
{
    char buffer[ENDPOINT_TEXT_SIZE];
    struct slice list = slice_of(message->via_text);
    struct via via;

    if (before != NULL) {
        g_assert_cmpuint(before->frame, <=, message->frame);
        g_assert_true(before->frame < message->frame || before->index + 1 == message->index);
    }
    g_assert_nonnull(message->method);
    read_text(message->method);
    if (message->via_text[0] != '\0') {
        g_assert_true(via_parse(&list, &via));
    }
    g_assert_cmpuint(message->verdict, <, VERDICT_COUNT);
    read_text(verdict_name(message->verdict));
    read_text(verdict_name(message->basis));
    read_text(direction_name(message->direction));
    read_text(request_use_name(message->use));
    read_text(reuse_basis_name(message->reuse_basis));
    read_text(message->detail);
    read_text(message->clause);
    read_endpoint(&message->src);
    read_endpoint(&message->dst);
    for (unsigned i = 0; i < message->expected_count; i++) {
        read_text(destination_format(&message->expected[i], buffer));
    }
    read_frame(readout, message->retransmission_of);
    read_frame(readout, message->duplicate_of);
    read_frame(readout, message->response_frame);
    read_frame(readout, message->request_frame);
    if (message->connection != NULL) {
        g_assert_cmpuint(message->connection->id, !=, 0);
    }
    if (message->earlier != NULL) {
        g_assert_true(message->is_request == message->earlier->is_request);
    }
}

static void read_messages(const struct readout *readout)
{
    const GPtrArray *messages = analysis_messages(readout->analysis);

    g_assert_cmpuint(messages->len, ==, readout->capture.sip_messages);
    for (unsigned i = 0; i < messages->len; i++) {
        const struct message_record *message = g_ptr_array_index(messages, i);

        read_message(readout, message, i > 0 ? g_ptr_array_index(messages, i - 1) : NULL);
        g_hash_table_insert(readout->counts, GUINT_TO_POINTER(message->frame),
                            GUINT_TO_POINTER(message->index + 1));
    }
}

/* ---- connections ------------------------------------------------------------------------------ */

static void read_identities(const GPtrArray *identities)
{
    for (unsigned i = 0; identities != NULL && i < identities->len; i++) {
        read_text(g_ptr_array_index(identities, i));
    }
}

static void read_connection(const struct readout *readout,
                            const struct connection_record *connection)
{
    const GArray *events = analysis_connection_events(connection);
    unsigned classes = connection_record_classes(connection);

    for (unsigned i = 0; i < CONNECTION_CLASS_COUNT; i++) {
        if (classes >> i & 1) {
            read_text(connection_record_class_detail(connection, 1u << i));
        }
    }
    for (unsigned i = 0; i < events->len; i++) {
        const struct connection_event *event = &g_array_index(events, struct connection_event, i);

        read_frame(readout, event->frame);
        read_text(connection_event_name(event->kind));
        if (event->by != NULL) {
            read_endpoint(event->by);
        }
    }
    read_text(evidence_name(connection->evidence));
    read_text(connection_close_name(connection->close));
    read_text(reuse_basis_name(connection->reuse_basis));
    read_text(connection->tls_version);
    read_text(client_certificate_name(connection->client_certificate));
    read_text(connection->server_name);
    read_identities(connection->client_identities);
    read_identities(connection->server_identities);
    read_endpoint(&connection->initiator);
    read_endpoint(&connection->acceptor);
    read_frame(readout, connection->opened_frame);
    read_frame(readout, connection->closed_frame);
    read_frame(readout, connection->alias_offered_frame);
    if (connection->opposite != NULL) {
        g_assert_cmpuint(connection->opposite->id, !=, 0);
    }
}

static void read_connections(const struct readout *readout)
{
    const GPtrArray *connections = analysis_connections(readout->analysis);
    const GPtrArray *aliases = analysis_aliases(readout->analysis);

    for (unsigned i = 0; i < connections->len; i++) {
        const struct connection_record *connection = g_ptr_array_index(connections, i);

        g_assert_cmpuint(connection->id, ==, i + 1);
        read_connection(readout, connection);
    }
    for (unsigned i = 0; i < aliases->len; i++) {
        const struct alias_record *alias = g_ptr_array_index(aliases, i);

        read_endpoint(&alias->endpoint);
        read_identities(alias->identities);
        g_assert_cmpuint(alias->connection->id, !=, 0);
        for (unsigned k = 0; k < alias->used_frames->len; k++) {
            read_frame(readout, g_array_index(alias->used_frames, uint32_t, k));
        }
    }
}

/* ---- findings --------------------------------------------------------------------------------- */

/* A value marked in a text begins and ends, and no value is inside another one. */
static void read_marked(const char *text)
{
    bool inside = false;

    g_assert_nonnull(text);
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\2' || *at == '\3') {
            if (inside != (*at == '\3')) {
                g_error("marks out of order in: %s", text);
            }
            inside = !inside;
        }
    }
    if (inside) {
        g_error("a mark is left open in: %s", text);
    }
}

/* It names a message that its frame has. */
static void read_place(const struct readout *readout, uint32_t frame, int32_t message)
{
    g_assert_cmpint(message, >=, -1);
    g_assert_cmpint(
        message, <,
        (int32_t)GPOINTER_TO_UINT(g_hash_table_lookup(readout->counts, GUINT_TO_POINTER(frame))));
}

static void read_findings(const struct readout *readout, bool marked)
{
    const GPtrArray *findings = analysis_findings(readout->analysis);
    uint32_t before = 0;

    for (unsigned i = 0; i < findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(findings, i);

        g_assert_cmpuint(finding->rule, <, RULE_COUNT);
        g_assert_cmpuint(finding->severity, <, SEVERITY_COUNT);
        g_assert_cmpuint(before, <=, finding->frame);
        g_assert_cmpuint(finding->count, >, 0);
        g_assert_false(finding->silenced);
        before = finding->frame;
        read_frame(readout, finding->frame);
        read_place(readout, finding->frame, finding->message);
        read_text(finding->clause);
        for (unsigned k = 0; k < finding->related_count; k++) {
            read_frame(readout, finding->related[k]);
        }
        if (marked) {
            read_marked(finding->text);
        }
        read_text(finding->text);
        g_hash_table_add(readout->shown, (gpointer)finding);
    }
}

static void read_frames(const struct readout *readout, const GPtrArray *frames)
{
    for (unsigned i = 0; i < frames->len; i++) {
        const struct frame_record *record = g_ptr_array_index(frames, i);

        read_frame(readout, record->frame);
        for (unsigned k = 0; k < record->message_count; k++) {
            g_assert_cmpuint(record->messages[k]->frame, ==, record->frame);
        }
        for (unsigned k = 0; k < record->mark_count; k++) {
            const struct finding_mark *mark = record->marks[k];

            g_assert_true(g_hash_table_contains(readout->shown, mark->finding));
            read_place(readout, record->frame, mark->message);
            read_text(mark->text);
        }
        if (record->connection_event != NULL) {
            g_assert_cmpuint(record->connection_event->id, !=, 0);
        }
    }
}

void readout_check(struct analysis *analysis, const GPtrArray *frames, bool marked)
{
    struct readout readout = {
        .analysis = analysis,
        .capture = analysis_capture(analysis),
        .shown = g_hash_table_new(NULL, NULL),
        .counts = g_hash_table_new(NULL, NULL),
    };
    struct summary_record summary = analysis_summary(analysis);

    g_assert_cmpuint(summary.responses_judged, <=, summary.responses);
    g_assert_cmpuint(summary.responses, <=, readout.capture.sip_messages);
    read_messages(&readout);
    read_connections(&readout);
    read_findings(&readout, marked);
    read_frames(&readout, frames);
    g_hash_table_destroy(readout.shown);
    g_hash_table_destroy(readout.counts);
}
