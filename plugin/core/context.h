/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_CONTEXT_H
#define SIPCONN_CONTEXT_H

/* The inside of an analysis, shared by the facade and the rules. */

#include "advertised.h"
#include "alias.h"
#include "analysis.h"
#include "arena.h"
#include "connection.h"
#include "deadline.h"
#include "duplicate.h"
#include "finding.h"
#include "mapping.h"
#include "names.h"
#include "peer.h"
#include "route.h"
#include "transaction.h"
#include "vantage.h"

struct analysis {
    struct analysis_config config;
    struct connection_table *connections;
    struct transaction_table *transactions;
    struct duplicate_filter *duplicates;
    struct vantage_table *vantages;
    struct name_table *names;
    struct advertised_table *advertised;
    struct advertised_table *websocket_clients; /* what they advertise; nobody listens there */
    struct mapping_table *mappings;
    struct alias_table *aliases;
    struct tls_session_table *sessions;
    struct peer_table *peers;
    GPtrArray *no_identities; /* of a client that presented no certificate */
    struct deadline_queue *deadlines;
    struct finding_log *log;
    GHashTable *misrouted_calls; /* Call-ID -> struct hop: stream transactions answered elsewhere */
    GHashTable *fragments;       /* struct fragment_wait */
    GHashTable *flows;           /* struct flow: the last message each way, for ICMP errors */
    GHashTable *udp_servers;     /* struct udp_server */

    GStringChunk *strings; /* of records */
    GStringChunk *scratch; /* of this frame: texts for findings */
    struct arena *arena;   /* of records */
    GPtrArray *messages;   /* struct message_record * */
    GPtrArray *frames;     /* struct frame_record *, in file order */
    GPtrArray *notes;      /* char *, owned */
    uint32_t sip_messages;
    uint32_t frame_count;
    int64_t first_time, last_time;
    bool tls_seen; /* SIP over TLS is in the file: a plain leg may belong to a TLS terminator */
    uint32_t undecrypted; /* TLS connections on SIP ports whose SIP could not be read so far */
    bool packets_cut;     /* SIP may have been in what was not captured of them */

    /* The frame being analysed. */
    uint32_t frame;
    int64_t time;
    struct message message; /* the message being analysed; big, hence kept here */
    GPtrArray *frame_messages;
    bool frame_touched;     /* something was put into it */
    GArray *frame_segments; /* struct packet_tcp with a close, judged at the end of the frame */
    GArray *frame_ends;     /* struct packet_sctp_end, likewise */
    const struct connection_record *connection_event;
};

/* ---- texts for findings: valid until the next frame ---------------------------------------- */

/*
 * Those that put what a packet says into words mark it if the user wants that (mark_values): use them
 * for every such value, and text_printf() only for what is ours or marked already.
 */
const char *text_printf(struct analysis *analysis, const char *format, ...) G_GNUC_PRINTF(2, 3);
const char *text_slice(struct analysis *analysis, struct slice slice);
/* The same for a value kept as a string; NULL stays NULL. */
const char *text_value(struct analysis *analysis, const char *value);
/* The transport token of a Via; one that is none of ours may be anything and counts as a value. */
const char *text_transport(struct analysis *analysis, const struct via *via);
/* A method; one that no RFC defines counts as a value. */
const char *text_method(struct analysis *analysis, const char *method);
/* The value of rport; one that is no number counts as a value. */
const char *text_rport(struct analysis *analysis, const struct via *via);
const char *text_endpoint(struct analysis *analysis, const struct endpoint *endpoint);
const char *text_ip(struct analysis *analysis, const struct ip_address *ip);
/* Nanoseconds as seconds with as many decimals as tell something: "32", "0.4", "0.012". */
const char *text_seconds(struct analysis *analysis, int64_t nanoseconds);
/* The same for a silence; NULL if it is shorter than what the user calls idle. */
const char *text_idle(struct analysis *analysis, int64_t nanoseconds);
/* sent-by as written: host[:port]. */
const char *text_sent_by(struct analysis *analysis, const struct via *via);
/* The legal destinations of a route: "192.0.2.1:9988 or tcp stream 4"; "?" if there is none. */
const char *text_expected(struct analysis *analysis, const struct destination *expected,
                          unsigned count);
/* Identities of a certificate, "a, b"; "none" for an empty or unknown list. */
const char *text_identities(struct analysis *analysis, const GPtrArray *identities);
/* A name that is kept once and lives as long as the analysis. */
const char *text_interned(struct analysis *analysis, struct slice slice);

