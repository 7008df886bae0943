/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_RECORD_WRITE_H
#define SIPCONN_RECORD_WRITE_H

#include <stdio.h>

#include "record_fields.h"
#include "result.h"

/* text as a JSON string in quotes, null for NULL. What is not UTF-8 becomes U+FFFD. */
void json_write_string(FILE *out, const char *text);

/*
 * The records of schema 1 as JSON objects, on one line without its end. With is_named each has two
 * keys in front: "record", and "file", the capture it is of. Findings have one key more than the
 * plugin's: "hidden_by", why it does not count, null if it does.
 */
void record_write_capture(FILE *out, const struct result *result, bool is_named);
void record_write_item(FILE *out, const struct result *result, enum record_kind kind,
                       const void *item, bool is_named);

/* findings{} and by_severity{} count the findings that count, so not those of an allow list. */
void record_write_summary(FILE *out, const struct result *result, bool is_named);

#endif
