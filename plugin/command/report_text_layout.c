/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_text_layout.h"

#include <string.h>

enum {
    COLUMN_GAP = 2,
    /* A text is never squeezed below this: a terminal so narrow has to wrap by itself. */
    MIN_WIDTH = 20,
};

struct layout_table {
    const struct layout_column *columns;
    unsigned count;
    GPtrArray *cells; /* char *, row by row */
};

static const char *const color_codes[] = {
    [LAYOUT_PLAIN] = "",        [LAYOUT_HEADING] = "\033[1m", [LAYOUT_ERROR] = "\033[1;31m",
    [LAYOUT_WARN] = "\033[33m", [LAYOUT_NOTE] = "\033[36m",
};

enum layout_color layout_severity_color(const char *severity)
{
    static const struct {
        const char *severity;
        enum layout_color color;
    } colors[] = {{"error", LAYOUT_ERROR}, {"warn", LAYOUT_WARN}, {"note", LAYOUT_NOTE}};

    for (unsigned i = 0; i < G_N_ELEMENTS(colors); i++) {
        if (g_strcmp0(severity, colors[i].severity) == 0) {
            return colors[i].color;
        }
    }
    return LAYOUT_PLAIN;
}

const char *layout_plural(uint32_t count)
{
    return count == 1 ? "" : "s";
}

static unsigned char_columns(gunichar c)
{
    if (g_unichar_iszerowidth(c)) {
        return 0;
    }
    return g_unichar_iswide(c) ? 2 : 1;
}

static unsigned text_columns(const char *text)
{
    unsigned columns = 0;

    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        columns += char_columns(g_utf8_get_char(text));
    }
    return columns;
}

/* Valid UTF-8 without anything that moves the cursor or reverses the direction of writing. */
static char *text_clean(const char *text)
{
    char *valid = g_utf8_make_valid(text, -1);
    GString *clean = g_string_new(NULL);

    for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);

        if (c == '\n' || c == '\r' || c == '\t') {
            g_string_append_c(clean, ' ');
        } else if (g_unichar_iscntrl(c) || g_unichar_type(c) == G_UNICODE_FORMAT ||
                   g_unichar_type(c) == G_UNICODE_LINE_SEPARATOR ||
                   g_unichar_type(c) == G_UNICODE_PARAGRAPH_SEPARATOR) {
            g_string_append_unichar(clean, 0xFFFD);
        } else {
            g_string_append_unichar(clean, c);
        }
    }
    g_free(valid);
    return g_string_free(clean, FALSE);
}

/* A line may end behind this character although no blank follows. */
static bool is_joint(char c)
{
    return c != '\0' && strchr("-/,", c) != NULL;
}

/*
 * The end of the line that begins at text: as much as fits into width. NULL if not even the first
 * piece fits.
 */
static const char *line_end(const char *text, unsigned width, bool at_joints)
{
    const char *end = NULL;
    unsigned columns = 0;

    for (const char *p = text;; p = g_utf8_next_char(p)) {
        /* "a > b": the arrow stays with what stands before it. */
        if ((*p == '\0' || (*p == ' ' && p[1] != '>')) && columns <= width) {
            end = p;
        }
        if (*p == '\0') {
            break;
        }
        columns += char_columns(g_utf8_get_char(p));
        if (columns > width && *p != ' ') {
            break;
        }
        if (at_joints && is_joint(*p) && columns <= width) {
            end = p + 1;
        }
    }
    return end;
}

/* Where a piece that is too long is cut: never before its first character. */
static const char *hard_end(const char *text, unsigned width)
{
    const char *p = g_utf8_next_char(text);
    unsigned columns = char_columns(g_utf8_get_char(text));

    while (*p != '\0') {
        columns += char_columns(g_utf8_get_char(p));
        if (columns > width) {
            break;
        }
        p = g_utf8_next_char(p);
    }
    return p;
}

/*
 * The lines of a text, char *: the first one at most first columns long, the others at most width.
 * at_joints: words may be divided behind hyphens, slashes and commas.
 */
