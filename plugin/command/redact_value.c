/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "redact_value.h"

#include <stdbool.h>
#include <string.h>

#include "endpoint.h"
#include "transport.h"

static enum pseudonym_kind address_kind(const struct ip_address *ip)
{
    static const uint8_t loopback6[16] = {[15] = 1};
    bool is_v4 = ip->family == 4;

    if (is_v4 ? ip->bytes[0] == 127 : memcmp(ip->bytes, loopback6, sizeof loopback6) == 0) {
        return is_v4 ? PSEUDONYM_IPV4_LOOPBACK : PSEUDONYM_IPV6_LOOPBACK;
    }
    if (ip_address_is_group(ip)) {
        return is_v4 ? PSEUDONYM_IPV4_MULTICAST : PSEUDONYM_IPV6_MULTICAST;
    }
    if (ip_address_is_private(ip)) {
        return is_v4 ? PSEUDONYM_IPV4_PRIVATE : PSEUDONYM_IPV6_PRIVATE;
    }
    return is_v4 ? PSEUDONYM_IPV4_PUBLIC : PSEUDONYM_IPV6_PUBLIC;
}

static const char *address_pseudonym(struct pseudonyms *pseudonyms, const struct ip_address *ip)
{
    char buffer[ENDPOINT_TEXT_SIZE];

    /* In one spelling: an IPv6 address has many. */
    return pseudonym_make(pseudonyms, address_kind(ip), ip_address_format(ip, buffer), "");
}

/* The rest of a name is replaced as a whole: what its labels have in common would tell too much. */
static char *name_pseudonym(struct pseudonyms *pseudonyms, struct slice name)
{
    char *lower = g_ascii_strdown(name.ptr, (gssize)name.len);
    bool is_wildcard = g_str_has_prefix(lower, "*.");
    const char *text = pseudonym_make(pseudonyms, PSEUDONYM_HOST, lower + (is_wildcard ? 2 : 0),
                                      g_str_has_suffix(lower, ".invalid") ? ".invalid" : "");
    char *whole = g_strconcat(is_wildcard ? "*." : "", text, NULL);

    g_free(lower);
    return whole;
}

/* An address or name, with its port if it has one; NULL if text is neither. */
static char *host_port_redact(struct pseudonyms *pseudonyms, struct slice text)
{
    struct host_port parsed;
    struct ip_address ip;
    char *host;
    char *whole;

    if (ip_address_parse(text, &ip)) { /* IPv6 without brackets */
        return g_strdup(address_pseudonym(pseudonyms, &ip));
    }
    if (slice_starts_with_nocase(text, "*.")) {
        host = name_pseudonym(pseudonyms, text);
        return host;
    }
    if (!host_port_parse(text, &parsed)) {
        return NULL;
    }
    if (!ip_address_is_set(&parsed.ip)) {
        host = name_pseudonym(pseudonyms, parsed.host);
    } else if (parsed.ip.family == 6 || *text.ptr == '[') {
        host = g_strdup_printf("[%s]", address_pseudonym(pseudonyms, &parsed.ip));
    } else {
        host = g_strdup(address_pseudonym(pseudonyms, &parsed.ip));
    }
    if (!parsed.has_port) {
        return host;
    }
    whole = g_strdup_printf("%s:%u", host, parsed.port);
    g_free(host);
    return whole;
}

char *redact_host(struct pseudonyms *pseudonyms, const char *host)
{
    char *text = host_port_redact(pseudonyms, slice_of(host));

    return text != NULL ? text : redact_value(pseudonyms, host);
}

/* Words of the protocol that parameters carry: they tell nothing about anybody. */
static bool is_protocol_word(struct slice value)
{
    return transport_of_via(value) != TRANSPORT_UNKNOWN;
}

static bool is_known_parameter(struct slice name)
{
    static const char *const names[] = {"transport", "lr",       "ob",   "alias",  "keep", "rport",
                                        "maddr",     "received", "user", "method", "ttl"};

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        if (slice_is_nocase(name, names[i])) {
            return true;
        }
    }
    return false;
}

