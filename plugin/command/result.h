/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_RESULT_H
#define SIPCONN_RESULT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * What the plugin told about one capture, as plain structs: the records of its NDJSON (schema 1) and
 * of its event lines. Strings belong to the result. NULL or 0 means what null means there: unknown,
 * none. Nothing here judges SIP; it is all read.
 */

/* Records "request" and "response". */
struct message_item {
    uint32_t frame;
    uint32_t index;
    double time; /* seconds since the epoch; 0 if events were not asked for */
    bool is_request;
    uint16_t status;
    const char *method, *transport;
    int64_t stream; /* -1 none */
    const char *src, *dst;
    uint32_t transaction, connection;
    uint32_t retransmission_of, duplicate_of;
    const char *direction, *use, *basis; /* request; basis of a response: its destination class */
    uint32_t request_frame;              /* response */
    const char *verdict, *clause;
    GPtrArray *expected; /* const char * */
};

/* Record "connection". */
struct connection_item {
    uint32_t id;
    const char *transport;
    int64_t stream;
    const char *initiator, *acceptor, *evidence;
    uint32_t opened_frame, closed_frame;
    const char *closed_by, *close;
    const char *tls_version, *client_certificate;
    GPtrArray *client_identities, *server_identities; /* const char *; NULL unknown */
    uint32_t alias_offered_frame;
    uint32_t forward_transactions, backward_requests, responses;
    GPtrArray *classes; /* const char * */
    const char *reuse_basis;
};

/* Record "alias". */
struct alias_item {
    const char *ip;
    uint16_t port;
    const char *transport;
    GPtrArray *identities; /* NULL unknown */
    uint32_t connection, learnt_frame;
    bool verified;
    GArray *used_frames; /* uint32_t */
};

/* Record "finding". */
struct finding_item {
    const char *rule, *severity;
    bool presumed;
    uint32_t frame;
    int32_t message; /* -1: the frame as such */
    uint32_t transaction, connection;
    GArray *related; /* uint32_t */
    const char *clause, *text;
    uint32_t count;
    const char *hidden_by; /* why it does not count: an allow list's reason, "baseline"; or NULL */
};

/* Record "event": something on a connection that is no message. */
struct event_item {
    uint32_t frame;
    double time;
    uint32_t connection;
    const char *kind; /* syn fin rst close-notify ws-close gap */
    const char *by;   /* address:port, NULL unknown */
};

/* A name and how often, as in the summary's verdicts{}, classes{}, findings{}, by_severity{}. */
struct tally {
    const char *name;
    uint32_t count;
};

struct result {
    char *name;       /* the capture as the user gave it; a pseudonym if redacted */
    char *error;      /* NULL: analysed; else one sentence that says why not. g_free()able */
    char *warning;    /* why only a part could be analysed ("is cut short ..."); NULL: all was */
    bool is_complete; /* its last record, the summary, was read */
    gsize size;       /* of the lines it was told in, in bytes */
    GStringChunk *strings;
    const char *sipconn, *wireshark;
    uint32_t frames, sip_messages;
    double first_time, last_time;
    GPtrArray *notes;       /* const char * */
    GPtrArray *messages;    /* struct message_item *, in file order */
    GPtrArray *connections; /* struct connection_item *, in order of id */
    GPtrArray *aliases;     /* struct alias_item * */
    GPtrArray *findings;    /* struct finding_item *, in order of frame, already selected */
    GPtrArray *events;      /* struct event_item * */
    uint32_t transactions, responses, responses_judged;
    GArray *verdicts, *classes; /* struct tally */
    GArray *message_times;      /* of events, until result_complete() gives them to the messages */
};

struct result *result_new(const char *name);
void result_free(struct result *result);

/*
 * Reads one line of NDJSON into the result. False, with *error set, if it is no record of schema 1.
 * Records of kinds it does not know are passed over: a newer plugin may have more.
 */
bool result_read_line(struct result *result, const char *line, gsize length, GError **error);

/* To be called behind the last line: what came in any order is put together. */
void result_complete(struct result *result);

/* The connection with that id, or NULL. */
const struct connection_item *result_connection(const struct result *result, uint32_t id);

/* Number of findings of a severity ("error" …) that count. */
uint32_t result_count(const struct result *result, const char *severity);

#endif
