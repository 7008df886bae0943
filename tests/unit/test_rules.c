/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "rules.h"

static const char *const sections[] = {"C1", "C2", "C3", "C4", "C10", "C5", "C6", "C9"};

static bool is_ascii_text(const char *text)
{
    for (; *text; text++) {
        if (!g_ascii_isprint(*text)) {
            return false;
        }
    }
    return true;
}

/* Bit of the highest severity in the mask. */
static unsigned highest_bit(unsigned mask)
{
    return mask ? 1u << (g_bit_storage(mask) - 1) : 0;
}

static void test_rows_are_complete(void)
{
    for (unsigned id = 0; id < RULE_COUNT; id++) {
        const struct rule *rule = rule_get(id);
        const char *const texts[] = {rule->id,      rule->section, rule->clause,      rule->title,
                                     rule->message, rule->meaning, rule->false_alarm, rule->remedy};

        g_test_message("rule %u %s", id, rule->id ? rule->id : "without a row");
        for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
            g_assert_nonnull(texts[i]);
            g_assert_cmpuint(strlen(texts[i]), >, 0);
            g_assert_true(is_ascii_text(texts[i]));
            g_assert_null(strstr(texts[i], "  "));
        }
    }
}

static void test_ids_are_unique(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (unsigned id = 0; id < RULE_COUNT; id++) {
        const char *name = rule_get(id)->id;

        g_assert_cmpuint(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-"), ==, strlen(name));
        g_assert_true(g_hash_table_add(seen, (gpointer)name));
    }
    g_assert_cmpuint(g_hash_table_size(seen), ==, RULE_COUNT);
}

/* One row of each section at its ends: a section that begins at a wrong row shifts them all. */
static void test_rows_belong_to_their_rule(void)
{
    static const struct {
        enum rule_id rule;
        const char *id, *section;
    } expected[] = {
        {RULE_RESP_WRONG_TRANSPORT, "resp-wrong-transport", "C1"},
        {RULE_RESP_OWN_VIA_MISMATCH, "resp-own-via-mismatch", "C1"},
        {RULE_RECEIVED_MISSING, "received-missing", "C2"},
        {RULE_INVITE_BINDING_REFRESH, "invite-binding-refresh", "C2"},
        {RULE_VIA_MODIFIED, "via-modified", "C3"},
        {RULE_ADVERTISED_PRIVATE_ADDRESS, "advertised-private-address", "C3"},
        {RULE_ACK_OTHER_DESTINATION, "ack-other-destination", "C4"},
        {RULE_CANCEL_BEFORE_PROVISIONAL, "cancel-before-provisional", "C4"},
        {RULE_CONTENT_LENGTH_MISSING, "content-length-missing", "C10"},
        {RULE_NIT_408, "nit-408", "C10"},
        {RULE_CONN_NEW_THOUGH_OPEN, "conn-new-though-open", "C5"},
        {RULE_CONN_UDP_PORT_NO_TCP, "conn-udp-port-no-tcp", "C5"},
        {RULE_ALIAS_UDP, "alias-udp", "C6"},
        {RULE_CERT_WILDCARD, "cert-wildcard", "C6"},
        {RULE_WS_BACKWARD_CONNECT, "ws-backward-connect", "C9"},
        {RULE_WS_SENTBY_INVALID, "ws-sentby-invalid", "C9"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_assert_cmpstr(rule_get(expected[i].rule)->id, ==, expected[i].id);
        g_assert_cmpstr(rule_get(expected[i].rule)->section, ==, expected[i].section);
    }
}

static void test_sections_are_in_order(void)
{
    unsigned section = 0;

    for (unsigned id = 0; id < RULE_COUNT; id++) {
        if (strcmp(rule_get(id)->section, sections[section]) != 0) {
            section++;
        }
        g_assert_cmpuint(section, <, G_N_ELEMENTS(sections));
        g_assert_cmpstr(rule_get(id)->section, ==, sections[section]);
    }
    g_assert_cmpuint(section, ==, G_N_ELEMENTS(sections) - 1);
}

/* Requests that go backwards, sips, TLS and certificates are a matter of security. */
static bool is_about_security(const char *id)
{
    return g_str_has_prefix(id, "reuse-") || g_str_has_prefix(id, "tls-") ||
           g_str_has_prefix(id, "cert-") || !strcmp(id, "sips-not-tls");
}

static void test_group_follows_section(void)
{
    for (unsigned id = 0; id < RULE_COUNT; id++) {
        const struct rule *rule = rule_get(id);
        bool sequence = !strcmp(rule->section, "C1") || !strcmp(rule->section, "C4");
        enum rule_group group = is_about_security(rule->id) ? RULE_GROUP_SECURITY
                                : sequence                  ? RULE_GROUP_SEQUENCE
                                                            : RULE_GROUP_PROTOCOL;

        g_assert_cmpint(rule->group, ==, group);
    }
}

static void test_severities_agree(void)
{
    for (unsigned id = 0; id < RULE_COUNT; id++) {
        const struct rule *rule = rule_get(id);

        g_test_message("%s", rule->id);
        g_assert_cmpint(rule->severity, <, SEVERITY_COUNT);
        g_assert_cmpuint(rule->severities >> SEVERITY_COUNT, ==, 0);
        g_assert_cmpuint(highest_bit(rule->severities), ==, 1u << rule->severity);
        /* What is proven weighs more than what is presumed. */
        g_assert_cmpuint(rule->presumed & ~rule->severities, ==, 0);
        g_assert_cmpuint(rule->presumed & (1u << rule->severity), ==, 0);
    }
}

static void test_clauses_have_the_short_form(void)
{
    for (unsigned id = 0; id < RULE_COUNT; id++) {
        g_auto(GStrv) clauses = g_strsplit(rule_get(id)->clause, ", ", -1);

        for (unsigned i = 0; clauses[i]; i++) {
            g_test_message("%s: %s", rule_get(id)->id, clauses[i]);
            g_assert_true(g_regex_match_simple(
                "^RFC [0-9]{4} [0-9]+(\\.[0-9]+)*(-[0-9]+| b[0-9])?$", clauses[i], 0, 0));
        }
    }
}

/* Placeholders are {[a-z0-9_]+}; optional parts do not nest and hold at least one placeholder. */
static void test_messages_are_well_formed(void)
{
    for (unsigned id = 0; id < RULE_COUNT; id++) {
        bool optional = false, filled = false;

        g_test_message("%s", rule_get(id)->id);
        for (const char *c = rule_get(id)->message; *c; c++) {
            g_assert_cmpint(*c, !=, '}');
            if (*c == '[') {
                g_assert_false(optional);
                optional = true;
                filled = false;
            } else if (*c == ']') {
                g_assert_true(optional);
                g_assert_true(filled);
                optional = false;
            } else if (*c == '{') {
                size_t length = strspn(c + 1, "abcdefghijklmnopqrstuvwxyz0123456789_");

                g_assert_cmpuint(length, >, 0);
                c += 1 + length;
                g_assert_cmpint(*c, ==, '}');
                filled = true;
            }
        }
        g_assert_false(optional);
    }
}

static void test_explanations_are_sentences(void)
{
    for (unsigned id = 0; id < RULE_COUNT; id++) {
        const struct rule *rule = rule_get(id);

        g_test_message("%s", rule->id);
        g_assert_true(g_str_has_suffix(rule->meaning, "."));
        g_assert_true(g_str_has_suffix(rule->false_alarm, "."));
        g_assert_true(g_str_has_suffix(rule->remedy, "."));
        g_assert_false(g_str_has_suffix(rule->title, "."));
        g_assert_false(g_str_has_suffix(rule->message, "."));
        g_assert_cmpuint(strlen(rule->title), <=, 60);
    }
}

/* Without any value every message is still a sentence without leftovers of the template. */
static void test_messages_without_values(void)
{
    const struct rule_arg none[] = {{NULL, NULL}};

    for (unsigned id = 0; id < RULE_COUNT; id++) {
        g_autofree char *text = rule_text_format(rule_get(id)->message, none);

        g_assert_cmpuint(strlen(text), >, 0);
        g_assert_cmpuint(strcspn(text, "{}[]"), ==, strlen(text));
    }
}

static void test_severity_names(void)
{
    g_assert_cmpstr(severity_name(SEVERITY_CHAT), ==, "chat");
    g_assert_cmpstr(severity_name(SEVERITY_NOTE), ==, "note");
    g_assert_cmpstr(severity_name(SEVERITY_WARN), ==, "warn");
    g_assert_cmpstr(severity_name(SEVERITY_ERROR), ==, "error");
}

static void test_format(void)
{
    static const struct rule_arg args[] = {
        {"code", "200"},      {"req", "12"},    {"absent", NULL}, {"empty", ""},
        {"odd", "{code}[x]"}, {"co", "prefix"}, {"code", "486"},  {NULL, NULL},
    };
    static const struct {
        const char *message, *expected;
    } cases[] = {
        {"", ""},
        {"plain text", "plain text"},
        {"Response {code} (frame {req})", "Response 200 (frame 12)"},
        {"{code}{req}", "20012"},
        {"{co} is not {code}", "prefix is not 200"},
        /* no value, by name or by NULL */
        {"{unknown} and {absent}", "? and ?"},
        {"{empty}", ""},
        {"{}", "?"},
        /* optional parts */
        {"a[; in frame {req}]", "a; in frame 12"},
        {"a[; in frame {absent}]", "a"},
        {"a[; in frame {unknown}] b", "a b"},
        {"a[ {req} {absent}] b[ {req}]", "a b 12"},
        {"a[{absent}][{req}][{unknown}]", "a12"},
        {"[{empty}]-", "-"},
        {"[always]", "always"},
        {"[{req}]", "12"},
        /* a value is text, whatever it contains */
        {"{odd}", "{code}[x]"},
        {"[({odd})] {req}", "({code}[x]) 12"},
        {"{odd}[ {absent}]", "{code}[x]"},
        /* a bracket or brace without its partner is text */
        {"{code", "{code"},
        {"a } b ] {req}", "a } b ] 12"},
        {"a [ {req}", "a [ 12"},
        {"a [b {req] c}", "a b {req c}"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = rule_text_format(cases[i].message, args);

        g_assert_cmpstr(text, ==, cases[i].expected);
    }
}

static void test_format_of_a_rule(void)
{
    const char *message = rule_get(RULE_RESP_LATE)->message;
    const struct rule_arg full[] = {{"code", "200"}, {"resp", "9"}, {"dt", "33.0"},
                                    {"req", "1"},    {"tx", "32"},  {NULL, NULL}};
    const struct rule_arg sparse[] = {{"code", "200"}, {"dt", "33.0"}, {"tx", "32"}, {NULL, NULL}};
    g_autofree char *with = rule_text_format(message, full);
    g_autofree char *without = rule_text_format(message, sparse);

    g_assert_cmpstr(with, ==,
                    "Response 200 in frame 9 came 33.0 s after the request (frame 1); the client "
                    "transaction ended at 32 s");
    g_assert_cmpstr(without, ==,
                    "Response 200 came 33.0 s after the request (frame ?); the client transaction "
                    "ended at 32 s");
}

static void test_chapters(void)
{
    for (enum rule_id id = 0; id < RULE_COUNT; id++) {
        unsigned found = 0;

        for (unsigned i = 0; i < RULE_CHAPTER_COUNT; i++) {
            found += strcmp(rule_chapters[i].section, rule_get(id)->section) == 0;
        }
        g_assert_cmpuint(found, ==, 1);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/complete", test_rows_are_complete);
    g_test_add_func("/rules/unique-ids", test_ids_are_unique);
    g_test_add_func("/rules/rows-belong-to-their-rule", test_rows_belong_to_their_rule);
    g_test_add_func("/rules/sections", test_sections_are_in_order);
    g_test_add_func("/rules/groups", test_group_follows_section);
    g_test_add_func("/rules/severities", test_severities_agree);
    g_test_add_func("/rules/clauses", test_clauses_have_the_short_form);
    g_test_add_func("/rules/messages", test_messages_are_well_formed);
    g_test_add_func("/rules/explanations", test_explanations_are_sentences);
    g_test_add_func("/rules/messages-without-values", test_messages_without_values);
    g_test_add_func("/rules/severity-names", test_severity_names);
    g_test_add_func("/rule-text/cases", test_format);
    g_test_add_func("/rule-text/rule", test_format_of_a_rule);
    g_test_add_func("/rules/chapters", test_chapters);
    return g_test_run();
}
