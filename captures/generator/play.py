"""Plays a case: its events become packets, its responses the verdicts expected frame by frame."""
from dataclasses import dataclass, field

from . import dns
from .ladder_file import LadderError
from .network import Link, Network
from .pcapng import packet_times, pcapng
from .sctp import SctpAssociation
from .sip import Conversation
from .stream import FLIGHT, PING, PONG, TcpStream


@dataclass
class Played:
    """A case as a capture and what is expected of it."""

    capture: bytes
    frames: dict = field(default_factory=dict)    # label: frame number
    verdicts: list = field(default_factory=list)  # (frame, verdict, basis or None), in order
    ends: dict = field(default_factory=dict)      # connection: its (client, server)

    def moved_to(self, capture):
        """The same with the frame numbers of `capture`, made of the same case at another time: TLS
        handshakes differ in their number of packets, but not the times of what comes after."""
        frame_at = {key: number for number, key in enumerate(_keys(packet_times(capture)), start=1)}
        keys = list(_keys(packet_times(self.capture)))
        frame = {number: frame_at[key] for number, key in enumerate(keys, start=1)
                 if key in frame_at}
        return Played(capture, {label: frame[number] for label, number in self.frames.items()},
                      [(frame[number], *rest) for number, *rest in self.verdicts], self.ends)


def _keys(times):
    """What tells packets of different captures of a case apart: (time, how many before at it)."""
    seen = {}
    for time in times:
        seen[time] = seen.get(time, 0) + 1
        yield time, seen[time]


class _Player:
    def __init__(self, case):
        self.case = case
        self.network = Network(macs=case.macs, ttls=case.ttls)
        self.conversation = Conversation(case.name or case.path.stem, case.events)
        self.streams = {}
        self.ends = {}        # connection: its (client, server)
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
        played.ends = self.ends
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
                    options.get("cut"), options.get("tunnel"), options.get("trailer", b""))

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
            original = event.options.get("resume")
            if original is not None and original not in self.streams:
                raise ValueError(f"there is no connection #{original} to resume")
            stream = TcpStream(self.network, event, self.streams.get(original))
        self.streams[event.number] = stream
        self.ends[event.number] = (event.src, event.dst)
        if event.action == "open":
            if event.kind != "sctp":
                stream.before_capture(event.options)
            return []
        if event.kind == "sctp":
            return stream.open(event.time, link)
        return stream.open(event.time, event.options, link)

    def tcp(self, event, stream):
        link, tcp = self.link(event), stream.tcp
        if event.action == "retransmit":
            return self.network.copy(self.packets_of[event.options["of"]], event.time, link,
                                     sent_again=True)
        if event.src not in (tcp.client, tcp.server):
            raise ValueError(f"{event.src} is no end of connection #{event.number}")
        if event.action == "FIN":
            return tcp.close(event.time, event.src, link)
        if event.action == "RST":
            return tcp.reset(event.time, event.src, link)
        if event.action == "ACK":
            return tcp.acknowledge(event.time, event.src)
        if event.action == "SYN-ACK":
            return tcp.accept(event.time, link)
        if event.action in ("close", "alert"):
            return getattr(stream, event.action)(event.time, event.src, link)
        if event.action == "ask":
            return stream.ask(event.time)
        if event.action in ("ping", "pong"):
            data = PING if event.action == "ping" else PONG
            return tcp.send(event.time, event.src, stream.encode(event.src, data), link=link)
        if event.dst != tcp.peer(event.src):
            raise ValueError(f"{event.dst} is no end of connection #{event.number}")
        return self.stream_message(event, stream, link)

    def stream_message(self, event, stream, link):
        data = stream.encode(event.src, self.payload(event)[:event.options.get("stop")],
                             event.options)
        if "hold" in event.options or "join" in event.options:
            stream.tcp.hold(event.src, data)
            stream.held[event.src].append(event)
            return []
        lost = event.options.get("lost", ())
        if lost is True:
            lost = range(1, 100)
        packets = stream.tcp.send(event.time, event.src, data, event.options.get("split", ()),
                                  event.options.get("order", ()), frozenset(lost),
                                  "noack" not in event.options, link,
                                  "crossing" in event.options)
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
