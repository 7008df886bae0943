/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ndjson_record.h"

#include "compat.h"

#include <epan/epan.h>
#include <wsutil/json_dumper.h>

#include "fields.h"

#define SCHEMA 1
#define NANOSECONDS INT64_C(1000000000)

static json_dumper line_begin(FILE *file, const char *record)
{
    json_dumper line = {.output_file = file};

    json_dumper_begin_object(&line);
    json_dumper_set_member_name(&line, "record");
    json_dumper_value_string(&line, record);
    return line;
}

static void line_end(json_dumper *line)
{
    json_dumper_end_object(line);
    json_dumper_finish(line); /* writes the line end */
}

static void put_null(json_dumper *line, const char *key)
{
    json_dumper_set_member_name(line, key);
    json_dumper_value_anyf(line, "null");
}

/* NULL and "" = unknown */
static void put_string(json_dumper *line, const char *key, const char *value)
{
    if (!value || !*value) {
        put_null(line, key);
        return;
    }

    char *valid = text_valid(NULL, slice_of(value));
    json_dumper_set_member_name(line, key);
    json_dumper_value_string(line, valid);
    wmem_free(NULL, valid);
}

static void put_number(json_dumper *line, const char *key, uint32_t value)
{
    json_dumper_set_member_name(line, key);
    json_dumper_value_anyf(line, "%u", value);
}

/* 0 = unknown */
static void put_id(json_dumper *line, const char *key, uint32_t value)
{
    if (value) {
        put_number(line, key, value);
    } else {
        put_null(line, key);
    }
}

static void put_bool(json_dumper *line, const char *key, bool value)
{
    json_dumper_set_member_name(line, key);
    json_dumper_value_anyf(line, "%s", value ? "true" : "false");
}

static void put_stream(json_dumper *line, int64_t stream)
{
    if (stream < 0) {
        put_null(line, "stream");
    } else {
        put_number(line, "stream", (uint32_t)stream);
    }
}

/* endpoint: NULL or family 0 if there is none. */
static void put_endpoint(json_dumper *line, const char *key, const struct endpoint *endpoint)
{
    bool known = endpoint && ip_address_is_set(&endpoint->ip);
    char buffer[ENDPOINT_TEXT_SIZE];

    put_string(line, key, known ? endpoint_format(endpoint, buffer) : NULL);
}

/* Seconds since the epoch; exact, which a double is not. */
static void put_time(json_dumper *line, const char *key, int64_t time)
{
    int64_t magnitude = time < 0 ? -time : time;

    json_dumper_set_member_name(line, key);
    json_dumper_value_anyf(line, "%s%" PRId64 ".%09" PRId64, time < 0 ? "-" : "",
                           magnitude / NANOSECONDS, magnitude % NANOSECONDS);
}

static void array_begin(json_dumper *line, const char *key)
{
    json_dumper_set_member_name(line, key);
    json_dumper_begin_array(line);
}

/* char *; NULL = unknown */
static void put_names(json_dumper *line, const char *key, const GPtrArray *names)
{
    if (!names) {
        put_null(line, key);
        return;
    }
    array_begin(line, key);
    for (unsigned i = 0; i < names->len; i++) {
        char *valid = text_valid(NULL, slice_of(g_ptr_array_index(names, i)));
        json_dumper_value_string(line, valid);
        wmem_free(NULL, valid);
    }
    json_dumper_end_array(line);
}

static void object_begin(json_dumper *line, const char *key)
{
    json_dumper_set_member_name(line, key);
    json_dumper_begin_object(line);
}

void ndjson_write_capture(FILE *file, const struct capture_record *capture)
{
    json_dumper line = line_begin(file, "capture");

    put_number(&line, "schema", SCHEMA);
    put_string(&line, "sipconn", SIPCONN_VERSION);
    put_string(&line, "wireshark", epan_get_version());
    put_number(&line, "frames", capture->frames);
    put_number(&line, "sip_messages", capture->sip_messages);
    if (capture->frames > 0) {
        put_time(&line, "first_time", capture->first_time);
        put_time(&line, "last_time", capture->last_time);
    } else {
        put_null(&line, "first_time");
        put_null(&line, "last_time");
    }
    array_begin(&line, "notes");
    for (unsigned i = 0; capture->notes && i < capture->notes->len; i++) {
        json_dumper_value_string(&line, g_ptr_array_index(capture->notes, i));
    }
    json_dumper_end_array(&line);
    line_end(&line);
}

