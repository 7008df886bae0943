"""Captures as lists of packets: to be joined, cut and put into another order, and written again with
their TLS secrets in front."""
import struct
import sys
from dataclasses import dataclass, replace

from running import CAPTURES

sys.path.insert(0, str(CAPTURES))

# pylint: disable=wrong-import-position
from generator.ladder_file import read_ladder  # noqa: E402
from generator.pcapng import (DECRYPTION_SECRETS, ENHANCED_PACKET, EPOCH,  # noqa: E402
                              INTERFACE, NANOSECONDS, OPTION_TSRESOL, blocks, pcapng)
from generator.play import play  # noqa: E402

SECOND = 1_000_000_000


@dataclass(frozen=True)
class Packet:
    """One frame: nanoseconds since 1970, what was captured of it and how long it was."""

    time: int
    data: bytes
    length: int


@dataclass(frozen=True)
class Capture:
    """A capture file of Ethernet frames."""

    name: str
    packets: tuple
    key_log: bytes = b""

    @staticmethod
    def read(name, content):
        """Of the bytes of a pcapng file with one section, little endian."""
        units, packets, key_log = [], [], b""
        for kind, block in blocks(content):
            if kind == INTERFACE:
                units.append(_unit(block))
            elif kind == DECRYPTION_SECRETS:
                length, = struct.unpack_from("<I", block, 12)
                key_log += block[16:16 + length]
            elif kind == ENHANCED_PACKET:
                interface, high, low, captured, length = struct.unpack_from("<IIIII", block, 8)
                packets.append(Packet((high << 32 | low) * units[interface],
                                      block[28:28 + captured], length))
        return Capture(name, tuple(packets), key_log)

    def content(self):
        """The bytes of a file with these packets, in this order."""
        return pcapng(((packet.time - EPOCH * SECOND, packet.data.ljust(packet.length, b"\0"),
                        len(packet.data)) for packet in self.packets), self.key_log)

    def named(self, variant):
        return replace(self, name=f"{self.name}, {variant}")

    def with_packets(self, variant, packets):
        return replace(self.named(variant), packets=tuple(packets))

    def cut(self, snaplen):
        """As if captured with that snapshot length."""
        return self.with_packets(f"packets cut to {snaplen}",
                                 (replace(packet, data=packet.data[:snaplen])
                                  for packet in self.packets))

    def in_order(self, variant, order):
        """With the packets in the order of those numbers, but times going forward."""
        times = sorted(packet.time for packet in self.packets)
        return self.with_packets(variant, (replace(self.packets[number], time=time)
                                           for number, time in zip(order, times)))


def _unit(interface):
    """Nanoseconds in one unit of its time stamps."""
    at = 16
    while at + 4 <= len(interface) - 4:
        option, length = struct.unpack_from("<HH", interface, at)
        if option == OPTION_TSRESOL:
            return 10 ** (NANOSECONDS - interface[at + 4])
        if option == 0:
            break
        at += 4 + (length + 3) // 4 * 4
    return 1000


def committed():
    """The captures of the repository."""
    return [Capture.read(str(path.relative_to(CAPTURES)), path.read_bytes())
            for path in sorted(CAPTURES.rglob("*.pcapng"))]


def played():
    """Those that tests make of ladders, which are not committed. Cases that need preferences are
    left out."""
    return [Capture.read(f"rules/{case.stem}", play(case).capture)
            for ladder in sorted(CAPTURES.glob("rules/*.ladder")) for case in read_ladder(ladder)
            if not case.uses_tls and not case.preferences]


def _later_numbers(data, shift):
    """A frame with other TCP sequence numbers; others, and those in tunnels, as they are."""
    at = 12
    while data[at:at + 2] == b"\x81\x00":
        at += 4
    kind, ip = data[at:at + 2], at + 2
    if kind == b"\x08\x00" and len(data) > ip + 20 and data[ip + 9] == 6 \
            and struct.unpack_from(">H", data, ip + 6)[0] & 0x3FFF == 0:
        tcp = ip + (data[ip] & 15) * 4
    elif kind == b"\x86\xdd" and len(data) > ip + 40 and data[ip + 6] == 6:
        tcp = ip + 40
    else:
        return data
    if len(data) < tcp + 20:
        return data
    sequence, acknowledged = struct.unpack_from(">II", data, tcp + 4)
    numbers = [sequence + shift, acknowledged + shift if data[tcp + 13] & 16 else acknowledged]
    return data[:tcp + 4] + struct.pack(">II", *(one & 0xFFFFFFFF for one in numbers)) \
        + data[tcp + 12:]


def joined(name, captures, apart=86400 * SECOND):
    """One after another. Each begins `apart` after the end of the one before: what one has to do
    with another is over by then, if times are to be believed. TCP's numbers are others in each: the
    same SYN once more would be taken for a retransmission, for all the time between."""
    packets, end = [], EPOCH * SECOND
    for number, capture in enumerate(captures):
        if not capture.packets:
            continue
        shift = end + apart - min(packet.time for packet in capture.packets)
        packets += [Packet(packet.time + shift, _later_numbers(packet.data, number * 10_000_019),
                           packet.length) for packet in capture.packets]
        end = max(packet.time for packet in packets)
    return Capture(name, tuple(packets), b"".join(capture.key_log for capture in captures))