/* ---- what the user told -------------------------------------------------------------------- */

/* The address belongs to a NAT or load balancer of the user's; kinds: bits of middlebox_kind. */
bool is_middlebox(const struct analysis *analysis, unsigned kinds, const struct ip_address *ip);

/* ---- what the rules look at ---------------------------------------------------------------- */

/* A response and the request transmission that it answers. */
struct exchange {
    struct analysis *analysis;
    const struct message *message; /* NULL: judged later, only the top Via is known */
    const struct packet_message *packet;
    struct message_record *response;
    struct transaction *transaction;
    struct hop *hop;
    const struct via *v; /* top Via of the request */
    const struct via *w; /* top Via of the response */
    struct route route;
    bool weak;       /* matched although the response changed a part of the key */
    bool first;      /* not a retransmission of a response seen before */
    bool same_via;   /* the top Via is hop->returned_via: what it tells is known */
    bool translated; /* a copy from the other side of a NAT: its Via may be rewritten */
    bool misrouted;  /* set by the routing rules: an error or warn of theirs is about it */
    struct hop_response *remembered;
    char code[6]; /* status as text, for findings */
};

/*
 * Where a finding about the response stands: its index in this frame; -1 if it was seen earlier, before
 * its request.
 */
int32_t exchange_index(const struct exchange *exchange);

/* A request as filed. */
struct sending {
    struct analysis *analysis;
    const struct message *message;
    const struct packet_message *packet;
    struct message_record *request;
    struct request_match match;
    struct transaction *transaction; /* = match.transaction, never NULL */
    struct hop *hop;
    const struct via *v;
};

/* Files and judges the message in analysis->message. */
void exchange_message(struct analysis *analysis, const struct packet_message *packet);

/* Takes a withdrawn finding off the frame that shows it. */
void frame_withdraw_marks(struct analysis *analysis, uint32_t frame, const struct finding *finding);

/* The last SIP message from src to dst over UDP or TCP, NULL if none. */
void flow_table_enter(struct analysis *analysis, struct message_record *record);
const struct message_record *flow_table_find(const struct analysis *analysis,
                                             const struct endpoint *src,
                                             const struct endpoint *dst);
GHashTable *flow_table_new(void);

/* Hosts that answered SIP over UDP: frame of the first answer (0 = none) and usual TTL. */
void udp_server_enter(struct analysis *analysis, const struct endpoint *server, uint8_t ttl);
uint32_t udp_server_find(const struct analysis *analysis, const struct endpoint *server,
                         uint8_t *ttl);
GHashTable *udp_server_table_new(void);

/* Enters the addresses that a message advertises. */
void advertise_request(const struct sending *sending);
void advertise_response(const struct exchange *exchange);

/* Follows registrations and outbound dialogs. */
void register_request(const struct sending *sending);
void register_response(struct exchange *exchange);

/* ---- reporting ------------------------------------------------------------------------------ */

#define RULE_ARGS(...) ((const struct rule_arg[]){__VA_ARGS__, {NULL, NULL}})
#define RELATED(...) ((const uint32_t[]){__VA_ARGS__, 0})

/*
 * Reports a finding about a transaction (or another subject) at this frame. message: index in the
 * frame or -1. Nothing is reported for a transaction that was matched ambiguously (gate g4).
 */
struct finding *rule_report(struct analysis *analysis, struct transaction *transaction,
                            const struct connection *connection, enum rule_id rule,
                            enum severity severity, bool presumed, int32_t message,
                            const uint32_t *related, const struct rule_arg *args);

/* The same about any other subject, which has its own list. */
struct finding *rule_report_on(struct analysis *analysis, struct finding_list *list,
                               const struct transaction *transaction,
                               const struct connection *connection, enum rule_id rule,
                               enum severity severity, bool presumed, int32_t message,
                               const uint32_t *related, const struct rule_arg *args);

/* Parses a Via text kept in a hop or record. */
bool via_of_text(const char *text, struct via *via);

/* ---- the rules, by the groups of the catalogue ---------------------------------------------- */

/* C1 response routing; sets exchange->misrouted. */
void rules_routing_response(struct exchange *exchange);
void rules_routing_split(struct exchange *exchange);
void rules_routing_unmatched(struct analysis *analysis, struct transaction *orphan,
                             const struct message *message, const struct packet_message *packet,
                             struct message_record *response);
