"""SCTP associations of a ladder (RFC 9260): set-up with several addresses, DATA, SACK, ending."""
import struct

from .network import PROTO_SCTP

DATA, INIT, INIT_ACK, SACK, ABORT, SHUTDOWN, SHUTDOWN_ACK = 0, 1, 2, 3, 6, 7, 8
COOKIE_ECHO, COOKIE_ACK, SHUTDOWN_COMPLETE = 10, 11, 14
STEP = 200_000
_COOKIE = b"a ladder's state cookie "


def _crc32c_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_CRC32C = _crc32c_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ _CRC32C[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def _chunk(kind, flags, value):
    return struct.pack("!BBH", kind, flags, 4 + len(value)) + value + bytes(-len(value) % 4)


class SctpAssociation:
    """One association; each end may have more addresses than the first."""

    def __init__(self, network, number, client, server, more_client=(), more_server=()):
        self.network = network
        self.client, self.server = client, server
        self.addresses = {"client": [client.ip, *more_client], "server": [server.ip, *more_server]}
        self.tag = {"client": 0x1000 + number, "server": 0x2000 + number}
        self.tsn = {"client": 1000 * number, "server": 1000 * number + 500}
        self.sequence = {"client": 0, "server": 0}

    def side(self, endpoint):
        """"client", "server" or None for an endpoint that is no address of the association."""
        for side, port in (("client", self.client.port), ("server", self.server.port)):
            if endpoint.ip in self.addresses[side] and endpoint.port == port:
                return side
        return None

    def _packet(self, time, src, dst, tag, chunks, link=None):
        head = struct.pack("!HHII", src.port, dst.port, tag, 0)
        crc = struct.pack("<I", crc32c(head + chunks))
        return self.network.send(time, src.ip, dst.ip, PROTO_SCTP, head[:8] + crc + chunks, link)

    def _init(self, kind, side):
        value = struct.pack("!IIHHI", self.tag[side], 65536, 10, 10, self.tsn[side])
        for ip in self.addresses[side]:
            value += struct.pack("!HH", 5 if ip.version == 4 else 6, 4 + len(ip.packed)) + ip.packed
        if kind == INIT_ACK:
            value += struct.pack("!HH", 7, 4 + len(_COOKIE)) + _COOKIE
        return _chunk(kind, 0, value)

    def open(self, time, link):
        a, b, tag = self.client, self.server, self.tag
        packets = self._packet(time, a, b, 0, self._init(INIT, "client"), link)
        self._packet(time + STEP, b, a, tag["client"], self._init(INIT_ACK, "server"))
        self._packet(time + 2 * STEP, a, b, tag["server"], _chunk(COOKIE_ECHO, 0, _COOKIE))
        self._packet(time + 3 * STEP, b, a, tag["client"], _chunk(COOKIE_ACK, 0, b""))
        return packets

    def send(self, time, src, dst, data, ppid=0, unordered=False, link=None):
        side = self.side(src)
        other = "server" if side == "client" else "client"
        flags = 0x03 | (0x04 if unordered else 0)
        value = struct.pack("!IHHI", self.tsn[side], 0, self.sequence[side], ppid) + data
        packets = self._packet(time, src, dst, self.tag[other], _chunk(DATA, flags, value), link)
        sack = _chunk(SACK, 0, struct.pack("!IIHH", self.tsn[side], 65536, 0, 0))
        self._packet(time + STEP, dst, src, self.tag[side], sack)
        self.tsn[side] += 1
        self.sequence[side] += not unordered
        return packets

    def abort(self, time, src, link):
        side = self.side(src)
        dst, other = (self.server, "server") if side == "client" else (self.client, "client")
        return self._packet(time, src, dst, self.tag[other], _chunk(ABORT, 0, b""), link)

    def close(self, time, src, link):
        side = self.side(src)
        dst, other = (self.server, "server") if side == "client" else (self.client, "client")
        last = struct.pack("!I", self.tsn[other] - 1)
        packets = self._packet(time, src, dst, self.tag[other], _chunk(SHUTDOWN, 0, last), link)
        self._packet(time + STEP, dst, src, self.tag[side], _chunk(SHUTDOWN_ACK, 0, b""))
        self._packet(time + 2 * STEP, src, dst, self.tag[other], _chunk(SHUTDOWN_COMPLETE, 0, b""))
        return packets
