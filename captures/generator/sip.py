"""SIP messages of a ladder: the lines it gives, completed to a compliant message (RFC 3261 8.1.1,
8.2.6) by From, To, Call-ID, CSeq, Max-Forwards and Content-Length."""
import ipaddress
import re
from dataclasses import dataclass, replace

CRLF = "\r\n"
REASONS = {
    100: "Trying", 180: "Ringing", 181: "Call Is Being Forwarded", 183: "Session Progress",
    200: "OK", 202: "Accepted", 302: "Moved Temporarily", 400: "Bad Request", 401: "Unauthorized",
    403: "Forbidden", 404: "Not Found", 407: "Proxy Authentication Required",
    408: "Request Timeout", 430: "Flow Failed", 439: "First Hop Lacks Outbound Support",
    480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist",
    482: "Loop Detected", 486: "Busy Here", 487: "Request Terminated",
    500: "Server Internal Error", 503: "Service Unavailable", 603: "Decline",
}
COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "l": "content-length",
           "m": "contact", "k": "supported"}
STANDARD = ("from", "to", "call-id", "cseq", "max-forwards")
ALICE, BOB = "sip:alice@example.org", "sip:bob@example.com"
COOKIE = "z9hG4bK"


@dataclass(frozen=True)
class Identity:
    """What all messages of a transaction have in common."""

    call_id: str
    from_: str
    to: str
    number: int

    def reversed(self):
        """For a request that the other party of the dialog sends."""
        return replace(self, from_=self.to, to=self.from_)


@dataclass
class Message:
    """A message as sent, with the values that later messages derive theirs from."""

    text: bytes
    event: object
    method: str
    status: int | None
    vias: list
    branch: str | None
    identity: Identity


def canonical(name):
    name = name.strip().lower()
    return COMPACT.get(name, name)


def branch_of(vias):
    """The branch of the top Via as written, or None."""
    match = re.search(r";\s*branch\s*=\s*([^;,\s]+)", vias[0], re.I) if vias else None
    return match[1] if match else None


def headers_of(content):
    """Splits the indented lines of a message into headers [(name, text as sent)], names to leave
    out, and body lines. A line indented deeper than the first one continues a header."""
    headers, without, body = [], set(), []
    indent = None
    for line, text in content:
        depth = len(text) - len(text.lstrip())
        text = text.strip()
        indent = depth if indent is None else indent
        if text.startswith("|"):
            body.append(text[1:].removeprefix(" "))
        elif depth > indent and headers:
            name, previous = headers[-1]
            headers[-1] = (name, previous + CRLF + " " + text)
        elif text.startswith("-"):
            without.add(canonical(text[1:]))
        elif ":" in text:
            headers.append((canonical(text.split(":", 1)[0]), text))
        else:
            raise ValueError(line, f"not a header line: {text}")
    return headers, without, body


def value_of(text):
    return text.split(":", 1)[1].strip()


