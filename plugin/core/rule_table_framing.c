/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rule_table.h"

/*
 * Rules on framing, size, security and transport errors: catalogue section C10, RFC 3261 18.1.1,
 * 18.3 and 18.4, RFC 4168, RFC 4320.
 * The order is that of enum rule_id.
 */
#define FIRST RULE_CONTENT_LENGTH_MISSING

/* Texts are wrapped by hand: the formatter would tear them apart. */
/* clang-format off */
static const struct rule rows[] = {
    [RULE_CONTENT_LENGTH_MISSING - FIRST] = {
        .id = "content-length-missing",
        .section = "C10",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR | REPORTS_NOTE,
        .clause = "RFC 3261 18.3, RFC 3261 20.14",
        .title = "No Content-Length on a stream",
        .message = "No Content-Length over {wire}: the end of the message is unknown",
        .meaning =
            "On a stream the Content-Length tells where the message ends. Without it the receiver "
            "cannot tell the body from the next message and may lose the connection's framing for "
            "good. Over TLS-SCTP it is only a note, since records of the transport usually hold "
            "whole messages.",
        .false_alarm = "A gap in the capture may hide a part of the header.",
        .remedy = "Always send Content-Length on streams, with 0 if there is no body.",
    },
    [RULE_CONTENT_LENGTH_MISMATCH - FIRST] = {
        .id = "content-length-mismatch",
        .section = "C10",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR | REPORTS_NOTE,
        .clause = "RFC 3261 18.3",
        .title = "Content-Length does not fit the packet",
        .message = "Content-Length is {a}, but the body has {b} bytes[: {effect}]",
        .meaning =
            "The Content-Length is not the number of bytes that follow the header. If it is "
            "larger, the message is incomplete: a response is discarded and a request should get "
            "a 400. If it is smaller, the bytes behind the body are discarded, which is only a "
            "note.",
        .false_alarm =
            "A lost IP fragment or a packet cut off by the capture has the same look; known cases "
            "are left out.",
        .remedy =
            "Let the sender compute the length in bytes, after all changes to the body. Check "
            "whether a middlebox changed the SDP without correcting the length.",
    },
    [RULE_UDP_REQUEST_TOO_BIG - FIRST] = {
        .id = "udp-request-too-big",
        .section = "C10",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN,
        .clause = "RFC 3261 18.1.1",
        .title = "Request too big for UDP",
        .message =
            "Request of {n} bytes to {dst} over UDP; more than 1300 bytes need TCP unless the "
            "path MTU is known",
        .meaning =
            "A request of more than 1300 bytes must be sent over TCP or another transport with "
            "congestion control if the path MTU is not known. Over UDP it is in danger of being "
            "fragmented, and firewalls often drop fragments.",
        .false_alarm =
            "The sender may know a larger path MTU. Some servers can be reached by UDP only.",
        .remedy =
            "Switch on TCP for large requests, or make them smaller: fewer codecs and header "
            "fields, compact forms.",
    },
    [RULE_UDP_FRAGMENTED - FIRST] = {
        .id = "udp-fragmented",
        .section = "C10",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN | REPORTS_NOTE,
        .clause = "RFC 3261 18.1.1",
        .title = "SIP in IP fragments",
        .message = "SIP from {src} to {dst} in [{n} ]IP fragments[; {missing}]",
        .meaning =
            "The datagram was larger than the MTU and travels in fragments. Many NATs and "
            "firewalls drop fragments, and if one is missing the whole message is lost.",
        .false_alarm = "The capture itself may have missed a fragment that did arrive.",
        .remedy = "Use TCP for large messages or make them smaller.",
    },
    [RULE_SIPS_NOT_TLS - FIRST] = {
        .id = "sips-not-tls",
        .section = "C10",
        .group = RULE_GROUP_SECURITY,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR | REPORTS_WARN,
        .presumed = REPORTS_WARN,
        .clause = "RFC 3261 26.2.2, RFC 5630 5.1.1",
        .title = "sips without TLS",
        .message = "{uri} is sips but travels over {wire} to {dst}[; its Via says {via_t}]",
        .meaning =
            "The request is addressed to a sips URI, which demands TLS on every hop, but it "
            "travels without. The user was promised protection that is not there: everybody on "
            "the path can read and change the signalling.",
        .false_alarm =
            "A TLS terminator shows the decrypted request on its inner leg with Via saying TLS; "
            "this is reported as presumed. Protection by IPsec is not reported.",
        .remedy =
            "Send the request over TLS, and refuse sips where TLS is not available. Never "
            "downgrade to UDP or TCP.",
    },
    [RULE_ICMP_REQUEST - FIRST] = {
        .id = "icmp-request",
        .section = "C10",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN,
        .clause = "RFC 3261 18.4, RFC 3261 8.1.3.1",
        .title = "Request was unreachable",
        .message = "Request in frame {n} did not reach {dst} ({code}[, says {from}])",
        .meaning =
            "An ICMP error came back for the request: nobody takes it at this address and port. "
            "The client should treat it as a failure at once and try the next destination instead "
            "of waiting for the timeout.",
        .false_alarm =
            "Only some packets may have failed, for instance during a restart of the server.",
        .remedy =
            "Check that the server runs and listens there, and the firewall rules on the way.",
    },
    [RULE_ICMP_RESPONSE - FIRST] = {
        .id = "icmp-response",
        .section = "C10",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN,
        .clause = "RFC 3261 18.4, RFC 3261 18.2.2 b3",
        .title = "Response was unreachable",
        .message =
            "Response in frame {n} did not reach {d} ({code}[, says {from}])[; no other "
            "destination was tried within {tx} s]",
        .meaning =
            "An ICMP error came back for the response, so the client does not receive at this "
            "address and port. The server should then find another destination through the DNS, "
            "from the sent-by of the Via.",
        .false_alarm = "The client may have ended in between, or a firewall sends the error.",
        .remedy =
            "Check where the client listens; with a NAT on the way use rport. Let the server look "
            "up sent-by after such an error.",
    },
    [RULE_RETRANSMIT_ON_STREAM - FIRST] = {
        .id = "retransmit-on-stream",
        .section = "C10",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 3261 17.1.1.2, RFC 3261 17.1.2.2",
        .title = "Repeated message on a reliable connection",
        .message = "{method} of frame {n} was repeated on a reliable connection[ after {dt} s]",
        .meaning =
            "The same message was sent twice on one connection by SIP itself. A reliable "
            "transport delivers it once and needs no repetition, so the timers are not meant to "
            "run. The repetition adds load exactly when the peer is slow.",
        .false_alarm =
            "Repetitions of a 2xx to INVITE and its ACK are right on every transport and not "
            "reported.",
        .remedy = "Switch off SIP retransmission for TCP, TLS, SCTP and WebSocket in the sender.",
    },
    [RULE_SCTP_PPID - FIRST] = {
        .id = "sctp-ppid",
        .section = "C10",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 4168 5",
        .title = "SCTP payload protocol identifier is not 0",
        .message = "SCTP payload protocol identifier is {v}, it must be 0",
        .meaning =
            "SIP over SCTP must be sent with payload protocol identifier 0. Receivers that look "
            "at the identifier may not recognise the message.",
        .false_alarm = "Most receivers ignore the identifier.",
        .remedy = "Set the payload protocol identifier to 0 in the sender.",
    },
    [RULE_SCTP_UNORDERED_TLS - FIRST] = {
        .id = "sctp-unordered-tls",
        .section = "C10",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 4168 5.1, RFC 3436 6.2",
        .title = "TLS over unordered SCTP",
        .message = "TLS travels in unordered SCTP chunks[ (stream {n})]; it needs ordered delivery",
        .meaning =
            "TLS records were sent with the unordered flag. TLS depends on the order of its "
            "records, and one record that overtakes another breaks the session.",
        .false_alarm = "While nothing is lost or overtakes, no harm is seen.",
        .remedy = "Send TLS over SCTP with ordered delivery.",
    },
    [RULE_NIT_PROVISIONAL - FIRST] = {
        .id = "nit-provisional",
        .section = "C10",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 4320 4.1",
        .title = "Provisional response to a non-INVITE request",
        .message =
            "{code} to {method} (frame {req}): the only provisional response allowed there is 100",
        .meaning =
            "Requests other than INVITE must not get a provisional response other than 100. It "
            "tells the client nothing useful and slows down its retransmissions over UDP.",
        .false_alarm = "Old user agents written before 2006 may do this; clients accept it.",
        .remedy = "Answer with a final response at once; if it takes longer, send 100 after 3.5 s.",
    },
    [RULE_NIT_100_EARLY - FIRST] = {
        .id = "nit-100-early",
        .section = "C10",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 4320 4.1",
        .title = "100 to a non-INVITE request too early",
        .message =
            "100 to {method} (frame {req}) after {dt} s slows recovery; over UDP it must wait "
            "{limit} s",
        .meaning =
            "Over UDP a 100 to a request other than INVITE must wait until the client repeats "
            "only every T2, about 3.5 s after the request. An earlier 100 makes the client repeat "
            "slowly at once, so that a lost final response costs more time.",
        .false_alarm = "With other values of T1 and T2 the limit moves.",
        .remedy = "Send the final response at once, or hold back the 100.",
    },
    [RULE_NIT_408 - FIRST] = {
        .id = "nit-408",
        .section = "C10",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 4320 4.2",
        .title = "408 to a non-INVITE request",
        .message = "408 to {method} (frame {req}) is useless: the client has timed out",
        .meaning =
            "A 408 to a request other than INVITE must not be sent by an element that keeps "
            "transactions: the client has timed out at the same moment and only gets a stray "
            "response. In a chain of proxies each one adds its own.",
        .false_alarm = "A stateless sender is not bound by this rule.",
        .remedy = "Switch off 408 for such requests in the proxy.",
    },
};
/* clang-format on */

const struct rule_section rule_section_framing = {FIRST, G_N_ELEMENTS(rows), rows};
