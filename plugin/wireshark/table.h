/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_TABLE_H
#define SIPCONN_TABLE_H

#include "compat.h"

#include <epan/stat_tap_ui.h>

/*
 * What our tables have in common. Wireshark's table keeps the pointers to a cell's text; here each
 * cell owns a copy, freed with it, so a cell can be set again at any time.
 */

struct table_column {
    const char *name;
    unsigned width; /* characters in a terminal; longer text pushes the rest of its row */
    bool is_number; /* always has a value; sorted by it in a window */
    bool is_right;  /* aligned to the right */
};

/* Registers a table of the Telephony menu and of `-z option[,filter]`. All arguments are kept. */
void table_register(const char *title, const char *option, const struct table_column *columns,
                    unsigned column_count, tap_packet_cb packet, void (*reset)(stat_tap_table *));

/* Appends a row; set each of its cells next. Returns its index. */
unsigned table_add_row(stat_tap_table *table);

/* Text may be any bytes; NULL gives an empty cell. */
void table_set_text(stat_tap_table *table, unsigned row, unsigned column, const char *text);
/* In a text column; empty if the frame is 0: none. */
void table_set_frame(stat_tap_table *table, unsigned row, unsigned column, uint32_t frame);
/* In a number column. */
void table_set_number(stat_tap_table *table, unsigned row, unsigned column, uint32_t number);

/* Removes all rows. */
void table_clear(stat_tap_table *table);

/* The one table of a running listener, from what its packet callback is given. */
stat_tap_table *table_of_listener(void *tap_data);

#endif
