/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_ANALYSIS_H
#define SIPCONN_ANALYSIS_H

#include "message.h"
#include "middlebox.h"
#include "record.h"

/*
 * The analysis of one capture: packets go in frame by frame, in file order, once; records come out.
 * The only core header the adapter needs. It does no I/O and keeps no pointer into a packet.
 */
struct analysis;

/* Where the capture was taken, seen from the SIP servers (vantage of the catalogue, A.8). */
enum vantage {
    VANTAGE_UNKNOWN,
    VANTAGE_DIRECT,     /* the tap sees the addresses the server sees */
    VANTAGE_TRANSLATED, /* a NAT stands between tap and server */
    VANTAGE_MIXED,
};

struct analysis_config {
    int64_t t1;           /* RFC 3261 Table 4, nanoseconds */
    int64_t timer_c;      /* RFC 3261 16.6-11, nanoseconds */
    int64_t clock_skew;   /* tolerated clock error between interfaces, nanoseconds */
    enum vantage vantage; /* VANTAGE_UNKNOWN: find out; else forced by the user */
    /* A connection silent for less is not called idle in a finding's text, nanoseconds. */
    int64_t idle_threshold;
    const struct middlebox *middleboxes; /* the user's own; copied */
    unsigned middlebox_count;
    enum rule_action actions[RULE_COUNT];
    /*
     * Wrap what a text took from a packet (addresses, hosts, URIs, header values, identities) in
     * U+0002 and U+0003, so that a program can replace it; these two are dropped from the values.
     */
    bool mark_values;
};

/* T1 0.5 s, Timer C 185 s, skew 50 ms, vantage found out; all silences told, no rule changed. */
struct analysis_config analysis_config_default(void);

struct analysis *analysis_new(const struct analysis_config *config);
void analysis_free(struct analysis *analysis);

/* ---- packets in -------------------------------------------------------------------------- */

/*
 * Begins a frame. Every frame of the file should be announced (it costs nothing): the first one
 * tells when the capture began. time: nanoseconds since the epoch.
 */
void analysis_begin_frame(struct analysis *analysis, uint32_t frame, int64_t time);

/*
 * Ends the frame: closes seen in it take effect, deadlines that passed are judged. NULL if there is
 * nothing to show; else valid until analysis_free().
 */
const struct frame_record *analysis_end_frame(struct analysis *analysis);

/* What analysis_end_frame() returned for that frame. */
const struct frame_record *analysis_frame(const struct analysis *analysis, uint32_t frame);

enum tcp_event {
    TCP_SYN = 1u << 0,
    TCP_ACK = 1u << 1,
    TCP_FIN = 1u << 2,
    TCP_RST = 1u << 3,
    TCP_RETRANSMISSION = 1u << 4, /* seen before, says Wireshark */
    TCP_GAP = 1u << 5, /* a segment before this one, or one it acknowledges, is not in the file */
    TCP_CLIENT_HELLO = 1u << 6, /* src sent a TLS ClientHello (first handshake of the connection) */
    TCP_HTTP_UPGRADE = 1u << 7, /* src sent a WebSocket Upgrade request */
    TCP_WS_MASKED = 1u << 8,    /* src sent masked WebSocket frames: it is the client */
    TCP_CLOSE_NOTIFY = 1u << 9, /* src sent a (readable) TLS close_notify */
    TCP_WS_CLOSE = 1u << 10,    /* src sent a WebSocket Close */
    TCP_TLS = 1u << 11,         /* TLS records in this segment */
    TCP_PING = 1u << 13,        /* its payload is CRLFCRLF (RFC 5626 4.4.1) */
    TCP_PONG = 1u << 14,        /* its payload is CRLF */
    TCP_TLS_FATAL =
        1u << 15, /* src sent a (readable) TLS alert that ends the connection by failure */
    TCP_UNFINISHED = 1u << 12, /* its payload ends inside a message: Wireshark waits for more */
    TCP_CUT = 1u << 16,        /* the end of its payload was not captured (snaplen) */
    /* Seen before, and Wireshark was not told to put segments in order before it looks for messages. */
    TCP_UNSORTED = 1u << 17,
};

