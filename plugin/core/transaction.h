/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_TRANSACTION_H
#define SIPCONN_TRANSACTION_H

#include "analysis.h"
#include "arena.h"
#include "connection.h"
#include "finding.h"

/*
 * Transactions and their hop observations (catalogue A.1, A.5, A.6, A.9): one transaction instance
 * per key and window; one hop for each flow on which its request was seen.
 */

/* Why a transaction has one more hop. */
enum hop_kind {
    HOP_FIRST,
    HOP_TRANSLATED,  /* a copy on the other side of a NAT or load balancer */
    HOP_REBOUND,     /* same client address, new source port */
    HOP_MOVED,       /* same client, other destination */
    HOP_RECONNECTED, /* same addresses, new connection */
    HOP_OTHER,
};

/* A response (with its retransmissions) as remembered by its hop. */
struct hop_response {
    const struct message_record *record; /* where it was seen first */
    uint64_t tag;                        /* hash of the To tag */
    uint64_t text_hash;                  /* of the whole message: tells retransmissions */
    uint16_t repeats;
    bool misrouted; /* an error or warn of response routing is about it */
    bool harm_reported;
};

/* Responses of a hop that are remembered; further ones replace the last. */
#define HOP_RESPONSES_MAX 12
/* Hops of a transaction that are kept apart; further flows count as the last. */
#define TRANSACTION_HOPS_MAX 16

struct hop {
    struct transaction *transaction;
    struct hop *next; /* in order of appearance */
    enum hop_kind kind : 8;
    enum transport transport : 8;
    enum verdict route_class : 8; /* see route_response */
    bool has_mac;
    uint8_t mac_dst[6];
    int client_side;                  /* of connection: who sent the request */
    struct connection *connection;    /* NULL for datagrams */
    struct registration *registering; /* what a REGISTER asks for until it is answered, or NULL */
    GList *pending_link;              /* in the connection's list of requests owed an answer */
    struct endpoint src, dst;         /* obs and srv of the catalogue */
    struct message_record *first_request, *last_request; /* the request's transmissions */
    int64_t previous_time;                               /* of the one before the last, 0 = none */
    uint32_t transmissions;
    unsigned via_count;   /* 0: unknown, the header part was cut */
    const char *via_text; /* top Via of the request */
    /* That of the last response that left it as it must be, and taught the vantage; NULL: none. */
    const char *returned_via;
    uint64_t *lower_vias; /* hashes of protocol, sent-by and branch, via_count - 1 of them */
    uint64_t fingerprint; /* of what no NAT or ALG rewrites */

    struct hop_response *responses;
    unsigned response_count;  /* entries of responses */
    uint32_t responses_total; /* messages, duplicates not counted */
    /* The last response, and the last provisional one, that took a right route; 0 = none. */
    int64_t good_response_time;
    int64_t good_provisional_time;
    struct message_record *early_cancel; /* CANCEL sent before any response; NULL once reported */
    /* The first response judged, for resp-split-route; NULL: none yet. */
    const struct message_record *route_response;
    /* A private address that the client advertises; header NULL: none. */
    const char *advertised_header;
    const char *advertised_uri;
    uint32_t good_provisional_frame;
};

/* A response seen before its request: perhaps only a little earlier, by another clock. */
struct early_response {
    struct early_response *next;
    struct message_record *record;
    struct connection *connection;
    uint64_t text_hash, tag; /* as in struct hop_response */
};

struct transaction {
    uint32_t number;
    uint32_t cseq; /* a part of the key */
    const char
        *method; /* interned, upper case as written; of the transaction (ACK: own instance) */
    struct transaction *older;     /* same key: another sent-by, or before the key was used again */
    struct transaction *same_cseq; /* same Call-ID, CSeq and method, other branch: seen before */
    struct hop *hops;
    struct hop *last_hop;
    uint32_t final_frame;
    /* Key: slices into memory of the table. */
    guint key_hash, cseq_hash, branch_hash; /* of key, Call-ID with CSeq and method, branch */
    struct slice branch;                    /* with cookie; else the RFC 2543 key text */
    struct slice call_id;
    struct slice sent_by; /* host and port, lower case */
    uint64_t request_uri_hash;

    bool has_cookie;
    bool ambiguous; /* found by an RFC 2543 key that more than one transaction has */
    bool is_invite, is_ack, is_cancel;
    bool orphan;          /* made for responses whose request is not in the file */
    bool has_provisional; /* any 1xx */
    bool accepted;        /* an INVITE got a 2xx */
    bool fallback_tried;  /* a response went elsewhere than the undelivered one */
    bool closed_by_client;
    bool acknowledged; /* some ACK has its branch, whatever its To tag says */
    uint8_t hop_count, early_count;
    uint16_t final_status;
    struct early_response *early; /* those of an orphan, latest first */

    int64_t first_time, last_request_time;
    int64_t last_provisional_time; /* of a 101–199, 0 = none */
    int64_t last_response_time;    /* 0 = none */
    int64_t final_time;            /* of the first final response, 0 = none */
    int64_t cancel_ok_time;        /* 200 to the CANCEL of this INVITE, 0 = none */
    struct transaction *cancels;   /* CANCEL: the transaction it cancels */
    const struct message_record *ack,
        *last_ack; /* for a non-2xx: the first and the latest or NULL */
    /* The first response that ICMP said is lost, or NULL: RFC 3263 5 then allows other places. */
    const struct message_record *undelivered;
    /* Its connection was closed while it was pending: the finding, and who closed. */
    struct finding *closed_pending;
    const struct connection *closed_connection;
    struct finding_list findings;
};