static GPtrArray *text_wrap(const char *text, unsigned first, unsigned width, bool at_joints)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    char *clean = text_clean(text);
    const char *p = clean;
    unsigned room = first;

    do {
        const char *end;

        while (*p == ' ') {
            p++;
        }
        end = line_end(p, room, at_joints);
        if (end == NULL && lines->len == 0 && first < width) {
            end = p; /* leave the rest of the first line empty */
        } else if (end == NULL) {
            end = hard_end(p, room);
        }
        g_ptr_array_add(lines, g_strchomp(g_strndup(p, (gsize)(end - p))));
        p = end;
        room = width;
    } while (*p != '\0' && p[strspn(p, " ")] != '\0');
    g_free(clean);
    return lines;
}

static void put_blanks(GString *out, unsigned count)
{
    g_string_append_printf(out, "%*s", (int)count, "");
}

static void put_colored(struct layout *layout, enum layout_color color, const char *text)
{
    if (layout->color && color != LAYOUT_PLAIN && *text != '\0') {
        g_string_append_printf(layout->out, "%s%s\033[0m", color_codes[color], text);
    } else {
        g_string_append(layout->out, text);
    }
}

void layout_paragraph(struct layout *layout, unsigned indent, unsigned hanging,
                      enum layout_color color, const char *lead, const char *text)
{
    char *clean = text_clean(lead);
    unsigned used = indent + text_columns(clean) + (*clean != '\0');
    unsigned width = MAX(layout->width, hanging + MIN_WIDTH);
    GPtrArray *lines = text_wrap(text, width > used ? width - used : 0, width - hanging, false);

    put_blanks(layout->out, indent);
    put_colored(layout, color, clean);
    for (unsigned i = 0; i < lines->len; i++) {
        const char *line = g_ptr_array_index(lines, i);

        if (i > 0) {
            put_blanks(layout->out, hanging);
        } else if (*clean != '\0' && *line != '\0') {
            g_string_append_c(layout->out, ' ');
        }
        g_string_append_printf(layout->out, "%s\n", line);
    }
    g_ptr_array_free(lines, TRUE);
    g_free(clean);
}

void layout_printf(struct layout *layout, unsigned indent, unsigned hanging, const char *format,
                   ...)
{
    va_list args;
    char *text;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    layout_paragraph(layout, indent, hanging, LAYOUT_PLAIN, "", text);
    g_free(text);
}

struct layout_table *layout_table_new(const struct layout_column *columns, unsigned count)
{
    struct layout_table *table = g_new(struct layout_table, 1);

    table->columns = columns;
    table->count = count;
    table->cells = g_ptr_array_new_with_free_func(g_free);
    return table;
}

void layout_table_add(struct layout_table *table, char *const *cells)
{
    for (unsigned i = 0; i < table->count; i++) {
        g_ptr_array_add(table->cells, cells[i]);
    }
}

void layout_table_free(struct layout_table *table)
{
    g_ptr_array_free(table->cells, TRUE);
    g_free(table);
}

/* Columns of the longest piece of a text that is not divided, see line_end(). */
static unsigned text_longest_piece(const char *text)
{
    unsigned longest = 0;
    unsigned columns = 0;

    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        bool is_end = *p == ' ' && p[1] != '>';

        columns = is_end ? 0 : columns + char_columns(g_utf8_get_char(p));
        longest = MAX(longest, columns);
        if (is_joint(*p)) {
            columns = 0;
        }
    }
    return longest;
}

/* What a column needs: width 0 if it has no text at all. */
static void column_measure(const struct layout_table *table, unsigned column, unsigned *width,
                           unsigned *least)
{
    *width = 0;
    *least = 0;
    for (unsigned i = column; i < table->cells->len; i += table->count) {
        const char *cell = g_ptr_array_index(table->cells, i);

        *width = MAX(*width, text_columns(cell));
        *least = MAX(*least, text_longest_piece(cell));
    }
    if (*width > 0) {
        const char *heading = table->columns[column].heading;

        *width = MAX(*width, text_columns(heading));
        *least = MAX(*least, text_longest_piece(heading));
    }
    if (table->columns[column].is_whole) {
        *least = *width;
    }
}

