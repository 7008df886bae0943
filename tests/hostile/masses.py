"""Captures with masses of one thing, as nobody sends in good faith."""
import struct
import sys

from running import ROOT

sys.path.insert(0, str(ROOT / "tests" / "bench"))

# pylint: disable=wrong-import-position,unused-import
from traffic import ACK, RST, SYN, TcpConnection, packet, write_capture  # noqa: E402,F401

CLIENT = (bytes((192, 0, 2, 1)), 5060)
SERVER = (bytes((192, 0, 2, 2)), 5060)
# An IPv4 packet has 65535 bytes at most, with 20 of its own header and 8 of UDP.
DATAGRAM = 65535 - 28


def request(branch, call, more="", via="", method="OPTIONS", transport="UDP"):
    return (f"{method} sip:b@example.com SIP/2.0\r\n"
            f"Via: SIP/2.0/{transport} 192.0.2.1:5060;rport;branch=z9hG4bK{branch}\r\n{via}"
            f"Max-Forwards: 70\r\nFrom: <sip:a@example.com>;tag=f{call}\r\n"
            f"To: <sip:b@example.com>\r\nCall-ID: {call}@192.0.2.1\r\nCSeq: 1 {method}\r\n"
            f"{more}Content-Length: 0\r\n\r\n").encode()


def response(branch, call, more="", via="", method="OPTIONS", transport="UDP"):
    return (f"SIP/2.0 200 OK\r\nVia: SIP/2.0/{transport} 192.0.2.1:5060;rport=5060;"
            f"received=192.0.2.1;branch=z9hG4bK{branch}\r\n{via}"
            f"From: <sip:a@example.com>;tag=f{call}\r\nTo: <sip:b@example.com>;tag=t\r\n"
            f"Call-ID: {call}@192.0.2.1\r\nCSeq: 1 {method}\r\n{more}"
            f"Content-Length: 0\r\n\r\n").encode()


# ---- many messages ------------------------------------------------------------------------------


