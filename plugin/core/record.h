/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_RECORD_H
#define SIPCONN_RECORD_H

#include <glib.h>

#include "endpoint.h"
#include "rules.h"
#include "transport.h"

/*
 * What the analysis tells: plain structs, owned by it and valid until analysis_free(). They are live:
 * what later packets show (a forward link, the final class of a connection, a count) appears in them.
 * Frame numbers are Wireshark's, 0 = none. Times are nanoseconds since the epoch.
 */

/* Route verdict of a response (one for each); names by verdict_name(). */
enum verdict {
    VERDICT_NONE, /* no response, or not judged (for example no Via) */
    VERDICT_SYMMETRIC_RPORT,
    VERDICT_RPORT_AS_SENT,
    VERDICT_SYMMETRIC_UNREQUESTED,
    VERDICT_VIA_RECEIVED_PORT,
    VERDICT_VIA_SENT_BY,
    VERDICT_MADDR,
    VERDICT_SAME_CONNECTION,
    VERDICT_NEW_CONNECTION_AFTER_CLOSE,
    VERDICT_NEW_CONNECTION_WHILE_OPEN,
    VERDICT_OTHER_CONNECTION_WHILE_OPEN,
    VERDICT_OTHER_CONNECTION_UNKNOWN,
    VERDICT_WRONG_TRANSPORT,
    VERDICT_WRONG_SOURCE,
    VERDICT_WRONG_DESTINATION,
    VERDICT_UNMATCHED,
    VERDICT_COUNT,
};

/* "symmetric-rport" …; NULL for VERDICT_NONE. */
const char *verdict_name(enum verdict verdict);

/* How sure it is who opened a connection. */
enum evidence {
    EVIDENCE_UNKNOWN,
    EVIDENCE_WEAK,    /* direction of the first SIP request */
    EVIDENCE_MEDIUM,  /* one end is advertised or a well-known SIP port */
    EVIDENCE_STRONG,  /* ClientHello, HTTP Upgrade, WebSocket masks */
    EVIDENCE_CERTAIN, /* SYN, SYN-ACK, SCTP INIT */
};
const char *evidence_name(enum evidence evidence);

enum direction {
    DIRECTION_NONE, /* datagram: no connection */
    DIRECTION_FORWARD,
    DIRECTION_BACKWARD,
    DIRECTION_UNKNOWN,
};
/* "forward" "backward" "unknown"; NULL for DIRECTION_NONE. */
const char *direction_name(enum direction direction);

/* What a request makes of its connection (catalogue D.1). */
enum request_use {
    USE_NONE,       /* datagram, ACK of a non-2xx, CANCEL, repetition, or the opener is unknown */
    USE_FIRST,      /* the first transaction of the opener */
    USE_PERSISTENT, /* a further one of the opener */
    USE_REUSE,      /* one of the acceptor: backwards */
};
/* "first" "persistent" "reuse"; NULL for USE_NONE. */
const char *request_use_name(enum request_use use);

/* On what authority a request goes backwards, strongest first (catalogue D.4). */
enum reuse_basis {
    BASIS_NONE,
    BASIS_WEBSOCKET,
    BASIS_OUTBOUND,
    BASIS_ALIAS,
    BASIS_INDEX,
    BASIS_REGISTERED_FLOW,
    BASIS_ALIAS_UNVERIFIED,
    BASIS_UNDETERMINED,
    BASIS_ALIAS_MISMATCH,
    BASIS_UNAUTHORISED,
};
/* "rfc7118-websocket" … "rfc5923-alias (unverified)" … as in D.4; NULL for BASIS_NONE. */
const char *reuse_basis_name(enum reuse_basis basis);

/* Whether the TLS client of a connection proved who it is (catalogue A.3). */
enum client_certificate {
    CERTIFICATE_NOT_APPLICABLE, /* no TLS */
    CERTIFICATE_UNKNOWN,
    CERTIFICATE_NONE,
    CERTIFICATE_PRESENTED,
};
/* "unknown" "none" "presented"; NULL without TLS. */
const char *client_certificate_name(enum client_certificate certificate);

/* Classes of a connection: a set of bits. */
enum connection_class {
    CONNECTION_IDLE = 1u << 0,
    CONNECTION_SINGLE_TRANSACTION = 1u << 1,
    CONNECTION_PERSISTENT = 1u << 2,
    CONNECTION_REUSE = 1u << 3,
    CONNECTION_RESPONSE_DELIVERY = 1u << 4,
};
#define CONNECTION_CLASS_COUNT 5
/* Name of bit index 0 … CONNECTION_CLASS_COUNT - 1: "idle" … */
const char *connection_class_name(unsigned index);

