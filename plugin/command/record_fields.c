/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_fields.h"

#include <string.h>

#include "result.h"

static const struct record_field capture_fields[] = {
    {"sipconn", FIELD_STRING, offsetof(struct result, sipconn)},
    {"wireshark", FIELD_STRING, offsetof(struct result, wireshark)},
    {"frames", FIELD_NUMBER, offsetof(struct result, frames)},
    {"sip_messages", FIELD_NUMBER, offsetof(struct result, sip_messages)},
    {"first_time", FIELD_TIME, offsetof(struct result, first_time)},
    {"last_time", FIELD_TIME, offsetof(struct result, last_time)},
    {"notes", FIELD_STRINGS, offsetof(struct result, notes)},
};

static const struct record_field request_fields[] = {
    {"frame", FIELD_NUMBER, offsetof(struct message_item, frame)},
    {"message", FIELD_NUMBER, offsetof(struct message_item, index)},
    {"method", FIELD_STRING, offsetof(struct message_item, method)},
    {"transport", FIELD_STRING, offsetof(struct message_item, transport)},
    {"stream", FIELD_STREAM, offsetof(struct message_item, stream)},
    {"src", FIELD_STRING, offsetof(struct message_item, src)},
    {"dst", FIELD_STRING, offsetof(struct message_item, dst)},
    {"transaction", FIELD_ID, offsetof(struct message_item, transaction)},
    {"connection", FIELD_ID, offsetof(struct message_item, connection)},
    {"retransmission_of", FIELD_ID, offsetof(struct message_item, retransmission_of)},
    {"duplicate_of", FIELD_ID, offsetof(struct message_item, duplicate_of)},
    {"direction", FIELD_STRING, offsetof(struct message_item, direction)},
    {"use", FIELD_STRING, offsetof(struct message_item, use)},
    {"basis", FIELD_STRING, offsetof(struct message_item, basis)},
};

static const struct record_field response_fields[] = {
    {"frame", FIELD_NUMBER, offsetof(struct message_item, frame)},
    {"message", FIELD_NUMBER, offsetof(struct message_item, index)},
    {"status", FIELD_STATUS, offsetof(struct message_item, status)},
    {"method", FIELD_STRING, offsetof(struct message_item, method)},
    {"transport", FIELD_STRING, offsetof(struct message_item, transport)},
    {"stream", FIELD_STREAM, offsetof(struct message_item, stream)},
    {"src", FIELD_STRING, offsetof(struct message_item, src)},
    {"dst", FIELD_STRING, offsetof(struct message_item, dst)},
    {"transaction", FIELD_ID, offsetof(struct message_item, transaction)},
    {"connection", FIELD_ID, offsetof(struct message_item, connection)},
    {"request_frame", FIELD_ID, offsetof(struct message_item, request_frame)},
    {"retransmission_of", FIELD_ID, offsetof(struct message_item, retransmission_of)},
    {"duplicate_of", FIELD_ID, offsetof(struct message_item, duplicate_of)},
    {"verdict", FIELD_STRING, offsetof(struct message_item, verdict)},
    {"basis", FIELD_STRING, offsetof(struct message_item, basis)},
    {"expected", FIELD_STRINGS, offsetof(struct message_item, expected)},
    {"clause", FIELD_STRING, offsetof(struct message_item, clause)},
};

static const struct record_field connection_fields[] = {
    {"id", FIELD_NUMBER, offsetof(struct connection_item, id)},
    {"transport", FIELD_STRING, offsetof(struct connection_item, transport)},
    {"stream", FIELD_STREAM, offsetof(struct connection_item, stream)},
    {"initiator", FIELD_STRING, offsetof(struct connection_item, initiator)},
    {"acceptor", FIELD_STRING, offsetof(struct connection_item, acceptor)},
    {"evidence", FIELD_STRING, offsetof(struct connection_item, evidence)},
    {"opened_frame", FIELD_ID, offsetof(struct connection_item, opened_frame)},
    {"closed_frame", FIELD_ID, offsetof(struct connection_item, closed_frame)},
    {"closed_by", FIELD_STRING, offsetof(struct connection_item, closed_by)},
    {"close", FIELD_STRING, offsetof(struct connection_item, close)},
    {"tls_version", FIELD_STRING, offsetof(struct connection_item, tls_version)},
    {"client_certificate", FIELD_STRING, offsetof(struct connection_item, client_certificate)},
    {"client_identities", FIELD_STRINGS, offsetof(struct connection_item, client_identities)},
    {"server_identities", FIELD_STRINGS, offsetof(struct connection_item, server_identities)},
    {"alias_offered_frame", FIELD_ID, offsetof(struct connection_item, alias_offered_frame)},
    {"forward_transactions", FIELD_NUMBER, offsetof(struct connection_item, forward_transactions)},
    {"backward_requests", FIELD_NUMBER, offsetof(struct connection_item, backward_requests)},
    {"responses", FIELD_NUMBER, offsetof(struct connection_item, responses)},
    {"classes", FIELD_STRINGS, offsetof(struct connection_item, classes)},
    {"reuse_basis", FIELD_STRING, offsetof(struct connection_item, reuse_basis)},
};

