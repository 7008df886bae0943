"""Frames of generated traffic: calls of many phones through one proxy, RTP, TCP connections.

Addresses, times, tags and branches are computed: the same numbers give the same frames. Endpoints are
(address bytes, port).
"""
import collections
import itertools
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "captures"))
from generator import pcapng  # noqa: E402 pylint: disable=wrong-import-position
from generator.tls import TlsSession  # noqa: E402 pylint: disable=wrong-import-position

SERVER_IP = bytes((192, 0, 2, 2))
PHONES = 5000
CALL = 7  # messages of a call
OPEN_CONNECTIONS = 12000  # at once
START = 1767225600  # seconds: every capture begins at 2026-01-01 00:00:00 UTC
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
SEGMENT = 60000  # bytes of data in a segment at most


def checksum(header):
    total = sum(struct.unpack(f">{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def frame(number, protocol, source, target, payload):
    """One Ethernet frame with an IPv4 packet; source and target are address bytes."""
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), number & 0xFFFF, 0x4000, 64,
                     protocol, 0, source, target)
    ip = ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:]
    return b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x08\0" + ip + payload


def packet(number, source, target, payload):
    """One Ethernet frame with a UDP datagram, without checksum."""
    udp = struct.pack(">HHHH", source[1], target[1], 8 + len(payload), 0) + payload
    return frame(number, 17, source[0], target[0], udp)


def rtp(sequence, source):
    """The payload of one packet of G.711: 160 bytes behind a header of RFC 3550 5.1."""
    return struct.pack(">BBHII", 0x80, 0, sequence & 0xFFFF, sequence * 160 & 0xFFFFFFFF,
                       source) + b"\xd5" * 160


class TcpConnection:
    """Frames of one connection from `client` to `server`."""

    def __init__(self, client, server):
        self.ends, self.next = (client, server), [1000, 2000]

    def segment(self, forward, flags, payload=b""):
        source = 0 if forward else 1
        ends = self.ends[source], self.ends[1 - source]
        header = struct.pack(">HHIIBBHHH", ends[0][1], ends[1][1], self.next[source],
                             self.next[1 - source] if flags & ACK else 0, 0x50, flags, 65535, 0, 0)
        self.next[source] = (self.next[source] + len(payload) + bool(flags & (SYN | FIN))) \
            & 0xFFFFFFFF
        return frame(self.next[source], 6, ends[0][0], ends[1][0], header + payload)

    def opened(self):
        yield self.segment(True, SYN)
        yield self.segment(False, SYN | ACK)
        yield self.segment(True, ACK)

    def sent(self, forward, payload):
        for at in range(0, len(payload), SEGMENT):
            yield self.segment(forward, PSH | ACK, payload[at:at + SEGMENT])

    def closed(self):
        yield self.segment(True, FIN | ACK)
        yield self.segment(False, FIN | ACK)
        yield self.segment(True, ACK)


# ---- calls ---------------------------------------------------------------------------------------


def phone_address(phone):
    return bytes((10, 1, phone >> 8, phone & 255))


def message(start, call, phone, cseq, via, to_tag=""):
    text = (f"{start}\r\nVia: {via}\r\nMax-Forwards: 70\r\n"
            f"From: \"Phone {phone}\" <sip:{phone}@example.com>;tag=f{call}\r\n"
            f"To: <sip:{phone + 1}@example.com>{to_tag}\r\n"
            f"Call-ID: {call:08x}-9f31-4c5e@phone{phone}.example.com\r\nCSeq: {cseq}\r\n"
            "User-Agent: bench/1.0\r\nContent-Length: 0\r\n\r\n")
    return text.encode()


def call_messages(call, phone, transport="UDP", port=5060):
    """(from the phone?, bytes) of one call: INVITE, 100, 180, 200, ACK, BYE, 200, seven messages in
    three transactions."""
    address = ".".join(map(str, phone_address(phone)))
    uri = f"sip:{phone + 1}@example.com"
    tag = f";tag=t{call}"

    def via(step, answered):
        filled = f"={port};received={address}" if answered else ""
        return f"SIP/2.0/{transport} {address}:{port};rport{filled};branch=z9hG4bK{call:08x}{step}"

    for request, cseq, step, answers in (
            (f"INVITE {uri} SIP/2.0", "1 INVITE", "a", ("100 Trying", "180 Ringing", "200 OK")),
            (f"ACK {uri} SIP/2.0", "1 ACK", "b", ()),
            (f"BYE {uri} SIP/2.0", "2 BYE", "c", ("200 OK",))):
        yield True, message(request, call, phone, cseq, via(step, False),
                            "" if step == "a" else tag)
        for answer in answers:
            yield False, message(f"SIP/2.0 {answer}", call, phone, cseq, via(step, True), tag)