/* How a connection ended. */
enum connection_close {
    CLOSE_NONE,
    CLOSE_FIN,
    CLOSE_RST,
    CLOSE_NOTIFY,   /* TLS closure alert */
    CLOSE_WS,       /* WebSocket Close */
    CLOSE_REOPENED, /* a later SYN on the same 4-tuple */
};
/* "fin" "rst" "close-notify" "ws-close" "reopened"; NULL for CLOSE_NONE. */
const char *connection_close_name(enum connection_close close);

enum connection_event_kind {
    EVENT_SYN, /* SYN or SYN-ACK; SCTP: INIT or INIT-ACK */
    EVENT_FIN, /* SCTP: SHUTDOWN */
    EVENT_RST, /* SCTP: ABORT */
    EVENT_CLOSE_NOTIFY,
    EVENT_WS_CLOSE,
    EVENT_GAP, /* segments are missing from the file */
};
/* "syn" "fin" "rst" "close-notify" "ws-close" "gap" */
const char *connection_event_name(enum connection_event_kind kind);

/* What happened to a connection: the first of each kind for each side, and the first few gaps. */
struct connection_event {
    uint32_t frame;
    int64_t time;
    enum connection_event_kind kind;
    const struct endpoint *by; /* NULL for a gap: nobody did it */
};

struct connection_record {
    uint32_t id; /* number in the file, from 1; given with the first SIP message */
    enum transport transport;
    int64_t stream; /* tcp.stream; -1 for SCTP */
    struct endpoint initiator,
        acceptor; /* with evidence unknown: source and target of the first message */
    enum evidence evidence;
    uint32_t opened_frame;
    uint32_t closed_frame;
    struct endpoint closed_by; /* family 0 if not closed or unknown */
    enum connection_close close;
    uint32_t forward_transactions; /* begun by the initiator, without ACK and CANCEL */
    uint32_t backward_requests;    /* distinct requests begun by the acceptor, a lone ACK counts */
    uint32_t unknown_requests;     /* distinct requests while nobody is known as initiator */
    uint32_t responses;
    uint32_t alias_offered_frame; /* first request of the initiator whose top Via has alias */
    bool undecrypted;   /* TLS on a SIP port of which no SIP was seen: only its life is known */
    bool cross_dialog;  /* forward transactions of more than one Call-ID (D.2) */
    bool keep_alive;    /* CRLF pings or pongs were seen (RFC 5626 4.4.1) */
    uint32_t gap_frame; /* first frame at which segments are missing from the file, 0 = none */
    int64_t silence;    /* longest time between two SIP messages on it, nanoseconds */
    uint32_t silence_from, silence_to; /* the frames of these messages, 0 = fewer than two */
    int64_t close_silence; /* from the last SIP message to the close, nanoseconds; -1 = unknown */
    /* One that the other host opened the other way, both in use (pair view of D.2); NULL = none. */
    const struct connection_record *opposite;
    enum reuse_basis reuse_basis; /* the weakest of its backward requests; BASIS_NONE: none */
    const char *tls_version;      /* "1.2", "1.3" …; NULL without TLS or if unknown */
    bool tls_resumed;
    enum client_certificate client_certificate;
    const char *server_name; /* SNI; NULL if unknown */
    /* Identities by RFC 5922 7.1 of each side's own certificate: char *; NULL if unknown. */
    const GPtrArray *client_identities, *server_identities;
};

/* An entry of the alias table of an acceptor or an initiator (RFC 5923 5, 8.1, 8.2). */
struct alias_record {
    struct endpoint endpoint; /* a request for this address may use the connection */
    enum transport transport;
    const GPtrArray *identities; /* char *; NULL if unknown */
    const struct connection_record *connection;
    uint32_t learnt_frame;
    bool initiator_side; /* learnt by who opened the connection (8.1), else by who accepted it */
    bool verified;       /* the certificate that it rests on was presented */
    GArray *used_frames; /* uint32_t: backward requests that it carried */
};

/* Set of enum connection_class bits as known so far; 0 = cannot tell. */
unsigned connection_record_classes(const struct connection_record *connection);

/*
 * What is to be said of a class beyond its name (D.2, D.3): "same-dialog" or "cross-dialog" of
 * persistent, "keep-alive-only" of idle, and "inferred" if who opened the connection is a guess.
 * NULL if there is nothing to add.
 */