class Conversation:
    """The messages of one capture so far, and what a new one takes from them."""

    def __init__(self, name, events):
        self.name = name
        self.sent = []
        self.labelled = {}
        # A response may be captured before its request (two interfaces): look at all events.
        self.requests = [event for event in events if event.action == "message"
                         and "raw" not in event.options and not event.is_response
                         and event.kind not in ("icmp", "dns")]

    def compose(self, event, wire):
        """The Message of an event that came over `wire` ("udp", "tcp" …)."""
        headers, without, body = headers_of(event.content)
        given = {}
        for name, text in headers:
            given.setdefault(name, text)
        status = int(event.words[0]) if event.is_response else None
        method = event.words[1] if status else event.words[0]
        vias = [value_of(text) for name, text in headers if name == "via"]
        via_lines = [text for name, text in headers if name == "via"]
        if not vias and "via" not in without:
            vias = self.default_vias(event, wire, method, status)
            via_lines = [f"Via: {via}" for via in vias]
        if "forward" in event.options and not status and len(vias) == 1:
            vias = vias + self.lower_vias(self.labelled[event.options["forward"]])
            via_lines += [f"Via: {via}" for via in vias[1:]]
        identity = self.identity(event, method, status, vias, given)
        lines = [self.start_line(event, method, status)] + via_lines
        standard = {
            "from": f"From: {identity.from_}", "to": f"To: {identity.to}",
            "call-id": f"Call-ID: {identity.call_id}",
            "cseq": f"CSeq: {identity.number} {method}", "max-forwards": "Max-Forwards: 70"}
        for name in STANDARD:
            if name in without or (name == "max-forwards" and status):
                continue
            lines.append(given.get(name, standard[name]))
        lines += [text for name, text in headers
                  if name not in STANDARD and name not in ("via", "content-length")]
        data = self.finish(event, lines, given, without, body)
        message = Message(data, event, method, status, vias, branch_of(vias), identity)
        self.sent.append(message)
        if event.label:
            self.labelled[event.label] = message
        return message

    @staticmethod
    def start_line(event, method, status):
        if status:
            return f"SIP/2.0 {status} {REASONS.get(status, 'Status')}"
        default = "sip:example.org" if method == "REGISTER" else BOB
        return f"{method} {event.words[1] if len(event.words) > 1 else default} SIP/2.0"

    @staticmethod
    def finish(event, lines, given, without, body):
        """Adds body and Content-Length; `size` pads the whole message to that many bytes."""
        content = "".join(line + CRLF for line in body)
        if "body" in event.options:
            content = ("sipconn " * (event.options["body"] // 8 + 1))[:event.options["body"]]
        if "content-length" in given:
            lines = lines + [given["content-length"]]
        elif "content-length" not in without:
            lines = lines + [f"Content-Length: {len(content.encode())}"]
        data = (CRLF.join(lines) + CRLF + CRLF + content).encode()
        if "size" in event.options:
            missing = event.options["size"] - len(data) - len("Subject: \r\n")
            if missing < 1:
                raise ValueError(event.line, f"the message has {len(data)} bytes already")
            lines = [lines[0], *lines[1:-1], "Subject: " + "x" * missing, lines[-1]]
            data = (CRLF.join(lines) + CRLF + CRLF + content).encode()
        return data

    # What a message takes from others

    def request_for(self, event, method):
        """The request that a response without Via answers."""
        if "to" in event.options:
            return self.labelled[event.options["to"]]
        for message in reversed(self.sent):
            if not message.status and message.method == method:
                return message
        raise ValueError(event.line, f"no {method} before this response; give its Via")

    def default_vias(self, event, wire, method, status):
        """A request: its own address. A response: what a server complying with RFC 3261 18.2.1 and
        RFC 3581 4 makes of the Vias of its request."""
        if status and "forward" in event.options:
            return self.labelled[event.options["forward"]].vias[1:]
        if status:
            request = self.request_for(event, method)
            return [stamped(request.vias[0], request.event.src, wire)] + request.vias[1:]
        if "like" in event.options and method in ("ACK", "CANCEL"):
            model = self.labelled[event.options["like"]]
            if method == "CANCEL" or (model.status or 0) >= 300:
                return [self.first_request(model).vias[0]]
        number = sum(1 for message in self.sent if not message.status) + 1
        rport = ";rport" if wire == "udp" else ""
        branch = re.sub(r"[^a-zA-Z0-9]", "", self.name)
        return [f"SIP/2.0/{wire.upper()} {event.src}{rport};branch={COOKIE}{branch}{number}"]

    @staticmethod
    def lower_vias(received):
        """The Vias below a proxy's own in what it sends on, with what it adds to the top one."""
        return [stamped(received.vias[0], received.event.src, received.event.kind),
                *received.vias[1:]]

    def first_request(self, model):
        """The first request of the transaction that `model` belongs to."""
        for message in self.sent:
            if not message.status and message.branch == model.branch and message.method not in (
                    "ACK", "CANCEL"):
                return message
        return model

    def identity(self, event, method, status, vias, given):
        identity = self.derived(event, method, status, vias)
        tag = event.options.get("tag")
        if status and status > 100 and ";tag=" not in identity.to:
            key = re.sub(r"\W", "", identity.call_id.split("@")[0])
            identity = replace(identity, to=f"{identity.to};tag={tag or 't-' + key}")
        return override(identity, given)

    def derived(self, event, method, status, vias):
        branch = branch_of(vias)
        if "forward" in event.options:
            return self.labelled[event.options["forward"]].identity
        if "like" in event.options:
            return self.like(event, method)
        if status and "to" in event.options:
            return self.labelled[event.options["to"]].identity
        if status:
            request = self.sent_request(branch, method)
            if request:
                return request.identity
            return self.future_request(event, branch, method) or fresh(branch or method, method)
        same = self.sent_request(branch, None)
        if not same:
            return fresh(branch or f"{self.name}{len(self.sent) + 1}", method)
        if method == "ACK":
            return self.acknowledged(same)
        return same.identity

    def like(self, event, method):
        """The dialog of another message; ACK and CANCEL keep its CSeq number, others add one."""
        model = self.labelled[event.options["like"]].identity
        identity = model.reversed() if event.options.get("reverse") else model
        if method in ("ACK", "CANCEL"):
            return identity
        return replace(identity, number=identity.number + 1)

    def sent_request(self, branch, method):
        for message in reversed(self.sent):
            if message.status or message.method == "ACK":
                continue
            if method and message.method != method:
                continue
            if branch is None or (message.branch or "").lower() == branch.lower():
                if branch is not None or method:
                    return message
        return None

    def future_request(self, event, branch, method):
        for later in self.requests:
            if later.line > event.line and later.words[0] == method:
                headers, _, _ = headers_of(later.content)
                vias = [value_of(text) for name, text in headers if name == "via"]
                if branch_of(vias) == branch:
                    given = {}
                    for name, text in headers:
                        given.setdefault(name, text)
                    return override(fresh(branch, method), given)
        return None

    def acknowledged(self, invite):
        """An ACK of the same branch: To as in the response that it acknowledges (17.1.1.3)."""
        for message in reversed(self.sent):
            if (message.status or 0) >= 200 and message.branch == invite.branch \
                    and message.method == "INVITE":
                return replace(invite.identity, to=message.identity.to)
        return invite.identity


def fresh(branch, method):
    """The identity of a new transaction, from its branch."""
    key = re.sub(r"[^a-zA-Z0-9]", "", branch.removeprefix(COOKIE)) or "x"
    target = ALICE if method == "REGISTER" else BOB
    return Identity(f"{key}@example.org", f"<{ALICE}>;tag=f-{key}", f"<{target}>", 1)


def override(identity, given):
    """The values that header lines of the ladder give."""
    changes = {}
    if "from" in given:
        changes["from_"] = value_of(given["from"])
    if "to" in given:
        changes["to"] = value_of(given["to"])
    if "call-id" in given:
        changes["call_id"] = value_of(given["call-id"])
    number = re.match(r"\d+", value_of(given["cseq"])) if "cseq" in given else None
    if number:
        changes["number"] = int(number[0])
    return replace(identity, **changes)


def stamped(via, source, wire):
    """The top Via as the server returns it: received if the sent-by host is another one or rport is
    asked for, rport filled in. Over WebSocket left alone (RFC 7118 5.3)."""
    if wire in ("ws", "wss"):
        return via
    asked = re.search(r";\s*rport(?=\s*(;|$))", via, re.I)
    host = re.match(r"\S+\s+(\[[^\]]+\]|[^\s:;]+)", via)[1].strip("[]")
    try:
        same = ipaddress.ip_address(host) == source.ip
    except ValueError:
        same = False
    if asked:
        via = via[:asked.end()] + f"={source.port}" + via[asked.end():]
    if asked or not same:
        via += f";received={source.ip}"
    return via
