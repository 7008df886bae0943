/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_RECORD_FIELDS_H
#define SIPCONN_RECORD_FIELDS_H

#include <stddef.h>

/*
 * The keys of schema 1 and where each stands in the structs of result.h: one table for reading and
 * for writing, in the order in which the plugin writes them.
 */
enum field_kind {
    FIELD_STRING,  /* const char *; NULL = null */
    FIELD_NUMBER,  /* uint32_t, never null */
    FIELD_STATUS,  /* uint16_t, never null */
    FIELD_ID,      /* uint32_t; 0 = null */
    FIELD_INDEX,   /* int32_t; -1 = null */
    FIELD_STREAM,  /* int64_t; -1 = null */
    FIELD_FLAG,    /* bool */
    FIELD_TIME,    /* double, seconds since the epoch; 0 = null */
    FIELD_STRINGS, /* GPtrArray * of const char *; NULL = null */
    FIELD_FRAMES,  /* GArray * of uint32_t, never null */
    FIELD_TALLIES, /* GArray * of struct tally: an object */
};

struct record_field {
    const char *key;
    enum field_kind kind;
    size_t offset;
};

enum record_kind {
    RECORD_CAPTURE,
    RECORD_REQUEST,
    RECORD_RESPONSE,
    RECORD_CONNECTION,
    RECORD_ALIAS,
    RECORD_FINDING,
    RECORD_SUMMARY,
    RECORD_EVENT,
    RECORD_COUNT,
};

struct record_type {
    const char *name; /* value of the key "record" */
    size_t size;      /* of its struct; 0: its keys are members of struct result itself */
    const struct record_field *fields;
    size_t field_count;
};

const struct record_type *record_type(enum record_kind kind);

/* The number of the record of that name, RECORD_COUNT if there is none. */
enum record_kind record_kind_find(const char *name);

#endif