const char *connection_record_class_detail(const struct connection_record *connection,
                                           enum connection_class class);

/* A legal destination of a response: a place, or the connection of the request. */
struct destination {
    bool is_stream;
    int64_t stream;           /* is_stream: tcp.stream, -1 for an SCTP association */
    struct endpoint endpoint; /* otherwise */
};

bool destination_equal(const struct destination *a, const struct destination *b);

/* Writes "192.0.2.1:9988", "tcp stream 4" or "sctp association"; returns buffer. */
const char *destination_format(const struct destination *destination,
                               char buffer[ENDPOINT_TEXT_SIZE]);

/* One SIP message. Ordered and packed by size: there are millions of them. */
struct message_record {
    uint32_t frame;
    uint32_t index; /* of the message within its frame, from 0 */
    int64_t time;
    bool is_request;
    enum transport transport : 8;
    uint16_t status;                  /* response */
    enum direction direction : 8;     /* request */
    enum request_use use : 8;         /* request */
    enum reuse_basis reuse_basis : 8; /* backward request */
    enum verdict verdict : 8;         /* response */
    enum verdict
        basis : 8; /* destination class if the verdict is wrong-source, else VERDICT_NONE */
    uint8_t expected_count; /* response */
    struct endpoint src, dst;
    uint32_t transaction;                       /* number in the file, from 1; 0 = none */
    int64_t stream;                             /* tcp.stream or udp.stream, -1 for others */
    const char *method;                         /* interned; response: of CSeq; "" if unknown */
    const struct connection_record *connection; /* NULL for datagrams */
    uint32_t retransmission_of, duplicate_of;   /* frames */
    const char *via_text; /* the top Via as on the wire, "" if none; parse with via_parse() */
    /*
     * Response: sub of the verdict, "unresolved", "client-reconnected" …; backward request: of the
     * basis, "bound-port", "rewritten"; NULL if none.
     */
    const char *detail;

    struct message_record *earlier; /* its copies; request: those sent before it on the same flow */
    uint32_t response_frame;        /* request: its first final response */

    uint32_t request_frame; /* response: the transmission it answers */
    int64_t response_time;  /* response: since request_frame, nanoseconds; valid if request_frame */
    const char *clause;     /* the clause the verdict rests on; NULL if none */
    const struct destination *expected; /* legal destinations, most expected first */
};

/* A finding: once for each rule and transaction (or connection), with a count. */
struct finding {
    enum rule_id rule;
    enum severity severity;
    bool presumed;
    uint32_t frame;
    int32_t message; /* index within the frame; -1: the frame as such (ICMP, SYN, a deadline) */
    uint32_t transaction; /* 0 = none */
    uint32_t connection;  /* connection_record.id, 0 = none */
    uint32_t *related;    /* other frames that prove it */
    unsigned related_count;
    const char *clause;
    const char *text;
    uint32_t count;
    uint32_t serial;      /* order in which findings were raised */
    enum severity weight; /* as the rule gave it; severity may be the user's choice instead */
    bool silenced;        /* the user does not want to see it: known to the rules only */
    struct finding *next; /* about the same subject; NULL: the last */
};

/*
 * What a frame shows of a finding. A finding has one mark where it is raised, and another one where
 * a later packet proves or completes it; each mark keeps the severity and text known at its frame, so
 * that one pass and two passes show the same.
 */
struct finding_mark {
    const struct finding *finding;
    int32_t message; /* as in struct finding */
    enum severity severity;
    bool presumed;
    const char *text;
};

/* All that is to be shown at one frame. */
struct frame_record {
    uint32_t frame;
    unsigned message_count, mark_count;
    const struct finding_mark **marks;
    /* The connection, known to be for SIP, that this frame closed or whose TLS handshake it began. */
    const struct connection_record *connection_event;
    const struct message_record *messages[]; /* message_count of them */
};

/* Totals of the file so far. */
struct summary_record {
    uint32_t transactions;
    uint32_t responses; /* duplicates not counted */
    uint32_t
        responses_judged; /* with a verdict other than unmatched and other-connection-unknown */
    uint32_t verdicts[VERDICT_COUNT];
    uint32_t classes[CONNECTION_CLASS_COUNT];
    uint32_t findings[RULE_COUNT];
    uint32_t by_severity[SEVERITY_COUNT];
};

struct capture_record {
    uint32_t frames;
    uint32_t sip_messages;
    int64_t first_time, last_time;
    const GPtrArray *notes; /* char *: what limits judgement */
};

#endif
