/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_NDJSON_RECORD_H
#define SIPCONN_NDJSON_RECORD_H

#include <stdio.h>

#include "record.h"

/*
 * Write one record as one line of JSON, schema 1. All keys of a kind are always there, null where
 * unknown. Text out of packets is made valid UTF-8.
 */
void ndjson_write_capture(FILE *file, const struct capture_record *capture);
void ndjson_write_message(FILE *file, const struct message_record *message);
void ndjson_write_connection(FILE *file, const struct connection_record *connection);
void ndjson_write_alias(FILE *file, const struct alias_record *alias);
void ndjson_write_finding(FILE *file, const struct finding *finding);
void ndjson_write_summary(FILE *file, const struct summary_record *summary);

/* Lines of the time line: that a message was sent, or what else happened to a connection. */
void ndjson_write_message_event(FILE *file, const struct message_record *message);
void ndjson_write_connection_event(FILE *file, const struct connection_record *connection,
                                   const struct connection_event *event);

#endif
