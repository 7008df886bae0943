/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rule_table.h"

/*
 * Rules on Via, branch and the placement of requests: catalogue section C3, RFC 3261 8.1.1.7 and
 * 18.1, RFC 3263 4.
 * The order is that of enum rule_id.
 */
#define FIRST RULE_VIA_MODIFIED

/* Texts are wrapped by hand: the formatter would tear them apart. */
/* clang-format off */
static const struct rule rows[] = {
    [RULE_VIA_MODIFIED - FIRST] = {
        .id = "via-modified",
        .section = "C3",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR | REPORTS_NOTE,
        .clause = "RFC 3261 8.2.6.2, RFC 3261 18.1.2",
        .title = "Top Via of the response changed",
        .message =
            "Response {code}[ in frame {resp}] changed the top Via of the request (frame {req}): "
            "{field} was {old}, is now {new}[; {effect}]",
        .meaning =
            "The top Via of the response does not equal the one the client wrote, beyond the "
            "parameters a server may add. With another sent-by the client must discard the "
            "response; with another branch it cannot match it; lost or added parameters and a "
            "changed case are only noted.",
        .false_alarm =
            "SIP gateways in routers rewrite Via in one direction only; capture both sides to see "
            "who did it. A default port that was added or removed is harmless.",
        .remedy =
            "Let the server copy Via unchanged and add only received and the rport value. Switch "
            "off SIP application gateways on the way.",
    },
    [RULE_VIA_STACK_CHANGED - FIRST] = {
        .id = "via-stack-changed",
        .section = "C3",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR | REPORTS_WARN,
        .clause = "RFC 3261 8.2.6.2, RFC 3261 16.7-3",
        .title = "Via list of the response changed",
        .message =
            "Response {code}[ in frame {resp}] has {n} Via, the request (frame {req}) had {m}[; "
            "Via {i} was {old}, is now {new}]",
        .meaning =
            "The response has more or fewer Via values than the request had on this hop, or lower "
            "ones have changed. Each proxy on the way back needs its own Via on top, so the "
            "response gets stuck or goes to a wrong hop.",
        .false_alarm =
            "Elements that hide topology replace lower Via values on purpose and restore them "
            "elsewhere.",
        .remedy =
            "Let the server copy all Via values in their order; a proxy may only remove its own.",
    },
    [RULE_VIA_EXTRA_AT_UAC - FIRST] = {
        .id = "via-extra-at-uac",
        .section = "C3",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR,
        .clause = "RFC 3261 8.1.3.3",
        .title = "Response with a foreign Via at the originator",
        .message =
            "Response {code}[ in frame {resp}] to {d} has {n} Via, its request (frame {req}) had "
            "one: it carries the Via of an element before the originator, so it was misrouted or "
            "looped and the UAC discards it",
        .meaning =
            "The request left with one Via, but the response to it arrived with more. It still "
            "carries the Via of an element before the originator, so it was misrouted or looped. "
            "The user agent is to discard it.",
        .false_alarm =
            "If the capture point is behind an element that removes Via values, the request may "
            "have had more of them.",
        .remedy =
            "Find the element that does not remove its own Via before it forwards the response, "
            "or that added one.",
    },
    [RULE_VIA_TRANSPORT_MISMATCH - FIRST] = {
        .id = "via-transport-mismatch",
        .section = "C3",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN | REPORTS_NOTE,
        .clause = "RFC 3261 18.1.1, RFC 3261 8.1.1.7",
        .title = "Via names another transport than was used",
        .message =
            "Via says {via_t}, but the request from {obs} travelled over {wire}; a server that "
            "trusts Via answers elsewhere",
        .meaning =
            "The transport in the top Via is not the one that carried the request. When a client "
            "changes the transport, for instance from UDP to TCP because of size, it must change "
            "Via as well. Servers that trust Via send the response over the wrong transport or "
            "demand another port.",
        .false_alarm =
            "Behind a TLS or WebSocket terminator the decrypted request travels in clear with the "
            "original Via; this case is only a note.",
        .remedy = "Let the client write the Via after the transport has been chosen.",
    },
    [RULE_BRANCH_MISSING_COOKIE - FIRST] = {
        .id = "branch-missing-cookie",
        .section = "C3",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 3261 8.1.1.7",
        .title = "Branch without magic cookie",
        .message =
            "Top Via[ with branch {b}] has no magic cookie z9hG4bK: RFC 2543 matching applies",
        .meaning =
            "The branch does not start with z9hG4bK, or there is none. The request then counts as "
            "one by an RFC 2543 client, and transactions are matched by other header fields, "
            "which is weaker and fails for some proxies.",
        .false_alarm =
            "Very old devices and simple test tools do this; it works with most servers.",
        .remedy =
            "Update the client, or let the test script generate branches that start with z9hG4bK.",
    },
    [RULE_BRANCH_REUSE - FIRST] = {
        .id = "branch-reuse",
        .section = "C3",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN,
        .clause = "RFC 3261 8.1.1.7",
        .title = "Branch used for more than one request",
        .message =
            "Branch {b} of {sentby} is used again for another request (frames {a}, {b2}); servers "
            "may take it as a retransmission",
        .meaning =
            "The same client used one branch for different requests. A branch must be unique for "
            "all requests a client sends, apart from CANCEL and the ACK for a response of 300 and "
            "above. A server may take the second request for a retransmission and repeat its old "
            "response.",
        .false_alarm =
            "Two clients that share one sent-by, for instance behind load balancers, may collide "
            "by chance.",
        .remedy =
            "Generate a new random branch for each new request, also for keep-alive OPTIONS and "
            "for a repetition with credentials.",
    },
    [RULE_ACK_2XX_SAME_BRANCH - FIRST] = {
        .id = "ack-2xx-same-branch",
        .section = "C3",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN,
        .clause = "RFC 3261 13.2.2.4, RFC 3261 8.1.1.7",
        .title = "ACK for a 2xx reuses the branch of the INVITE",
        .message =
            "ACK for the 2xx[ in frame {resp}] reuses the branch of the INVITE (frame {req}); "
            "stateful proxies swallow it",
        .meaning =
            "The ACK for a 2xx is a request of its own and needs a new branch. With the branch of "
            "the INVITE a stateful proxy takes it for the ACK of a negative response and does not "
            "forward it, so the callee repeats its 200 and finally drops the call.",
        .false_alarm =
            "If a negative response with the same tag was sent on an uncaptured path, the ACK may "
            "belong to that one.",
        .remedy = "Let the client generate a new branch for the ACK for a 2xx.",
    },
    [RULE_REQUEST_MOVED - FIRST] = {
        .id = "request-moved",
        .section = "C3",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN,
        .clause = "RFC 3263 4, RFC 3263 4.3",
        .title = "Retransmission to another destination",
        .message =
            "Retransmission of the request in frame {req} went to {dst2} instead of {dst1} with "
            "the same branch",
        .meaning =
            "A request was repeated with the same branch, but to another address or over another "
            "transport. All transmissions within a transaction go to the same host; after a "
            "failure the client tries the next one with a new branch. Otherwise two servers "
            "handle the same transaction without knowing of each other.",
        .false_alarm =
            "A stateless load balancer in front of the capture point spreads packets and looks "
            "the same.",
        .remedy =
            "Let the client resolve the destination once for each transaction and use a new "
            "branch for failover.",
    },
    [RULE_VIA_SENTBY_UNRESOLVABLE - FIRST] = {
        .id = "via-sentby-unresolvable",
        .section = "C3",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_CHAT,
        .severities = REPORTS_CHAT,
        .clause = "RFC 3263 5, RFC 3261 18.1.1",
        .title = "Sent-by name does not resolve",
        .message =
            "Sent-by {host} does not resolve[ (frame {n})]; the fallback of RFC 3263 5 is "
            "impossible",
        .meaning =
            "The host name in sent-by could not be resolved in this capture. It is needed only if "
            "the server cannot reach the source of the request and falls back to the DNS.",
        .false_alarm = "The server may know the name from a hosts file or another resolver.",
        .remedy = "Write a name that the servers can resolve, or an IP address, into Via.",
    },
    [RULE_ADVERTISED_PRIVATE_ADDRESS - FIRST] = {
        .id = "advertised-private-address",
        .section = "C3",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE | REPORTS_CHAT,
        .clause = "RFC 3261 18.2.1, RFC 3261 16.6-4",
        .title = "Private address given to a public peer",
        .message =
            "{hdr} advertises {uri}, unreachable for {peer}[, which uses the flow from {flow} "
            "anyway]",
        .meaning =
            "A Contact, Record-Route or Path in a message to a public peer has a private address, "
            "which the peer cannot reach. Later requests that follow this URI, like the ACK for a "
            "2xx or a BYE, fail unless the peer uses the flow of the connection.",
        .false_alarm =
            "Both ends may share the private network through a VPN. With RFC 5626 outbound, or a "
            "server that answers over the existing flow, the address is not used; this is "
            "reported as chat.",
        .remedy =
            "Configure the external address in the client or proxy, or use RFC 5626 outbound.",
    },
};
/* clang-format on */

const struct rule_section rule_section_via = {FIRST, G_N_ELEMENTS(rows), rows};
