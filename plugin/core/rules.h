/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_RULES_H
#define SIPCONN_RULES_H

#include <stdbool.h>

/* What a finding weighs; the order is that of Wireshark's expert severities. */
enum severity {
    SEVERITY_CHAT,  /* fact for context */
    SEVERITY_NOTE,  /* deviation without shown harm, or practice */
    SEVERITY_WARN,  /* MUST broken but presumed, or SHOULD broken with likely harm */
    SEVERITY_ERROR, /* MUST broken, proven on the wire, with functional or security effect */
    SEVERITY_COUNT,
};

enum rule_group {
    RULE_GROUP_SEQUENCE,
    RULE_GROUP_PROTOCOL,
    RULE_GROUP_SECURITY,
};

/* The rules in the order of the catalogue: response routing, received and rport, Via and placement
 * of requests, ACK and CANCEL, framing and transport errors, connections, aliases and reuse,
 * WebSocket. */
enum rule_id {
    RULE_RESP_WRONG_TRANSPORT,
    RULE_RESP_OTHER_CONNECTION,
    RULE_RESP_NEW_CONNECTION_AFTER_CLOSE,
    RULE_RESP_STREAM_TO_RPORT,
    RULE_RESP_WRONG_DESTINATION,
    RULE_RESP_RPORT_IGNORED,
    RULE_RESP_RPORT_UNSUPPORTED,
    RULE_RESP_RECEIVED_IGNORED,
    RULE_RESP_SYMMETRIC_UNREQUESTED,
    RULE_RESP_MADDR_IGNORED,
    RULE_RESP_WRONG_SOURCE,
    RULE_RESP_SOURCE_DIFFERS,
    RULE_RESP_SPLIT_ROUTE,
    RULE_RESP_MISROUTE_HARM,
    RULE_RESP_LATE,
    RULE_RESP_UNMATCHED,
    RULE_RESP_OWN_VIA_MISMATCH,

    RULE_RECEIVED_MISSING,
    RULE_RECEIVED_MISSING_RPORT,
    RULE_RECEIVED_WRONG,
    RULE_RECEIVED_SYNTAX,
    RULE_RPORT_NOT_FILLED,
    RULE_RPORT_WRONG,
    RULE_RPORT_ADDED_UNREQUESTED,
    RULE_RPORT_VALUE_IN_REQUEST,
    RULE_RECEIVED_IN_REQUEST,
    RULE_RPORT_MISSING_NAT,
    RULE_SENTBY_PORT_NOT_SOURCE,
    RULE_CLIENT_NOT_LISTENING,
    RULE_NAT_DETECTED,
    RULE_NAT_MAPPING_CHANGED,
    RULE_MULTIHOMED_SERVER,
    RULE_INVITE_BINDING_REFRESH,

    RULE_VIA_MODIFIED,
    RULE_VIA_STACK_CHANGED,
    RULE_VIA_EXTRA_AT_UAC,
    RULE_VIA_TRANSPORT_MISMATCH,
    RULE_BRANCH_MISSING_COOKIE,
    RULE_BRANCH_REUSE,
    RULE_ACK_2XX_SAME_BRANCH,
    RULE_REQUEST_MOVED,
    RULE_VIA_SENTBY_UNRESOLVABLE,
    RULE_ADVERTISED_PRIVATE_ADDRESS,

    RULE_ACK_OTHER_DESTINATION,
    RULE_ACK_OTHER_CONNECTION,
    RULE_ACK_VIA_DIFFERS,
    RULE_ACK_MISSING,
    RULE_CANCEL_OTHER_DESTINATION,
    RULE_CANCEL_OTHER_CONNECTION,
    RULE_CANCEL_VIA_DIFFERS,
    RULE_CANCEL_BEFORE_PROVISIONAL,

    RULE_CONTENT_LENGTH_MISSING,
    RULE_CONTENT_LENGTH_MISMATCH,
    RULE_UDP_REQUEST_TOO_BIG,
    RULE_UDP_FRAGMENTED,
    RULE_SIPS_NOT_TLS,
    RULE_ICMP_REQUEST,
    RULE_ICMP_RESPONSE,
    RULE_RETRANSMIT_ON_STREAM,
    RULE_SCTP_PPID,
    RULE_SCTP_UNORDERED_TLS,
    RULE_NIT_PROVISIONAL,
    RULE_NIT_100_EARLY,
    RULE_NIT_408,

