"""Ethernet, VLAN, IPv4, IPv6, fragments, tunnels, UDP and ICMP: everything below the streams."""
import hashlib
import ipaddress
import struct
from dataclasses import dataclass, field

PROTO_ICMP, PROTO_IPIP, PROTO_TCP, PROTO_UDP, PROTO_IPV6 = 1, 4, 6, 17, 41
PROTO_FRAGMENT, PROTO_ICMPV6, PROTO_SCTP = 44, 58, 132
ETHERTYPE = {4: 0x0800, 6: 0x86DD}


@dataclass(frozen=True)
class Endpoint:
    """An address and a port; prints as ladders write it."""

    ip: object
    port: int

    def __str__(self):
        return f"[{self.ip}]:{self.port}" if self.ip.version == 6 else f"{self.ip}:{self.port}"


@dataclass
class Packet:
    """One frame of the capture. `network` = its innermost IP packet, for ICMP errors to quote."""

    time: int
    frame: bytes
    captured: int | None
    network: bytes


@dataclass
class Link:
    """How one packet differs from the ordinary: what a ladder line's options may set."""

    ident: int | None = None
    ttl: int | None = None
    vlan: int | None = None
    src_mac: str | None = None
    dst_mac: str | None = None
    fragments: int = 1
    lost: frozenset = frozenset()
    cut: int | None = None
    tunnel: tuple | None = None
    trailer: bytes = b""  # behind the packet: padding or checksum of the link layer


@dataclass
class Network:
    """The hosts of one capture: their MAC addresses, hop limits and IPv4 identifications."""

    packets: list = field(default_factory=list)
    macs: dict = field(default_factory=dict)
    ttls: dict = field(default_factory=dict)
    idents: dict = field(default_factory=dict)

    def mac(self, ip):
        """Fixed for each address unless the ladder sets it; groups get their group address."""
        if ip in self.macs:
            return bytes.fromhex(self.macs[ip].replace(":", ""))
        if ip.is_multicast and ip.version == 4:
            return b"\x01\x00\x5e" + bytes([ip.packed[1] & 0x7F]) + ip.packed[2:]
        if ip.is_multicast:
            return b"\x33\x33" + ip.packed[-4:]
        if ip.version == 4:
            return b"\x02\x00" + ip.packed
        return b"\x02\x06" + hashlib.sha1(ip.packed).digest()[:4]

    def ident(self, ip):
        """The next IPv4 identification of a host; hosts start at different numbers."""
        start = int.from_bytes(hashlib.sha1(ip.packed).digest()[:2], "big") | 1
        self.idents[ip] = (self.idents.get(ip, start - 1) + 1) & 0xFFFF or 1
        return self.idents[ip]

    def send(self, time, src, dst, protocol, payload, link=None):
        """Puts one IP packet, or its fragments, on the wire; returns the packets written."""
        link = link or Link()
        ttl = link.ttl or self.ttls.get(src, 64)
        ident = self.ident(src) if link.ident is None else link.ident
        written = []
        for number, piece in enumerate(_ip_packets(src, dst, protocol, payload, ttl, ident,
                                                   link.fragments), start=1):
            if number in link.lost:
                continue
            packet = piece
            if link.tunnel:
                outer_src, outer_dst = link.tunnel
                packet = _ip_packets(outer_src, outer_dst,
                                     PROTO_IPIP if src.version == 4 else PROTO_IPV6, piece, 64,
                                     self.ident(outer_src), 1)[0]
            outside = link.tunnel or (src, dst)
            written.append(Packet(time + (number - 1) * 10_000,
                                  self._ethernet(outside, packet, link), link.cut, piece))
        self.packets.extend(written)
        return written

    def _ethernet(self, ends, packet, link):
        source = bytes.fromhex(link.src_mac.replace(":", "")) if link.src_mac else self.mac(ends[0])
        target = bytes.fromhex(link.dst_mac.replace(":", "")) if link.dst_mac else self.mac(ends[1])
        tag = b"" if link.vlan is None else struct.pack("!HH", 0x8100, link.vlan)
        return target + source + tag + struct.pack("!H", ETHERTYPE[ends[0].version]) + packet \
            + link.trailer

    def copy(self, packets, time, link, sent_again=False):
        """The same packets seen once more: same identification, other VLAN or hop limit. Packets
        that their host sent again have a new identification."""
        shift = time - packets[0].time
        copies = []
        for packet in packets:
            network = packet.network
            if sent_again:
                network = _with_ident(network, self.ident(_ends(network)[0]))
            if link.ttl is not None:
                network = _with_ttl(network, link.ttl)
            ends = _ends(network)
            copies.append(Packet(packet.time + shift, self._ethernet(ends, network, link),
                                 link.cut, network))
        self.packets.extend(copies)
        return copies

    def udp(self, time, src, dst, payload, link=None):
        header = struct.pack("!HHHH", src.port, dst.port, 8 + len(payload), 0)
        total = checksum(pseudo_header(src.ip, dst.ip, PROTO_UDP, 8 + len(payload))
                         + header + payload) or 0xFFFF
        header = header[:6] + struct.pack("!H", total)
        return self.send(time, src.ip, dst.ip, PROTO_UDP, header + payload, link)

    def icmp(self, time, src, dst, kind, code, quoted, link=None):
        """An error message about `quoted` (an IP packet), cut as routers cut it: RFC 792 asks for 8
        bytes behind the header, RFC 1812 for up to 576 in all, RFC 4443 for up to 1280."""
        head = struct.pack("!BBHI", kind, code, 0, 0)
        quoted = quoted[:548] if src.version == 4 else quoted[:1232]
        data = head + quoted
        if src.version == 4:
            protocol, total = PROTO_ICMP, checksum(data)
        else:
            protocol = PROTO_ICMPV6
            total = checksum(pseudo_header(src, dst, protocol, len(data)) + data)
        data = data[:2] + struct.pack("!H", total) + data[4:]
        return self.send(time, src, dst, protocol, data, link)


