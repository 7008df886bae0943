/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rule_table.h"

/*
 * Rules on connections, opened, kept, closed and refused: catalogue section C5, RFC 3261 18 and
 * RFC 5923 8.
 * A finding that needs the opener of a connection weighs less and is presumed where the opener is
 * only inferred; hence the presumed severities.
 * The order is that of enum rule_id.
 */
#define FIRST RULE_CONN_NEW_THOUGH_OPEN

/* Texts are wrapped by hand: the formatter would tear them apart. */
/* clang-format off */
static const struct rule rows[] = {
    [RULE_CONN_NEW_THOUGH_OPEN - FIRST] = {
        .id = "conn-new-though-open",
        .section = "C5",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE | REPORTS_CHAT,
        .clause = "RFC 3261 18.1.1, RFC 5923 8.1",
        .title = "New connection although one is open",
        .message =
            "{method} (frame {req}) from {x} to {dst} went on new connection {n} although "
            "connection {e}[ ({e_flow})] to the same place is open[, as frame {proof} proves]",
        .meaning =
            "The client opened another connection to the same address, port and transport although "
            "one of its own was open. Using the open one is recommended: each new connection "
            "costs a handshake, and a peer that ties dialogs or registrations to a connection may "
            "not recognise the request. Three and more parallel connections that stay are a pool, "
            "made on purpose, and reported as chat.",
        .false_alarm =
            "Several user agents, domains or outbound flows on one host need connections of their "
            "own; where sent-by host, user or reg-id differ, nothing is reported. Load generators "
            "open many connections on purpose.",
        .remedy =
            "Let the client look for an open connection to the destination before it opens one, "
            "also for ACK, BYE and requests of another dialog.",
    },
    [RULE_CONN_CLOSED_PENDING - FIRST] = {
        .id = "conn-closed-pending",
        .section = "C5",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR | REPORTS_WARN | REPORTS_NOTE,
        .presumed = REPORTS_WARN | REPORTS_NOTE,
        .clause = "RFC 3261 18, RFC 5923 8.3",
        .title = "Connection closed with open transactions",
        .message =
            "Connection {c} was closed[ by {who}][ ({middlebox})][ in frame {frame}][ ({close})][ "
            "with transactions open ({n}): {list}][; the last message was {idle} s before][; then "
            "{dead} was sent into it, {late} s after the close, and reset in frame {rst}][; before "
            "that it had been silent for {quiet} s][; the transaction went on in frame "
            "{elsewhere}, so it was not abandoned]",
        .meaning =
            "A connection was closed while a request on it still waited for its final response or "
            "a final response for its ACK. The answer has to find another way, which often fails "
            "behind a NAT or firewall. Over TLS the side that closes must wait for its "
            "transactions or abandon them; if the transaction then goes on elsewhere, it was not "
            "abandoned and the finding is an error. The same finding tells of a request that was "
            "sent into a connection which its other side had closed before: the reset is all the "
            "answer it gets.",
        .false_alarm =
            "A crash, a lost link or a middlebox that resets connections ends them without intent "
            "of either side. Over TLS transactions may be abandoned, which cannot be seen.",
        .remedy =
            "Close connections only when no transaction is open. If the close comes after a fixed "
            "silence, look for an idle timer of a load balancer or firewall that is shorter than "
            "a ringing call, or send keep-alives.",
    },
    [RULE_CONN_CLOSED_EARLY - FIRST] = {
        .id = "conn-closed-early",
        .section = "C5",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 3261 18",
        .title = "Connection closed soon after the last message",
        .message =
            "{who} closed connection {c} {dt} s after its last message[ (frame {n})][; it should "
            "stay open for {tx} s]",
        .meaning =
            "A connection should stay open for at least as long as the longest transaction takes, "
            "usually 64*T1 or 32 s, after the last message. Closed earlier, the next request or a "
            "late response needs a new connection, which a peer behind a NAT cannot accept.",
        .false_alarm =
            "Tools that send one request and end do this on purpose. A failed keep-alive, a TLS "
            "alert or the end of the process are good reasons.",
        .remedy = "Raise the idle timer of the side that closes above 32 s.",
    },
    [RULE_CONN_PER_TRANSACTION - FIRST] = {
        .id = "conn-per-transaction",
        .section = "C5",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 3261 18, RFC 5923 8.1, RFC 5923 8.2",
        .title = "One connection for each transaction",
        .message =
            "{x} uses one connection to {dst} for each transaction ({n} so far)[; {who} closed "
            "this one]",
        .meaning =
            "Connection after connection carries a single transaction and is closed. Connections "
            "should not be dropped at the end of a transaction or dialog: every request pays for "
            "a handshake, and requests in the other direction find no open connection.",
        .false_alarm = "Health checks of load balancers work like this, usually with OPTIONS.",
        .remedy =
            "Keep the connection open and use it for the next request; see which side closes it.",
    },
    [RULE_CONN_CUT_MESSAGE - FIRST] = {
        .id = "conn-cut-message",
        .section = "C5",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN | REPORTS_NOTE,
        .presumed = REPORTS_NOTE,
        .clause = "RFC 3261 18.3",
        .title = "Connection closed in the middle of a message",
        .message =
            "Connection {c} was closed[ by {who}] in the middle of a message[ (frame {n})] after "
            "{have} bytes",
        .meaning =
            "The connection ended before the message was complete: its header or its body is cut "
            "off. The receiver cannot use it, and the transaction fails without an answer.",
        .false_alarm =
            "Packets that the capture lost look the same; where a gap is known, nothing is "
            "reported.",
        .remedy =
            "Look for a crash or timeout of the side that closed, and for a Content-Length larger "
            "than the body, which makes the receiver wait for more.",
    },
    [RULE_CONN_ADVERTISED_REFUSED - FIRST] = {
        .id = "conn-advertised-refused",
        .section = "C5",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN | REPORTS_NOTE,
        .clause = "RFC 3261 18.1.1, RFC 3261 18.2.1",
        .title = "Advertised address takes no connection",
        .message =
            "{x} could not connect back to {addr}, advertised as {hdr} in frame {n}: {how}[; "
            "connection {live} is open and could be used]",
        .meaning =
            "An element named this address in Via, Contact, Record-Route or Path, but does not "
            "take connections there. A client must accept connections at its source address and "
            "the port of sent-by, a server should do so at every address that it hands out. "
            "Responses after a close and requests of the dialog are lost. A refusal is a warning, "
            "missing answers are a note.",
        .false_alarm =
            "A client behind a NAT cannot be reached at all, and a firewall may be in the way. If "
            "the answer to the SYN took another path, the capture does not show it.",
        .remedy =
            "Listen at the advertised address, or advertise the one that listens. Where clients "
            "cannot be reached, let requests use the connection that they opened: outbound flows "
            "or, between servers over mutual TLS, alias.",
    },
    [RULE_CONN_REQUEST_REFUSED - FIRST] = {
        .id = "conn-request-refused",
        .section = "C5",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE | REPORTS_CHAT,
        .clause = "RFC 3261 18.4, RFC 3261 8.1.3.1",
        .title = "Connection for a request failed",
        .message =
            "Connection from {x} to {dst} failed ({how}); for the client this counts as 503[; it "
            "sent the request over UDP in frame {udp} instead]",
        .meaning =
            "The client could not open the connection for its request. The transport reports the "
            "failure and the client treats it as a 503: it tries the next destination or gives "
            "up. A retry over UDP after TCP was tried for a large request is allowed and reported "
            "as chat.",
        .false_alarm =
            "The capture does not show what the connection was for: at a SIP port it is taken to "
            "be for a request. Port scans look the same.",
        .remedy =
            "Check that the server listens there for this transport, and the DNS records and "
            "firewall rules that lead to it.",
    },
    [RULE_CONN_UDP_PORT_NO_TCP - FIRST] = {
        .id = "conn-udp-port-no-tcp",
        .section = "C5",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 3261 18.2.1",
        .title = "Server takes UDP but not TCP",
        .message = "{addr} serves SIP over UDP[ (frame {n})] but refuses TCP",
        .meaning =
            "A server that listens on UDP must listen on TCP at the same address and port. "
            "Requests that are too large for UDP cannot reach this one.",
        .false_alarm =
            "A firewall may refuse the connection in the name of the server; if the TTL tells, "
            "nothing is reported.",
        .remedy = "Switch on TCP for this address and port, and open it in the firewall.",
    },
};
/* clang-format on */

const struct rule_section rule_section_connection = {FIRST, G_N_ELEMENTS(rows), rows};
