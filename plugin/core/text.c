/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts for findings: made when a rule fires, kept for one frame. */
#include "context.h"

#include "method.h"

#include <string.h>

const char *text_printf(struct analysis *analysis, const char *format, ...)
{
    va_list args;
    char *text;
    const char *kept;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    kept = g_string_chunk_insert(analysis->scratch, text);
    g_free(text);
    return kept;
}

/* What a program looks for that replaces values, see analysis_config.mark_values. */
#define VALUE_BEGIN '\002'
#define VALUE_END '\003'

const char *text_slice(struct analysis *analysis, struct slice slice)
{
    GString *marked;
    const char *kept;

    if (slice.ptr == NULL) {
        return NULL;
    }
    /* A packet may hold a NUL byte, which would end the text and leave the mark open. */
    slice.len = slice_find(slice, '\0');
    if (!analysis->config.mark_values || slice.len == 0) {
        return g_string_chunk_insert_len(analysis->scratch, slice.ptr, (gssize)slice.len);
    }
    marked = g_string_sized_new(slice.len + 2);
    g_string_append_c(marked, VALUE_BEGIN);
    for (size_t i = 0; i < slice.len; i++) {
        if (slice.ptr[i] != VALUE_BEGIN && slice.ptr[i] != VALUE_END) {
            g_string_append_c(marked, slice.ptr[i]);
        }
    }
    g_string_append_c(marked, VALUE_END);
    kept = g_string_chunk_insert_len(analysis->scratch, marked->str, (gssize)marked->len);
    g_string_free(marked, TRUE);
    return kept;
}

const char *text_value(struct analysis *analysis, const char *value)
{
    return text_slice(analysis, slice_of(value));
}

/* What a packet says and yet tells nothing about anybody: a known word, a number. */
static const char *text_plain(struct analysis *analysis, struct slice slice)
{
    return g_string_chunk_insert_len(analysis->scratch, slice.ptr, (gssize)slice.len);
}

const char *text_transport(struct analysis *analysis, const struct via *via)
{
    return via->transport == TRANSPORT_UNKNOWN ? text_slice(analysis, via->transport_token)
                                               : text_plain(analysis, via->transport_token);
}

const char *text_method(struct analysis *analysis, const char *method)
{
    return method == NULL || method_is_known(method) ? method : text_value(analysis, method);
}

const char *text_rport(struct analysis *analysis, const struct via *via)
{
    uint64_t port;

    return slice_to_uint(via->rport.value, UINT16_MAX, &port)
               ? text_plain(analysis, via->rport.value)
               : text_slice(analysis, via->rport.value);
}

const char *text_endpoint(struct analysis *analysis, const struct endpoint *endpoint)
{
    char buffer[ENDPOINT_TEXT_SIZE];

    return text_value(analysis, endpoint_format(endpoint, buffer));
}

const char *text_ip(struct analysis *analysis, const struct ip_address *ip)
{
    char buffer[ENDPOINT_TEXT_SIZE];

    return text_value(analysis, ip_address_format(ip, buffer));
}

const char *text_seconds(struct analysis *analysis, int64_t nanoseconds)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];
    bool tiny = ABS(nanoseconds) < 1000000;
    size_t end;

    g_ascii_formatd(buffer, sizeof buffer, tiny ? "%.6f" : "%.3f", (double)nanoseconds / 1e9);
    for (end = strlen(buffer); end > 0 && buffer[end - 1] == '0'; end--) {
    }
    if (end > 0 && buffer[end - 1] == '.') {
        end--;
    }
    buffer[end] = '\0';
    return g_string_chunk_insert(analysis->scratch, buffer);
}

const char *text_idle(struct analysis *analysis, int64_t nanoseconds)
{
    return nanoseconds < analysis->config.idle_threshold ? NULL
                                                         : text_seconds(analysis, nanoseconds);
}

const char *text_sent_by(struct analysis *analysis, const struct via *via)
{
    bool brackets = via->host_ip.family == 6 || memchr(via->host.ptr, ':', via->host.len) != NULL;
    const char *host = text_printf(analysis, brackets ? "[%.*s]" : "%.*s", SLICE_ARG(via->host));

    return text_value(analysis,
                      via->has_port ? text_printf(analysis, "%s:%u", host, via->port) : host);
}

const char *text_expected(struct analysis *analysis, const struct destination *expected,
                          unsigned count)
{
    GString *text = g_string_new(NULL);
    const char *kept;

    for (unsigned i = 0; i < count; i++) {
        char buffer[ENDPOINT_TEXT_SIZE];

        g_string_append(text, i == 0 ? "" : " or ");
        g_string_append(text, expected[i].is_stream
                                  ? destination_format(&expected[i], buffer)
                                  : text_endpoint(analysis, &expected[i].endpoint));
    }
    kept = count == 0 ? NULL : g_string_chunk_insert(analysis->scratch, text->str);
    g_string_free(text, TRUE);
    return kept;
}

const char *text_identities(struct analysis *a, const GPtrArray *identities)
{
    GString *text = g_string_new(NULL);
    const char *kept;

    for (unsigned i = 0; identities != NULL && i < identities->len; i++) {
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
                               text_value(a, g_ptr_array_index(identities, i)));
    }
    kept = text->len > 0 ? g_string_chunk_insert(a->scratch, text->str) : "none";
    g_string_free(text, TRUE);
    return kept;
}

const char *text_interned(struct analysis *analysis, struct slice slice)
{
    char *text = slice_dup(slice);
    const char *kept = g_string_chunk_insert_const(analysis->strings, text);

    g_free(text);
    return kept;
}
