/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_ADDRESS_H
#define SIPCONN_ADDRESS_H

#include "endpoint.h"

/* A SIP or SIPS URI (RFC 3261 19.1.1); slices into the text it was parsed from. */
struct sip_uri {
    struct slice text; /* the URI without < > */
    bool is_sips;
    bool is_sip;       /* sip or sips; false: another scheme, of which only text is set */
    struct slice user; /* absent if none; without password */
    struct slice host; /* brackets and trailing dot dropped */
    struct ip_address host_ip;
    bool has_port;
    uint16_t port;
    struct slice params; /* URI parameters behind the first ';', without headers */
};

/* One value of Contact, Route, Record-Route, Path, From or To: name-addr or addr-spec. */
struct sip_address {
    struct sip_uri uri;
    struct slice params; /* header parameters (outside < >), empty if none */
    bool is_star;        /* Contact: * */
};

/* False if the text is no URI at all; *uri then has is_sip == false and empty slices. */
bool sip_uri_parse(struct slice text, struct sip_uri *uri);

/*
 * Parses the first value of *list (comma list) and moves *list behind it; absent at the end.
 * In an addr-spec without < > the parameters belong to the header (RFC 3261 20). False: malformed,
 * *address is then zeroed and *list is still moved on.
 */
bool sip_address_parse(struct slice *list, struct sip_address *address);

/*
 * Parses text as one single value. For From and To, which are no lists: a comma in an unquoted
 * display name is wrong but frequent, and must not cost the tag. False: malformed, *address is
 * then zeroed.
 */
bool sip_address_parse_single(struct slice text, struct sip_address *address);

/*
 * The two parts of such a value: the text of its URI, unparsed, and the header parameters behind it.
 * False if the < of a name-addr is not closed or something else than parameters follows it.
 */
bool sip_address_split(struct slice text, struct slice *uri, struct slice *params);

/* Value of a parameter (any case); found tells presence, the slice is absent for a flag. */
struct slice sip_param_find(struct slice params, const char *name, bool *found);

#endif
