/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_SCENE_H
#define SIPCONN_SCENE_H

#include "analysis.h"

/*
 * A scene for the tests: packets, written down as a table of steps, that are driven through an
 * analysis, and the findings that this has to give.
 */

#define SCENE_STEPS_MAX 24

/* What the TLS handshakes of a case show of the client's certificate (A.3). */
enum scene_handshake {
    HANDSHAKE_MUTUAL,        /* 1.2: asked, presented, proved */
    HANDSHAKE_UNPROVEN,      /* 1.2: presented, the proof (CertificateVerify) is not in the file */
    HANDSHAKE_EMPTY,         /* 1.2: asked, an empty list */
    HANDSHAKE_NOT_ASKED,     /* 1.2: no CertificateRequest */
    HANDSHAKE_RESUMED,       /* 1.2: by a session that is not in the file */
    HANDSHAKE_CLOSED_1_3,    /* 1.3 without the keys of the handshake */
    HANDSHAKE_NOT_ASKED_1_3, /* 1.3 with keys: no CertificateRequest */
};

/* SCTP chunks that end an association. */
enum scene_chunk {
    CHUNK_NONE,
    CHUNK_SHUTDOWN,
    CHUNK_ABORT,
};

/* Verification tags after an SCTP step that opens: those of its `from` and of its `to`. */
#define SCENE_TAG_FROM 22
#define SCENE_TAG_TO 11

/*
 * A step opens its connection, is a message, the end of an association, an ICMP error, a segment,
 * or, without addresses, a frame that has nothing to do with SIP. What is 0 or NULL is the usual:
 * Call-ID "call", CSeq 1, From a@example.com, a To tag in responses only, a packet of 10 bytes with
 * TTL 64 (none with SYN, FIN and RST), one SIP message in one WebSocket message.
 */
struct scene_step {
    int64_t ms; /* since the scene began */
    const char *from, *to;
    int64_t stream; /* -1: SCTP, or UDP though the scene's wire is a stream */
    bool open;      /* the handshakes of the scene's wire, begun by `from`; a round trip of 10 ms */
    bool late;      /* open: the file begins behind the TCP handshake */
    unsigned events;           /* enum tcp_event bits, also of a message's segment */
    const char *line;          /* "OPTIONS sip:b.example.com", "200 OPTIONS" */
    const char *via;           /* sent-by and parameters */
    const char *via_names;     /* the transport that Via names; NULL: what carries it */
    const char *call, *branch; /* branch without its magic cookie; NULL: by Call-ID and CSeq */
    const char *user, *to_tag, *more; /* user of From; ";tag=x"; header lines */
    unsigned cseq;
    uint8_t ttl;
    bool unreachable;       /* an ICMP error from `from` quotes the SYN of `to` */
    const char *router;     /* the error is from there, about `from` */
    unsigned together;      /* SIP messages in its WebSocket message */
    bool split;             /* put together from several WebSocket messages */
    bool same_frame;        /* as the step before */
    enum scene_chunk chunk; /* beside the message if there is one */
    uint32_t tag;           /* SCTP verification tag of its packet */
};

struct scene_case {
    const char *what;
    const char *findings; /* "3 alias-stale warn, …": the step, from 1, id, severity; in order */
    const char *says[4];  /* parts of the text of the last finding */
    enum transport wire;  /* unknown: that of the table */
    enum scene_handshake handshake;
    const char *a_names, *b_names; /* dNSNames in the certificates of 192.0.2.1 and of others, by
                                      blanks; NULL: p1.example.com example.com, p2.example.net */
    const char *server_name;       /* SNI */
    const char *offered, *agreed;  /* Sec-WebSocket-Protocol; NULL: sip, "-": the header is missing,
                                      "?": not captured */
    const char *resolves;          /* "name address …" as the DNS answered before, in frame 1 */
    struct scene_step steps[SCENE_STEPS_MAX]; /* up to the first without from and ms */
};

/* "192.0.2.1:5060"; the test ends if it is none. */
struct endpoint scene_endpoint(const char *text);

/*
 * Plays a case over wire, unless it names another one, and compares its findings in that section of
 * the catalogue. Returns the analysis, for a closer look; to be freed.
 */
struct analysis *scene_play(const char *section, enum transport wire,
                            const struct scene_case *scenario);

/* The same for a table of cases of which nothing else is of interest. */
void scene_play_all(const char *section, enum transport wire, const struct scene_case *cases,
                    unsigned count);

#endif
