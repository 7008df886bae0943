"""Reading ladder files; syntax.md describes the language."""
import ipaddress
import re
from dataclasses import dataclass, field

from .expectations import Expectations, read_verdict
from .network import Endpoint

STREAMS = ("tcp", "tls", "ws", "wss", "sctp")

LINK_OPTIONS = {
    "id", "ttl", "vlan", "src-mac", "dst-mac", "fragments", "lost", "cut", "tunnel", "trailer"}
MESSAGE_OPTIONS = LINK_OPTIONS | {
    "size", "body", "to", "like", "forward", "reverse", "tag", "ping", "raw", "hold", "split",
    "order", "noack", "ppid", "unordered", "stop", "join", "frames", "pieces",
    "crossing"}
OPEN_OPTIONS = LINK_OPTIONS | {
    "unanswered", "refused", "no-syn", "also-client", "also-server", "tls", "client-cert",
    "server-cert", "no-request", "post-handshake", "sni", "resume", "no-ticket", "keys",
    "request-protocol", "answer-protocol"}
FLAGS = {"reverse", "ping", "raw", "hold", "noack", "unordered", "unanswered", "refused", "lost",
         "no-syn", "no-request", "post-handshake", "no-ticket", "join",
         "crossing"}
CHOICES = {"tls": ("1.2", "1.3"), "keys": ("all", "traffic", "none")}
# What one end does, apart from sending messages.
ACTIONS = ("FIN", "RST", "ACK", "SYN-ACK", "ABORT", "close", "alert", "ask", "ping", "pong")

_EVENT = re.compile(r"\s*(\d+\.\d+)\s+(\S.*)")
_CASE = re.compile(r"case\s+([\w.-]+)\s*:\s*(\S.*)")


class LadderError(Exception):
    """What is wrong, where: "file:line: text"."""

    def __init__(self, path, line, text):
        super().__init__(f"{path}:{line}: {text}")


@dataclass
class Event:
    """One ladder line with what is indented below it. `action` is "message" or a word such as SYN;
    `time` is in nanoseconds."""

    line: int
    time: int
    kind: str
    action: str = "message"
    number: int | None = None
    src: Endpoint | None = None
    dst: Endpoint | None = None
    words: list = field(default_factory=list)
    options: dict = field(default_factory=dict)
    label: str | None = None
    content: list = field(default_factory=list)
    verdict: tuple | None = None

    @property
    def is_response(self):
        return (self.action == "message" and "raw" not in self.options
                and bool(self.words) and self.words[0].isdigit())


@dataclass
class Case:
    """One capture: its events, the hosts' settings and what must be found in it."""

    path: object
    name: str
    sentence: str
    line: int
    events: list = field(default_factory=list)
    macs: dict = field(default_factory=dict)
    ttls: dict = field(default_factory=dict)
    preferences: list = field(default_factory=list)  # NAME:VALUE for Wireshark
    wireshark: tuple = (4, 0)                        # the first version that can read it
    expected: Expectations = field(default_factory=Expectations)

    @property
    def findings(self):
        return self.expected.findings

    @property
    def stem(self):
        return f"{self.path.stem}.{self.name}" if self.name else self.path.stem

    @property
    def committed(self):
        """Where its capture is kept, if it is."""
        return self.path.parent / f"{self.stem}.pcapng"

    @property
    def uses_tls(self):
        return any(event.kind in ("tls", "wss") for event in self.events)