/*
 * A TCP segment, to be given before the messages in it: every SYN, FIN and RST, and every segment of
 * a stream of which analysis_wants_stream() is true. Not segments quoted in ICMP errors.
 */
struct packet_tcp {
    int64_t stream;
    struct endpoint src, dst;
    unsigned events; /* enum tcp_event bits */
    uint32_t payload_length;
    uint32_t sequence;       /* number of its first byte */
    uint32_t acknowledgment; /* number, with TCP_ACK */
    uint8_t ttl;             /* IPv4 TTL or IPv6 hop limit, 0 = unknown */
};
void analysis_tcp_segment(struct analysis *analysis, const struct packet_tcp *tcp);

/* The stream carries SIP as far as known: give all its segments, look into undissected payload. */
bool analysis_wants_stream(const struct analysis *analysis, int64_t stream);

/* What a TLS handshake message tells about its connection (catalogue A.3). */
enum tls_event {
    TLS_EVENT_CLIENT_HELLO,
    TLS_EVENT_SERVER_HELLO,
    TLS_EVENT_NEW_SESSION_TICKET,
    TLS_EVENT_CERTIFICATE_REQUEST,
    TLS_EVENT_CERTIFICATE,
    TLS_EVENT_CERTIFICATE_VERIFY,
    TLS_EVENT_FINISHED, /* a readable Finished, or (TLS up to 1.2) the ChangeCipherSpec before it */
};

/* The names in a side's own certificate, the first of its list. */
struct tls_certificate {
    bool has_alternative_name;            /* a subjectAltName extension with any kind of name */
    const struct slice *uris, *dns_names; /* of it */
    unsigned uri_count, dns_name_count;
    struct slice common_name; /* of the subject; absent if there is none */
};

struct packet_tls {
    int64_t stream;
    struct endpoint src;
    enum tls_event event;
    bool decrypted;   /* it was readable only with keys */
    uint16_t version; /* SERVER_HELLO: negotiated (supported_versions first): 0x0303, 0x0304 */
    struct slice session_id;  /* hellos */
    struct slice ticket;      /* CLIENT_HELLO: SessionTicket offered; NEW_SESSION_TICKET: issued */
    bool psk_selected;        /* SERVER_HELLO has pre_shared_key */
    bool post_handshake_auth; /* CLIENT_HELLO offers it */
    struct slice server_name; /* CLIENT_HELLO */
    unsigned certificate_count;                /* CERTIFICATE: 0 = an empty list */
    const struct tls_certificate *certificate; /* CERTIFICATE: the first; NULL if unreadable */
};
/* Handshake messages in the order of the packet, for every TLS connection, after its segment. */
void analysis_tls(struct analysis *analysis, const struct packet_tls *tls);

/* The opening handshake of a WebSocket (RFC 7118 4.1): Sec-WebSocket-Protocol of either side. */
struct packet_websocket {
    int64_t stream;
    bool is_answer;         /* the 101, else the Upgrade request */
    struct slice protocols; /* header value, absent if there is none */
};
void analysis_websocket(struct analysis *analysis, const struct packet_websocket *websocket);