    RULE_CONN_NEW_THOUGH_OPEN,
    RULE_CONN_CLOSED_PENDING,
    RULE_CONN_CLOSED_EARLY,
    RULE_CONN_PER_TRANSACTION,
    RULE_CONN_CUT_MESSAGE,
    RULE_CONN_ADVERTISED_REFUSED,
    RULE_CONN_REQUEST_REFUSED,
    RULE_CONN_UDP_PORT_NO_TCP,

    RULE_ALIAS_UDP,
    RULE_ALIAS_NON_TLS,
    RULE_ALIAS_SYNTAX,
    RULE_ALIAS_NO_CLIENT_CERT,
    RULE_ALIAS_SERVER_NO_CERT_REQUEST,
    RULE_ALIAS_SENTBY_NOT_IN_CERT,
    RULE_REUSE_NO_ALIAS,
    RULE_REUSE_NO_TLS,
    RULE_REUSE_NO_CLIENT_CERT,
    RULE_REUSE_IDENTITY_MISMATCH,
    RULE_REUSE_ADDRESS_MISMATCH,
    RULE_ALIAS_NOT_USED,
    RULE_ALIAS_REFUSED,
    RULE_ALIAS_DEFAULT_PORT_CLOSED,
    RULE_ALIAS_NOT_KEPT,
    RULE_ALIAS_STALE,
    RULE_TLS_REQUEST_AFTER_CLOSE_NOTIFY,
    RULE_ALIAS_CROSS_DOMAIN,
    RULE_TLS_SERVER_IDENTITY_MISMATCH,
    RULE_CERT_WILDCARD,

    RULE_WS_BACKWARD_CONNECT,
    RULE_WS_SUBPROTOCOL,
    RULE_WS_MULTIPLE_MESSAGES,
    RULE_WS_SENTBY_INVALID,

    RULE_COUNT,
};

/* What the user wants done with the findings of a rule. */
enum rule_action {
    RULE_ACTION_NONE, /* report them as the catalogue says */
    RULE_ACTION_SILENCE,
    RULE_ACTION_CHAT, /* report them, but as this severity */
    RULE_ACTION_NOTE,
    RULE_ACTION_WARN,
    RULE_ACTION_ERROR,
};

/* One row of the rule table, the only place where a rule is described. */
struct rule {
    const char *id;      /* "resp-wrong-transport" */
    const char *section; /* of the catalogue: "C1" */
    enum rule_group group;
    enum severity severity; /* the highest the rule reports */
    unsigned severities; /* bit (1u << severity) for each that it reports, presumed ones included */
    unsigned presumed;   /* bit (1u << severity) for each that it reports as presumed */
    const char *clause;  /* "RFC 3261 18.2.2 b1" */
    const char *title;   /* what is wrong, a few words: heading of a report, expert summary */
    /*
     * The sentence of a finding. {name} is replaced by the value given for name; [text] is kept only
     * if every {name} in it has a value. See rule_text_format().
     */
    const char *message;
    const char *meaning;     /* what happened and why it matters, for --explain and the reference */
    const char *false_alarm; /* why it may be a false alarm */
    const char *remedy;      /* how to fix it */
};

/* The row of a rule; never NULL for id < RULE_COUNT. */
const struct rule *rule_get(enum rule_id id);

/* A section of the catalogue, as far as it has rules. */
struct rule_chapter {
    const char *section; /* struct rule's section: "C1" */
    const char *name;    /* one word: "routing" */
    const char *title;   /* "Response routing" */
};
#define RULE_CHAPTER_COUNT 8
extern const struct rule_chapter rule_chapters[RULE_CHAPTER_COUNT];

/* "error" "warn" "note" "chat" */
const char *severity_name(enum severity severity);

/* A named value for a rule's message; value NULL = not known. */
struct rule_arg {
    const char *name;
    const char *value;
};

/*
 * The finding's sentence: message with the values filled in, g_free()able. A {name} outside [ ]
 * without a value becomes "?". args ends with a name of NULL.
 */
char *rule_text_format(const char *message, const struct rule_arg *args);

#endif