/* What requests and responses have in common, behind what is special at the start. */
static void put_message(json_dumper *line, const struct message_record *message)
{
    put_string(line, "method", message->method);
    put_string(line, "transport", transport_name(message->transport));
    put_stream(line, message->stream);
    put_endpoint(line, "src", &message->src);
    put_endpoint(line, "dst", &message->dst);
    put_id(line, "transaction", message->transaction);
    put_id(line, "connection", message->connection ? message->connection->id : 0);
    if (!message->is_request) {
        put_id(line, "request_frame", message->request_frame);
    }
    put_id(line, "retransmission_of", message->retransmission_of);
    put_id(line, "duplicate_of", message->duplicate_of);
}

static void write_request(FILE *file, const struct message_record *request)
{
    json_dumper line = line_begin(file, "request");

    put_number(&line, "frame", request->frame);
    put_number(&line, "message", request->index);
    put_message(&line, request);
    put_string(&line, "direction", direction_name(request->direction));
    put_string(&line, "use", request_use_name(request->use));
    put_string(&line, "basis", reuse_basis_name(request->reuse_basis));
    line_end(&line);
}

static void write_response(FILE *file, const struct message_record *response)
{
    json_dumper line = line_begin(file, "response");
    char buffer[ENDPOINT_TEXT_SIZE];

    put_number(&line, "frame", response->frame);
    put_number(&line, "message", response->index);
    put_number(&line, "status", response->status);
    put_message(&line, response);
    put_string(&line, "verdict", verdict_name(response->verdict));
    put_string(&line, "basis", verdict_name(response->basis));
    array_begin(&line, "expected");
    for (unsigned i = 0; i < response->expected_count; i++) {
        json_dumper_value_string(&line, destination_format(&response->expected[i], buffer));
    }
    json_dumper_end_array(&line);
    put_string(&line, "clause", response->clause);
    line_end(&line);
}

void ndjson_write_message(FILE *file, const struct message_record *message)
{
    if (message->is_request) {
        write_request(file, message);
    } else {
        write_response(file, message);
    }
}

void ndjson_write_connection(FILE *file, const struct connection_record *connection)
{
    static const struct endpoint unknown;
    json_dumper line = line_begin(file, "connection");
    bool is_known = connection->evidence != EVIDENCE_UNKNOWN;
    unsigned classes = connection_record_classes(connection);

    put_number(&line, "id", connection->id);
    put_string(&line, "transport", transport_name(connection->transport));
    put_stream(&line, connection->stream);
    put_endpoint(&line, "initiator", is_known ? &connection->initiator : &unknown);
    put_endpoint(&line, "acceptor", is_known ? &connection->acceptor : &unknown);
    put_string(&line, "evidence", evidence_name(connection->evidence));
    put_id(&line, "opened_frame", connection->opened_frame);
    put_id(&line, "closed_frame", connection->closed_frame);
    put_endpoint(&line, "closed_by", &connection->closed_by);
    put_string(&line, "close", connection_close_name(connection->close));
    put_string(&line, "tls_version", connection->tls_version);
    put_string(&line, "client_certificate",
               client_certificate_name(connection->client_certificate));
    put_names(&line, "client_identities", connection->client_identities);
    put_names(&line, "server_identities", connection->server_identities);
    put_id(&line, "alias_offered_frame", connection->alias_offered_frame);
    put_number(&line, "forward_transactions", connection->forward_transactions);
    put_number(&line, "backward_requests", connection->backward_requests);
    put_number(&line, "responses", connection->responses);
    array_begin(&line, "classes");
    for (unsigned i = 0; i < CONNECTION_CLASS_COUNT; i++) {
        if (classes & (1u << i)) {
            json_dumper_value_string(&line, connection_class_name(i));
        }
    }
    json_dumper_end_array(&line);
    put_string(&line, "reuse_basis", reuse_basis_name(connection->reuse_basis));
    line_end(&line);
}

