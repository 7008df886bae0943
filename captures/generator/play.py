"""Plays a case: its events become packets, its responses the verdicts expected frame by frame."""
from dataclasses import dataclass, field

from . import dns, websocket
from .ladder_file import LadderError
from .network import Link, Network
from .pcapng import pcapng
from .sctp import SctpAssociation
from .sip import Conversation
from .tcp import TcpConnection
from .tls import TlsSession

PING, PONG = b"\r\n\r\n", b"\r\n"
FLIGHT = 1_000_000  # nanoseconds between the flights of a TLS or WebSocket handshake


@dataclass
class Played:
    """A case as a capture and what is expected of it."""

    capture: bytes
    frames: dict = field(default_factory=dict)    # label: frame number
    verdicts: list = field(default_factory=list)  # (frame, verdict, basis or None), in order


class TcpStream:
    """A connection over TCP with what lies between it and SIP: TLS, WebSocket, both or nothing."""

    def __init__(self, network, event):
        options = event.options
        self.kind = event.kind
        self.tcp = TcpConnection(network, event.number, event.src, event.dst)
        self.held = {event.src: [], event.dst: []}
        self.tls = None
        if self.kind in ("tls", "wss"):
            self.tls = TlsSession(options.get("tls", "1.2"), options.get("client-cert"),
                                  options.get("server-cert", "p2"))

    def end(self, side):
        return self.tcp.client if side == "client" else self.tcp.server

    def side(self, end):
        return "client" if end == self.tcp.client else "server"

    def open(self, time, options, link):
        answer = next((word for word in ("unanswered", "refused") if word in options), "accepted")
        packets = self.tcp.open(time, answer, link)
        if answer != "accepted":
            return packets
        if self.tls:
            for side, data in self.tls.handshake():
                time += FLIGHT
                self.tcp.send(time, self.end(side), data)
        if self.kind in ("ws", "wss"):
            for side, data in (("client", websocket.upgrade_request(str(self.tcp.server))),
                               ("server", websocket.upgrade_answer())):
                time += FLIGHT
                self.tcp.send(time, self.end(side), self.encrypted(side, data))
        return packets

    def encrypted(self, side, data):
        return self.tls.encode(side, data) if self.tls else data

    def encode(self, src, data):
        side = self.side(src)
        if self.kind in ("ws", "wss"):
            data = websocket.frame(data, side == "client")
        return self.encrypted(side, data)

    def close(self, time, src, link):
        """What the layers above TCP say before the connection ends."""
        side = self.side(src)
        data = b""
        if self.kind in ("ws", "wss"):
            data = self.encrypted(side, websocket.close(side == "client"))
        elif self.tls:
            data = self.tls.close(side)
        return self.tcp.send(time, src, data, link=link)


