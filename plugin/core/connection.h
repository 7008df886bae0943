/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_CONNECTION_H
#define SIPCONN_CONNECTION_H

#include "analysis.h"
#include "finding.h"
#include "registration.h"
#include "tls.h"

/*
 * Connections: TCP by Wireshark's tcp.stream (a new SYN on the same 4-tuple is a new stream), SCTP by
 * ports and verification tags, because an association may change its addresses.
 */

/* What is known of one side's doing. Times are 0 = never. */
struct connection_side {
    struct endpoint endpoint;
    bool has_tag; /* SCTP: it sends with this verification tag */
    uint32_t tag;
    bool named;  /* SCTP: its INIT or INIT-ACK, which lists its addresses, was seen */
    bool seen;   /* the file has a packet of this side */
    uint8_t ttl; /* of its first packet with data, 0 = unknown */
    /* Last packet that only an open side sends: data, or ACK of new data. */
    int64_t last_time;
    uint32_t last_frame;
    bool has_acknowledged, has_sent;
    uint32_t acknowledged;     /* its last acknowledgment number */
    int64_t acknowledged_time; /* when it changed, 0 = never */
    uint32_t sent;             /* sequence number behind all that the file has of it */
    int64_t fin_time, rst_time, close_notify_time, ws_close_time;
    unsigned closes;     /* packets with a close that were judged */
    uint32_t unfinished; /* bytes of a message that has not come to its end yet */
    uint32_t unfinished_frame;
    uint32_t requests;  /* distinct transactions begun, without ACK and CANCEL */
    uint64_t dialog;    /* hash of the Call-ID of the first of them */
    bool many_dialogs;  /* another one had another Call-ID */
    uint32_t lone_acks; /* ACK for 2xx, CANCEL not counted */
};

/* What is judged once a packet shows that this connection was open after all. */
enum connection_watch_kind {
    WATCH_RESPONSE,   /* a response of hop went elsewhere: record */
    WATCH_NEW_BESIDE, /* the opener sent a request on another new connection: record */
    WATCH_ALIAS,      /* the acceptor opened another connection to the alias address: record */
};

struct connection_watch {
    enum connection_watch_kind kind;
    int side;        /* whose packet proves it */
    struct hop *hop; /* WATCH_RESPONSE: of the request; else of the request in record */
    struct message_record *record;
    bool direction_certain;
};

struct connection {
    struct connection_record record; /* what is told of it; live */
    struct connection_side side[2];  /* 0: who sent the first packet seen */
    int opener;                      /* index into side, -1 unknown */
    int first_speaker; /* who sent the first SIP message: shown as initiator if opener is unknown */
    bool carries_sip;
    bool handshake;                               /* SYN or SYN-ACK seen */
    bool established;                             /* SYN-ACK or data seen */
    bool refused;                                 /* RST answered the SYN */
    bool gap;                                     /* the file misses segments of it */
    bool cut;                                     /* or the ends of segments */
    bool listed_open;                             /* counted in the table of open endpoints */
    struct tls_facts *tls;                        /* NULL: no TLS handshake seen */
    struct registration_list registrations;       /* made by the opener on this connection */
    struct alias_record *alias, *initiator_alias; /* the first of each side; NULL: none */
    unsigned alias_count;                         /* entries of the acceptor's side */
    GArray *ob_dialogs;               /* uint64_t: hashes of Call-IDs of dialogs with ;ob */
    GQueue pending;                   /* struct hop *: requests on it that are owed an answer */
    int64_t ping_time;                /* of the opener's ping that got no pong yet, 0 none */
    bool tls_failed;                  /* a fatal alert ended it */
    bool counted;                     /* in its peers' number of parallel connections */
    bool request_refused, unanswered; /* reported as such */
    uint32_t syn_count;               /* SYNs of the opener */
    uint32_t syn_frame;
    int64_t syn_time;
    int64_t round_trip;       /* from SYN to the ACK that ends the handshake, 0 unknown */
    bool half_closed_pending; /* closed by the client for sending, its answer may still come */
    int closer;               /* side that closed first, -1 none */
    bool closer_middlebox;    /* its RST had another TTL than its other packets */
    int64_t last_sip_time, sip_idle; /* last SIP message; idle time before the one being judged */
    uint32_t last_sip_frame;
    uint64_t sent_by, aor, reg_id; /* hashes of the opener's first request: who speaks on it */
    char *first_host;              /* sent-by host of the opener's first request with alias */
    struct slice subprotocol_request, subprotocol_answer; /* WebSocket; kept by the table */
    bool websocket_request_seen, websocket_answer_seen;
    int64_t opened_time; /* of the SYN; else of the first packet seen */
    uint32_t first_frame;
    int64_t closed_time; /* first close of any kind, 0 = none */
    int64_t reopened_time;
    GArray *watches; /* struct connection_watch, NULL if none */
    GArray *events;  /* struct connection_event */
    struct finding_list findings;
};

/* Alias entries of one connection that are kept; honest clients advertise one address. */
#define CONNECTION_ALIASES_MAX 8

struct connection_table;

struct connection_table *connection_table_new(void);
void connection_table_free(struct connection_table *table);

/* All that carry SIP, in the order of their ids: struct connection *, record first. */
const GPtrArray *connection_table_records(const struct connection_table *table);

/* NULL if the stream is unknown. */
struct connection *connection_find(const struct connection_table *table, int64_t stream);