void ndjson_write_alias(FILE *file, const struct alias_record *alias)
{
    json_dumper line = line_begin(file, "alias");
    char buffer[ENDPOINT_TEXT_SIZE];

    put_string(&line, "ip", ip_address_format(&alias->endpoint.ip, buffer));
    put_number(&line, "port", alias->endpoint.port);
    put_string(&line, "transport", transport_name(alias->transport));
    put_names(&line, "identities", alias->identities);
    put_id(&line, "connection", alias->connection ? alias->connection->id : 0);
    put_id(&line, "learnt_frame", alias->learnt_frame);
    put_bool(&line, "verified", alias->verified);
    array_begin(&line, "used_frames");
    for (unsigned i = 0; i < alias->used_frames->len; i++) {
        json_dumper_value_anyf(&line, "%u", g_array_index(alias->used_frames, uint32_t, i));
    }
    json_dumper_end_array(&line);
    line_end(&line);
}

void ndjson_write_finding(FILE *file, const struct finding *finding)
{
    json_dumper line = line_begin(file, "finding");

    put_string(&line, "rule", rule_get(finding->rule)->id);
    put_string(&line, "severity", severity_name(finding->severity));
    put_bool(&line, "presumed", finding->presumed);
    put_number(&line, "frame", finding->frame);
    if (finding->message >= 0) {
        put_number(&line, "message", (uint32_t)finding->message);
    } else {
        put_null(&line, "message");
    }
    put_id(&line, "transaction", finding->transaction);
    put_id(&line, "connection", finding->connection);
    array_begin(&line, "related");
    for (unsigned i = 0; i < finding->related_count; i++) {
        json_dumper_value_anyf(&line, "%u", finding->related[i]);
    }
    json_dumper_end_array(&line);
    put_string(&line, "clause", finding->clause);
    put_string(&line, "text", finding->text);
    put_number(&line, "count", finding->count);
    line_end(&line);
}

void ndjson_write_summary(FILE *file, const struct summary_record *summary)
{
    json_dumper line = line_begin(file, "summary");

    put_number(&line, "transactions", summary->transactions);
    put_number(&line, "responses", summary->responses);
    put_number(&line, "responses_judged", summary->responses_judged);
    object_begin(&line, "verdicts");
    for (unsigned i = VERDICT_NONE + 1; i < VERDICT_COUNT; i++) {
        put_number(&line, verdict_name((enum verdict)i), summary->verdicts[i]);
    }
    json_dumper_end_object(&line);
    object_begin(&line, "classes");
    for (unsigned i = 0; i < CONNECTION_CLASS_COUNT; i++) {
        put_number(&line, connection_class_name(i), summary->classes[i]);
    }
    json_dumper_end_object(&line);
    object_begin(&line, "findings"); /* only rules that found something */
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        if (summary->findings[i]) {
            put_number(&line, rule_get((enum rule_id)i)->id, summary->findings[i]);
        }
    }
    json_dumper_end_object(&line);
    object_begin(&line, "by_severity");
    for (unsigned i = 0; i < SEVERITY_COUNT; i++) {
        put_number(&line, severity_name((enum severity)i), summary->by_severity[i]);
    }
    json_dumper_end_object(&line);
    line_end(&line);
}

/* index: of the message within its frame, -1 if it is none */
static void write_event(FILE *file, uint32_t frame, int64_t time,
                        const struct connection_record *connection, const char *kind,
                        const struct endpoint *by, int64_t index)
{
    json_dumper line = line_begin(file, "event");

    put_number(&line, "frame", frame);
    put_time(&line, "time", time);
    put_id(&line, "connection", connection ? connection->id : 0);
    put_string(&line, "kind", kind);
    put_endpoint(&line, "by", by);
    if (index >= 0) {
        put_number(&line, "message", (uint32_t)index);
    } else {
        put_null(&line, "message");
    }
    line_end(&line);
}

void ndjson_write_message_event(FILE *file, const struct message_record *message)
{
    write_event(file, message->frame, message->time, message->connection, "message", &message->src,
                message->index);
}

void ndjson_write_connection_event(FILE *file, const struct connection_record *connection,
                                   const struct connection_event *event)
{
    write_event(file, event->frame, event->time, connection, connection_event_name(event->kind),
                event->by, -1);
}
