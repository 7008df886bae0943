"""TCP connections of a ladder (RFC 9293): sequence numbers, acknowledgements, opening, closing."""
import struct

from .network import PROTO_TCP, checksum, pseudo_header

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
SEGMENT = 1400  # bytes of data in a segment unless the ladder splits otherwise
STEP = 200_000  # nanoseconds between the packets of a handshake or a split message
ACK_DELAY = 100_000


class TcpConnection:
    """One connection between `client` (who opens it) and `server`."""

    def __init__(self, network, number, client, server):
        self.network = network
        self.client, self.server = client, server
        self.next = {client: 100_000 * number + 1000, server: 100_000 * number + 51_000}
        self.before = dict(self.next)  # without what each end sent last
        self.held = {client: b"", server: b""}

    def peer(self, end):
        return self.server if end == self.client else self.client

    def _segment(self, time, src, flags, data=b"", seq=None, ack=None, options=b"", link=None):
        dst = self.peer(src)
        seq = self.next[src] if seq is None else seq
        ack = self.next[dst] if ack is None else ack
        offset = (20 + len(options)) // 4
        header = struct.pack("!HHIIBBHHH", src.port, dst.port, seq, ack if flags & ACK else 0,
                             offset << 4, flags, 64240, 0, 0) + options
        total = checksum(pseudo_header(src.ip, dst.ip, PROTO_TCP, len(header) + len(data))
                         + header + data)
        header = header[:16] + struct.pack("!H", total) + header[18:]
        return self.network.send(time, src.ip, dst.ip, PROTO_TCP, header + data, link)

    def open(self, time, answer, link):
        """The handshake; `answer` = "accepted", "unanswered" or "refused"."""
        mss = struct.pack("!BBH", 2, 4, SEGMENT)
        packets = self._segment(time, self.client, SYN, options=mss, link=link)
        self.next[self.client] += 1
        if answer == "refused":
            self._segment(time + STEP, self.server, RST | ACK, seq=0)
        elif answer == "accepted":
            self.accept(time + STEP)
        return packets

    def accept(self, time, link=None):
        """The server's answer to the SYN, and the client's to that."""
        mss = struct.pack("!BBH", 2, 4, SEGMENT)
        packets = self._segment(time, self.server, SYN | ACK, options=mss, link=link)
        self.next[self.server] += 1
        self._segment(time + STEP, self.client, ACK)
        return packets

    def skip(self, src, data):
        """`data` was sent before the capture began."""
        self.next[src] += len(data)

    def send(self, time, src, data, cuts=(), order=(), lost=frozenset(), acknowledge=True,
             link=None, crossing=False):
        """Sends `data` behind what is held back. `cuts` = offsets at which new segments begin,
        `order` = segment numbers in the order they are captured, `lost` = numbers that the capture
        missed (the receiver got them), `crossing` = what the peer sent last is still under way.
        Returns the packets that carry the data."""
        data, self.held[src] = self.held[src] + data, b""
        if not cuts:
            cuts = range(SEGMENT, len(data), SEGMENT)
        bounds = [0, *cuts, len(data)]
        pieces = [(self.next[src] + a, data[a:b]) for a, b in zip(bounds, bounds[1:])]
        self._advance(src, len(data))
        ack = self.before[self.peer(src)] if crossing else None
        packets, at = [], time
        for number in order or range(1, len(pieces) + 1):
            seq, piece = pieces[number - 1]
            if number not in lost:
                packets += self._segment(at, src, PSH | ACK, piece, seq=seq, ack=ack, link=link)
                at += STEP
        if acknowledge and packets:
            self._segment(packets[-1].time + ACK_DELAY, self.peer(src), ACK)
        return packets

    def _advance(self, src, length):
        self.before[src] = self.next[src]
        self.next[src] += length

    def hold(self, src, data):
        """Keeps `data` back for the segment of the next message in this direction."""
        self.held[src] += data

    def acknowledge(self, time, src):
        return self._segment(time, src, ACK)

    def close(self, time, src, link):
        packets = self._segment(time, src, FIN | ACK, link=link)
        self._advance(src, 1)
        self._segment(time + ACK_DELAY, self.peer(src), ACK)
        return packets

    def reset(self, time, src, link):
        return self._segment(time, src, RST | ACK, link=link)
