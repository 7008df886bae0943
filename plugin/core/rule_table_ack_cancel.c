/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rule_table.h"

/*
 * Rules on ACK and CANCEL: catalogue section C4, RFC 3261 9.1, 13.2.2.4 and 17.1.1.
 * The order is that of enum rule_id.
 */
#define FIRST RULE_ACK_OTHER_DESTINATION

/* Texts are wrapped by hand: the formatter would tear them apart. */
/* clang-format off */
static const struct rule rows[] = {
    [RULE_ACK_OTHER_DESTINATION - FIRST] = {
        .id = "ack-other-destination",
        .section = "C4",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR,
        .clause = "RFC 3261 17.1.1.2, RFC 3263 4",
        .title = "ACK sent to another place than the INVITE",
        .message =
            "ACK for {code}[ (frame {resp})] went to {dst}[ over {wire}], the INVITE (frame "
            "{req}) to {srv}[ over {wire_q}]; both must go to the same place",
        .meaning =
            "The ACK for a response of 300 and above must go to the same address, port and "
            "transport as the INVITE. Sent elsewhere it does not find the server transaction, and "
            "the response is repeated until it times out.",
        .false_alarm =
            "A stateless load balancer before the capture point may have spread INVITE and ACK.",
        .remedy =
            "Let the client transaction keep the destination of the INVITE and use it for the "
            "ACK, without resolving again.",
    },
    [RULE_ACK_OTHER_CONNECTION - FIRST] = {
        .id = "ack-other-connection",
        .section = "C4",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 3261 18.1.1",
        .title = "ACK on another connection than the INVITE",
        .message =
            "ACK for {code}[ (frame {resp})] went on connection {k}, the INVITE (frame {req}) on "
            "connection {c}, which is still open",
        .meaning =
            "The ACK for a response of 300 and above was sent on another connection although the "
            "one of the INVITE was still open. Using the open connection is recommended; a server "
            "that ties transactions to connections may miss the ACK.",
        .false_alarm =
            "The client may have closed its side already in a way that the capture does not show.",
        .remedy = "Let the client send the ACK on the connection of the INVITE while it is open.",
    },
    [RULE_ACK_VIA_DIFFERS - FIRST] = {
        .id = "ack-via-differs",
        .section = "C4",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR,
        .clause = "RFC 3261 17.1.1.3",
        .title = "Via of the ACK differs from the INVITE",
        .message = "ACK has {a}, the INVITE (frame {req}) had {b}; the Via must be equal",
        .meaning =
            "The ACK for a response of 300 and above must have a single Via, equal to the top Via "
            "of the INVITE. With another one the server does not match it to its transaction and "
            "repeats the response.",
        .false_alarm = "SIP gateways in routers may rewrite Via in one of the two requests.",
        .remedy = "Let the client copy the top Via of the INVITE into the ACK.",
    },
    [RULE_ACK_MISSING - FIRST] = {
        .id = "ack-missing",
        .section = "C4",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN,
        .clause = "RFC 3261 17.1.1.2",
        .title = "No ACK for a negative response",
        .message =
            "No ACK for {code} in frame {resp} (INVITE in frame {req})[ within {dt} s][; the "
            "server repeated it in frame {n}]",
        .meaning =
            "The INVITE got a response of 300 and above on the right route, but no ACK followed. "
            "The server repeats the response until it gives up and keeps the transaction for all "
            "that time.",
        .false_alarm =
            "The ACK may have taken a path that is not captured, or the response was lost behind "
            "the capture point.",
        .remedy =
            "Check that the response reaches the client and that the client transaction sends the "
            "ACK. For streams, the client should reconnect for the ACK if the connection was "
            "closed.",
    },
    [RULE_CANCEL_OTHER_DESTINATION - FIRST] = {
        .id = "cancel-other-destination",
        .section = "C4",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR,
        .clause = "RFC 3261 9.1",
        .title = "CANCEL sent to another place than the INVITE",
        .message =
            "CANCEL went to {dst}[ over {wire}], the INVITE (frame {req}) to {srv}[ over "
            "{wire_q}]: the server at {dst} answers 481",
        .meaning =
            "The CANCEL must go to the same address, port and transport as the request it "
            "cancels. Another server does not know the transaction and answers 481, while the "
            "call goes on ringing.",
        .false_alarm =
            "A stateless load balancer before the capture point may have spread INVITE and CANCEL.",
        .remedy =
            "Let the client keep the destination of the INVITE for the CANCEL, without resolving "
            "again.",
    },
    [RULE_CANCEL_OTHER_CONNECTION - FIRST] = {
        .id = "cancel-other-connection",
        .section = "C4",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 3261 18.1.1",
        .title = "CANCEL on another connection than the INVITE",
        .message =
            "CANCEL went on connection {k}, the INVITE (frame {req}) on connection {c}, which is "
            "still open",
        .meaning =
            "The CANCEL was sent on another connection although the one of the INVITE was still "
            "open. Using the open connection is recommended; behind a load balancer the new "
            "connection may end at another server, which answers 481.",
        .false_alarm =
            "The client may have closed its side already in a way that the capture does not show.",
        .remedy =
            "Let the client send the CANCEL on the connection of the INVITE while it is open.",
    },
    [RULE_CANCEL_VIA_DIFFERS - FIRST] = {
        .id = "cancel-via-differs",
        .section = "C4",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR,
        .clause = "RFC 3261 9.1",
        .title = "Via of the CANCEL differs from the INVITE",
        .message =
            "CANCEL has {a}, the request it cancels (frame {req}) had {b}; the Via must be equal",
        .meaning =
            "A CANCEL must have a single Via that equals the top Via of the request it cancels. "
            "With another one the server does not find the transaction and answers 481, while the "
            "call goes on ringing.",
        .false_alarm = "SIP gateways in routers may rewrite Via in one of the two requests.",
        .remedy = "Let the client copy the top Via of the INVITE into the CANCEL.",
    },
    [RULE_CANCEL_BEFORE_PROVISIONAL - FIRST] = {
        .id = "cancel-before-provisional",
        .section = "C4",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 3261 9.1",
        .title = "CANCEL before any response",
        .message =
            "CANCEL was sent {dt} s after the INVITE (frame {req}), before any response to it",
        .meaning =
            "The CANCEL was sent before any response to the INVITE. The client must wait for a "
            "provisional response, because the CANCEL could overtake the INVITE and would then be "
            "answered with 481.",
        .false_alarm =
            "A response on a path that is not captured, or in a gap of the capture, may have come "
            "earlier.",
        .remedy = "Let the client hold back the CANCEL until the first provisional response.",
    },
};
/* clang-format on */

const struct rule_section rule_section_ack_cancel = {FIRST, G_N_ELEMENTS(rows), rows};
