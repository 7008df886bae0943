/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "finding_identity.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "endpoint.h"

/* Linux takes ephemeral ports from 32768 on, others from 49152 (RFC 6335 6). */
#define FIRST_EPHEMERAL_PORT 32768

/* Tokens of that length which mix letters and digits are generated: Call-IDs, tags, branches. */
#define GENERATED_LENGTH 12

/* The plugin marks values of packets so if asked to (sipconn.mark_values). */
#define MARKS "\x02\x03"

static bool is_token_char(char c)
{
    return g_ascii_isalnum(c) || (c && strchr(".:-_[]", c)) || (unsigned char)c >= 0x80;
}

/* Whether the token is an IP address; *port: its port, NULL without one. */
static bool token_is_address(const char *token, const char **port)
{
    struct ip_address ip;
    struct host_port parsed;

    *port = NULL;
    if (ip_address_parse(slice_of(token), &ip)) { /* IPv6 without brackets */
        return true;
    }
    if (!host_port_parse(slice_of(token), &parsed) || !ip_address_is_set(&parsed.ip)) {
        return false;
    }
    *port = parsed.has_port ? strrchr(token, ':') + 1 : NULL;
    return true;
}

static bool token_is_status(const char *token)
{
    return strlen(token) == 3 && token[0] >= '1' && token[0] <= '6' &&
           strspn(token, "0123456789") == 3;
}

static bool token_is_generated(const char *token)
{
    bool has_digit = false, has_letter = false;

    for (const char *at = token; *at; at++) {
        has_digit |= g_ascii_isdigit(*at);
        has_letter |= g_ascii_isalpha(*at);
    }
    return g_str_has_prefix(token, "z9hG4bK") ||
           (has_digit && has_letter && strlen(token) >= GENERATED_LENGTH);
}

/*
 * Whether the number at "at" in text counts something that differs from run to run, though it has the
 * form of a status code: "frame 105", "frames 99, 105 and 112", "180 s".
 */
static bool number_is_counted(const char *text, const char *at)
{
    static const char *const words[] = {"frame ", "frames ", "connection ", "stream "};
    static const char *const separators[] = {", ", " and "};
    const char *end = at + strspn(at, "0123456789");

    if (g_str_has_prefix(end, " s") && !g_ascii_isalnum(end[2])) {
        return true;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        size_t length = strlen(words[i]);
        if ((size_t)(at - text) >= length && strncmp(at - length, words[i], length) == 0) {
            return true;
        }
    }
    /* A member of a list is what the one before it is. */
    for (unsigned i = 0; i < G_N_ELEMENTS(separators); i++) {
        size_t length = strlen(separators[i]);
        if ((size_t)(at - text) > length && strncmp(at - length, separators[i], length) == 0 &&
            g_ascii_isdigit(at[-length - 1])) {
            const char *before = at - length - 1;
            while (before > text && g_ascii_isdigit(before[-1])) {
                before--;
            }
            return number_is_counted(text, before);
        }
    }
    return false;
}

static void identity_add_token(GString *identity, const char *token, bool is_counted)
{
    const char *port;

    if (token_is_address(token, &port)) {
        if (port && strtoul(port, NULL, 10) >= FIRST_EPHEMERAL_PORT) {
            g_string_append_len(identity, token, port - token);
            g_string_append_c(identity, '#');
        } else {
            g_string_append(identity, token);
        }
    } else if (strspn(token, "0123456789.") == strlen(token) &&
               (is_counted || !token_is_status(token))) {
        g_string_append_c(identity, '#');
    } else if (token_is_generated(token)) {
        g_string_append_c(identity, '#');
    } else {
        g_string_append(identity, token);
    }
}

/* Punctuation at the end belongs to the sentence: "192.0.2.1:5060." */
static size_t token_length(const char *text)
{
    size_t length = 0;

    while (is_token_char(text[length])) {
        length++;
    }
    while (length > 1 && strchr(".:-_", text[length - 1])) {
        length--;
    }
    return length;
}

char *finding_plain_text(const char *text)
{
    GString *plain = g_string_sized_new(strlen(text));

    for (; *text; text++) {
        if (!strchr(MARKS, *text)) {
            g_string_append_c(plain, *text);
        }
    }
    return g_string_free(plain, FALSE);
}

char *finding_identity(const char *rule, const char *severity, const char *marked_text)
{
    GString *identity = g_string_new(NULL);
    g_autofree char *plain = finding_plain_text(marked_text);
    const char *text = plain;

    g_string_printf(identity, "%s %s ", rule, severity);
    while (*text) {
        size_t length = token_length(text);
        if (length > 0) {
            g_autofree char *token = g_strndup(text, length);
            identity_add_token(identity, token, number_is_counted(plain, text));
            text += length;
        } else {
            g_string_append_c(identity, *text++);
        }
    }

    /* "frames 3, 7 and 12" is no other finding than "frames 3 and 7". */
    g_autoptr(GRegex) list = g_regex_new("#(, #)*( and #)?( and # more)?", 0, 0, NULL);
    char *same = g_regex_replace_literal(list, identity->str, -1, 0, "#", 0, NULL);
    g_string_free(identity, TRUE);
    return same;
}