class _Reader:
    def __init__(self, path, text):
        self.path = path
        self.lines = text.splitlines()
        self.line = 0
        self.cases = []
        self.case = None

    def fail(self, text):
        raise LadderError(self.path, self.line, text)

    def read(self):
        for self.line, line in enumerate(self.lines, start=1):
            stripped = line.strip()
            if not stripped or stripped.startswith("#"):
                continue
            event = _EVENT.fullmatch(line.rstrip())
            if event:
                self.current().events.append(self.event(*event.groups()))
            elif stripped.startswith("=>"):
                self.verdict(stripped[2:].strip())
            elif line[0].isspace():
                self.content(line)
            else:
                self.statement(stripped)
        for case in self.cases:
            self.check(case)
        if not self.cases:
            self.line = 1
            self.fail("no events")
        return self.cases

    def current(self):
        if self.case is None:
            self.case = Case(self.path, "", "", self.line)
            self.cases.append(self.case)
        return self.case

    def statement(self, text):
        match = _CASE.fullmatch(text)
        if match:
            if self.cases and not self.cases[0].name:
                self.fail("a case behind events that belong to no case")
            if any(case.name == match[1] for case in self.cases):
                self.fail(f"second case {match[1]}")
            self.case = Case(self.path, match[1], match[2], self.line)
            self.cases.append(self.case)
            return
        words = text.split()
        if words[0] == "mac" and len(words) == 3:
            self.current().macs[self.address(words[1])] = self.mac(words[2])
        elif words[0] == "ttl" and len(words) == 3:
            self.current().ttls[self.address(words[1])] = self.integer(words[2])
        elif words[0] == "preference" and ":" in text:
            self.current().preferences.append(" ".join(words[1:]))
        elif words[0] == "wireshark" and re.fullmatch(r"\d+\.\d+", words[-1]):
            self.current().wireshark = tuple(map(int, words[-1].split(".")))
        elif words[0] in ("finds", "conn", "cert", "alias"):
            try:
                self.current().expected.read(words[0], " ".join(words[1:]), self.line)
            except ValueError as error:
                self.fail(str(error))
        else:
            self.fail(f"cannot understand: {text}")

    def verdict(self, text):
        event = self.current().events[-1] if self.current().events else None
        verdict = read_verdict(text)
        if not event or not event.is_response or event.verdict:
            self.fail("a verdict must follow a response, once")
        if not verdict:
            self.fail("=> VERDICT or => VERDICT(BASIS)")
        event.verdict = verdict

    def content(self, line):
        events = self.current().events
        if not events or events[-1].action != "message" or events[-1].kind in ("icmp", "dns"):
            self.fail("an indented line must belong to a message")
        events[-1].content.append((self.line, line.rstrip()))

    # Events

    def event(self, seconds, text):
        whole, _, fraction = seconds.partition(".")
        time = int(whole) * 1_000_000_000 + int(fraction.ljust(9, "0")[:9])
        words = text.split()
        kind = words.pop(0)
        event = Event(self.line, time, kind)
        if kind == "udp":
            self.message(event, words)
        elif kind in STREAMS:
            self.stream(event, words)
        elif kind == "icmp":
            self.icmp(event, words)
        elif kind == "dns":
            self.dns(event, words)
        elif kind == "copy":
            self.copy(event, words)
        else:
            self.fail(f"unknown kind of event: {kind}")
        return event

    def stream(self, event, words):
        if not words or not re.fullmatch(r"#\d+", words[0]):
            self.fail(f"{event.kind} needs the number of a connection: #1")
        event.number = int(words.pop(0)[1:])
        word = words[0] if words else ""
        if word in ("SYN", "INIT", "open"):
            event.action = word
            self.ends(event, words[1:], OPEN_OPTIONS)
        elif word in ACTIONS:
            event.action = word
            if len(words) < 3 or words[1] != "by":
                self.fail(f"{word} by ADDRESS:PORT")
            event.src = self.endpoint(words[2])
            self.options(event, words[3:], LINK_OPTIONS)
        elif word == "retransmit":
            event.action = word
            self.reference(event, words[1:2])
            self.options(event, words[2:], LINK_OPTIONS)
        else:
            self.message(event, words)

    def message(self, event, words):
        rest = self.ends(event, words, None)
        if not rest:
            self.fail("a message needs a method, a status or raw")
        first = rest[0].strip("()")
        if first == "raw":
            self.options(event, rest, MESSAGE_OPTIONS)
            return
        rest = rest[1:]
        event.words = [first]
        if first.isdigit():
            if not rest or "=" in rest[0] or rest[0].startswith("@"):
                self.fail("a response needs the method of its CSeq: 200 INVITE")
            event.words.append(rest.pop(0).strip("()"))
        elif rest and re.match(r"(sips?|tel|urn):", rest[0]):
            event.words.append(rest.pop(0))
        self.options(event, rest, MESSAGE_OPTIONS)

    def icmp(self, event, words):
        event.action = "icmp"
        match = re.fullmatch(r"(\d+)/(\d+)", words[0]) if words else None
        if not match or len(words) < 6 or words[1] != "from" or words[3] != "to" \
                or words[5] != "quoting":
            self.fail("icmp TYPE/CODE from ADDRESS to ADDRESS quoting @LABEL")
        event.words = [int(match[1]), int(match[2])]
        event.src = Endpoint(self.address(words[2]), 0)
        event.dst = Endpoint(self.address(words[4]), 0)
        self.reference(event, words[6:7])
        self.options(event, words[7:], LINK_OPTIONS)

    def dns(self, event, words):
        event.action = "dns"
        rest = self.ends(event, words, None)
        if len(rest) < 2 or rest[0] not in ("A", "AAAA", "SRV"):
            self.fail("dns CLIENT > SERVER A|AAAA|SRV NAME ANSWER…  (no answer: the name does not "
                      "exist; SRV answer: PRIORITY WEIGHT PORT TARGET)")
        if rest[0] == "SRV" and len(rest) not in (2, 6):
            self.fail("an SRV answer is PRIORITY WEIGHT PORT TARGET")
        event.words = rest

    def copy(self, event, words):
        event.action = "copy"
        if words[:1] != ["of"]:
            self.fail("copy of @LABEL")
        self.reference(event, words[1:2])
        self.options(event, words[2:], {"ttl", "vlan", "src-mac", "dst-mac", "cut"})

    # Words

    def ends(self, event, words, allowed):
        if len(words) < 3 or words[1] != ">":
            self.fail("ADDRESS:PORT > ADDRESS:PORT expected")
        event.src, event.dst = self.endpoint(words[0]), self.endpoint(words[2])
        if event.src.ip.version != event.dst.ip.version:
            self.fail("IPv4 and IPv6 address in one packet")
        if allowed is None:
            return words[3:]
        self.options(event, words[3:], allowed)
        return []

    def reference(self, event, words):
        if not words or not words[0].startswith("@"):
            self.fail("a @LABEL of an earlier line expected")
        label = words[0][1:]
        if not any(earlier.label == label for earlier in self.current().events):
            self.fail(f"no earlier line has the label @{label}")
        event.options["of"] = label

    def options(self, event, words, allowed):
        for word in words:
            if word.startswith("@"):
                label = word[1:]
                if any(earlier.label == label for earlier in self.current().events):
                    self.fail(f"second @{label}")
                event.label = label
                continue
            name, equals, value = word.partition("=")
            if name not in allowed:
                self.fail(f"unknown option here: {word}")
            if not equals and name not in FLAGS:
                self.fail(f"option {name} needs a value")
            event.options[name] = self.option(name, value) if equals else True

    def option(self, name, value):
        if name in ("id", "ttl", "vlan", "fragments", "cut", "size", "body", "ppid", "stop",
                    "frames", "pieces"):
            return self.integer(value)
        if name == "resume":
            return self.integer(value.removeprefix("#"))
        if name in CHOICES and value not in CHOICES[name]:
            self.fail(f"{name} is one of {', '.join(CHOICES[name])}")
        if name in ("split", "order", "lost"):
            return [self.integer(part) for part in value.split(",")]
        if name in ("also-client", "also-server"):
            return [self.address(part) for part in value.split(",")]
        if name == "tunnel":
            parts = value.split(">")
            if len(parts) != 2:
                self.fail("tunnel=ADDRESS>ADDRESS")
            return tuple(self.address(part) for part in parts)
        if name in ("src-mac", "dst-mac"):
            return self.mac(value)
        if name == "trailer":
            return bytes.fromhex(value)
        if name in ("to", "like", "forward"):
            label = value.removeprefix("@")
            if not any(earlier.label == label for earlier in self.current().events):
                self.fail(f"no earlier line has the label @{label}")
            return label
        return value

    def integer(self, text):
        if not re.fullmatch(r"\d+", text):
            self.fail(f"not a number: {text}")
        return int(text)

    def mac(self, text):
        if not re.fullmatch(r"([0-9a-f]{2}:){5}[0-9a-f]{2}", text):
            self.fail(f"not a MAC address: {text}")
        return text

    def address(self, text):
        try:
            return ipaddress.ip_address(text.strip("[]"))
        except ValueError:
            self.fail(f"not an address: {text}")

    def endpoint(self, text):
        host, colon, port = text.rpartition(":")
        if not colon or not port.isdigit():
            self.fail(f"not ADDRESS:PORT: {text}")
        return Endpoint(self.address(host), int(port))

    # A whole case

    def check(self, case):
        self.line = case.line
        if not case.events:
            self.fail(f"case {case.name} has no events")
        for event in case.events:
            self.line = event.line
            if event.is_response and not event.verdict and event.options.get("lost") is not True:
                self.fail("a response without verdict (=> VERDICT)")
        labels = {event.label for event in case.events}
        for finding in case.findings:
            self.line = finding.line
            if finding.at and finding.at not in labels:
                self.fail(f"no line has the label @{finding.at}")
        numbers = {event.number for event in case.events}
        expected = case.expected
        for number in [*expected.connections,
                       *(alias.number for alias in expected.aliases or () if alias.number)]:
            self.line = case.line
            if number not in numbers:
                self.fail(f"there is no connection #{number}")
        self.line = case.line
        if not expected.states_findings:
            self.fail("a case must say what it finds (finds nothing)")


def read_ladder(path):
    """The cases of a ladder file; raises LadderError."""
    return _Reader(path, path.read_text(encoding="utf-8")).read()
