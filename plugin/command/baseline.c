/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "baseline.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "finding_identity.h"
#include "text_file.h"

struct baseline {
    GHashTable *identities; /* set of char * */
};

static const char *string_member(JsonObject *object, const char *key)
{
    JsonNode *node = json_object_get_member(object, key);

    return node && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING
               ? json_node_get_string(node)
               : NULL;
}

static bool baseline_add(struct baseline *baseline, JsonNode *node)
{
    JsonObject *finding = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
    const char *rule = finding ? string_member(finding, "rule") : NULL;
    const char *severity = finding ? string_member(finding, "severity") : NULL;
    const char *text = finding ? string_member(finding, "text") : NULL;

    if (!rule || !severity || !text) {
        return false;
    }
    g_hash_table_add(baseline->identities, finding_identity(rule, severity, text));
    return true;
}

/* The findings of one capture of the format json. */
static bool read_capture(struct baseline *baseline, JsonNode *node)
{
    JsonNode *findings = JSON_NODE_HOLDS_OBJECT(node)
                             ? json_object_get_member(json_node_get_object(node), "findings")
                             : NULL;

    if (!findings || !JSON_NODE_HOLDS_ARRAY(findings)) {
        return false;
    }
    JsonArray *array = json_node_get_array(findings);
    for (unsigned i = 0; i < json_array_get_length(array); i++) {
        if (!baseline_add(baseline, json_array_get_element(array, i))) {
            return false;
        }
    }
    return true;
}

static bool read_document(struct baseline *baseline, JsonNode *captures)
{
    if (!JSON_NODE_HOLDS_ARRAY(captures)) {
        return false;
    }
    JsonArray *array = json_node_get_array(captures);
    for (unsigned i = 0; i < json_array_get_length(array); i++) {
        if (!read_capture(baseline, json_array_get_element(array, i))) {
            return false;
        }
    }
    return true;
}

static bool read_line(struct baseline *baseline, const char *line)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    JsonNode *root = NULL;

    if (json_parser_load_from_data(parser, line, -1, NULL)) {
        root = json_parser_get_root(parser);
    }
    if (!root || !JSON_NODE_HOLDS_OBJECT(root)) {
        return false;
    }
    const char *record = string_member(json_node_get_object(root), "record");
    return record && (strcmp(record, "finding") != 0 || baseline_add(baseline, root));
}

/* Number of the first line that is no record of NDJSON; 0 if all are. */
static unsigned read_lines(struct baseline *baseline, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (unsigned i = 0; lines[i]; i++) {
        if (*g_strstrip(lines[i]) && !read_line(baseline, lines[i])) {
            return i + 1;
        }
    }
    return 0;
}

/* The array "captures" of the format json, NULL if the text is something else. */
static JsonNode *document_captures(JsonParser *parser, const char *text)
{
    JsonNode *root = NULL;

    if (json_parser_load_from_data(parser, text, -1, NULL)) {
        root = json_parser_get_root(parser);
    }
    return root && JSON_NODE_HOLDS_OBJECT(root)
               ? json_object_get_member(json_node_get_object(root), "captures")
               : NULL;
}

struct baseline *baseline_read(const char *path, GError **error)
{
    g_autofree char *text = text_file_read(path, "baseline", NULL, error);

    if (!text) {
        return NULL;
    }

    struct baseline *baseline = g_new0(struct baseline, 1);
    baseline->identities = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    /* Lines first: parsed as one document they would take ten times the memory. */
    unsigned bad_line = read_lines(baseline, text);
    bool ok = bad_line == 0;
    if (!ok) {
        g_autoptr(JsonParser) parser = json_parser_new_immutable();
        JsonNode *captures = document_captures(parser, text);
        ok = captures && read_document(baseline, captures);
        bad_line = captures ? 0 : bad_line;
    }
    if (!ok) {
        g_autofree char *line = bad_line ? g_strdup_printf(" (line %u)", bad_line) : g_strdup("");
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                    "%s: is no report of sipconn%s, make one with --format ndjson -o %s", path,
                    line, path);
        g_clear_pointer(&baseline, baseline_free);
    }
    return baseline;
}

void baseline_free(struct baseline *baseline)
{
    if (baseline) {
        g_hash_table_destroy(baseline->identities);
        g_free(baseline);
    }
}

void baseline_apply(const struct baseline *baseline, struct result *result)
{
    for (unsigned i = 0; i < result->findings->len; i++) {
        struct finding_item *finding = g_ptr_array_index(result->findings, i);
        g_autofree char *identity =
            finding_identity(finding->rule, finding->severity, finding->text);
        if (!finding->hidden_by && g_hash_table_contains(baseline->identities, identity)) {
            finding->hidden_by = "baseline";
        }
    }
}
