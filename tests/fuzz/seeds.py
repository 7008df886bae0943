#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""seeds.py CAPTURES DIRECTORY: makes the fuzzers' seeds of captures: DIRECTORY/message has the SIP
messages, DIRECTORY/analysis a script of packets for each capture that has SIP in the clear and some
made-up ones, the same every time. Reads what captures/generator/pcapng.py and dumpcap write: Ethernet, whole files, little endian."""
import hashlib
import pathlib
import random
import re
import socket
import struct
import sys

ENHANCED_PACKET = 6
MESSAGE_MAX = 4096
SCRIPT_MAX = 8192
MADE_UP = 300

# As in script.c and script_text.c.
(TIME, LITERAL, ODD_LITERAL, REQUEST, RESPONSE, FORWARD, REPEAT, SEGMENT, TLS, WEBSOCKET,
 ASSOCIATION, FRAGMENT, ICMP, NAMES) = range(14)
TEXT_END = b"\xff"
TIME_STEPS = (1e6, 1e7, 5e8, 4e9, 11e9, 33e9, 70e9, 200e9, 4000e9)
HOSTS = ("192.0.2.1", "192.0.2.2", "198.51.100.5", "203.0.113.9", "10.1.1.1", "10.1.1.2",
         "2001:db8::1", "fd00::2")
PORTS = (5060, 5061, 9988, 40000, 40001, 443, 1, 65535)
TRANSPORT = {"udp": 1, "tcp": 2, "sctp": 4}
SYN, ACK, FIN, RST = 1, 2, 4, 8

START_LINE = re.compile(rb"[A-Z]+ \S+ SIP/2\.0\r\n|SIP/2\.0 \d{3} ")


def packets(data):
    """(nanoseconds, bytes) of each packet of a pcapng file."""
    at = 0
    while at + 12 <= len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if kind == ENHANCED_PACKET:
            _, high, low, captured = struct.unpack_from("<IIII", data, at + 8)
            yield (high << 32 | low), data[at + 28:at + 28 + captured]
        at += max(12, length)


def network(frame):
    """(protocol, source, destination, payload) of an unfragmented IP packet, or None."""
    kind, ip = frame[12:14], frame[14:]
    if kind == b"\x08\x00" and len(ip) >= 20 and struct.unpack_from(">H", ip, 6)[0] & 0x3FFF == 0:
        total = struct.unpack_from(">H", ip, 2)[0]
        return (ip[9], socket.inet_ntop(socket.AF_INET, ip[12:16]),
                socket.inet_ntop(socket.AF_INET, ip[16:20]), ip[(ip[0] & 15) * 4:total])
    if kind == b"\x86\xdd" and len(ip) >= 40:
        return (ip[6], socket.inet_ntop(socket.AF_INET6, ip[8:24]),
                socket.inet_ntop(socket.AF_INET6, ip[24:40]), ip[40:])
    return None


class Script:
    """Writes the packets of one capture as operations. Its addresses become those of a script, in
    the order in which they come up."""

    def __init__(self):
        self.out = bytearray(1)
        self.messages = []
        self.hosts, self.ports, self.streams = {}, {}, {}
        self.time = None

    def endpoint(self, host, port):
        texts = HOSTS.index(host) if host in HOSTS else self.hosts.setdefault(
            host, len(self.hosts) % len(HOSTS))
        number = PORTS.index(port) if port in PORTS else self.ports.setdefault(
            port, 3 + len(self.ports) % 2)
        return texts | number << 3

    def add(self, operation):
        if len(self.out) + len(operation) <= SCRIPT_MAX:
            self.out += operation

    def pass_time(self, time):
        gone = 0 if self.time is None else time - self.time
        self.time = time
        fitting = [i for i, step in enumerate(TIME_STEPS) if step <= gone]
        if fitting:
            self.add(bytes((TIME, fitting[-1])))

    def message(self, transport, stream, ends, text):
        self.messages.append(text)
        self.add(bytes((LITERAL, TRANSPORT[transport], stream + 1, *ends)) + text + TEXT_END)

    def datagram(self, payload, ends):
        if START_LINE.match(payload):
            self.message("udp", -1, ends, payload)

    def segment(self, header, ends):
        flags = header[13]
        payload = header[(header[12] >> 4) * 4:]
        stream = self.streams.setdefault(frozenset(ends), len(self.streams)) & 0xF
        events = (SYN if flags & 2 else 0) | (ACK if flags & 16 else 0) | (
            FIN if flags & 1 else 0) | (RST if flags & 4 else 0)
        if events & (SYN | FIN | RST) or not START_LINE.match(payload):
            self.add(bytes((SEGMENT, stream, *ends)) + struct.pack("<HB", events,
                                                                   min(255, len(payload))))
        if START_LINE.match(payload):
            self.message("tcp", stream, ends, payload)

    def packet(self, time, frame):
        found = network(frame)
        if found is None or found[0] not in (6, 17) or len(found[3]) < 8:
            return
        protocol, source, target, data = found
        ports = struct.unpack_from(">HH", data)
        ends = self.endpoint(source, ports[0]), self.endpoint(target, ports[1])
        self.pass_time(time)
        if protocol == 17:
            self.datagram(data[8:], ends)
        elif len(data) >= 20:
            self.segment(data, ends)


def made_up(rng):
    """A script of templates between a few places: it reaches what no capture here has."""
    flows = [(rng.randrange(8), stream, rng.randrange(64), rng.randrange(64))
             for stream in range(1, 4)]

    def any_bytes(count):
        return bytes(rng.randrange(256) for _ in range(count))

    def operation():
        transport, stream, src, dst = rng.choice(flows)
        ends = (src, dst) if rng.random() < 0.7 else (dst, src)
        kind = rng.choices(range(14), (8, 0, 0, 14, 14, 4, 4, 8, 8, 1, 2, 2, 2, 2))[0]
        same_frame = 0x80 if rng.random() < 0.1 else 0
        head = bytes((kind | same_frame,))
        packet = bytes((transport, stream, *ends))
        operands = {
            TIME: lambda: bytes((rng.choice((0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)),)),
            REQUEST: lambda: packet + any_bytes(1) + any_bytes(1) + bytes(
                (rng.randrange(4), rng.randrange(256), 0)) + any_bytes(3),
            RESPONSE: lambda: bytes((rng.randrange(2), rng.choice((0, 0, 0, 0, 1, 2, 4)))) + any_bytes(2),
            FORWARD: lambda: bytes((rng.randrange(2),)) + packet + any_bytes(4),
            REPEAT: lambda: bytes((rng.randrange(2), rng.choice((0, 0, 0, 4, 8)))) + any_bytes(3),
            SEGMENT: lambda: bytes((stream - 1, *ends)) + struct.pack(
                "<HB", rng.choice((SYN, SYN | ACK, ACK, ACK, FIN | ACK, RST, 1 << rng.randrange(16))),
                rng.randrange(256)),
            TLS: lambda: bytes((stream - 1 + 16 * rng.randrange(8), ends[0], rng.randrange(7),
                                rng.randrange(256))) + b"p1.example.com" + TEXT_END,
            WEBSOCKET: lambda: bytes((stream - 1 + 16 * rng.randrange(2),)) + b"sip" + TEXT_END,
            ASSOCIATION: lambda: bytes(ends) + any_bytes(1),
            FRAGMENT: lambda: bytes((rng.randrange(2), rng.randrange(256))),
            ICMP: lambda: bytes((rng.randrange(2), rng.randrange(256), ends[1])),
            NAMES: lambda: bytes((rng.randrange(16), ends[0])) + TEXT_END,
        }
        return head + operands[kind]()

    return bytes((rng.randrange(64),)) + b"".join(operation() for _ in range(60))


def write(directory, content):
    name = hashlib.sha256(content).hexdigest()[:16]
    (directory / name).write_bytes(content)


def main():
    captures, target = map(pathlib.Path, sys.argv[1:])
    for kind in ("message", "analysis"):
        (target / kind).mkdir(parents=True, exist_ok=True)
    for path in sorted(captures.rglob("*.pcapng")):
        script = Script()
        for time, frame in packets(path.read_bytes()):
            script.packet(time, frame)
        if script.messages:
            write(target / "analysis", bytes(script.out))
        for message in script.messages:
            write(target / "message", message[:MESSAGE_MAX])
    rng = random.Random(1)
    for _ in range(MADE_UP):
        write(target / "analysis", made_up(rng))


if __name__ == "__main__":
    main()
