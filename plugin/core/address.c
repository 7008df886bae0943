/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "address.h"

#include <glib.h>
#include <string.h>

#include "via.h"

/* RFC 3261 25.1: scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ) */
static bool scheme_is_valid(struct slice scheme)
{
    for (size_t i = 0; i < scheme.len; i++) {
        char c = scheme.ptr[i];

        if (!g_ascii_isalnum(c) && c != '+' && c != '-' && c != '.')
            return false;
    }
    return scheme.len > 0 && g_ascii_isalpha(scheme.ptr[0]);
}

/* The part behind "sip:" or "sips:". */
static bool sip_part_parse(struct slice rest, struct sip_uri *uri)
{
    size_t at = slice_find(rest, '@');
    size_t host_end = 0, params_end;
    struct host_port host_port;

    /*
     * RFC 3261 25.1: ';' and '?' may stand in the user part, '@' nowhere unescaped: whatever is in
     * front of '@' is userinfo.
     */
    if (at < rest.len) {
        struct slice userinfo = slice_sub(rest, 0, at);
        struct slice user = slice_sub(userinfo, 0, slice_find(userinfo, ':'));

        if (user.len > 0)
            uri->user = user;
        rest = slice_sub(rest, at + 1, rest.len);
    }
    while (host_end < rest.len && rest.ptr[host_end] != ';' && rest.ptr[host_end] != '?')
        host_end++;
    if (!host_port_parse(slice_sub(rest, 0, host_end), &host_port))
        return false;
    uri->host = host_port.host;
    uri->host_ip = host_port.ip;
    uri->has_port = host_port.has_port;
    uri->port = host_port.port;

    /* paramchar has no '?': the first one begins the headers. */
    params_end = slice_find(rest, '?');
    if (host_end < params_end)
        uri->params = slice_sub(rest, host_end + 1, params_end);
    return true;
}

bool sip_uri_parse(struct slice text, struct sip_uri *uri)
{
    size_t colon;
    struct slice scheme;

    memset(uri, 0, sizeof *uri);
    text = slice_trim(text);
    colon = slice_find(text, ':');
    scheme = slice_sub(text, 0, colon);
    if (colon + 1 >= text.len || !scheme_is_valid(scheme))
        return false;

    uri->is_sips = slice_is_nocase(scheme, "sips");
    uri->is_sip = uri->is_sips || slice_is_nocase(scheme, "sip");
    if (uri->is_sip && !sip_part_parse(slice_sub(text, colon + 1, text.len), uri)) {
        memset(uri, 0, sizeof *uri);
        return false;
    }
    uri->text = text;
    return true;
}

/* Offset of the '<' that begins the URI, outside the quoted display name; text.len if none. */
static size_t find_angle(struct slice text)
{
    size_t at = 0;

    while (at < text.len && text.ptr[at] != '<')
        at = text.ptr[at] == '"' ? slice_skip_quoted(text, at) : at + 1;
    /* A quote left open hides the rest, but the URI and the tag are worth more than the quote. */
    return at <= text.len ? at : slice_find(text, '<');
}

bool sip_address_split(struct slice text, struct slice *uri, struct slice *params)
{
    size_t angle = find_angle(text);
    struct slice behind;
    size_t end;

    if (angle == text.len) {
        end = slice_find(text, ';');
        *uri = slice_sub(text, 0, end);
        *params = slice_sub(text, end + 1, text.len);
        return true;
    }
    behind = slice_sub(text, angle + 1, text.len);
    end = slice_find(behind, '>');
    *uri = slice_sub(behind, 0, end);
    *params = slice_trim(slice_sub(behind, end + 1, behind.len));
    if (end == behind.len || (params->len > 0 && params->ptr[0] != ';'))
        return false;
    *params = slice_sub(*params, 1, params->len);
    return true;
}

bool sip_address_parse_single(struct slice text, struct sip_address *address)
{
    struct slice uri;

    memset(address, 0, sizeof *address);
    text = slice_trim(text);
    if (slice_is(text, "*")) {
        address->is_star = true;
        return true;
    }
    if (!sip_address_split(text, &uri, &address->params) || !sip_uri_parse(uri, &address->uri)) {
        memset(address, 0, sizeof *address);
        return false;
    }
    return true;
}

bool sip_address_parse(struct slice *list, struct sip_address *address)
{
    struct slice item = {NULL, 0};

    while (list->ptr && item.len == 0)
        item = slice_split(list, ',');
    return sip_address_parse_single(item, address);
}

struct slice sip_param_find(struct slice params, const char *name, bool *found)
{
    struct slice candidate;
    struct via_param param;

    while (via_param_next(&params, &candidate, &param)) {
        if (slice_is_nocase(candidate, name)) {
            *found = true;
            return param.value;
        }
    }
    *found = false;
    return (struct slice){NULL, 0};
}