def checksum(data):
    """RFC 1071."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def pseudo_header(src, dst, protocol, length):
    if src.version == 4:
        return src.packed + dst.packed + struct.pack("!BBH", 0, protocol, length)
    return src.packed + dst.packed + struct.pack("!IHBB", length, 0, 0, protocol)


def _ipv4(src, dst, protocol, payload, ttl, ident, offset, more):
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), ident,
                         (0x2000 if more else 0) | offset // 8, ttl, protocol, 0)
    header += src.packed + dst.packed
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def _ipv6(src, dst, protocol, payload, ttl):
    return (struct.pack("!IHBB", 0x60000000, len(payload), protocol, ttl)
            + src.packed + dst.packed + payload)


def _ip_packets(src, dst, protocol, payload, ttl, ident, fragments):
    if fragments == 1:
        if src.version == 4:
            return [_ipv4(src, dst, protocol, payload, ttl, ident, 0, False)]
        return [_ipv6(src, dst, protocol, payload, ttl)]
    # Fragments other than the last are multiples of 8 bytes (RFC 791, RFC 8200 4.5).
    step = max(8, (len(payload) // fragments + 7) // 8 * 8)
    out = []
    for offset in range(0, len(payload), step):
        piece, more = payload[offset:offset + step], offset + step < len(payload)
        if src.version == 4:
            out.append(_ipv4(src, dst, protocol, piece, ttl, ident, offset, more))
        else:
            head = struct.pack("!BBHI", protocol, 0, offset | more, ident)
            out.append(_ipv6(src, dst, PROTO_FRAGMENT, head + piece, ttl))
    return out


def _ends(network):
    if network[0] >> 4 == 4:
        return (ipaddress.ip_address(network[12:16]), ipaddress.ip_address(network[16:20]))
    return (ipaddress.ip_address(network[8:24]), ipaddress.ip_address(network[24:40]))


def _with_ttl(network, ttl):
    if network[0] >> 4 == 6:
        return network[:7] + bytes([ttl]) + network[8:]
    return _with_checksum(network[:8] + bytes([ttl]) + network[9:])


def _with_ident(network, ident):
    if network[0] >> 4 == 6:
        return network
    return _with_checksum(network[:4] + struct.pack("!H", ident) + network[6:])


def _with_checksum(network):
    """With the right checksum of its IPv4 header."""
    header = network[:10] + b"\0\0" + network[12:20]
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + network[20:]
