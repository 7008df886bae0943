/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_TABLE_H
#define SIPCONN_TABLE_H

#include "analysis.h"
#include "compat.h"

/*
 * A table of the Telephony menu and of `-z option[,filter]`. Its rows are made when it is drawn,
 * out of the analysis as it is then: records are live, so rows made packet by packet would show
 * what was known too early.
 */
struct table;

struct table_column {
    const char *name;
    unsigned width; /* characters in a terminal; longer text pushes the rest of its row */
    bool is_number; /* always has a value; sorted by it in a window */
    bool is_right;  /* aligned to the right */
};

struct table_kind {
    const char *title;
    const char *option; /* of -z: "sipconn,responses" */
    const struct table_column *columns;
    unsigned column_count;
    /* Adds all rows that pass the filter, each with all its cells. */
    void (*fill)(struct table *table, const struct analysis *analysis);
};

/* Registers a table; kind must live for ever. While protocols register. */
void table_register(const struct table_kind *kind);

/* The frame passes the user's filter. */
bool table_frame_passes(const struct table *table, uint32_t frame);

/* Any frame that shows this connection does, see passing.h. id: of its record. */
bool table_connection_passes(const struct table *table, uint32_t id);

/* Begins the next row. */
void table_next_row(struct table *table);

/* Set a cell of that row. Text may be any bytes; NULL gives an empty cell. */
void table_set_text(struct table *table, unsigned column, const char *text);
/* In a text column; empty if the frame is 0: none. */
void table_set_frame(struct table *table, unsigned column, uint32_t frame);
/* In a number column. */
void table_set_number(struct table *table, unsigned column, uint32_t number);

#endif
