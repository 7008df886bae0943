/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rule_table.h"

/*
 * Rules on SIP over WebSocket: catalogue section C9, RFC 7118.
 * The order is that of enum rule_id.
 */
#define FIRST RULE_WS_BACKWARD_CONNECT

/* Texts are wrapped by hand: the formatter would tear them apart. */
/* clang-format off */
static const struct rule rows[] = {
    [RULE_WS_BACKWARD_CONNECT - FIRST] = {
        .id = "ws-backward-connect",
        .section = "C9",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR,
        .clause = "RFC 7118 5.3, RFC 3261 18.2.2 b1",
        .title = "WebSocket client called back",
        .message =
            "{b} went to {d} to reach WebSocket client {a}[ with response {code} to frame "
            "{req}][, advertised as {hdr} in frame {n}]; such a client cannot be called back: "
            "only connection {c} leads to it",
        .meaning =
            "A WebSocket client cannot accept connections: it has no listening port, and the "
            "addresses in its Via and Contact are usually random names. Responses and requests "
            "reach it only on the WebSocket connection that it opened itself.",
        .false_alarm =
            "The host of the client may run another SIP element that does listen. An address from "
            "a Contact that does not name WebSocket as transport is therefore not reported.",
        .remedy =
            "Let the server send responses on the connection of the request, and requests on the "
            "connection of the registration (outbound, or Path and Record-Route with a flow "
            "token).",
    },
    [RULE_WS_SUBPROTOCOL - FIRST] = {
        .id = "ws-subprotocol",
        .section = "C9",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN,
        .clause = "RFC 7118 4.1",
        .title = "WebSocket without the sip subprotocol",
        .message =
            "Connection {c} carries SIP over WebSocket, but the {where} does not "
            "name the sip subprotocol[ (found {found})]",
        .meaning =
            "Client and server must agree on the subprotocol sip in the WebSocket handshake: the "
            "client offers it in Sec-WebSocket-Protocol, the server confirms it in the 101. "
            "Without the agreement browsers and proxies may end the connection.",
        .false_alarm =
            "A gateway may have the agreement by configuration; SIP then works nevertheless.",
        .remedy =
            "Offer sip in the Upgrade request and confirm it in the 101; check gateways on the "
            "way that drop the header field.",
    },
    [RULE_WS_MULTIPLE_MESSAGES - FIRST] = {
        .id = "ws-multiple-messages",
        .section = "C9",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN,
        .clause = "RFC 7118 5",
        .title = "Not one SIP message in one WebSocket message",
        .message = "WebSocket message holds {what}; it must hold exactly one SIP message",
        .meaning =
            "Each SIP message must travel in one WebSocket message of its own. Receivers take the "
            "end of the WebSocket message as the end of the SIP message and need no "
            "Content-Length; they lose whatever comes beside the first or wait for nothing.",
        .false_alarm =
            "One WebSocket message in several frames is allowed, and so are CRLF keep-alives; "
            "neither is reported.",
        .remedy =
            "Let the sender or the gateway in front of it put one SIP message into one WebSocket "
            "message, instead of copying a byte stream.",
    },
    [RULE_WS_SENTBY_INVALID - FIRST] = {
        .id = "ws-sentby-invalid",
        .section = "C9",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_CHAT,
        .severities = REPORTS_CHAT,
        .clause = "RFC 7118 5",
        .title = "Random .invalid name in sent-by",
        .message = "Sent-by {host} is a random .invalid name: expected for WebSocket clients",
        .meaning =
            "A browser does not know its own address and writes a random name that never "
            "resolves into sent-by. Responses take the WebSocket connection, so nobody has to "
            "resolve it.",
        .false_alarm = "This is information, not a fault.",
        .remedy = "Nothing to do.",
    },
};
/* clang-format on */

const struct rule_section rule_section_websocket = {FIRST, G_N_ELEMENTS(rows), rows};