/* A SIP message that Wireshark's dissector (or the adapter itself, behind a CRLF ping) found. */
struct packet_message {
    enum transport transport;
    int64_t stream; /* tcp.stream or udp.stream, -1 for others */
    struct endpoint src, dst;
    /* From the message's first byte to the next message's, or to the end of the buffer. */
    struct slice bytes;
    size_t cut;   /* bytes behind these that were on the wire but not captured (snaplen) */
    bool partial; /* the message continues in a segment that is not in bytes */
    bool tcp_retransmission;     /* its segment was seen before, says Wireshark */
    unsigned websocket_messages; /* SIP messages in the WebSocket message it came in; 0 unknown */
    bool websocket_split;        /* it was put together from several WebSocket messages */
    uint8_t ttl;                 /* IPv4 TTL or IPv6 hop limit, 0 = unknown */
    bool has_ip_id;
    uint16_t ip_id;     /* IPv4 only */
    unsigned fragments; /* IP fragments it was reassembled from; 0 or 1: none */
    bool has_mac;
    uint8_t mac_src[6], mac_dst[6];
    bool ipsec; /* it came out of an ESP or AH packet */
    bool has_ppid;
    uint32_t ppid;       /* SCTP payload protocol identifier */
    bool sctp_unordered; /* the U bit of its DATA chunk */
    bool has_sctp_tag;
    uint32_t
        sctp_tag; /* verification tag: with the ports it tells the association (RFC 9260 8.5) */
};
/* False if the bytes are no SIP message (a continuation, garbage): nothing is recorded then. */
bool analysis_message(struct analysis *analysis, const struct packet_message *packet);

/* An SCTP INIT or INIT ACK chunk: it opens an association, and tells the tag that dst sends with. */
struct packet_sctp_init {
    struct endpoint src, dst;
    bool is_ack;
    uint32_t initiate_tag;
};
void analysis_sctp_init(struct analysis *analysis, const struct packet_sctp_init *init);

/* An SCTP SHUTDOWN or ABORT chunk: src ends the association (RFC 9260 9.1, 9.2). */
struct packet_sctp_end {
    struct endpoint src, dst;
    bool is_abort;
    uint32_t tag; /* verification tag of the packet */
};
/* To be given before the messages of the same packet; judged after them. */
void analysis_sctp_end(struct analysis *analysis, const struct packet_sctp_end *end);

/* The first IP fragment of a UDP datagram whose reassembly is not (yet) complete at this frame. */
struct packet_fragment {
    struct endpoint src, dst;
    uint32_t id;        /* IP identification */
    struct slice bytes; /* UDP payload in this fragment */
};
void analysis_fragment(struct analysis *analysis, const struct packet_fragment *fragment);

/* An ICMP or ICMPv6 error that quotes a packet. */
struct packet_icmp {
    bool v6;
    uint8_t type, code;
    struct ip_address from;   /* who sent the error */
    bool tcp;                 /* the quoted packet is TCP, else UDP */
    struct endpoint src, dst; /* of the quoted packet */
    struct slice quoted;      /* its payload as far as quoted; may be empty */
};
void analysis_icmp_error(struct analysis *analysis, const struct packet_icmp *icmp);

/* Answers of the DNS, one call for each: they explain sent-by names. Names without trailing dot. */
void analysis_dns_address(struct analysis *analysis, struct slice name,
                          const struct ip_address *address);
void analysis_dns_service(struct analysis *analysis, struct slice name, struct slice target,
                          uint16_t port);
/* NXDOMAIN, or a positive answer without data, for this name. */
void analysis_dns_failure(struct analysis *analysis, struct slice name);

/* A packet was not captured as a whole (snaplen): SIP may have been in what is missing of it. */
void analysis_packet_cut(struct analysis *analysis);

/* Adds a sentence on what limits judgement to the capture record; repeated texts are kept once. */
void analysis_note(struct analysis *analysis, const char *text);

/* ---- records out ------------------------------------------------------------------------- */

struct capture_record analysis_capture(const struct analysis *analysis);
struct summary_record analysis_summary(const struct analysis *analysis);
/* Arrays of pointers to records, in the order of their frames (connections: of their ids). */
const GPtrArray *analysis_messages(const struct analysis *analysis); /* struct message_record */
const GPtrArray *analysis_connections(
    const struct analysis *analysis);                                /* struct connection_record */
const GPtrArray *analysis_findings(const struct analysis *analysis); /* struct finding */
const GPtrArray *analysis_aliases(const struct analysis *analysis);  /* struct alias_record */

/* What happened to a connection besides its messages, in file order: struct connection_event. */
const GArray *analysis_connection_events(const struct connection_record *connection);

#endif
