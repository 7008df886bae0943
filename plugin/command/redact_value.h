/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_REDACT_VALUE_H
#define SIPCONN_REDACT_VALUE_H

#include "pseudonym.h"

/*
 * Pseudonyms of values. None can be taken for a real one, and what matters for reading stays visible:
 *
 *   192.0.2.1:5060          ipv4-public-1:5060     ipv4-private-, ipv4-loopback-, ipv4-multicast-
 *   [2001:db8::1]:5060      [ipv6-public-1]:5060
 *   pbx.example.com         host-1                 *.example.com: *.host-2
 *   df7jal23ls0d.invalid    host-3.invalid         what WebSocket clients write (RFC 7118 5.5)
 *   sip:bob@pbx.example.com sip:user-1@host-1      parameters without values stay, others go
 *   z9hG4bKnashds8          branch-1
 *   any other               value-1
 *
 * Functions return a text to be g_free()d.
 */

/* A value of a packet, whatever it is. */
char *redact_value(struct pseudonyms *pseudonyms, const char *value);

/* The name of a host, as in certificates: never taken for anything else, except for an address. */
char *redact_host(struct pseudonyms *pseudonyms, const char *host);

/* The methods of RFCs stay. */
char *redact_method(struct pseudonyms *pseudonyms, const char *method);

/* "office/trunk.pcapng" becomes "capture-1.pcapng". */
char *redact_capture(struct pseudonyms *pseudonyms, const char *name);

/*
 * Why a finding does not count: an allow list is written for colleagues, and its reasons name
 * customers and tickets. "baseline" stays.
 */
char *redact_reason(struct pseudonyms *pseudonyms, const char *reason);

/*
 * The pseudonym of a word in a sentence of ours: an address always, another value only if it has
 * been met before and cannot be a plain word. NULL if the word may stay.
 */
char *redact_word(struct pseudonyms *pseudonyms, const char *word);

#endif