static const struct record_field alias_fields[] = {
    {"ip", FIELD_STRING, offsetof(struct alias_item, ip)},
    {"port", FIELD_STATUS, offsetof(struct alias_item, port)},
    {"transport", FIELD_STRING, offsetof(struct alias_item, transport)},
    {"identities", FIELD_STRINGS, offsetof(struct alias_item, identities)},
    {"connection", FIELD_ID, offsetof(struct alias_item, connection)},
    {"learnt_frame", FIELD_ID, offsetof(struct alias_item, learnt_frame)},
    {"verified", FIELD_FLAG, offsetof(struct alias_item, verified)},
    {"used_frames", FIELD_FRAMES, offsetof(struct alias_item, used_frames)},
};

static const struct record_field finding_fields[] = {
    {"rule", FIELD_STRING, offsetof(struct finding_item, rule)},
    {"severity", FIELD_STRING, offsetof(struct finding_item, severity)},
    {"presumed", FIELD_FLAG, offsetof(struct finding_item, presumed)},
    {"frame", FIELD_NUMBER, offsetof(struct finding_item, frame)},
    {"message", FIELD_INDEX, offsetof(struct finding_item, message)},
    {"transaction", FIELD_ID, offsetof(struct finding_item, transaction)},
    {"connection", FIELD_ID, offsetof(struct finding_item, connection)},
    {"related", FIELD_FRAMES, offsetof(struct finding_item, related)},
    {"clause", FIELD_STRING, offsetof(struct finding_item, clause)},
    {"text", FIELD_STRING, offsetof(struct finding_item, text)},
    {"count", FIELD_NUMBER, offsetof(struct finding_item, count)},
};

/* findings{} and by_severity{} are counted anew by whoever writes them: findings get selected. */
static const struct record_field summary_fields[] = {
    {"transactions", FIELD_NUMBER, offsetof(struct result, transactions)},
    {"responses", FIELD_NUMBER, offsetof(struct result, responses)},
    {"responses_judged", FIELD_NUMBER, offsetof(struct result, responses_judged)},
    {"verdicts", FIELD_TALLIES, offsetof(struct result, verdicts)},
    {"classes", FIELD_TALLIES, offsetof(struct result, classes)},
};

static const struct record_field event_fields[] = {
    {"frame", FIELD_NUMBER, offsetof(struct event_item, frame)},
    {"time", FIELD_TIME, offsetof(struct event_item, time)},
    {"connection", FIELD_ID, offsetof(struct event_item, connection)},
    {"kind", FIELD_STRING, offsetof(struct event_item, kind)},
    {"by", FIELD_STRING, offsetof(struct event_item, by)},
};

#define FIELDS(table) .fields = (table), .field_count = G_N_ELEMENTS(table)

static const struct record_type types[RECORD_COUNT] = {
    [RECORD_CAPTURE] = {"capture", FIELDS(capture_fields)},
    [RECORD_REQUEST] = {"request", sizeof(struct message_item), FIELDS(request_fields)},
    [RECORD_RESPONSE] = {"response", sizeof(struct message_item), FIELDS(response_fields)},
    [RECORD_CONNECTION] = {"connection", sizeof(struct connection_item), FIELDS(connection_fields)},
    [RECORD_ALIAS] = {"alias", sizeof(struct alias_item), FIELDS(alias_fields)},
    [RECORD_FINDING] = {"finding", sizeof(struct finding_item), FIELDS(finding_fields)},
    [RECORD_SUMMARY] = {"summary", FIELDS(summary_fields)},
    [RECORD_EVENT] = {"event", sizeof(struct event_item), FIELDS(event_fields)},
};

const struct record_type *record_type(enum record_kind kind)
{
    return &types[kind];
}

enum record_kind record_kind_find(const char *name)
{
    unsigned kind = 0;

    while (kind < RECORD_COUNT && strcmp(types[kind].name, name) != 0) {
        kind++;
    }
    return (enum record_kind)kind;
}
