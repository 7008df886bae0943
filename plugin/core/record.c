/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record.h"

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[VERDICT_COUNT] = {
        [VERDICT_SYMMETRIC_RPORT] = "symmetric-rport",
        [VERDICT_RPORT_AS_SENT] = "rport-as-sent",
        [VERDICT_SYMMETRIC_UNREQUESTED] = "symmetric-unrequested",
        [VERDICT_VIA_RECEIVED_PORT] = "via-received-port",
        [VERDICT_VIA_SENT_BY] = "via-sent-by",
        [VERDICT_MADDR] = "maddr",
        [VERDICT_SAME_CONNECTION] = "same-connection",
        [VERDICT_NEW_CONNECTION_AFTER_CLOSE] = "new-connection-after-close",
        [VERDICT_NEW_CONNECTION_WHILE_OPEN] = "new-connection-while-open",
        [VERDICT_OTHER_CONNECTION_WHILE_OPEN] = "other-connection-while-open",
        [VERDICT_OTHER_CONNECTION_UNKNOWN] = "other-connection-unknown",
        [VERDICT_WRONG_TRANSPORT] = "wrong-transport",
        [VERDICT_WRONG_SOURCE] = "wrong-source",
        [VERDICT_WRONG_DESTINATION] = "wrong-destination",
        [VERDICT_UNMATCHED] = "unmatched",
    };

    return verdict < VERDICT_COUNT ? names[verdict] : NULL;
}

const char *evidence_name(enum evidence evidence)
{
    static const char *const names[] = {
        [EVIDENCE_UNKNOWN] = "unknown", [EVIDENCE_WEAK] = "weak",
        [EVIDENCE_MEDIUM] = "medium",   [EVIDENCE_STRONG] = "strong",
        [EVIDENCE_CERTAIN] = "certain",
    };

    return names[evidence];
}

const char *direction_name(enum direction direction)
{
    static const char *const names[] = {
        [DIRECTION_NONE] = NULL,
        [DIRECTION_FORWARD] = "forward",
        [DIRECTION_BACKWARD] = "backward",
        [DIRECTION_UNKNOWN] = "unknown",
    };

    return names[direction];
}

const char *request_use_name(enum request_use use)
{
    static const char *const names[] = {
        [USE_NONE] = NULL,
        [USE_FIRST] = "first",
        [USE_PERSISTENT] = "persistent",
        [USE_REUSE] = "reuse",
    };

    return names[use];
}

const char *reuse_basis_name(enum reuse_basis basis)
{
    static const char *const names[] = {
        [BASIS_NONE] = NULL,
        [BASIS_WEBSOCKET] = "rfc7118-websocket",
        [BASIS_OUTBOUND] = "rfc5626-outbound",
        [BASIS_ALIAS] = "rfc5923-alias",
        [BASIS_INDEX] = "rfc3261-index",
        [BASIS_REGISTERED_FLOW] = "registered-flow",
        [BASIS_ALIAS_UNVERIFIED] = "rfc5923-alias (unverified)",
        [BASIS_UNDETERMINED] = "undetermined",
        [BASIS_ALIAS_MISMATCH] = "rfc5923-alias (identity-mismatch)",
        [BASIS_UNAUTHORISED] = "rfc5923-unauthorised",
    };

    return names[basis];
}

const char *client_certificate_name(enum client_certificate certificate)
{
    static const char *const names[] = {
        [CERTIFICATE_NOT_APPLICABLE] = NULL,
        [CERTIFICATE_UNKNOWN] = "unknown",
        [CERTIFICATE_NONE] = "none",
        [CERTIFICATE_PRESENTED] = "presented",
    };

    return names[certificate];
}

const char *connection_class_name(unsigned index)
{
    static const char *const names[CONNECTION_CLASS_COUNT] = {
        "idle", "single-transaction", "persistent", "reuse", "response-delivery",
    };

    return index < CONNECTION_CLASS_COUNT ? names[index] : NULL;
}

const char *connection_close_name(enum connection_close close)
{
    static const char *const names[] = {
        [CLOSE_NONE] = NULL,     [CLOSE_FIN] = "fin",
        [CLOSE_RST] = "rst",     [CLOSE_NOTIFY] = "close-notify",
        [CLOSE_WS] = "ws-close", [CLOSE_REOPENED] = "reopened",
    };

    return names[close];
}

const char *connection_event_name(enum connection_event_kind kind)
{
    static const char *const names[] = {
        [EVENT_SYN] = "syn",           [EVENT_FIN] = "fin",
        [EVENT_RST] = "rst",           [EVENT_CLOSE_NOTIFY] = "close-notify",
        [EVENT_WS_CLOSE] = "ws-close", [EVENT_GAP] = "gap",
    };

    return names[kind];
}

bool destination_equal(const struct destination *a, const struct destination *b)
{
    return a->is_stream == b->is_stream &&
           (a->is_stream ? a->stream == b->stream : endpoint_equal(&a->endpoint, &b->endpoint));
}

const char *destination_format(const struct destination *destination,
                               char buffer[ENDPOINT_TEXT_SIZE])
{
    if (!destination->is_stream) {
        return endpoint_format(&destination->endpoint, buffer);
    }
    if (destination->stream < 0) {
        return "sctp association";
    }
    g_snprintf(buffer, ENDPOINT_TEXT_SIZE, "tcp stream %" G_GINT64_FORMAT, destination->stream);
    return buffer;
}
