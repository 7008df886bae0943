/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rule_table.h"

/*
 * Rules on received, rport and address translation: catalogue section C2, RFC 3261 18.2.1 and
 * RFC 3581.
 * The order is that of enum rule_id.
 */
#define FIRST RULE_RECEIVED_MISSING

/* Texts are wrapped by hand: the formatter would tear them apart. */
/* clang-format off */
static const struct rule rows[] = {
    [RULE_RECEIVED_MISSING - FIRST] = {
        .id = "received-missing",
        .section = "C2",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN | REPORTS_NOTE,
        .clause = "RFC 3261 18.2.1",
        .title = "received not added",
        .message =
            "Request in frame {req} came from {obs_ip} with Via sent-by {sentby}; server {srv} "
            "did not add received[ (see frame {resp})]",
        .meaning =
            "The Via of the request has a host name, or an address that is not its source, and "
            "the server did not add received with the source address. Elements further back and "
            "the server itself then do not know where the request really came from. On streams "
            "the response follows the connection, so only a note is given.",
        .false_alarm =
            "A user agent may drop Via parameters when it builds the response, or an application "
            "gateway may remove received on the way. A NAT between capture point and server can "
            "hide the difference from the server.",
        .remedy =
            "Make the server compare sent-by with the source of every request and add received "
            "when they differ or sent-by is a name.",
    },
    [RULE_RECEIVED_MISSING_RPORT - FIRST] = {
        .id = "received-missing-rport",
        .section = "C2",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN,
        .clause = "RFC 3581 4",
        .title = "rport filled in without received",
        .message =
            "Server {srv} filled in rport={wr} for the request in frame {req} from {obs} but left "
            "out received[ (see frame {resp})]; both are needed to route the response",
        .meaning =
            "The server filled in rport but did not add received. Whoever supports rport must "
            "always add received too, even if it equals sent-by, because both together are the "
            "address of the response.",
        .false_alarm = "An application gateway on the way may have removed received.",
        .remedy = "Make the server add received whenever it fills in rport.",
    },
    [RULE_RECEIVED_WRONG - FIRST] = {
        .id = "received-wrong",
        .section = "C2",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR,
        .clause = "RFC 3261 18.2.1, RFC 3581 4",
        .title = "received is not the source address",
        .message =
            "Server {srv} wrote received={w_received}, but the request in frame {req} came from "
            "{obs_ip}[ (see frame {resp})]",
        .meaning =
            "The server wrote an address into received that is not the source of the request, "
            "although other answers show that the capture point sees the same addresses as the "
            "server. Responses that follow this Via go to a wrong host.",
        .false_alarm =
            "A load balancer that translates only a part of the traffic, or a client with two "
            "paths through a NAT, can give two true values.",
        .remedy =
            "Let the server take the address from the socket that received the packet, and not "
            "from configuration, a header field or an earlier request.",
    },
    [RULE_RECEIVED_SYNTAX - FIRST] = {
        .id = "received-syntax",
        .section = "C2",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 3261 25.1",
        .title = "received is not a bare IP address",
        .message = "The value of received, {v}, is not a bare IP address",
        .meaning =
            "The value of received must be an IPv4 or IPv6 address without brackets, port or "
            "zone; here it is something else. Strict parsers reject such a Via, others may route "
            "wrongly.",
        .false_alarm =
            "Brackets around an IPv6 address are common, and most implementations accept them.",
        .remedy = "Write the bare address: received=2001:db8::1.",
    },
    [RULE_RPORT_NOT_FILLED - FIRST] = {
        .id = "rport-not-filled",
        .section = "C2",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN | REPORTS_NOTE,
        .clause = "RFC 3581 4",
        .title = "rport asked but not filled in",
        .message =
            "Client {obs} asked for rport in frame {req}, server {srv} returned none[ in frame "
            "{resp}]: the client cannot learn its mapped port",
        .meaning =
            "The client asked for rport, but the server returned the parameter without a value or "
            "not at all. The client cannot learn the port a NAT gave it. It is a warning if the "
            "response also went elsewhere than to the source of the request.",
        .false_alarm =
            "A server that supports only RFC 3261 may ignore rport. Some servers route by the "
            "source port without telling it.",
        .remedy =
            "Switch on RFC 3581 support in the server so that it fills in rport and received.",
    },
    [RULE_RPORT_WRONG - FIRST] = {
        .id = "rport-wrong",
        .section = "C2",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR,
        .clause = "RFC 3581 4",
        .title = "rport is not the source port",
        .message =
            "Server {srv} wrote rport={wr}, but the request in frame {req} came from port "
            "{obs_port}[ (see frame {resp})]",
        .meaning =
            "The server wrote a port into rport that is not the source port of the request, "
            "although other answers show that the capture point sees the same addresses as the "
            "server. Responses that follow this Via go to a wrong port.",
        .false_alarm =
            "The NAT may have given the client a new port just between the request and the "
            "response.",
        .remedy =
            "Let the server take the port from the packet it answers, not from a stored binding.",
    },
    [RULE_RPORT_ADDED_UNREQUESTED - FIRST] = {
        .id = "rport-added-unrequested",
        .section = "C2",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 3261 8.2.6.2",
        .title = "rport added without being asked",
        .message =
            "Server {srv} added rport[={wr}] unasked: the request in frame {req} from {obs} had "
            "none",
        .meaning =
            "The request had no rport, but its Via came back with one. The Via of a response has "
            "to equal that of the request apart from received. Clients ignore the addition as a "
            "rule.",
        .false_alarm =
            "This is a usual side effect of forced symmetric routing (force_rport and similar). A "
            "hop between capture point and server may also have removed the parameter.",
        .remedy = "Nothing to do if the clients work; else switch off forced rport for them.",
    },
    [RULE_RPORT_VALUE_IN_REQUEST - FIRST] = {
        .id = "rport-value-in-request",
        .section = "C2",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN,
        .clause = "RFC 3581 3",
        .title = "rport has a value in the request",
        .message =
            "Client {sentby} sent rport={vr}; it must be empty in a request[; the source port is "
            "{obs_port}]",
        .meaning =
            "The client sent rport with a value. It must be an empty flag that the server fills "
            "in; servers that find a value leave it or route by it, so that responses may go to a "
            "wrong port.",
        .false_alarm =
            "If the value and received equal the source of the request, an element before the "
            "capture point filled them in, for example a mirror behind the server's parser or a "
            "SIP application gateway.",
        .remedy =
            "Let the client send rport without a value and switch off SIP gateways in routers on "
            "the way.",
    },
    [RULE_RECEIVED_IN_REQUEST - FIRST] = {
        .id = "received-in-request",
        .section = "C2",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 3261 18.2.1",
        .title = "received is already in the request",
        .message =
            "Top Via of the request from {obs} already carries received={v}: the client or a "
            "middlebox added it",
        .meaning =
            "The top Via has received while the request is still on the wire. Only the server "
            "that receives the request adds it, so either the client wrote it or a box in between "
            "did. A server may trust it and send responses there.",
        .false_alarm =
            "Some load balancers insert received on purpose to pass on the client's address.",
        .remedy = "Remove it from the client, or make sure that only the trusted balancer adds it.",
    },
    [RULE_RPORT_MISSING_NAT - FIRST] = {
        .id = "rport-missing-nat",
        .section = "C2",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 5626 4.3, RFC 3581 1",
        .title = "Client behind a NAT does not ask for rport",
        .message =
            "Client {sentby} is behind a NAT (seen as {obs}) but does not ask for rport; whether "
            "answers reach it depends on the server forcing symmetric routing",
        .meaning =
            "The address in Via differs from the source of the request, so a NAT is on the way, "
            "but the client does not ask for rport. By the rules the answer goes to the sent-by "
            "port, which the NAT does not forward, unless the server answers to the source port "
            "unasked.",
        .false_alarm =
            "A host with several addresses and no NAT looks the same. A static port mapping also "
            "makes it work.",
        .remedy =
            "Switch on rport in the client, or forced symmetric routing in the server for such "
            "clients.",
    },
    [RULE_SENTBY_PORT_NOT_SOURCE - FIRST] = {
        .id = "sentby-port-not-source",
        .section = "C2",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_CHAT,
        .severities = REPORTS_CHAT,
        .clause = "RFC 3261 18.1.1",
        .title = "Client sends and listens on different ports",
        .message = "Client {sentby} sends from port {obs_port} and listens on port {p5}",
        .meaning =
            "The client sends from another port than the one in sent-by and does not ask for "
            "rport. This is legal: responses have to go to the sent-by port. It matters when a "
            "server answers to the source port all the same, or when a NAT or a firewall is added "
            "later.",
        .false_alarm = "This is information only.",
        .remedy =
            "Send from the listening socket, or make sure that the client receives on both ports.",
    },
    [RULE_CLIENT_NOT_LISTENING - FIRST] = {
        .id = "client-not-listening",
        .section = "C2",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR,
        .clause = "RFC 3261 18.1.1, RFC 3581 3",
        .title = "Client does not listen where it said",
        .message =
            "Client advertised {sentby}, but {d} is closed ({icmp_rst} in frame {n})[; response "
            "{code} in frame {resp} did not get through]",
        .meaning =
            "A response was sent to the place the client advertised, but that port is closed: the "
            "host answered with ICMP port unreachable or with a TCP reset. A client must be ready "
            "to receive at its source address with the sent-by port, with rport at its source "
            "port too, until the transaction has ended.",
        .false_alarm =
            "The client process may have ended just before. A firewall may send the reset in the "
            "client's name; a different TTL tells.",
        .remedy =
            "Let the client keep its socket open during the transaction and write the port on "
            "which it listens in sent-by.",
    },
    [RULE_NAT_DETECTED - FIRST] = {
        .id = "nat-detected",
        .section = "C2",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_CHAT,
        .severities = REPORTS_CHAT,
        .clause = "RFC 3261 18.2.1, RFC 3581 9",
        .title = "Address translation on the way",
        .message = "{sentby} is seen as {obs} here[ and as {received} by the server]: {where}",
        .meaning =
            "The address in Via, the source of the packet, and the address the server reports in "
            "received and rport are not the same, so addresses are translated on the way. This "
            "explains why addresses differ in other findings.",
        .false_alarm =
            "A host with several addresses that sends from another one than it wrote in Via looks "
            "the same.",
        .remedy =
            "Nothing to correct. Make sure that rport or RFC 5626 flows are used on this path.",
    },
    [RULE_NAT_MAPPING_CHANGED - FIRST] = {
        .id = "nat-mapping-changed",
        .section = "C2",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN | REPORTS_NOTE,
        .clause = "RFC 3581 9.3, RFC 5626 3.5",
        .title = "NAT mapping of the client changed",
        .message =
            "NAT mapping of {sentby} changed from {old}[ (frame {n})] to {new}; bindings learnt "
            "before are dead",
        .meaning =
            "The same client is suddenly seen from another address or port. Requests sent to the "
            "old mapping, for instance to a registered contact, no longer arrive. If it happens "
            "inside one transaction it is a warning, because the response may go to the old "
            "mapping.",
        .false_alarm =
            "Clients that use a new port for each request by design, and several phones with the "
            "same private address behind one NAT, look alike.",
        .remedy =
            "Shorten the keep-alive interval below the NAT's timeout, use RFC 5626 outbound, or "
            "let the NAT keep UDP bindings longer.",
    },
    [RULE_MULTIHOMED_SERVER - FIRST] = {
        .id = "multihomed-server",
        .section = "C2",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_CHAT,
        .severities = REPORTS_CHAT,
        .clause = "RFC 3261 18.1",
        .title = "Server uses several addresses",
        .message = "{srv_ip} and {r_src_ip} look like one host[ ({why})]",
        .meaning =
            "Responses came from another address than the one the request was sent to, and both "
            "belong to one host as far as can be seen. This explains findings about the source of "
            "responses.",
        .false_alarm =
            "Two hosts behind the same router share a MAC address, and two nodes of a cluster "
            "share names.",
        .remedy = "Bind each listening socket to one address and answer from it.",
    },
    [RULE_INVITE_BINDING_REFRESH - FIRST] = {
        .id = "invite-binding-refresh",
        .section = "C2",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_CHAT,
        .severities = REPORTS_CHAT,
        .clause = "RFC 3581 3",
        .title = "INVITE repeated to keep a NAT binding",
        .message =
            "INVITE of frame {req} from {obs} repeated after {dt} s to keep the NAT binding; not "
            "a loss",
        .meaning =
            "The INVITE was repeated long after a provisional response had arrived. RFC 3581 asks "
            "clients that use rport to do so every 20 seconds or so, to keep the NAT binding "
            "while the call is ringing.",
        .false_alarm =
            "If the provisional response was lost behind the capture point, the repetition is a "
            "real retransmission.",
        .remedy = "Nothing to correct; this is not packet loss.",
    },
};
/* clang-format on */

const struct rule_section rule_section_received = {FIRST, G_N_ELEMENTS(rows), rows};
