"""A capture file taken to pieces and put together otherwise: packets missing, twice, or between those
of another file. All else of the file (interfaces, TLS secrets, names) stays."""
import ipaddress
import re
import struct
from dataclasses import dataclass, replace

from generator.network import PROTO_TCP, PROTO_UDP, checksum
from generator.pcapng import ENHANCED_PACKET, INTERFACE, SECTION_HEADER, blocks
from seeds import network

OPTION_END, OPTION_TSRESOL = 0, 9
# Messages in the clear: of requests the host of the top Via.
REQUEST = re.compile(rb"(?:\r\n)*(?P<method>[A-Z]+) \S+ SIP/2\.0\r\n"
                     rb"(?:.*\r\n)*?(?:Via|v)\s*:\s*SIP/2\.0/\w+\s+(?P<host>[^\s:;,]+)", re.I)


@dataclass(frozen=True)
class Packet:
    """`time` in nanoseconds since the epoch; `number` is its frame number in the file it is of, 0 =
    it was added."""

    number: int
    time: int
    interface: int
    data: bytes
    length: int


@dataclass(frozen=True)
class CaptureFile:
    """`head` = the blocks that are no packets; `units` = time stamps in a second, of each interface."""

    head: tuple
    units: tuple
    packets: tuple

    def bytes_with(self, packets):
        """The file with these packets instead of its own."""
        out = list(self.head)
        for packet in packets:
            stamp = packet.time * self.units[packet.interface] // 1_000_000_000
            body = struct.pack("<IIIII", packet.interface, stamp >> 32, stamp & 0xFFFFFFFF,
                               len(packet.data), packet.length)
            body += packet.data + bytes(-len(packet.data) % 4)
            size = struct.pack("<I", 12 + len(body))
            out.append(struct.pack("<I", ENHANCED_PACKET) + size + body + size)
        return b"".join(out)


def _units(block):
    """Time stamps in a second of an interface description."""
    at = 16
    while at + 4 <= len(block) - 4:
        code, length = struct.unpack_from("<HH", block, at)
        if code == OPTION_END:
            break
        if code == OPTION_TSRESOL:
            value = block[at + 4]
            return 2 ** (value & 0x7F) if value & 0x80 else 10 ** value
        at += 4 + length + -length % 4
    return 1_000_000


