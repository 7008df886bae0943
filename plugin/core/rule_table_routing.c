/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rule_table.h"

/*
 * Rules on where a response goes: catalogue section C1, RFC 3261 18.2.2 and RFC 3581 4.
 * The order is that of enum rule_id.
 */
#define FIRST RULE_RESP_WRONG_TRANSPORT

/* Texts are wrapped by hand: the formatter would tear them apart. */
/* clang-format off */
static const struct rule rows[] = {
    [RULE_RESP_WRONG_TRANSPORT - FIRST] = {
        .id = "resp-wrong-transport",
        .section = "C1",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR | REPORTS_WARN,
        .presumed = REPORTS_WARN,
        .clause = "RFC 3261 18.2.2 b1, RFC 3263 5",
        .title = "Response over another transport",
        .message =
            "Response {code}[ in frame {resp}] left over {wire_r} to {d}, but the request (frame "
            "{req}) came over {wire_q} from {obs}; expected {exp}[; the request's Via says "
            "{via_t}]",
        .meaning =
            "The server answered over another transport than the one that carried the request. A "
            "response over TCP, TLS, SCTP or WebSocket belongs on the connection of the request, "
            "and even a large answer does not allow a change of transport. The client waits on "
            "the transport it used, so the answer is usually lost and the request is repeated or "
            "times out.",
        .false_alarm =
            "A TLS or WebSocket terminator shows the same messages once encrypted and once in "
            "clear: with the request taken from one leg and the response from the other, the "
            "transports differ although each leg is right. Such pairs are reported as presumed.",
        .remedy =
            "Let the server answer on the transport of the request. If the top Via of the request "
            "names another transport than the one used, correct the client first, because some "
            "servers trust Via.",
    },
    [RULE_RESP_OTHER_CONNECTION - FIRST] = {
        .id = "resp-other-connection",
        .section = "C1",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR | REPORTS_WARN,
        .presumed = REPORTS_WARN,
        .clause = "RFC 3261 18.2.2 b1",
        .title = "Response on another connection while the first was open",
        .message =
            "Response {code}[ in frame {resp}] was sent to {d} on connection {k} ({opened}) "
            "although connection {c}, which carried the request (frame {req}) from {obs}, was "
            "still open[, as frame {proof} proves]; the client may discard it",
        .meaning =
            "The connection that carried the request was still open, but the response was sent on "
            "another one. The rule demands the existing connection; a client behind a NAT or "
            "firewall cannot be reached on a new one, and a client may refuse a response that "
            "arrives elsewhere.",
        .false_alarm =
            "A cluster node without the socket may answer by itself, a lost segment may hide a "
            "close, and a NAT captured on both sides shows one connection as two. Without proof "
            "that the first connection was still open, the finding is presumed.",
        .remedy =
            "Make the server keep the connection with the transaction and send every response on "
            "it. In a cluster, hand the response to the node that holds the socket.",
    },
    [RULE_RESP_NEW_CONNECTION_AFTER_CLOSE - FIRST] = {
        .id = "resp-new-connection-after-close",
        .section = "C1",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE | REPORTS_CHAT,
        .clause = "RFC 3261 18.2.2 b1",
        .title = "Response on a new connection because the first was closed",
        .message =
            "Connection {c}, which carried the request (frame {req}), was closed by {who} in "
            "frame {n}; response {code}[ in frame {resp}] went to {d} on connection {k}[ ({sub})]",
        .meaning =
            "The connection of the request was closed before the response could be sent, so the "
            "server used another connection. A new one to the sent-by port is what the rules ask "
            "for; using a connection that the client opened itself in the meantime is common "
            "practice and often the only one that passes a NAT.",
        .false_alarm =
            "This is information, not a fault. If the capture missed a part of the first "
            "connection, the close may belong to another use of the same ports.",
        .remedy =
            "Look for the reason of the early close: idle timers of a load balancer or firewall "
            "are often shorter than a pending INVITE. A client should keep the connection until "
            "its transactions have ended.",
    },
    [RULE_RESP_STREAM_TO_RPORT - FIRST] = {
        .id = "resp-stream-to-rport",
        .section = "C1",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN,
        .clause = "RFC 3261 18.2.2 b1, RFC 3581 4",
        .title = "Reconnected to the client's outgoing port",
        .message =
            "Server reconnected to the client's source port {port} to send response {code}[ in "
            "frame {resp}] to {d}; that port was only the outgoing one, sent-by says port {p5}, "
            "expected {exp}",
        .meaning =
            "After the connection was closed, the server opened a new one to the port from which "
            "the client had connected. That port was picked for the outgoing connection only and "
            "normally nobody listens there. The port to use is the one in sent-by; rport does not "
            "route responses on reliable transports.",
        .false_alarm =
            "A client that binds its listening port as source port can be reached there; it "
            "normally also writes that port in sent-by, and then nothing is reported.",
        .remedy =
            "Make the server use the received address with the port of sent-by, or the default "
            "port, when it has to reconnect.",
    },
    [RULE_RESP_WRONG_DESTINATION - FIRST] = {
        .id = "resp-wrong-destination",
        .section = "C1",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR | REPORTS_WARN,
        .presumed = REPORTS_WARN,
        .clause = "RFC 3261 18.2.2 b3, RFC 3581 4",
        .title = "Response to a wrong destination",
        .message =
            "Response {code}[ in frame {resp}] went to {d}; expected {exp} ({basis}: request in "
            "frame {req} from {obs}, Via {sentby}[;{rport}][;{received}])",
        .meaning =
            "The response went to an address and port that follow neither from the source of the "
            "request nor from its Via. The client does not wait there and will not see the answer.",
        .false_alarm =
            "A NAT beside the capture point can change the addresses, and a host name in sent-by "
            "that the capture does not resolve may stand for this destination. In the second case "
            "the finding is presumed.",
        .remedy =
            "Check how the server or the proxy before it computes the destination: with rport the "
            "received address and rport, without it the received address and the sent-by port.",
    },
    [RULE_RESP_RPORT_IGNORED - FIRST] = {
        .id = "resp-rport-ignored",
        .section = "C1",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR,
        .clause = "RFC 3581 4",
        .title = "rport filled in but not used",
        .message =
            "Server filled in rport={wr} but sent response {code}[ in frame {resp}] to port "
            "{d_port} ({d}); expected {exp}, since the request (frame {req}) came from {obs}; a "
            "NAT drops this response",
        .meaning =
            "The server wrote the source port of the request into rport, so it supports the "
            "extension, and then sent the response to the port of sent-by all the same. A NAT has "
            "no binding for that port and drops the response; the client repeats the request "
            "until it gives up.",
        .false_alarm =
            "If the client has a static mapping for its sent-by port, the response arrives "
            "nevertheless. A second NAT behind the capture point may own that port.",
        .remedy =
            "Make the server send the response to the received address and the rport value. Look "
            "for a proxy or an outbound policy that overrides the destination after rport was "
            "filled in.",
    },
    [RULE_RESP_RPORT_UNSUPPORTED - FIRST] = {
        .id = "resp-rport-unsupported",
        .section = "C1",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN | REPORTS_NOTE,
        .clause = "RFC 3581 4",
        .title = "Server does not support rport",
        .message =
            "Client {obs} asked for rport (frame {req}); server {srv} neither fills it in nor "
            "uses it and sent response {code}[ in frame {resp}] to port {d_port} ({d})",
        .meaning =
            "The client asked for rport, but the server neither filled it in nor used it and "
            "answered to the port of sent-by, as RFC 3261 alone demands. Behind a NAT such a "
            "response is lost.",
        .false_alarm =
            "Support of rport is optional, so a server that only knows RFC 3261 breaks no rule. A "
            "client that listens on its sent-by port and has no NAT before it receives the answer.",
        .remedy =
            "Switch on rport (RFC 3581, often called symmetric response routing or NAT support) "
            "on the server, or put a proxy that supports it in front.",
    },
    [RULE_RESP_RECEIVED_IGNORED - FIRST] = {
        .id = "resp-received-ignored",
        .section = "C1",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR | REPORTS_WARN,
        .presumed = REPORTS_WARN,
        .clause = "RFC 3261 18.2.2 b3, RFC 3261 18.2.1",
        .title = "Response to the Via address instead of the source",
        .message =
            "Response {code}[ in frame {resp}] went to the address written in Via ({d}) instead "
            "of the request's source {obs} (frame {req}); expected {exp}",
        .meaning =
            "The response went to the address the client wrote in Via although the request came "
            "from another one. A server must record the real source address in received and "
            "answer there; the written address is often private and cannot be reached.",
        .false_alarm =
            "With a NAT between the capture point and the server, or with a name in sent-by that "
            "the capture does not resolve, it cannot be proved where the server saw the request "
            "coming from; the finding is then presumed. After an ICMP error the server may try "
            "sent-by, and this is not reported.",
        .remedy =
            "Make the server add received when the source differs from sent-by, and send the "
            "response to that address.",
    },
    [RULE_RESP_SYMMETRIC_UNREQUESTED - FIRST] = {
        .id = "resp-symmetric-unrequested",
        .section = "C1",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 3261 18.2.2 b3",
        .title = "Symmetric response without rport",
        .message =
            "Server forced symmetric routing: response {code}[ in frame {resp}] went to source "
            "port {obs_port} ({d}) although the Via (port {p5}) of the request in frame {req} had "
            "no rport; expected {exp}",
        .meaning =
            "The client did not ask for rport, but the server answered to the source port of the "
            "request instead of the sent-by port. By the letter the sent-by port must be used; in "
            "practice this helps clients behind a NAT. A client that sends and listens on "
            "different sockets loses the response.",
        .false_alarm =
            "This is nearly always switched on deliberately (force_rport and similar) and works "
            "for most clients.",
        .remedy =
            "Nothing to do if the clients get their answers. Otherwise let the client ask for "
            "rport, or switch off forced symmetric routing for clients that listen on another "
            "port.",
    },
    [RULE_RESP_MADDR_IGNORED - FIRST] = {
        .id = "resp-maddr-ignored",
        .section = "C1",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN,
        .clause = "RFC 3261 18.2.2 b2",
        .title = "maddr in Via not used",
        .message =
            "Via of the request in frame {req} names maddr={maddr}; response {code}[ in frame "
            "{resp}] went to {d}, expected {exp}",
        .meaning =
            "The top Via of the request has maddr, and a response over UDP must then go to that "
            "address with the port of sent-by. The server sent it elsewhere.",
        .false_alarm =
            "Many servers ignore a unicast maddr on purpose, because it lets anybody direct "
            "traffic to a third party.",
        .remedy =
            "Leave maddr out of unicast requests. For multicast, let the server answer to the "
            "group named in maddr.",
    },
    [RULE_RESP_WRONG_SOURCE - FIRST] = {
        .id = "resp-wrong-source",
        .section = "C1",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR | REPORTS_WARN,
        .presumed = REPORTS_WARN,
        .clause = "RFC 3581 4",
        .title = "Response from another address than the request went to",
        .message =
            "Request in frame {req} went to {srv}, but response {code}[ in frame {resp}] to {d} "
            "came from {r_src}; a symmetric NAT or a stateful firewall drops it[; {hint}]",
        .meaning =
            "The client asked for rport, and the response went to the right place but came from "
            "an address or port other than the one the request was sent to. A symmetric NAT or a "
            "stateful firewall only lets answers pass that come from the place the client wrote "
            "to.",
        .false_alarm =
            "With only one side of a load balancer in the capture, the request is seen to the "
            "virtual address and the response from the real server, which the balancer corrects "
            "later. Such cases are presumed.",
        .remedy =
            "Bind the sending socket to the address and port the request arrived on. On hosts "
            "with several addresses, do not let routing choose the source address.",
    },
    [RULE_RESP_SOURCE_DIFFERS - FIRST] = {
        .id = "resp-source-differs",
        .section = "C1",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN | REPORTS_NOTE,
        .clause = "RFC 3581 4",
        .title = "Response from another source, rport not asked",
        .message =
            "Response {code}[ in frame {resp}] to {d} came from {r_src}, but the request in frame "
            "{req} was sent to {srv} (no rport asked: no rule is broken, but NATs and firewalls "
            "may drop it)",
        .meaning =
            "The response came from an address or port other than the one the request was sent "
            "to. Without rport no rule forbids this, but a NAT or a stateful firewall on the way "
            "may drop the response; with a private client address this is likely.",
        .false_alarm =
            "Some user agents send from a socket of their own and listen on another one. With one "
            "side of a load balancer in the capture the difference is only apparent.",
        .remedy =
            "Send responses from the socket that received the request, or let the client ask for "
            "rport.",
    },
    [RULE_RESP_SPLIT_ROUTE - FIRST] = {
        .id = "resp-split-route",
        .section = "C1",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 3261 18.2.2",
        .title = "Responses of one transaction took different routes",
        .message = "Responses to the request in frame {req} took different routes: {list}",
        .meaning =
            "The responses to one request were sent from different sources or by different "
            "routing rules. Some of them reach the client and others may not, which is hard to "
            "see from either end.",
        .false_alarm =
            "A front node that sends the 100 and a back-end node that sends the final response "
            "produce this by design. A second try after an ICMP error is legal and not reported.",
        .remedy =
            "Let the node that received the request send all its responses, or make all nodes "
            "route by the same received and rport.",
    },
    [RULE_RESP_MISROUTE_HARM - FIRST] = {
        .id = "resp-misroute-harm",
        .section = "C1",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR,
        .clause = "RFC 3261 17.1.1.2, RFC 3261 17.1.2.2",
        .title = "Misrouted response did not reach the client",
        .message =
            "Client did not get response {code} in frame {resp} (sent to {d}, expected {exp}): "
            "{what} in frame {n}, {dt} s later",
        .meaning =
            "A response that was sent to a wrong place was followed by something a client does "
            "only if it got no answer: the request is repeated, no ACK comes, an ICMP error "
            "appears, or the client gives up and tries anew. The misrouting is therefore not only "
            "formal, it broke the transaction.",
        .false_alarm =
            "The client may also have lost the response for another reason, for instance packet "
            "loss; only responses that were misrouted before are considered.",
        .remedy = "Correct the misrouting reported for the response that is named in the finding.",
    },
    [RULE_RESP_LATE - FIRST] = {
        .id = "resp-late",
        .section = "C1",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 3261 17.1.1.2, RFC 3261 17.1.2.2",
        .title = "Response after the client transaction ended",
        .message =
            "Response {code}[ in frame {resp}] came {dt} s after the request (frame {req}); the "
            "client transaction ended at {tx} s",
        .meaning =
            "The response was sent after the time in which the client transaction waits for it "
            "(64 times T1, normally 32 s). The client has already reported a timeout, and the "
            "response matches nothing any more.",
        .false_alarm =
            "Both ends may be configured with a longer T1, or the client repeated the request "
            "before the capture began.",
        .remedy =
            "Find out what delayed the answer: overload, a slow database, or a chain of proxies "
            "each waiting for its own timer.",
    },
    [RULE_RESP_UNMATCHED - FIRST] = {
        .id = "resp-unmatched",
        .section = "C1",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_CHAT,
        .severities = REPORTS_CHAT,
        .clause = "RFC 3261 17.1.3",
        .title = "Response without a request",
        .message =
            "No request in the capture for response {code}[ in frame {resp}] to {d}[ (branch "
            "{branch})][; the capture began {dt} s earlier]",
        .meaning =
            "No request with the branch and method of this response is in the capture, so its "
            "route cannot be judged against the request.",
        .false_alarm =
            "Usually the capture began after the request, or the request took a path that is not "
            "captured. An undecrypted or undissected request has the same effect.",
        .remedy =
            "Start the capture earlier or capture both directions. If the request is certainly "
            "missing on the wire, look for a client or proxy that changes branch.",
    },
    [RULE_RESP_OWN_VIA_MISMATCH - FIRST] = {
        .id = "resp-own-via-mismatch",
        .section = "C1",
        .group = RULE_GROUP_SEQUENCE,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN,
        .clause = "RFC 3581 4, RFC 3261 18.2.2 b3",
        .title = "Response does not follow its own Via",
        .message =
            "Response {code}[ in frame {resp}] went to {d}, but its own top Via asks for {exp}",
        .meaning =
            "The request is not in the capture, but the top Via of the response says where the "
            "server had to send it: to received and rport, else received and the sent-by port, "
            "else sent-by. The response went elsewhere.",
        .false_alarm =
            "A NAT between the capture point and the server that uses public addresses inside "
            "makes the two differ legitimately.",
        .remedy =
            "Capture the request as well to confirm it, then correct the server's routing of "
            "responses.",
    },
};
/* clang-format on */

const struct rule_section rule_section_routing = {FIRST, G_N_ELEMENTS(rows), rows};
