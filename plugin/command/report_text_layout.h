/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REPORT_TEXT_LAYOUT_H
#define SIPCONN_REPORT_TEXT_LAYOUT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Text for people, laid out for a terminal: paragraphs wrapped at words, tables that fit the width.
 * Texts may hold anything that a packet held: control characters, which a terminal would obey, are
 * written as U+FFFD, line ends and tabs as blanks.
 */
struct layout {
    GString *out;
    unsigned width; /* columns */
    bool color;     /* escape sequences may be written */
};

enum layout_color {
    LAYOUT_PLAIN,
    LAYOUT_HEADING,
    LAYOUT_ERROR,
    LAYOUT_WARN,
    LAYOUT_NOTE,
};

/* The colour of a severity's name; LAYOUT_PLAIN for chat and for names it does not know. */
enum layout_color layout_severity_color(const char *severity);

/*
 * One paragraph and its line end: lead, in a colour, then text. The first line begins at column
 * indent, the others at column hanging. lead may be ""; it is never wrapped.
 */
void layout_paragraph(struct layout *layout, unsigned indent, unsigned hanging,
                      enum layout_color color, const char *lead, const char *text);

/* The same with a printf format for the text and no lead. */
void layout_printf(struct layout *layout, unsigned indent, unsigned hanging, const char *format,
                   ...) G_GNUC_PRINTF(4, 5);

/* "s" unless count is 1. */
const char *layout_plural(uint32_t count);

struct layout_column {
    const char *heading;
    bool is_number; /* set to the right */
    bool is_whole;  /* its cells are never wrapped: something that people copy */
};

/* A table; columns must live as long as it. */
struct layout_table *layout_table_new(const struct layout_column *columns, unsigned count);

/* Adds a row of as many cells as columns; takes the strings, which are g_free()d. */
void layout_table_add(struct layout_table *table, char *const *cells);

void layout_table_free(struct layout_table *table);

/*
 * Writes the table, cells wrapped until it fits the width, and frees it. A column without any text
 * in its cells is left out. If words would have to be torn apart, each row is a paragraph instead.
 */
void layout_table_write(struct layout_table *table, struct layout *layout, unsigned indent);

#endif