/* ";transport=tcp;lr" and the like, up to the end or to the headers of a URI. */
static void parameters_redact(struct pseudonyms *pseudonyms, struct slice text, GString *into)
{
    while (text.len > 0) {
        size_t end = slice_find(text, ';');
        struct slice parameter = slice_sub(text, 0, end);
        size_t equals = slice_find(parameter, '=');
        struct slice name = slice_trim(slice_sub(parameter, 0, equals));
        struct slice value = slice_trim(slice_sub(parameter, equals + 1, parameter.len));

        text = slice_sub(text, end + 1, text.len);
        if (!is_known_parameter(name)) {
            char *whole = g_strndup(parameter.ptr, parameter.len);

            g_string_append_printf(into, ";%s",
                                   pseudonym_make(pseudonyms, PSEUDONYM_VALUE, whole, ""));
            g_free(whole);
            continue;
        }
        g_string_append_printf(into, ";%.*s", SLICE_ARG(name));
        if (value.len > 0) {
            char *text_value = g_strndup(value.ptr, value.len);
            char *redacted = is_protocol_word(value) ? g_strdup(text_value)
                                                     : redact_value(pseudonyms, text_value);

            g_string_append_printf(into, "=%s", redacted);
            g_free(redacted);
            g_free(text_value);
        }
    }
}

static size_t find_any(struct slice text, const char *characters)
{
    size_t at = 0;

    while (at < text.len && strchr(characters, text.ptr[at]) == NULL) {
        at++;
    }
    return at;
}

/* Offset behind the last c, 0 if there is none. */
static size_t behind_last(struct slice text, char c)
{
    size_t at = text.len;

    while (at > 0 && text.ptr[at - 1] != c) {
        at--;
    }
    return at;
}

/* What follows "sip:": user@host:port;parameters?headers (RFC 3261 25.1). */
static void uri_rest_redact(struct pseudonyms *pseudonyms, struct slice text, GString *into)
{
    size_t host_at = behind_last(text, '@');
    struct slice rest = slice_sub(text, host_at, text.len);
    size_t headers_at = slice_find(rest, '?');
    struct slice body = slice_sub(rest, 0, headers_at);
    size_t parameters_at = find_any(body, ";/");
    char *host = g_strndup(body.ptr, parameters_at);

    if (host_at > 0) {
        char *user = g_strndup(text.ptr, host_at - 1);

        g_string_append_printf(into, "%s@", pseudonym_make(pseudonyms, PSEUDONYM_USER, user, ""));
        g_free(user);
    }
    if (*host != '\0') {
        char *redacted = redact_host(pseudonyms, host);

        g_string_append(into, redacted);
        g_free(redacted);
    }
    g_free(host);
    parameters_redact(pseudonyms, slice_sub(body, parameters_at + 1, body.len), into);
    if (headers_at < rest.len) {
        char *headers = g_strndup(rest.ptr + headers_at, rest.len - headers_at);

        g_string_append_printf(into, "?%s",
                               pseudonym_make(pseudonyms, PSEUDONYM_VALUE, headers, ""));
        g_free(headers);
    }
}

/* A URI of a scheme with a host in it; NULL if text is none. */
static char *uri_redact(struct pseudonyms *pseudonyms, const char *text)
{
    static const char *const schemes[] = {"sip:",   "sips:",   "ws://",
                                          "wss://", "http://", "https://"};

    for (unsigned i = 0; i < G_N_ELEMENTS(schemes); i++) {
        if (slice_starts_with_nocase(slice_of(text), schemes[i])) {
            GString *into = g_string_new(schemes[i]);

            uri_rest_redact(pseudonyms, slice_of(text + strlen(schemes[i])), into);
            return g_string_free(into, FALSE);
        }
    }
    return NULL;
}

/* "Bob" <sip:bob@example.com>;tag=1: the URI only; NULL if text is no such thing. */
static char *name_addr_redact(struct pseudonyms *pseudonyms, const char *text)
{
    const char *end = strrchr(text, '>');
    const char *begin = end == NULL ? NULL : g_strrstr_len(text, end - text, "<");
    char *inner;
    char *redacted;
    char *whole;

    if (begin == NULL) {
        return NULL;
    }
    inner = g_strndup(begin + 1, (gsize)(end - begin) - 1);
    redacted = redact_value(pseudonyms, inner);
    whole = g_strdup_printf("<%s>", redacted);
    g_free(redacted);
    g_free(inner);
    return whole;
}