def read(data):
    """A CaptureFile of a pcapng file of one little-endian section."""
    head, units, packets = [], [], []
    for kind, block in blocks(data):
        if kind == ENHANCED_PACKET:
            interface, high, low, captured, length = struct.unpack_from("<IIIII", block, 8)
            # Rounded up: cutting off in bytes_with() then gives the same stamp again.
            time = -(-(high << 32 | low) * 1_000_000_000 // units[interface])
            packets.append(Packet(len(packets) + 1, time, interface, block[28:28 + captured],
                                  length))
            continue
        if kind == SECTION_HEADER:
            # The length of the section may be given, and will be another one: -1 = unknown.
            block = block[:16] + struct.pack("<q", -1) + block[24:]
        elif kind == INTERFACE:
            units.append(_units(block))
        head.append(block)
    return CaptureFile(tuple(head), tuple(units), tuple(packets))


def ordered(packets):
    """In the order of their times; of equal times in the order given."""
    return sorted(packets, key=lambda packet: packet.time)


def cut(capture, count):
    """Without its first `count` packets: the capture began later."""
    return capture.packets[count:]


def without(capture, number):
    """Without the packet of that number: it was lost, or the tap missed it."""
    return tuple(packet for packet in capture.packets if packet.number != number)


def mirrored(capture, delay):
    """Each packet once more, `delay` nanoseconds later: a mirror port that sees both directions."""
    return ordered([*capture.packets,
                    *(replace(packet, time=packet.time + delay) for packet in capture.packets)])


def interleaved(capture, noise):
    """A few packets of `noise` (lists of frames, one list for each gap) behind each packet but the
    last, within the time to the next one and soon."""
    out = []
    for position, packet in enumerate(capture.packets):
        out.append(packet)
        if position + 1 == len(capture.packets):
            break
        frames = noise[position % len(noise)]
        time = packet.time
        step = max(0, min(capture.packets[position + 1].time - time, 100_000_000))
        out += [Packet(0, time + step * number // (len(frames) + 1), packet.interface, frame,
                       len(frame)) for number, frame in enumerate(frames, start=1)]
    return out


# ---- the other side of a NAT -------------------------------------------------------------------


@dataclass(frozen=True)
class Decoded:
    """A whole TCP segment or UDP datagram over IP in Ethernet."""

    protocol: int
    source: tuple
    target: tuple
    payload: bytes

    @property
    def ends(self):
        return frozenset((self.source, self.target))


def decode(data):
    """Of a frame; None if it is something else, a fragment or cut."""
    found = network(data)
    if found is None or found[0] not in (PROTO_TCP, PROTO_UDP) or len(found[3]) < 8:
        return None
    protocol, source, target, segment = found
    ports = struct.unpack_from("!HH", segment)
    start = 8 if protocol == PROTO_UDP else (segment[12] >> 4) * 4 if len(segment) >= 20 else 20
    return Decoded(protocol, (source, ports[0]), (target, ports[1]), segment[start:])


RESPONSE = re.compile(rb"(?:\r\n)*SIP/2\.0 (\d{3}) ")
CALL_ID = re.compile(rb"^(?:Call-ID|i)\s*:\s*(.*?)\s*$", re.I | re.M)
CSEQ = re.compile(rb"^CSeq\s*:\s*(\d+)", re.I | re.M)


def request_of(data):
    """(method, Call-ID, CSeq number) of the request that a frame begins with; None if it has none."""
    seen = decode(data)
    match = seen and REQUEST.match(seen.payload)
    if not match:
        return None
    call_id, number = CALL_ID.search(seen.payload), CSEQ.search(seen.payload)
    return (match["method"].decode(), call_id and call_id[1], number and number[1])


def response_of(data):
    """The status of the response that a frame begins with; None if it has none."""
    seen = decode(data)
    match = seen and RESPONSE.match(seen.payload)
    return int(match[1]) if match else None


def _translated(data, source, target, ttl_change):
    """The same IPv4 frame between other ends."""
    head = (data[12 + 2] & 15) * 4
    frame = bytearray(data)
    ip, transport = memoryview(frame)[14:14 + head], memoryview(frame)[14 + head:]
    ip[8] = max(1, ip[8] + ttl_change)
    ip[10:12] = b"\0\0"
    ip[12:16], ip[16:20] = (ipaddress.ip_address(end[0]).packed for end in (source, target))
    ip[10:12] = struct.pack("!H", checksum(bytes(ip)))
    transport[0:4] = struct.pack("!HH", source[1], target[1])
    if ip[9] == PROTO_UDP:
        transport[6:8] = b"\0\0"  # none
    return bytes(frame)


def behind_nat(capture, host, inner):
    """The file merged with what a tap between `host`'s NAT and that host sees: the host has the
    address `inner`, ports stay. The file itself is the outside."""
    delay = 1_000  # shorter than any answer takes
    out = list(capture.packets)
    for packet in capture.packets:
        seen = decode(packet.data)
        if seen is None or packet.data[12:14] != b"\x08\x00" or packet.length != len(packet.data):
            continue
        if seen.source[0] == host:
            data = _translated(packet.data, (inner, seen.source[1]), seen.target, 1)
            out.append(replace(packet, number=0, time=packet.time - delay, data=data))
        elif seen.target[0] == host:
            data = _translated(packet.data, seen.source, (inner, seen.target[1]), -1)
            out.append(replace(packet, number=0, time=packet.time + delay, data=data))
    return ordered(out)


def clients(capture):
    """Hosts that send requests and of which the file shows IPv4 only: [(address, the address that
    their Via names)]."""
    found = {}
    for packet in capture.packets:
        seen = decode(packet.data)
        match = seen and REQUEST.match(seen.payload)
        if match and ":" not in seen.source[0]:
            found.setdefault(seen.source[0], match["host"].decode())
    return sorted(found.items())