def transactions(count):
    """Requests and their responses, each of a call of its own, between two hosts."""
    for number in range(count // 2):
        yield packet(number, CLIENT, SERVER, request(number, number))
        yield packet(number, SERVER, CLIENT, response(number, number))


def one_branch(count):
    """The same branch for ever new transactions."""
    for number in range(count // 2):
        yield packet(number, CLIENT, SERVER, request(1, number))
        yield packet(number, SERVER, CLIENT, response(1, number))


def one_branch_invite(count):
    """The same with INVITEs that nobody answers and ACKs: the match looks for other things."""
    for number in range(count // 2):
        yield packet(number, CLIENT, SERVER, request(1, number, method="INVITE"))
        yield packet(number, CLIENT, SERVER, request(1, number, method="ACK"))


def one_call(count):
    """One Call-ID and From tag for all: only the branch differs."""
    for number in range(count // 2):
        yield packet(number, CLIENT, SERVER, request(number, 1))
        yield packet(number, SERVER, CLIENT, response(number, 1))


def one_request(count):
    """The same request over and over, unanswered."""
    for number in range(count):
        yield packet(number, CLIENT, SERVER, request(1, 1))


def unmatched(count):
    """Responses without requests."""
    for number in range(count):
        yield packet(number, SERVER, CLIENT, response(number, number))


def one_connection(count):
    """One TCP connection with all messages."""
    tcp = TcpConnection(CLIENT, SERVER)
    yield from tcp.opened()
    for number in range(count // 2):
        yield from tcp.sent(True, request(number, number, transport="TCP"))
        yield from tcp.sent(False, response(number, number, transport="TCP"))
    yield from tcp.closed()


def one_connection_unanswered(count):
    """One TCP connection with requests that all wait for their answers."""
    tcp = TcpConnection(CLIENT, SERVER)
    yield from tcp.opened()
    for number in range(count):
        yield from tcp.sent(True, request(number, number, transport="TCP"))
    yield from tcp.closed()


def one_connection_backward(count):
    """One TCP connection with requests from both ends."""
    tcp = TcpConnection(CLIENT, SERVER)
    yield from tcp.opened()
    for number in range(count // 2):
        yield from tcp.sent(True, request(number, number, transport="TCP"))
        yield from tcp.sent(False, request(f"b{number}", f"b{number}", transport="TCP"))


def many_connections(count):
    """A TCP connection for each message, from ever new ports and addresses, none closed."""
    for number in range(count):
        client = (bytes((10,)) + (number // 30000 + 1).to_bytes(3, "big"), 20000 + number % 30000)
        tcp = TcpConnection(client, SERVER)
        yield from tcp.opened()
        yield from tcp.sent(True, request(number, number, transport="TCP"))


def one_pair_many_connections(count):
    """The same between two hosts, each connection closed after its only message."""
    for number in range(count):
        tcp = TcpConnection((CLIENT[0], 1024 + number % 60000), SERVER)
        tcp.next = [number * 3000 % 2**32, number * 7000 % 2**32]
        yield from tcp.opened()
        yield from tcp.sent(True, request(number, number, transport="TCP"))
        yield from tcp.closed()


def refused_connections(count):
    """SYNs that are all refused, to a port that a Contact advertised."""
    yield packet(0, CLIENT, SERVER, request(0, 0, "Contact: <sip:a@192.0.2.1:5070;transport=tcp>\r\n"))
    for number in range(count):
        tcp = TcpConnection((SERVER[0], 1024 + number % 60000), (CLIENT[0], 5070))
        yield tcp.segment(True, SYN)
        yield tcp.segment(False, RST | ACK)


# ---- large messages ------------------------------------------------------------------------------


def _datagrams(count, more="", via=""):
    """Pairs of messages of the largest size, filled up with a body."""
    for number in range(count // 2):
        for source, target, build in ((CLIENT, SERVER, request), (SERVER, CLIENT, response)):
            text = build(number, number, more, via)
            assert len(text) <= DATAGRAM
            text = text.replace(b"Content-Length: 0",
                                b"Content-Length: %d" % (DATAGRAM - len(text) - 4))
            yield packet(number, source, target, text.ljust(DATAGRAM, b"x"))


def _numbered(part, most=DATAGRAM - 1000):
    """`part` with numbers filled in, as often as it fits."""
    out, size = [], 0
    for number in range(most):
        text = part.format(number)
        size += len(text)
        if size > most:
            break
        out.append(text)
    return "".join(out)


BOMBS = {
    "bodies": {},
    "headers": {"more": _numbered("X:\r\n")},
    "one long header": {"more": "Subject: " + "x" * 60000 + "\r\n"},
    "folded lines": {"more": "Subject: x\r\n" + " \r\n" * 21000},
    "folded Via": {"via": "Via: SIP/2.0/UDP p.example.com" + "\r\n ;p" * 12000 + "\r\n"},
    "Vias in one header": {"via": "Via: " + _numbered("SIP/2.0/UDP p,") + "SIP/2.0/UDP p\r\n"},
    "Via headers": {"via": _numbered("v:SIP/2.0/UDP p\r\n")},
    "Via parameters": {"via": "Via: SIP/2.0/UDP p" + _numbered(";p{0}={0}") + "\r\n"},
    "quotes": {"more": "Contact: " + '"<\\"' * 16000 + "\r\n"},
    "open brackets": {"more": "Contact: " + "<" * 60000 + "\r\n"},
    "Contacts": {"more": "m:" + _numbered("<sip:a@h{}>,") + "\r\n"},
    "Contact parameters": {"more": "m:<sip:a@h>" + _numbered(";a{}=\"\"") + "\r\n"},
    "Routes": {"more": _numbered("Route:<sip:r{};lr>\r\n")},
    "commas": {"more": "Supported: " + "," * 60000 + "\r\n"},
    "Record-Routes": {"more": _numbered("Record-Route:<sip:h{0}.example.com:{0};lr>\r\n")},
    "tags": {"more": "To: <sip:b@example.com>" + ";tag=x" * 10000 + "\r\n"},
}


def bomb(name):
    return lambda count: _datagrams(count, **BOMBS[name])


def streamed_headers(count):
    """A request of so many headers over TCP, thousands of lines in a segment, and its response."""
    tcp = TcpConnection(CLIENT, SERVER)
    lines = "X:\r\n" * count
    yield from tcp.opened()
    yield from tcp.sent(True, request(1, 1, lines, transport="TCP"))
    yield from tcp.sent(False, response(1, 1, lines, transport="TCP"))


def streamed_vias(count):
    tcp = TcpConnection(CLIENT, SERVER)
    lines = "".join(f"v: SIP/2.0/TCP p{number};branch=z9hG4bK{number}\r\n"
                    for number in range(count))
    yield from tcp.opened()
    yield from tcp.sent(True, request(1, 1, via=lines, transport="TCP"))
    yield from tcp.sent(False, response(1, 1, via=lines, transport="TCP"))


MANY = {build.__name__: build for build in (
    transactions, one_branch, one_branch_invite, one_call, one_request, unmatched, one_connection,
    one_connection_unanswered, one_connection_backward, many_connections,
    one_pair_many_connections, refused_connections)}
STREAMED = {build.__name__: build for build in (streamed_headers, streamed_vias)}