class _Player:
    def __init__(self, case):
        self.case = case
        self.network = Network(macs=case.macs, ttls=case.ttls)
        self.conversation = Conversation(case.name or case.path.stem, case.events)
        self.streams = {}
        self.packets_of = {}  # label: packets of that event
        self.labels = {event.label: event for event in case.events if event.label}
        self.responses = []   # (packet that completes it, event)
        self.dns_ident = 1

    def play(self):
        for event in self.case.events:
            try:
                packets = self.event(event)
            except ValueError as error:
                line, text = error.args if len(error.args) == 2 else (event.line, str(error))
                raise LadderError(self.case.path, line, text) from None
            if event.label:
                self.packets_of[event.label] = packets
        ordered = sorted(self.network.packets, key=lambda packet: packet.time)
        frame = {id(packet): number for number, packet in enumerate(ordered, start=1)}
        played = Played(pcapng([(p.time, p.frame, p.captured) for p in ordered], self.key_log()))
        for label, packets in self.packets_of.items():
            if packets:
                played.frames[label] = frame[id(packets[-1])]
        completed = sorted(self.responses, key=lambda response: frame[id(response[0])])
        played.verdicts = [(frame[id(packet)], *event.verdict) for packet, event in completed]
        return played

    def key_log(self):
        return b"".join(stream.tls.key_log() for stream in self.streams.values()
                        if isinstance(stream, TcpStream) and stream.tls)

    @staticmethod
    def link(event):
        options = event.options
        lost = options.get("lost")
        return Link(options.get("id"), options.get("ttl"), options.get("vlan"),
                    options.get("src-mac"), options.get("dst-mac"), options.get("fragments", 1),
                    frozenset(lost if isinstance(lost, list) and "fragments" in options else ()),
                    options.get("cut"), options.get("tunnel"))

    def event(self, event):
        if event.kind == "udp":
            return self.datagram(event)
        if event.kind == "icmp":
            return self.icmp(event)
        if event.kind == "dns":
            return self.dns(event)
        if event.kind == "copy":
            return self.copy(event)
        if event.action in ("SYN", "INIT", "open"):
            return self.open(event)
        if event.number not in self.streams:
            raise ValueError(f"connection #{event.number} was never opened (SYN, INIT or open)")
        stream = self.streams[event.number]
        if isinstance(stream, SctpAssociation):
            return self.sctp(event, stream)
        return self.tcp(event, stream)

    def payload(self, event):
        """The bytes of a message event, with the ping in front of it if asked for."""
        if "raw" in event.options:
            body = [text.strip().removeprefix("|").removeprefix(" ") for _, text in event.content]
            data = "".join(line + "\r\n" for line in body).encode()
        else:
            data = self.conversation.compose(event, event.kind).text
        return (PING if "ping" in event.options else b"") + data

    def completed(self, event, packets):
        if event.verdict and packets:
            self.responses.append((packets[-1], event))

    def datagram(self, event):
        data = self.payload(event)
        if event.options.get("lost") is True:
            return []
        packets = self.network.udp(event.time, event.src, event.dst, data, self.link(event))
        self.completed(event, packets)
        return packets

    def icmp(self, event):
        quoted = self.packets_of.get(event.options["of"])
        if not quoted:
            raise ValueError(f"@{event.options['of']} has no packet to quote")
        kind, code = event.words
        return self.network.icmp(event.time, event.src.ip, event.dst.ip, kind, code,
                                 quoted[0].network, self.link(event))

    def dns(self, event):
        word, name, *answers = event.words
        kind = dns.TYPES[word]
        records = [(int(answers[0]), int(answers[1]), int(answers[2]), answers[3])] \
            if kind == dns.SRV and answers else answers
        ident, self.dns_ident = self.dns_ident, self.dns_ident + 1
        self.network.udp(event.time, event.src, event.dst, dns.question(ident, name, kind))
        return self.network.udp(event.time + FLIGHT, event.dst, event.src,
                                dns.answer(ident, name, kind, records))

    def copy(self, event):
        label = event.options["of"]
        packets = self.packets_of.get(label)
        if not packets:
            raise ValueError(f"@{label} has no packet to copy")
        copies = self.network.copy(packets, event.time, self.link(event))
        self.completed(self.labels[label], copies)
        return copies

    def open(self, event):
        link = self.link(event)
        if event.kind == "sctp":
            stream = SctpAssociation(self.network, event.number, event.src, event.dst,
                                     event.options.get("also-client", ()),
                                     event.options.get("also-server", ()))
        else:
            stream = TcpStream(self.network, event)
        self.streams[event.number] = stream
        if event.action == "open":
            return []
        if event.kind == "sctp":
            return stream.open(event.time, link)
        return stream.open(event.time, event.options, link)

    def tcp(self, event, stream):
        link, tcp = self.link(event), stream.tcp
        if event.action == "retransmit":
            return self.network.copy(self.packets_of[event.options["of"]], event.time, link)
        if event.src not in (tcp.client, tcp.server):
            raise ValueError(f"{event.src} is no end of connection #{event.number}")
        if event.action == "FIN":
            return tcp.close(event.time, event.src, link)
        if event.action == "RST":
            return tcp.reset(event.time, event.src, link)
        if event.action == "ACK":
            return tcp.acknowledge(event.time, event.src)
        if event.action == "close":
            return stream.close(event.time, event.src, link)
        if event.action in ("ping", "pong"):
            data = PING if event.action == "ping" else PONG
            return tcp.send(event.time, event.src, stream.encode(event.src, data), link=link)
        if event.dst != tcp.peer(event.src):
            raise ValueError(f"{event.dst} is no end of connection #{event.number}")
        return self.stream_message(event, stream, link)

    def stream_message(self, event, stream, link):
        data = stream.encode(event.src, self.payload(event))
        if "hold" in event.options:
            stream.tcp.hold(event.src, data)
            stream.held[event.src].append(event)
            return []
        lost = event.options.get("lost", ())
        if lost is True:
            lost = range(1, 100)
        packets = stream.tcp.send(event.time, event.src, data, event.options.get("split", ()),
                                  event.options.get("order", ()), frozenset(lost),
                                  "noack" not in event.options, link)
        for earlier in stream.held[event.src] + [event]:
            self.completed(earlier, packets)
            if earlier.label:
                self.packets_of[earlier.label] = packets
        stream.held[event.src].clear()
        return packets

    def sctp(self, event, association):
        link = self.link(event)
        if not association.side(event.src):
            raise ValueError(f"{event.src} is no address of association #{event.number}")
        if event.action == "ABORT":
            return association.abort(event.time, event.src, link)
        if event.action == "close":
            return association.close(event.time, event.src, link)
        if event.action != "message":
            raise ValueError(f"{event.action} means nothing on SCTP")
        packets = association.send(event.time, event.src, event.dst, self.payload(event),
                                   event.options.get("ppid", 0), "unordered" in event.options,
                                   link)
        self.completed(event, packets)
        return packets


def play(case):
    """The capture of a case; raises LadderError."""
    return _Player(case).play()
