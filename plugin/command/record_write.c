/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_write.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "rules.h"

#define SCHEMA 1

void json_write_string(FILE *out, const char *text)
{
    if (!text) {
        fputs("null", out);
        return;
    }

    g_autofree char *valid = g_utf8_make_valid(text, -1);
    fputc('"', out);
    for (const char *at = valid; *at; at++) {
        if (*at == '"' || *at == '\\') {
            fprintf(out, "\\%c", *at);
        } else if ((unsigned char)*at < ' ' || *at == '\x7f') {
            fprintf(out, "\\u%04x", (unsigned char)*at);
        } else {
            fputc(*at, out);
        }
    }
    fputc('"', out);
}

/* The shortest number that reads back as the same double. */
static void write_double(FILE *out, double value)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];
    int digits = 15;

    do {
        char format[8];
        g_snprintf(format, sizeof(format), "%%.%dg", digits);
        g_ascii_formatd(buffer, sizeof(buffer), format, value);
    } while (g_ascii_strtod(buffer, NULL) != value && ++digits <= 17);
    fputs(buffer, out);
}

static void write_strings(FILE *out, const GPtrArray *strings)
{
    fputc('[', out);
    for (unsigned i = 0; i < strings->len; i++) {
        fputs(i ? "," : "", out);
        json_write_string(out, g_ptr_array_index(strings, i));
    }
    fputc(']', out);
}

static void write_frames(FILE *out, const GArray *frames)
{
    fputc('[', out);
    for (unsigned i = 0; frames && i < frames->len; i++) {
        fprintf(out, "%s%" PRIu32, i ? "," : "", g_array_index(frames, uint32_t, i));
    }
    fputc(']', out);
}

static void write_tallies(FILE *out, const GArray *tallies)
{
    fputc('{', out);
    for (unsigned i = 0; i < tallies->len; i++) {
        const struct tally *tally = &g_array_index(tallies, struct tally, i);
        fputs(i ? "," : "", out);
        json_write_string(out, tally->name);
        fprintf(out, ":%" PRIu32, tally->count);
    }
    fputc('}', out);
}

static void write_integer_or_null(FILE *out, int64_t value, bool is_null)
{
    if (is_null) {
        fputs("null", out);
    } else {
        fprintf(out, "%" PRId64, value);
    }
}

static void write_value(FILE *out, enum field_kind kind, const void *member)
{
    switch (kind) {
    case FIELD_STRING:
        json_write_string(out, *(const char *const *)member);
        break;
    case FIELD_NUMBER:
        fprintf(out, "%" PRIu32, *(const uint32_t *)member);
        break;
    case FIELD_STATUS:
        fprintf(out, "%u", *(const uint16_t *)member);
        break;
    case FIELD_ID:
        write_integer_or_null(out, *(const uint32_t *)member, *(const uint32_t *)member == 0);
        break;
    case FIELD_INDEX:
        write_integer_or_null(out, *(const int32_t *)member, *(const int32_t *)member < 0);
        break;
    case FIELD_STREAM:
        write_integer_or_null(out, *(const int64_t *)member, *(const int64_t *)member < 0);
        break;
    case FIELD_FLAG:
        fputs(*(const bool *)member ? "true" : "false", out);
        break;
    case FIELD_TIME:
        if (*(const double *)member == 0) {
            fputs("null", out);
        } else {
            write_double(out, *(const double *)member);
        }
        break;
    case FIELD_STRINGS:
        if (*(GPtrArray *const *)member) {
            write_strings(out, *(GPtrArray *const *)member);
        } else {
            fputs("null", out);
        }
        break;
    case FIELD_FRAMES:
        write_frames(out, *(GArray *const *)member);
        break;
    case FIELD_TALLIES:
        write_tallies(out, *(GArray *const *)member);
        break;
    }
}

/* The next key of an object; the first one if *is_first, which is cleared. */
static void write_key(FILE *out, const char *key, bool *is_first)
{
    fputs(*is_first ? "" : ",", out);
    *is_first = false;
    json_write_string(out, key);
    fputc(':', out);
}

/* Opens the object of a record; true if it has no key yet. */
static bool object_begin(FILE *out, const struct result *result, enum record_kind kind,
                         bool is_named)
{
    bool is_first = true;

    fputc('{', out);
    if (is_named) {
        write_key(out, "record", &is_first);
        json_write_string(out, record_type(kind)->name);
        write_key(out, "file", &is_first);
        json_write_string(out, result->name);
    }
    return is_first;
}

static void write_fields(FILE *out, enum record_kind kind, const void *item, bool *is_first)
{
    const struct record_type *type = record_type(kind);

    for (size_t i = 0; i < type->field_count; i++) {
        const struct record_field *field = &type->fields[i];
        write_key(out, field->key, is_first);
        write_value(out, field->kind, (const char *)item + field->offset);
    }
}

void record_write_capture(FILE *out, const struct result *result, bool is_named)
{
    struct result told = *result;
    bool is_first = object_begin(out, result, RECORD_CAPTURE, is_named);

    /* Being cut short limits the judgement like anything else that is noted. */
    told.notes = g_ptr_array_new();
    for (unsigned i = 0; i < result->notes->len; i++) {
        g_ptr_array_add(told.notes, g_ptr_array_index(result->notes, i));
    }
    if (result->warning) {
        g_ptr_array_add(told.notes, result->warning);
    }
    write_key(out, "schema", &is_first);
    fprintf(out, "%d", SCHEMA);
    write_fields(out, RECORD_CAPTURE, &told, &is_first);
    fputc('}', out);
    g_ptr_array_unref(told.notes);
}

void record_write_item(FILE *out, const struct result *result, enum record_kind kind,
                       const void *item, bool is_named)
{
    bool is_first = object_begin(out, result, kind, is_named);

    write_fields(out, kind, item, &is_first);
    if (kind == RECORD_FINDING) {
        write_key(out, "hidden_by", &is_first);
        json_write_string(out, ((const struct finding_item *)item)->hidden_by);
    }
    fputc('}', out);
}

static unsigned count_rule(const struct result *result, const char *rule)
{
    unsigned count = 0;

    for (unsigned i = 0; i < result->findings->len; i++) {
        const struct finding_item *finding = g_ptr_array_index(result->findings, i);
        count += !finding->hidden_by && strcmp(finding->rule, rule) == 0;
    }
    return count;
}

void record_write_summary(FILE *out, const struct result *result, bool is_named)
{
    bool is_first = object_begin(out, result, RECORD_SUMMARY, is_named);
    bool is_first_rule = true, is_first_severity = true;

    write_fields(out, RECORD_SUMMARY, result, &is_first);
    write_key(out, "findings", &is_first);
    fputc('{', out);
    for (unsigned i = 0; i < RULE_COUNT && result->findings->len > 0; i++) {
        const char *rule = rule_get((enum rule_id)i)->id;
        unsigned count = count_rule(result, rule);
        if (count > 0) {
            write_key(out, rule, &is_first_rule);
            fprintf(out, "%u", count);
        }
    }
    fputc('}', out);
    write_key(out, "by_severity", &is_first);
    fputc('{', out);
    for (unsigned i = 0; i < SEVERITY_COUNT; i++) {
        const char *severity = severity_name((enum severity)i);
        write_key(out, severity, &is_first_severity);
        fprintf(out, "%" PRIu32, result_count(result, severity));
    }
    fputs("}}", out);
}