/* An address, or a name with a dot or a port: another name may be anything, a user for example. */
static bool is_host_like(const char *text)
{
    struct host_port parsed;

    return g_str_has_prefix(text, "*.") || (host_port_parse(slice_of(text), &parsed) &&
                                            (parsed.has_port || ip_address_is_set(&parsed.ip) ||
                                             slice_find(parsed.host, '.') < parsed.host.len));
}

char *redact_value(struct pseudonyms *pseudonyms, const char *value)
{
    struct ip_address ip;
    const char *known = pseudonym_find(pseudonyms, PSEUDONYM_VALUE, value);
    char *redacted;

    if (*value == '\0') {
        return g_strdup("");
    }
    if (known != NULL) {
        return g_strdup(known);
    }
    redacted = name_addr_redact(pseudonyms, value);
    if (redacted == NULL) {
        redacted = uri_redact(pseudonyms, value);
    }
    if (redacted == NULL && (ip_address_parse(slice_of(value), &ip) || is_host_like(value))) {
        redacted = host_port_redact(pseudonyms, slice_of(value));
    }
    if (redacted == NULL) {
        bool is_branch = slice_starts_with_nocase(slice_of(value), "z9hG4bK");

        redacted = g_strdup(
            pseudonym_make(pseudonyms, is_branch ? PSEUDONYM_BRANCH : PSEUDONYM_VALUE, value, ""));
    }
    return redacted;
}

char *redact_method(struct pseudonyms *pseudonyms, const char *method)
{
    static const char *const methods[] = {"ACK",     "BYE",      "CANCEL",    "INFO",  "INVITE",
                                          "MESSAGE", "NOTIFY",   "OPTIONS",   "PRACK", "PUBLISH",
                                          "REFER",   "REGISTER", "SUBSCRIBE", "UPDATE"};

    for (unsigned i = 0; i < G_N_ELEMENTS(methods); i++) {
        if (strcmp(method, methods[i]) == 0) {
            return g_strdup(method);
        }
    }
    return g_strdup(pseudonym_make(pseudonyms, PSEUDONYM_METHOD, method, ""));
}

char *redact_capture(struct pseudonyms *pseudonyms, const char *name)
{
    static const char *const endings[] = {".pcapng",    ".pcap",    ".cap",
                                          ".pcapng.gz", ".pcap.gz", ".cap.gz"};
    const char *ending = "";

    for (unsigned i = 0; i < G_N_ELEMENTS(endings); i++) {
        if (slice_ends_with_nocase(slice_of(name), endings[i])) {
            ending = endings[i];
        }
    }
    return g_strdup(pseudonym_make(pseudonyms, PSEUDONYM_CAPTURE, name, ending));
}

char *redact_reason(struct pseudonyms *pseudonyms, const char *reason)
{
    /* The command's own word, see baseline.c. */
    return g_strdup(strcmp(reason, "baseline") == 0
                        ? reason
                        : pseudonym_make(pseudonyms, PSEUDONYM_REASON, reason, ""));
}

/* Long and odd enough that no sentence of ours has it as a word. */
static bool is_no_plain_word(const char *word)
{
    return strpbrk(word, ".@") != NULL ||
           (strlen(word) >= 8 && strpbrk(word, "0123456789") != NULL);
}

char *redact_word(struct pseudonyms *pseudonyms, const char *word)
{
    const char *known = pseudonym_find(pseudonyms, PSEUDONYM_VALUE, word);
    struct host_port parsed;
    struct ip_address ip;
    char *lower;

    if ((ip_address_parse(slice_of(word), &ip) && strlen(word) > 2) ||
        (host_port_parse(slice_of(word), &parsed) && ip_address_is_set(&parsed.ip))) {
        return host_port_redact(pseudonyms, slice_of(word));
    }
    if (known != NULL && is_no_plain_word(word)) {
        return g_strdup(known);
    }
    known = pseudonym_find(pseudonyms, PSEUDONYM_METHOD, word);
    if (known != NULL) {
        return g_strdup(known);
    }
    if (!host_port_parse(slice_of(word), &parsed)) {
        return NULL;
    }
    lower = g_ascii_strdown(parsed.host.ptr, (gssize)parsed.host.len);
    known = pseudonym_find(pseudonyms, PSEUDONYM_VALUE, lower);
    if (known == NULL || !is_no_plain_word(lower)) {
        g_free(lower);
        return NULL;
    }
    g_free(lower);
    return host_port_redact(pseudonyms, slice_of(word));
}
