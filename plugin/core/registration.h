/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REGISTRATION_H
#define SIPCONN_REGISTRATION_H

#include <glib.h>

#include "message.h"

/*
 * Registration flows (catalogue A.10): which flow a registered user agent is reached over, and whether
 * the registrar accepted outbound for it (RFC 5626 6: Require: outbound in the 2xx).
 */
struct registration {
    struct slice aor;      /* user@host of To */
    struct slice contact;  /* Contact URI as written */
    struct slice instance; /* +sip.instance, absent if none */
    bool is_star; /* "Contact: *" (RFC 3261 10.2.2): all of this address-of-record are removed */
    bool outbound;
    bool behind_nat; /* the Contact address is not the source */
    uint32_t frame;  /* of the 2xx */
    int64_t expires; /* time, nanoseconds since the epoch */
};

/* What one REGISTER and its 2xx did to a flow's registrations. Strings are kept in chunk. */
struct registration_list {
    GArray *items; /* struct registration, NULL if none */
    bool ended;    /* the last REGISTER took a registration away */
};

void registration_list_clear(struct registration_list *list);

/* Enters (or, with expires 0, removes) the contact of a REGISTER that was accepted. */
void registration_list_enter(struct registration_list *list, GStringChunk *chunk,
                             const struct registration *registration);

/*
 * The registration a request on this flow is for: its Request-URI is the Contact or the address of
 * record (then *exact is true); else any, an outbound one first, since the holder of a flow may route
 * by a token of its own. NULL if there is none alive at that time.
 */
const struct registration *registration_list_find(const struct registration_list *list,
                                                  struct slice request_uri, int64_t time,
                                                  bool *exact);

#endif