struct transaction_table;

/* The transaction of that number; NULL for 0. */
struct transaction *transaction_by_number(const struct transaction_table *table, uint32_t number);

struct transaction_table *transaction_table_new(const struct analysis_config *config);
void transaction_table_free(struct transaction_table *table);
/* Transactions with a request in the file; an ACK for a 2xx is none. */
uint32_t transaction_table_count(const struct transaction_table *table);

/* 64·T1. */
int64_t transaction_timeout(const struct analysis_config *config);

/* Hash of what a NAT, ALG or load balancer leaves alone: tells a translated copy from a new sending. */
uint64_t message_fingerprint(const struct message *message);

/* What transaction_request() made of a request. */
struct request_match {
    struct transaction *transaction; /* NULL: no key (no Via, Call-ID or CSeq) */
    struct hop *hop;
    bool new_transaction;
    bool new_hop;
    bool retransmission;        /* seen before on this flow */
    struct transaction *reused; /* an ended instance with the same key and sent-by, or NULL */
};

/*
 * Files a request (not an ACK for a non-2xx response, see transaction_acknowledged()) under its
 * transaction and hop, by A.5 and A.6. record: its own record, kept in the hop.
 */
struct request_match transaction_request(struct transaction_table *table,
                                         const struct message *message,
                                         const struct packet_message *packet,
                                         struct connection *connection,
                                         struct message_record *record);

/*
 * The INVITE transaction that an ACK carries the branch of, or NULL: then the ACK is for a 2xx (or
 * its INVITE is not in the file).
 */
struct transaction *transaction_acknowledged(struct transaction_table *table,
                                             const struct message *ack);

/*
 * The INVITE transaction on the same flow, refused by a response with the ACK's To tag, whose branch
 * the ACK should have (17.1.1.3) but has not; or NULL.
 */
struct transaction *transaction_acknowledged_otherwise(struct transaction_table *table,
                                                       const struct message *ack,
                                                       const struct message_record *record);

/* The transaction a CANCEL is for (same branch, Call-ID and CSeq number, another method), or NULL. */
struct transaction *transaction_cancelled(struct transaction_table *table,
                                          const struct message *cancel);

/* A later transaction has the same Call-ID, CSeq and method: the request was sent anew (3263 4.3). */
bool transaction_tried_again(const struct transaction_table *table,
                             const struct transaction *transaction);

/* The transaction of a message quoted in an ICMP error, or NULL. */
struct transaction *transaction_quoted(struct transaction_table *table,
                                       const struct message *quoted);

/* What transaction_response() found. */
struct response_match {
    struct hop *hop; /* NULL: unmatched */
    int score;
    bool
        weak; /* by flow, Call-ID and CSeq, or by flow and branch: the response changed a key part */
};

struct response_match transaction_response(struct transaction_table *table,
                                           const struct message *message,
                                           const struct packet_message *packet,
                                           const struct connection *connection, int64_t time);

/* Keeps a response of an orphan in arena, should its request come within the clock skew. */
void transaction_keep_early(struct transaction *orphan, struct arena *arena,
                            const struct early_response *response);

/* Forgets the responses kept. */
void transaction_drop_early(struct transaction *transaction);

/* The instance (made if needed) under which responses without request are gathered; NULL: no key. */
struct transaction *transaction_orphan(struct transaction_table *table,
                                       const struct message *response, int64_t time);

/*
 * The transaction whose request a proxy forwarded: the one with this lower Via's branch and sent-by,
 * and the Call-ID and CSeq of the forwarded request. NULL if it is not in the file.
 */
struct transaction *transaction_forwarded(struct transaction_table *table,
                                          const struct message *message, const struct via *lower);

/* Follows the life of the transaction for its windows (A.9). */
void transaction_note_response(struct transaction *transaction, unsigned status, uint32_t frame,
                               int64_t time);

/* An answer is still owed at that time (catalogue A.9, column Pending). */
bool transaction_pending(const struct transaction *transaction,
                         const struct analysis_config *config, int64_t time);

/* From this time on a request with the same key is a new transaction (A.9, last column). */
int64_t transaction_reusable_from(const struct transaction *transaction,
                                  const struct analysis_config *config);

/*
 * The remembered response equal to this one (a retransmission), or NULL; and remembering a new one, in
 * memory of arena.
 */
struct hop_response *hop_response_find(struct hop *hop, unsigned status, uint64_t text_hash);
struct hop_response *hop_response_add(struct hop *hop, struct arena *arena,
                                      const struct hop_response *response);

/* Sent on the same flow, in the other direction: from srv to obs, or on the same connection. */
bool hop_is_reverse(const struct hop *hop, const struct packet_message *packet,
                    const struct connection *connection);

/* Hash of protocol, sent-by and branch of a Via: tells whether a lower Via is still the same. */
uint64_t via_identity(const struct via *via);

/*
 * Uses of one branch by one client (RFC 3261 8.1.1.7 wants it unique).
 */
struct branch_use {
    struct transaction *latest;
    struct finding_list findings;
};

/*
 * Files a new transaction under its branch and sent-by. Returns the use if another transaction had
 * the same, with *before set to the latest of them; else NULL.
 */
struct branch_use *transaction_branch_use(struct transaction_table *table,
                                          struct transaction *transaction,
                                          struct transaction **before);

#endif
