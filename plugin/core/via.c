/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "via.h"

#include <glib.h>
#include <string.h>

/* Names looked at for duplicates: bounds the work per parameter, real Vias have a handful. */
#define MAX_REMEMBERED_NAMES 16

/* Behind white space and commas: what remains of a list holds an element, or is absent. */
static struct slice skip_empty_elements(struct slice list)
{
    list = slice_trim(list);
    while (list.len > 0 && strchr(", \t\r\n", list.ptr[0]) && list.ptr[0] != '\0') {
        list.ptr++;
        list.len--;
    }
    return list.len > 0 ? list : (struct slice){NULL, 0};
}

/* Takes `token SLASH` from *rest (RFC 3261 25.1: white space may surround the slash). */
static bool take_before_slash(struct slice *rest, struct slice *token)
{
    size_t slash = slice_find(*rest, '/');
    struct slice text = slice_trim(slice_sub(*rest, 0, slash));

    if (slash == rest->len || !slice_is_token(text))
        return false;
    *token = text;
    *rest = slice_trim(slice_sub(*rest, slash + 1, rest->len));
    return true;
}

static bool quotes_are_closed(struct slice text)
{
    size_t at = slice_find(text, '"');

    while (at < text.len) {
        at = slice_skip_quoted(text, at);
        if (at > text.len)
            return false;
        at += slice_find(slice_sub(text, at, text.len), '"');
    }
    return true;
}

/* Where the parameters go that matter. */
#define SHORTCUT(name, member)                                                                     \
    {                                                                                              \
        name, sizeof(name) - 1, offsetof(struct via, member)                                       \
    }
static const struct {
    const char *name;
    size_t length;
    size_t member; /* struct via_param */
} shortcuts[] = {
    SHORTCUT("rport", rport), SHORTCUT("received", received), SHORTCUT("maddr", maddr),
    SHORTCUT("alias", alias), SHORTCUT("keep", keep),
};

static void param_keep(struct via *via, struct slice name, const struct via_param *param)
{
    if (slice_is_nocase(name, "branch")) {
        if (!via->branch.ptr)
            via->branch = param->value;
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(shortcuts); i++) {
        if (slice_equal_nocase(name, (struct slice){shortcuts[i].name, shortcuts[i].length})) {
            struct via_param *place = (void *)((char *)via + shortcuts[i].member);

            if (!place->present)
                *place = *param;
            return;
        }
    }
}

static void parse_params(struct via *via)
{
    struct slice names[MAX_REMEMBERED_NAMES];
    unsigned remembered = 0;
    struct slice params = via->params;
    struct slice name;
    struct via_param param;
    unsigned count = 0;

    while (via_param_next(&params, &name, &param)) {
        unsigned i = 0;

        if (++count == VIA_PARAMS_MAX && params.ptr)
            via->params.len = (size_t)(params.ptr - via->params.ptr);
        while (i < remembered && !slice_equal_nocase(names[i], name))
            i++;
        if (i < remembered) {
            via->duplicate_param = true;
            continue;
        }
        if (remembered < MAX_REMEMBERED_NAMES)
            names[remembered++] = name;
        param_keep(via, name, &param);
    }
}

bool via_parse(struct slice *list, struct via *via)
{
    struct slice rest, sent_by;
    size_t semicolon, token_end;
    struct host_port host_port;
    bool well_formed;

    memset(via, 0, sizeof *via);
    *list = skip_empty_elements(*list);
    via->text = slice_split(list, ',');
    *list = skip_empty_elements(*list);

    rest = via->text;
    if (!take_before_slash(&rest, &via->protocol) || !take_before_slash(&rest, &via->version))
        return false;

    semicolon = slice_find(rest, ';');
    sent_by = slice_sub(rest, 0, semicolon);
    token_end = slice_find_lws(sent_by);
    if (!slice_is_token(slice_sub(sent_by, 0, token_end)))
        return false;
    via->transport_token = slice_sub(sent_by, 0, token_end);
    via->transport = transport_of_via(via->transport_token);

    well_formed = host_port_parse(slice_sub(sent_by, token_end, sent_by.len), &host_port);
    via->host = host_port.host;
    via->host_ip = host_port.ip;
    via->has_port = host_port.has_port;
    via->port = host_port.port;
    /* No Via has a NUL byte (RFC 3261 25.1); where it is kept as a string it would end there. */
    if (!well_formed || !quotes_are_closed(via->text) ||
        slice_find(via->text, '\0') < via->text.len)
        return false;

    via->params = slice_sub(rest, semicolon + 1, rest.len);
    parse_params(via);
    return true;
}

bool via_param_next(struct slice *params, struct slice *name, struct via_param *param)
{
    while (params->ptr) {
        struct slice part = slice_split(params, ';');
        size_t equal = slice_find(part, '=');

        *name = slice_trim(slice_sub(part, 0, equal));
        if (name->len == 0)
            continue;
        *param = (struct via_param){.present = true, .has_value = equal < part.len};
        if (param->has_value)
            param->value = slice_trim(slice_sub(part, equal + 1, part.len));
        if (param->value.len > 0 && param->value.ptr[0] == '"' &&
            slice_skip_quoted(param->value, 0) == param->value.len)
            param->value = slice_sub(param->value, 1, param->value.len - 1);
        return true;
    }
    return false;
}

struct via_param via_param_find(const struct via *via, const char *name)
{
    struct slice params = via->params;
    struct slice candidate;
    struct via_param param;

    while (via_param_next(&params, &candidate, &param)) {
        if (slice_is_nocase(candidate, name))
            return param;
    }
    return (struct via_param){0};
}

bool via_has_cookie(const struct via *via)
{
    return slice_starts_with_nocase(via->branch, "z9hG4bK");
}

uint16_t via_port(const struct via *via, enum transport wire)
{
    return via->has_port ? via->port : transport_default_port(wire);
}

bool via_received_ip(const struct via *via, struct ip_address *ip)
{
    struct slice text = via->received.value;

    /* The grammar has no brackets here, yet many write them. */
    if (text.len >= 2 && text.ptr[0] == '[' && text.ptr[text.len - 1] == ']')
        text = slice_sub(text, 1, text.len - 1);
    return ip_address_parse(text, ip);
}

uint16_t via_rport_value(const struct via *via)
{
    uint64_t port = 0;

    return slice_to_uint(via->rport.value, UINT16_MAX, &port) ? (uint16_t)port : 0;
}

bool via_host_equal(const struct via *a, const struct via *b)
{
    if (ip_address_is_set(&a->host_ip) || ip_address_is_set(&b->host_ip))
        return ip_address_equal(&a->host_ip, &b->host_ip);
    return slice_equal_nocase(a->host, b->host);
}

bool via_host_is_invalid_name(const struct via *via)
{
    return slice_ends_with_nocase(via->host, ".invalid");
}