/* Takes one column off the widest column that may give; false if none may. */
static bool widths_shrink(unsigned *widths, const unsigned *least, unsigned count)
{
    unsigned *widest = NULL;

    for (unsigned i = 0; i < count; i++) {
        if (widths[i] > least[i] && (widest == NULL || widths[i] > *widest)) {
            widest = &widths[i];
        }
    }
    if (widest != NULL) {
        --*widest;
    }
    return widest != NULL;
}

/* Narrows columns until the table fits. False if it cannot without tearing words apart. */
static bool widths_fit(unsigned *widths, const unsigned *least, unsigned count, unsigned room)
{
    unsigned total = 0;

    for (unsigned i = 0; i < count; i++) {
        total += widths[i] > 0 ? widths[i] + COLUMN_GAP : 0;
    }
    while (total > room + COLUMN_GAP && widths_shrink(widths, least, count)) {
        total--;
    }
    return total <= room + COLUMN_GAP;
}

/* A row, its cells side by side; as many lines as the longest cell needs. */
static void row_write(const struct layout_table *table, struct layout *layout, unsigned indent,
                      const char *const *cells, const unsigned *widths, enum layout_color color)
{
    GPtrArray **lines = g_new0(GPtrArray *, table->count);
    unsigned height = 0;

    for (unsigned i = 0; i < table->count; i++) {
        lines[i] = text_wrap(cells[i], MAX(widths[i], 1), MAX(widths[i], 1), true);
        height = MAX(height, widths[i] > 0 ? lines[i]->len : 0);
    }
    for (unsigned row = 0; row < height; row++) {
        GString *text = g_string_new(NULL);

        for (unsigned i = 0; i < table->count; i++) {
            const char *line = row < lines[i]->len ? g_ptr_array_index(lines[i], row) : "";
            unsigned blanks = widths[i] - MIN(widths[i], text_columns(line));

            if (widths[i] > 0) {
                put_blanks(text, table->columns[i].is_number ? blanks : 0);
                g_string_append(text, line);
                put_blanks(text, (table->columns[i].is_number ? 0 : blanks) + COLUMN_GAP);
            }
        }
        g_strchomp(text->str);
        put_blanks(layout->out, indent);
        put_colored(layout, color, text->str);
        g_string_append_c(layout->out, '\n');
        g_string_free(text, TRUE);
    }
    for (unsigned i = 0; i < table->count; i++) {
        g_ptr_array_free(lines[i], TRUE);
    }
    g_free(lines);
}

/* A row as a paragraph, for which any width will do: each cell behind its heading. */
static void row_write_paragraph(const struct layout_table *table, struct layout *layout,
                                unsigned indent, const char *const *cells)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < table->count; i++) {
        if (*cells[i] != '\0') {
            g_string_append_printf(text, "%s%s: %s", text->len > 0 ? "; " : "",
                                   table->columns[i].heading, cells[i]);
        }
    }
    layout_paragraph(layout, indent, indent + COLUMN_GAP, LAYOUT_PLAIN, "", text->str);
    g_string_free(text, TRUE);
}

void layout_table_write(struct layout_table *table, struct layout *layout, unsigned indent)
{
    unsigned *widths = g_new(unsigned, table->count);
    unsigned *least = g_new(unsigned, table->count);
    const char **headings = g_new(const char *, table->count);
    bool fits;

    for (unsigned i = 0; i < table->count; i++) {
        column_measure(table, i, &widths[i], &least[i]);
        headings[i] = table->columns[i].heading;
    }
    fits = widths_fit(widths, least, table->count, MAX(layout->width, indent) - indent);
    if (fits) {
        row_write(table, layout, indent, headings, widths, LAYOUT_HEADING);
    }
    for (unsigned i = 0; i < table->cells->len; i += table->count) {
        const char *const *cells = (const char *const *)&table->cells->pdata[i];

        if (fits) {
            row_write(table, layout, indent, cells, widths, LAYOUT_PLAIN);
        } else {
            row_write_paragraph(table, layout, indent, cells);
        }
    }
    g_free(headings);
    g_free(least);
    g_free(widths);
    layout_table_free(table);
}
