/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_VIA_H
#define SIPCONN_VIA_H

#include "endpoint.h"
#include "transport.h"

/* A parameter that may be absent, a flag (";rport") or carry a value (";rport=5060"). */
struct via_param {
    bool present;
    bool has_value;     /* '=' was there, the value may still be empty */
    struct slice value; /* quotes removed, escapes inside kept */
};

/*
 * Parameters of a Via that are kept in params; real Vias have a handful. What compares two Vias looks
 * for each parameter of one in the other, which in 64 KiB of parameters would take minutes.
 */
#define VIA_PARAMS_MAX 32

/*
 * One via-parm (RFC 3261 20.42, 25.1): shortcuts to the parameters that matter beside the complete
 * text. Slices point into the header the Via was parsed from.
 */
struct via {
    struct slice text;     /* the whole via-parm, trimmed */
    struct slice protocol; /* "SIP" */
    struct slice version;  /* "2.0" */
    struct slice transport_token;
    enum transport transport;
    struct slice host;         /* as written, brackets and trailing dot dropped */
    struct ip_address host_ip; /* family 0: the host is a name */
    bool has_port;
    uint16_t port;
    struct slice params; /* the text behind the first ';', empty if none; VIA_PARAMS_MAX of them */
    struct slice branch;
    struct via_param rport, received, maddr, alias, keep;
    bool duplicate_param; /* a parameter name stands twice; the first counts */
};

/*
 * Parses the first via-parm of *list (one Via header value, which may be a comma list, folded, with
 * white space anywhere the grammar allows it) and moves *list behind it and its comma; at the end
 * *list is absent. Empty list elements are skipped. False if sent-protocol or sent-by is malformed,
 * a quote is left open or a NUL byte is in it: then *via holds what was read before the error and
 * *list is still moved on.
 * Odd parameters alone do not make a Via malformed: it still routes the response.
 */
bool via_parse(struct slice *list, struct via *via);

/*
 * Iterates over a parameter text: takes the next ";name[=value]" from *params. False at the end.
 * Names and values are trimmed, quotes are removed from values.
 */
bool via_param_next(struct slice *params, struct slice *name, struct via_param *param);

/* The parameter of that name (any case); present is false when there is none. */
struct via_param via_param_find(const struct via *via, const char *name);

/* The branch begins with z9hG4bK in any case (RFC 3261 8.1.1.7, 7.3.1). */
bool via_has_cookie(const struct via *via);

/* The port of sent-by, or the default of the transport that carried it (RFC 3261 18.1.1). */
uint16_t via_port(const struct via *via, enum transport wire);

/* received as an address; brackets are accepted. False if absent or no address. */
bool via_received_ip(const struct via *via, struct ip_address *ip);

/* The numeric value of rport; 0 if absent, a flag, or no port number. */
uint16_t via_rport_value(const struct via *via);

/* Same host (binary for addresses, case-blind without trailing dot for names). */
bool via_host_equal(const struct via *a, const struct via *b);

/* The name ends in ".invalid" (RFC 7118 App. B.1, RFC 2606). */
bool via_host_is_invalid_name(const struct via *via);

#endif