def calls(count, transport="UDP", phones=PHONES, port=5060):
    """(phone, from the phone?, bytes) of that many messages."""
    messages = ((call % phones, *sent) for call in itertools.count()
                for sent in call_messages(call, call % phones, transport, port))
    return itertools.islice(messages, count)


def udp(count, media=0):
    """That many messages over UDP, each followed by so many packets of RTP."""
    for number, (phone, forward, payload) in enumerate(calls(count)):
        client, server = (phone_address(phone), 5060), (SERVER_IP, 5060)
        yield packet(number, *(client, server) if forward else (server, client), payload)
        for step in range(media):
            client, server = (phone_address(phone), 16384), (SERVER_IP, 20000 + 2 * phone)
            yield packet(step, *(client, server) if step & 1 else (server, client),
                         rtp(number * media + step, phone))


def _on_few(count, transport, connections, begin, encode):
    """That many messages on a few connections that stay open; `begin` yields the frames behind the
    handshake of TCP, `encode` makes the bytes of a segment."""
    port = 40000
    opened = {}
    server = (SERVER_IP, 5061 if transport == "TLS" else 5060)
    for phone, forward, payload in calls(count, transport, connections, port):
        if phone not in opened:
            opened[phone] = TcpConnection((phone_address(phone), port), server)
            yield from opened[phone].opened()
            yield from begin(phone, opened[phone])
        yield from opened[phone].sent(forward, encode(phone, forward, payload))


def tcp_few(count, connections=20):
    """That many messages over TCP, on a few connections that stay open."""
    return _on_few(count, "TCP", connections, lambda phone, connection: (),
                   lambda phone, forward, payload: payload)


def tls(count, connections=20):
    """The same over TLS: the frames and, once they are taken, a function for their keys."""
    sessions = {}

    def begin(phone, connection):
        sessions[phone] = TlsSession({"tls": "1.3" if phone & 1 else "1.2"})
        for side, data in sessions[phone].handshake():
            yield from connection.sent(side == "client", data)

    frames = _on_few(count, "TLS", connections, begin, lambda phone, forward, payload:
                     sessions[phone].encode("client" if forward else "server", payload))
    return frames, lambda: b"".join(session.key_log() for session in sessions.values())


def tcp_many(count):
    """That many messages over TCP, on a new connection for each call. A connection is closed once it
    has been idle for long: a shorter time would be worth a note."""
    open_ones, connection = collections.deque(), None
    for number, (phone, forward, payload) in enumerate(calls(count, "TCP", 60000, 40000)):
        if number % CALL == 0:
            # A call comes again to a phone after 60,000 calls: from another port.
            client = phone_address(phone), 40000 + number // CALL // 60000
            connection = TcpConnection(client, (SERVER_IP, 5060))
            yield from connection.opened()
            open_ones.append(connection)
            if len(open_ones) > OPEN_CONNECTIONS:
                yield from open_ones.popleft().closed()
        yield from connection.sent(forward, payload)


# ---- files ---------------------------------------------------------------------------------------


def write_capture(path, frames, apart=500):
    """A pcap file of frames that come at intervals of so many microseconds."""
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for number, data in enumerate(frames):
            microseconds = int(number * apart)
            out.write(struct.pack("<IIII", START + microseconds // 1000000,
                                  microseconds % 1000000, len(data), len(data)) + data)


def write_tls(path, traffic, apart=500):
    """A pcapng file of what tls() made, with the keys in it."""
    frames, keys = traffic
    taken = [(number * apart * 1000, data, None) for number, data in enumerate(frames)]
    pathlib.Path(path).write_bytes(pcapng.pcapng(taken, keys()))
