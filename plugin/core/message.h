/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_MESSAGE_H
#define SIPCONN_MESSAGE_H

#include "address.h"
#include "via.h"

/* Via entries parsed of one message; more are only counted (Max-Forwards starts at 70). */
#define MESSAGE_MAX_VIAS 96

/*
 * A SIP message as parsed from a packet: slices into it. Headers that are absent or malformed leave
 * their slices absent; the parser never fails on a single header.
 */
struct message {
    struct slice text; /* start line to end of body, as far as captured */

    bool is_request;
    struct slice method; /* request: of the request line; response: of CSeq */
    struct slice request_uri_text;
    struct sip_uri request_uri; /* request only */
    unsigned status;            /* response only, 100..699 */

    unsigned via_count;               /* all of them */
    unsigned via_parsed;              /* entries of via[] */
    bool via_malformed;               /* a via-parm could not be parsed: via[] ends before it */
    struct via via[MESSAGE_MAX_VIAS]; /* via[0] is the top Via, valid if via_parsed > 0 */

    struct slice call_id;
    bool has_cseq;
    uint32_t cseq;
    struct slice cseq_method;
    struct slice from; /* the header's value, see message_from_uri() */
    struct slice from_tag, to_tag;
    bool has_expires;
    uint32_t expires; /* seconds */
    bool has_max_forwards;
    unsigned max_forwards;

    unsigned contact_count;
    struct sip_address contact; /* the first */
    unsigned route_count;
    struct sip_address route; /* the topmost */
    unsigned record_route_count;
    struct sip_address record_route; /* the topmost */
    unsigned path_count;
    struct sip_address path; /* the topmost */
    bool supported_outbound, supported_path, require_outbound;
    struct slice user_agent; /* User-Agent or Server */

    bool has_content_length;
    uint64_t content_length; /* of the first readable one; clamped to 2^32 */
    bool headers_complete;   /* the blank line was seen */
    size_t header_length;    /* start line to blank line inclusive, or all of text */
    struct slice body;       /* as captured; by Content-Length if there is one */
};

/*
 * Parses one message at the beginning of bytes (leading CRLFs are skipped). in_stream: bytes may
 * continue with the next message, so the body ends by Content-Length (RFC 3261 18.3); without
 * Content-Length, and in a datagram, the message takes all bytes (the surplus behind Content-Length
 * is then no part of body). False if this is no SIP/2.0 start line; *message is then unspecified.
 * Compact forms, folding, white space before the colon, bare LF and bare CR line ends are read;
 * an unterminated last header line is not (it may be cut). Linear in bytes.
 */
bool message_parse(struct slice bytes, bool in_stream, struct message *message);

/* The URI of From; false if there is none, *uri is then as sip_uri_parse() leaves it. */
bool message_from_uri(const struct message *message, struct sip_uri *uri);

/* Cheap test for a SIP/2.0 request or status line at the start of bytes (after CRLFs). */
bool message_begins(struct slice bytes);

/* Methods are compared with case (RFC 3261 7.1, 25.1: "INVITE in caps"). */
bool message_has_method(const struct message *message, const char *method);

#endif
