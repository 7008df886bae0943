/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REPORT_HTML_TEXT_H
#define SIPCONN_REPORT_HTML_TEXT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The only ways in which text gets into the page. What comes from packets is hostile until it went
 * through one of them.
 */

/* As printf, with every %s escaped for HTML text and quoted attributes; NULL is not allowed. */
void html_put(GString *out, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* "1 finding", "2 findings": word is the singular, without HTML in it. */
void html_put_count(GString *out, uint32_t count, const char *word);

/* A JSON string that may stand within <script>; NULL becomes null. */
void html_put_json(GString *out, const char *text);

/*
 * Strings that a table of the page's data names by number, since the same addresses and names stand
 * in thousands of rows. Number 0 is null.
 */
struct html_strings {
    GHashTable *numbers; /* char * -> number */
    GPtrArray *strings;  /* char *, owned by numbers */
};

struct html_strings *html_strings_new(void);
void html_strings_free(struct html_strings *strings);

/* The number of a text, a new one if it was not seen before; 0 for NULL. */
unsigned html_strings_number(struct html_strings *strings, const char *text);

/* All of them as a JSON array. */
void html_strings_put(const struct html_strings *strings, GString *out);

#endif
