/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rule_table.h"

/*
 * Rules on aliases and requests that go backwards over a connection: catalogue section C6, RFC 5922
 * and RFC 5923.
 * A finding that needs the opener of a connection weighs less and is presumed where the opener is
 * only inferred; hence the presumed severities.
 * The order is that of enum rule_id.
 */
#define FIRST RULE_ALIAS_UDP

/* Texts are wrapped by hand: the formatter would tear them apart. */
/* clang-format off */
static const struct rule rows[] = {
    [RULE_ALIAS_UDP - FIRST] = {
        .id = "alias-udp",
        .section = "C6",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 5923 1, RFC 5923 3",
        .title = "alias in a Via over UDP",
        .message = "Via of {method} from {src} has alias, which has no meaning over UDP",
        .meaning =
            "alias asks for the reuse of a connection, and UDP has none. The server must ignore "
            "it. To get answers at the source port over UDP a client needs rport.",
        .false_alarm = "Some devices add alias to every Via; this does no harm.",
        .remedy = "Switch off alias for UDP in the client.",
    },
    [RULE_ALIAS_NON_TLS - FIRST] = {
        .id = "alias-non-tls",
        .section = "C6",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 5923 3, RFC 5923 9.3",
        .title = "alias without TLS",
        .message =
            "Via of {method} from {src} has alias over {wire}: without a certificate no alias can "
            "be formed[; its Via says {via_t}]",
        .meaning =
            "The client asks for connection reuse on a connection without TLS. An alias rests on "
            "the identity in the client's certificate; without one nobody knows for which domain "
            "the connection may be used.",
        .false_alarm =
            "Some stacks add alias to every Via over TCP by default. Behind a TLS terminator the "
            "inner leg shows alias in clear although the outer one has TLS.",
        .remedy =
            "Use TLS with certificates on both sides, or take alias out of the Via. A registered "
            "client should use outbound flows instead.",
    },
    [RULE_ALIAS_SYNTAX - FIRST] = {
        .id = "alias-syntax",
        .section = "C6",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 5923 7",
        .title = "alias with a value",
        .message = "alias takes no value, but the Via of {method} has alias={v}",
        .meaning =
            "alias is a flag of the Via and takes no value. A strict parser may reject the header "
            "field or not recognise the flag.",
        .false_alarm = "Most servers ignore the value.",
        .remedy = "Write alias without a value.",
    },
    [RULE_ALIAS_NO_CLIENT_CERT - FIRST] = {
        .id = "alias-no-client-cert",
        .section = "C6",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN | REPORTS_NOTE,
        .presumed = REPORTS_NOTE,
        .clause = "RFC 5923 9.2",
        .title = "alias without a client certificate",
        .message =
            "{a} asks for reuse of connection {c} but presented no certificate[ ({reason})]: "
            "alias has no effect",
        .meaning =
            "If the client presents no certificate, the server must proceed as if alias was not "
            "there. Requests back to the client will not use this connection and need a new one. "
            "Where the client registers on the connection it is only a note, since a registered "
            "flow needs no alias.",
        .false_alarm =
            "User agents that add alias to every Via on a stream do not count on it. Where the "
            "handshake is resumed, encrypted or not captured, nothing is reported.",
        .remedy =
            "Give the client a certificate and let the server ask for it, or take alias out of "
            "the Via.",
    },
    [RULE_ALIAS_SERVER_NO_CERT_REQUEST - FIRST] = {
        .id = "alias-server-no-cert-request",
        .section = "C6",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN | REPORTS_NOTE,
        .presumed = REPORTS_NOTE,
        .clause = "RFC 5923 9.2",
        .title = "Server uses alias but asks for no certificate",
        .message =
            "{b} sends {method} (frame {req}) back over aliased connection {c} but never asked "
            "{a} for a certificate[ (ServerHello in frame {hello})]",
        .meaning =
            "A server that forms aliases must ask every TLS client for a certificate. This one "
            "uses the alias without knowing who is at the other end, so that any client can draw "
            "requests for others to itself.",
        .false_alarm = "The server may have asked later by renegotiation inside the connection.",
        .remedy =
            "Let the server ask for and verify client certificates, or switch off its use of "
            "aliases.",
    },
    [RULE_ALIAS_SENTBY_NOT_IN_CERT - FIRST] = {
        .id = "alias-sentby-not-in-cert",
        .section = "C6",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 5922 7.1, RFC 5922 7.2, RFC 5923 5",
        .title = "sent-by is not in the client certificate",
        .message =
            "Sent-by {host} is not an identity of the client certificate ({ids}): only requests "
            "for these may come back over connection {c}",
        .meaning =
            "The client advertises a host that its certificate does not name. A request to this "
            "host does not match the alias, so the server opens a new connection for it.",
        .false_alarm =
            "The server compares the URI of the next hop and not sent-by. If requests are always "
            "addressed to a name in the certificate, all is well.",
        .remedy =
            "Put the host of sent-by into the certificate as SIP URI or DNS name, or write a name "
            "from the certificate into sent-by.",
    },
    [RULE_REUSE_NO_ALIAS - FIRST] = {
        .id = "reuse-no-alias",
        .section = "C6",
        .group = RULE_GROUP_SECURITY,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN | REPORTS_NOTE,
        .presumed = REPORTS_NOTE,
        .clause = "RFC 5923 8.2, RFC 5923 5",
        .title = "Connection reused without alias",
        .message =
            "{b} sends {method} (frame {req}) back over connection {c}[, opened in frame "
            "{opened}], but {a} never offered alias on it",
        .meaning =
            "A request went backwards over a TLS connection although its opener never asked for "
            "reuse, did not register on it and is not addressed by its own source address. The "
            "opener need not accept requests there and may close the connection at any time. A "
            "connection with nothing but ACKs backwards gets a note.",
        .false_alarm =
            "An agreement between the two sides may allow it. If the capture began after the "
            "connection, nothing is reported.",
        .remedy =
            "Let the opener put alias into its Via, or let the acceptor open a connection of its "
            "own.",
    },
    [RULE_REUSE_NO_TLS - FIRST] = {
        .id = "reuse-no-tls",
        .section = "C6",
        .group = RULE_GROUP_SECURITY,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN | REPORTS_NOTE,
        .presumed = REPORTS_NOTE,
        .clause = "RFC 5923 9.3, RFC 5923 9",
        .title = "Connection reused without TLS",
        .message =
            "{b} sends {method} (frame {req}) back over plain {wire} connection {c} of {a}[, "
            "opened in frame {opened}]: the peer is not authenticated, requests can be hijacked[; "
            "the Via says {via_t}]",
        .meaning =
            "A request went backwards over a connection without TLS, without a registration and "
            "without a URI that names the far end. Nothing proves that the opener may receive "
            "requests for this destination: a program on the same host can open such a connection "
            "and draw them to itself. Virtual servers must not do this. A connection with nothing "
            "but ACKs backwards, or a Via that names TLS, gets a note.",
        .false_alarm =
            "Trunks over TCP very often work like this, in a network where the addresses are "
            "trusted.",
        .remedy =
            "Use TLS with certificates on both sides and alias, or open a connection to the "
            "advertised address. User agents should register and use outbound flows.",
    },
    [RULE_REUSE_NO_CLIENT_CERT - FIRST] = {
        .id = "reuse-no-client-cert",
        .section = "C6",
        .group = RULE_GROUP_SECURITY,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR | REPORTS_WARN | REPORTS_NOTE,
        .presumed = REPORTS_WARN | REPORTS_NOTE,
        .clause = "RFC 5923 9.2",
        .title = "Alias used without a client certificate",
        .message =
            "{b} sends {method} (frame {req}) back over connection {c}, for which {a} offered "
            "alias[ in frame {n}] but presented no certificate",
        .meaning =
            "The server treats the connection as an alias although the client presented no "
            "certificate. It must not enter it into its alias table: any client can claim any "
            "address in its Via and draw requests for others to itself. A connection with nothing "
            "but ACKs backwards gets a note.",
        .false_alarm =
            "Digest authentication on the connection is no substitute. A client that registered "
            "on it, or that is addressed by its own source address, is not reported.",
        .remedy =
            "Let the server ignore alias from clients without a certificate and open a new "
            "connection, or let it ask for certificates.",
    },
    [RULE_REUSE_IDENTITY_MISMATCH - FIRST] = {
        .id = "reuse-identity-mismatch",
        .section = "C6",
        .group = RULE_GROUP_SECURITY,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN | REPORTS_NOTE,
        .presumed = REPORTS_NOTE,
        .clause = "RFC 5923 8.2, RFC 5923 9.3, RFC 5922 7.2",
        .title = "Request over a connection of another identity",
        .message =
            "{method} (frame {req}) to {uri} went back over connection {c}, which is "
            "authenticated for {ids}",
        .meaning =
            "The next hop of the request is not an identity in the certificate of the side that "
            "opened the connection. An alias may be used only for the domains for which it was "
            "authenticated; otherwise one domain gets the requests of another. An address literal "
            "in the URI, as in a Contact, and a connection with nothing but ACKs backwards get a "
            "note.",
        .false_alarm =
            "Local policy may choose the next hop by a name that the message does not show.",
        .remedy =
            "Let the server compare the next hop with the identities of the alias and open a new "
            "connection for others, or put the domain into the certificate.",
    },
    [RULE_REUSE_ADDRESS_MISMATCH - FIRST] = {
        .id = "reuse-address-mismatch",
        .section = "C6",
        .group = RULE_GROUP_SECURITY,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN | REPORTS_NOTE,
        .presumed = REPORTS_NOTE,
        .clause = "RFC 5923 8.2",
        .title = "Request resolves to another address than the alias",
        .message =
            "{method} (frame {req}) went back over connection {c}, but {uri} resolves to {res} "
            "and the alias is for {entry}",
        .meaning =
            "A connection may be reused for a request only if its next hop resolves to the address "
            "of the alias. Here it resolves to another one, so the request may have reached the "
            "wrong host. A connection with nothing but ACKs backwards gets a note.",
        .false_alarm =
            "A name with several addresses may stand for a group of servers, of which the capture "
            "shows one only.",
        .remedy =
            "Let the server resolve the next hop first and look up the alias by the result. Check "
            "sent-by and port in the Via of the opener.",
    },
    [RULE_ALIAS_NOT_USED - FIRST] = {
        .id = "alias-not-used",
        .section = "C6",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 5923 8.2, RFC 5923 4",
        .title = "New connection although an alias exists",
        .message =
            "{b} opened connection {n} to {addr} for {method} (frame {req}) although connection "
            "{c} is an alias for it[ (alias in frame {alias})][ and open, as frame {proof} "
            "proves]: one handshake more",
        .meaning =
            "The opener of a connection offered it for requests in the other direction, with a "
            "certificate that allows it, but the other side opened a new connection. That is "
            "its own choice and costs a handshake.",
        .false_alarm =
            "Servers need not honour alias. A request for another domain than those in the "
            "certificate rightly gets its own connection and is not reported.",
        .remedy = "Switch on the use of aliases in the server if it has the feature.",
    },
    [RULE_ALIAS_REFUSED - FIRST] = {
        .id = "alias-refused",
        .section = "C6",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR | REPORTS_WARN | REPORTS_NOTE,
        .presumed = REPORTS_WARN | REPORTS_NOTE,
        .clause = "RFC 5923 8.1",
        .title = "Offered alias does not take requests",
        .message =
            "{a} offered alias on connection {c}[ in frame {n}] but did not take {method} (frame "
            "{req}) on it: {how}[ after {dt} s]",
        .meaning =
            "A client that puts alias into its Via must accept requests on the connection. This "
            "one closed it or gave no answer, so the request is lost although the server did what "
            "it was offered.",
        .false_alarm =
            "Lost segments or an answer on a path outside the capture look like silence.",
        .remedy =
            "Let the client serve requests on the connections that it opens, or take alias out "
            "of its Via.",
    },
    [RULE_ALIAS_DEFAULT_PORT_CLOSED - FIRST] = {
        .id = "alias-default-port-closed",
        .section = "C6",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN | REPORTS_NOTE,
        .presumed = REPORTS_NOTE,
        .clause = "RFC 5923 8.1",
        .title = "alias offered, but no listener at sent-by",
        .message =
            "{a} offers alias[ (frame {n})] but refuses new connections on {addr}[ ({how})][; "
            "connection {live} is still open]",
        .meaning =
            "A client that offers alias must go on receiving requests at the address and port it "
            "advertises, because the server need not honour the alias and the connection may end. "
            "Nobody listens there.",
        .false_alarm = "A NAT or firewall may refuse the connection in the client's name.",
        .remedy =
            "Let the client listen at the address and port of its sent-by; clients that cannot "
            "should register and use outbound flows.",
    },
    [RULE_ALIAS_NOT_KEPT - FIRST] = {
        .id = "alias-not-kept",
        .section = "C6",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 5923 8.1",
        .title = "Aliased connection closed at once",
        .message =
            "{a} offered alias[ in frame {n}] and closed connection {c} {dt} s after its last "
            "transaction",
        .meaning =
            "By alias the client announced that it leaves the connection open beyond the "
            "transaction and dialog, but it closed it soon after. The alias is of no use.",
        .false_alarm = "A failed keep-alive, a TLS alert or the end of the process force a close.",
        .remedy = "Raise the idle timer of the client, or take alias out of its Via.",
    },
    [RULE_ALIAS_STALE - FIRST] = {
        .id = "alias-stale",
        .section = "C6",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN | REPORTS_NOTE,
        .presumed = REPORTS_NOTE,
        .clause = "RFC 5923 8.2",
        .title = "Request on a closed alias",
        .message =
            "{b} sent {method} (frame {req}) back over dead connection {c}[, closed by {who} in "
            "frame {n}][ {dt} s before][; it had been idle for {idle} s]; no "
            "new connection followed[ within {tx} s]",
        .meaning =
            "The request went into a connection that its opener had closed, or that answered with "
            "a reset. The server must be prepared for the end of an alias and then open a new "
            "connection to its address; it did not, and the request is lost.",
        .false_alarm =
            "The request and the close may have crossed on the way; this is not reported if the "
            "times show it. A new connection may be outside the capture.",
        .remedy =
            "Let the server drop the alias when the connection ends and reconnect. If connections "
            "die of silence, send keep-alives or raise the idle timer that ends them.",
    },
    [RULE_TLS_REQUEST_AFTER_CLOSE_NOTIFY - FIRST] = {
        .id = "tls-request-after-close-notify",
        .section = "C6",
        .group = RULE_GROUP_SECURITY,
        .severity = SEVERITY_ERROR,
        .severities = REPORTS_ERROR,
        .clause = "RFC 5923 8.3",
        .title = "Request after the TLS closure alert",
        .message =
            "{y} started {method} (frame {req}) on connection {c} after the closure alert[ of "
            "{who}] in frame {n}[, {dt} s before][; it had been idle for {idle} s]",
        .meaning =
            "After the closure alert no new transaction may be started on the connection. The "
            "side that sent the alert discards everything that follows, so the request is lost "
            "without any sign.",
        .false_alarm =
            "The alert and the request may have crossed on the way; this is not reported if the "
            "times show it.",
        .remedy =
            "Let the sender treat the connection as closed on the alert and open a new one.",
    },
    [RULE_ALIAS_CROSS_DOMAIN - FIRST] = {
        .id = "alias-cross-domain",
        .section = "C6",
        .group = RULE_GROUP_PROTOCOL,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 5923 9.3",
        .title = "Several hosts share one aliased connection",
        .message = "Requests of {hosts} share aliased connection {c}",
        .meaning =
            "The opener sends requests with different hosts in sent-by over one aliased "
            "connection. A connection opened for one domain must not be reused for requests of "
            "another, since its certificate speaks for the first only.",
        .false_alarm = "The hosts may be several names of one domain.",
        .remedy = "Let the opener keep connections and alias tables apart for each domain.",
    },
    [RULE_TLS_SERVER_IDENTITY_MISMATCH - FIRST] = {
        .id = "tls-server-identity-mismatch",
        .section = "C6",
        .group = RULE_GROUP_SECURITY,
        .severity = SEVERITY_WARN,
        .severities = REPORTS_WARN | REPORTS_NOTE,
        .presumed = REPORTS_NOTE,
        .clause = "RFC 5922 7.3, RFC 5923 8.1",
        .title = "Server certificate does not cover the domain",
        .message =
            "Server certificate of {b} ({ids}) does not cover {host}[ ({source})], but {a} sends "
            "{method} (frame {req}) over connection {c}",
        .meaning =
            "The certificate of the server does not name the domain that the client wanted to "
            "reach. The client must close such a connection at once; instead it sends requests, "
            "so anybody with some certificate could take the place of the server.",
        .false_alarm =
            "The client may know the server by address or by a private agreement that the capture "
            "does not show.",
        .remedy =
            "Put the domain into the certificate of the server, as SIP URI or DNS name, and "
            "switch on verification in the client.",
    },
    [RULE_CERT_WILDCARD - FIRST] = {
        .id = "cert-wildcard",
        .section = "C6",
        .group = RULE_GROUP_SECURITY,
        .severity = SEVERITY_NOTE,
        .severities = REPORTS_NOTE,
        .clause = "RFC 5922 7.2",
        .title = "Domain matches only by wildcard",
        .message =
            "{host} matches {wild}[ in the certificate of {side}] only by wildcard, which SIP does "
            "not allow",
        .meaning =
            "SIP compares whole names: a wildcard in a certificate matches nothing but itself. "
            "Elements that follow the rule refuse the connection, others accept it.",
        .false_alarm = "Many elements accept wildcards as web browsers do.",
        .remedy = "List every domain in the certificate by its full name.",
    },
};
/* clang-format on */

const struct rule_section rule_section_alias = {FIRST, G_N_ELEMENTS(rows), rows};
