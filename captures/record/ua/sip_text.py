"""SIP messages as text: just enough to write requests and to answer them.

Used where no SIP stack does what a recording needs. Nothing here is lenient or complete: the other
end is always a program of the same recording.
"""
import socket

CRLF = "\r\n"


def request(method, uri, via, call_id, cseq=None, to_tag=None, contact=None, aor=None, more=()):
    """A request as bytes; `via` is the value of its only Via, `cseq` the number and method.

    `contact` is a URI. With `aor` it is from and to that address, as a REGISTER is; `more` are
    further header lines.
    """
    sender, to = (aor, aor) if aor else ("sip:tester@example.com", "sip:service@example.com")
    lines = [
        f"{method} {uri} SIP/2.0",
        f"Via: {via}",
        f"From: <{sender}>;tag={call_id}-from",
        f"To: <{to}>" + (f";tag={to_tag}" if to_tag else ""),
        f"Call-ID: {call_id}",
        f"CSeq: {cseq or '1 ' + method}",
        "Max-Forwards: 70",
    ]
    if contact:
        lines.append(f"Contact: <{contact}>")
    lines += [*more, "Content-Length: 0", "", ""]
    return CRLF.join(lines).encode()


def header_values(message, name):
    """Values of the header lines called `name`, in order."""
    head = message.decode().split(CRLF + CRLF)[0]
    pairs = [line.partition(":") for line in head.split(CRLF)[1:]]
    return [value.strip() for key, _, value in pairs if key.strip().lower() == name.lower()]


def response(message, status, vias=None, to_tag="service"):
    """The answer `status` ("200 OK") to a request; `vias` replaces the Via values if given."""
    to = header_values(message, "To")[0]
    if to_tag and ";tag=" not in to and not status.startswith("100"):
        to += f";tag={to_tag}"
    lines = [f"SIP/2.0 {status}"]
    lines += [f"Via: {via}" for via in (vias or header_values(message, "Via"))]
    lines.append("From: " + header_values(message, "From")[0])
    lines.append("To: " + to)
    lines += [f"{name}: {header_values(message, name)[0]}" for name in ("Call-ID", "CSeq")]
    lines += ["Content-Length: 0", "", ""]
    return CRLF.join(lines).encode()


def filled_via(via, source, received=None, rport=None):
    """The Via value a server returns: RFC 3581 4, from `source` unless told otherwise."""
    received = received or source[0]
    rport = rport or source[1]
    kept = [part for part in via.split(";") if part.split("=")[0] != "rport"]
    asked = len(kept) != len(via.split(";"))
    return ";".join(kept + [f"received={received}"] + ([f"rport={rport}"] if asked else []))


def udp_socket(address, port):
    """A bound UDP socket that gives up after 3 s, so that no recording hangs."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((address, port))
    sock.settimeout(3)
    return sock


def tcp_listener(address, port):
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((address, port))
    sock.listen()
    sock.settimeout(3)
    return sock


def tcp_connection(local, remote):
    """A connection from `local` (its port may be 0) to `remote`, both (address, port)."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.settimeout(3)
    sock.bind(local)
    sock.connect(remote)
    return sock


class Reader:
    """Cuts a TCP stream into the messages of this module, none of which has a body."""

    def __init__(self, sock):
        self.sock = sock
        self.data = b""

    def message(self):
        """The next message, or None at the end of the stream."""
        while True:
            # RFC 3261 7.5: CRLF before a start line is to be ignored.
            self.data = self.data.lstrip(b"\r\n")
            end = self.data.find(b"\r\n\r\n")
            if end >= 0:
                message, self.data = self.data[: end + 4], self.data[end + 4 :]
                return message
            more = self.sock.recv(65536)
            if not more:
                return None
            self.data += more

    def final_response(self, at_least=200):
        """Reads up to a response whose status is `at_least`; None at the end of the stream."""
        while True:
            message = self.message()
            if message is None or int(message.split(b" ")[1]) >= at_least:
                return message