/* A packet of the client proved that the request's connection was open when a response went elsewhere. */
void rules_routing_proven_open(struct analysis *analysis, const struct connection_watch *watch);
/* Harm of misrouted responses. */
void rules_harm_request(const struct sending *sending);
void rules_harm_response(struct exchange *exchange);
void rules_harm_error(struct analysis *analysis, struct hop *hop, struct hop_response *response);

/* C2 received and rport. */
void rules_received_response(struct exchange *exchange);
void rules_received_request(const struct sending *sending);
void rules_received_forwarded(const struct sending *sending);
void rules_received_error(struct analysis *analysis, struct hop *hop,
                          const struct hop_response *response, const struct packet_icmp *icmp);
void rules_received_refused(struct analysis *analysis, const struct connection *refused,
                            uint8_t ttl);

/* C3 Via, branch, request placement. */
void rules_via_response(struct exchange *exchange);
void rules_via_request(const struct sending *sending);
void rules_via_advertised_request(struct exchange *exchange);
void rules_via_advertised_unanswered(struct analysis *analysis, const struct deadline *deadline);
void rules_via_advertised_response(struct exchange *exchange);

/* C4 ACK and CANCEL. */
/* True if the ACK is part of the INVITE transaction; false if it is one for a 2xx. */
bool rules_ack(struct analysis *analysis, struct transaction *invite, const struct message *ack,
               struct connection *connection, struct message_record *record);
void rules_ack_expected(struct exchange *exchange);
void rules_ack_deadline(struct analysis *analysis, enum deadline_kind kind,
                        const struct deadline *deadline);
void rules_cancel(const struct sending *sending);
void rules_cancel_answered(struct exchange *exchange);

/* C5 connections. */
void rules_connection_request(const struct sending *sending);
void rules_connection_response(struct exchange *exchange);
/* A pending transaction whose connection was closed goes on: repeated or cancelled elsewhere. */
void rules_connection_resumed(const struct sending *sending);
/* A large request over UDP may be the retry of a refused connection. */
void rules_connection_retried(const struct sending *sending);
void rules_connection_syn(struct analysis *analysis, struct connection *connection);
void rules_connection_refused(struct analysis *analysis, struct connection *connection,
                              const char *how, uint8_t ttl, bool by_target);
/* The connection closed, whether it carries SIP or not. */
void rules_connection_gone(struct analysis *analysis, struct connection *connection);
/* side closed the connection (again): close tells how; first: it was open before. */
void rules_connection_closed(struct analysis *analysis, struct connection *connection, int side,
                             enum connection_close close, bool first);
/* A packet proved that E was open when a request went on another new connection. */
void rules_connection_proven_open(struct analysis *analysis, struct connection *open,
                                  const struct connection_watch *watch);

/* C6 aliases and reuse; sets use and basis of the request. */
void rules_alias_request(const struct sending *sending);
void rules_alias_closed(struct analysis *analysis, struct connection *connection, int side,
                        enum connection_close close);
void rules_alias_refused(struct analysis *analysis, const struct connection *refused, uint8_t ttl);
void rules_alias_proven_open(struct analysis *analysis, struct connection *open,
                             const struct connection_watch *watch);
void rules_alias_deadline(struct analysis *analysis, enum deadline_kind kind,
                          const struct deadline *deadline);
void rules_reuse_request(const struct sending *sending);

/* A request on TLS: is the connection still alive, and if it goes backwards, does the alias hold? */
void rules_alias_carried(const struct sending *sending);

/* C9 WebSocket. */
void rules_websocket_message(struct analysis *analysis, struct connection *connection,
                             const struct packet_message *packet,
                             const struct message_record *record);
void rules_websocket_request(const struct sending *sending);
void rules_websocket_response(struct exchange *exchange);
void rules_websocket_syn(struct analysis *analysis, struct connection *connection);

/* C10 framing, size, security, transport errors. */
void rules_framing_message(struct analysis *analysis, const struct message *message,
                           const struct packet_message *packet,
                           const struct message_record *record);
void rules_framing_request(const struct sending *sending);
void rules_framing_response(struct exchange *exchange);
void rules_framing_icmp(struct analysis *analysis, const struct packet_icmp *icmp);
void rules_framing_fallback(struct analysis *analysis, const struct deadline *deadline);

/* Fragments that wait for the rest of their datagram. */
void fragment_wait_begin(struct analysis *analysis, const struct packet_fragment *fragment);
void fragment_wait_end(struct analysis *analysis, const struct packet_message *packet);
void fragment_wait_expired(struct analysis *analysis, const struct deadline *deadline);
GHashTable *fragment_wait_table_new(void);

#endif