/* The latest TCP connection between these addresses, NULL if there is none. */
struct connection *connection_between(const struct connection_table *table,
                                      const struct endpoint *a, const struct endpoint *b);

/*
 * Records what a TCP segment shows of its connection, closes excepted; creates the connection.
 * frame, time: of the packet.
 */
struct connection *connection_segment(struct connection_table *table, const struct packet_tcp *tcp,
                                      uint32_t frame, int64_t time);

/*
 * Records the closes a segment shows (FIN, RST, TLS and WebSocket closure). Called after the messages
 * of the same segment were judged. True if the connection closed by this.
 */
bool connection_segment_close(struct connection_table *table, struct connection *connection,
                              const struct packet_tcp *tcp, uint32_t frame, int64_t time);

/* Keeps an event for time lines: the first of its kind for that side, the first few gaps (side -1). */
void connection_event_add(struct connection *connection, enum connection_event_kind kind, int side,
                          uint32_t frame, int64_t time);

/* Records an INIT or INIT ACK; creates the association. */
void connection_association_init(struct connection_table *table,
                                 const struct packet_sctp_init *init, uint32_t frame, int64_t time);

/* The association that a packet with this tag belongs to, NULL if it is not known. */
struct connection *connection_association_find(const struct connection_table *table,
                                               const struct packet_sctp_end *end);

/*
 * Records how a side ends an association: a SHUTDOWN as a FIN, an ABORT as a RST. True if it closed
 * by this.
 */
bool connection_association_end(struct connection_table *table, struct connection *connection,
                                int side, bool is_abort, uint32_t frame, int64_t time);

/*
 * The connection that carries a SIP message; created if its packets were not announced. The first
 * call gives it its id and its transport. NULL for datagrams.
 */
struct connection *connection_of_message(struct connection_table *table,
                                         const struct packet_message *packet, uint32_t frame,
                                         int64_t time);

/* Gives a TLS connection an id though its SIP cannot be read. */
void connection_list_undecrypted(struct connection_table *table, struct connection *connection);

/*
 * Gives an id to a TCP connection that was aimed at an address of SIP, whatever came of it: opened,
 * refused, unanswered.
 */
void connection_list_attempt(struct connection_table *table, struct connection *connection);

/* Index of the side with this endpoint; 1 if it is neither. */
int connection_side_of(const struct connection *connection, const struct endpoint *endpoint);

/*
 * Index of the side that sent a packet. An SCTP side may use several addresses: there the tag of the
 * packet tells; NULL if the packet has none.
 */
int connection_side_of_tag(const struct connection *connection, const struct endpoint *src,
                           const uint32_t *tag);
/* The same for the packet of a message. */
int connection_side_of_packet(const struct connection *connection,
                              const struct packet_message *packet);

/*
 * Weak and medium evidence (catalogue A.2): side is the sender of a SIP request; advertised tells for
 * each side whether its address was advertised or its port is a well-known one.
 */
void connection_infer_opener(struct connection_table *table, struct connection *connection,
                             int side, const bool advertised[2]);

/*
 * Strong evidence like the ClientHello: that side sent the ServerHello of the first handshake, so the
 * other one is the opener.
 */
void connection_answers(struct connection *connection, int side);

/*
 * Counts a distinct request (transaction) begun by a side; a lone ACK is counted apart. call_id: of
 * the request, it tells whether a connection is kept for one dialog or for many.
 */
void connection_count_request(struct connection *connection, int side, bool ack,
                              struct slice call_id);

/* Notes a SIP message on the connection: how long it had been silent before. */
void connection_note_message(struct connection *connection, uint32_t frame, int64_t time);

/* Direction of what that side sends. */
enum direction connection_direction(const struct connection *connection, int side);

/* A port where SIP, SIPS or WebSocket servers listen by default. */
bool connection_port_is_well_known(uint16_t port);

enum connection_state {
    CONNECTION_STATE_UNKNOWN,
    CONNECTION_STATE_OPEN,        /* presumed: no close seen */
    CONNECTION_STATE_HALF_CLOSED, /* the client closed its sending side only */
    CONNECTION_STATE_CLOSED,
};

/*
 * state(C, t) of the catalogue A.2, for the server that owes an answer to the client side x, at the
 * packet being analysed. Proof that it was open comes later, see connection_watch().
 */
enum connection_state connection_state(const struct connection *connection, int client_side);

/* One side may close for sending only: not so in SCTP (RFC 9260 9). */
bool connection_can_half_close(const struct connection *connection);

/*
 * From SYN to the ACK that ends the handshake, nanoseconds; a generous guess if that was not seen.
 * What is sent within it of a close may have crossed the close.
 */
int64_t connection_round_trip(const struct connection *connection);

/* Nothing was sent on it before the file began: its SYN or its first TLS handshake is there. */
bool connection_start_seen(const struct connection *connection);

/* It ended by failure: a fatal TLS alert, or a ping without pong (RFC 5626 4.4.1). */
bool connection_has_failed(const struct connection *connection, int64_t time);

/* A request on the connection is owed an answer; and no more. */
void connection_pend(struct connection *connection, struct hop *hop);
void connection_settle(struct hop *hop);

/* Remembers what is to be judged when a packet of that side proves that the connection is open. */
void connection_watch(struct connection *connection, const struct connection_watch *watch);

#endif
