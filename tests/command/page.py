"""HTML reports for the tests: of made-up records, and taken apart without a browser."""
import html.parser
import json

from canned import CLIENT, SERVER, capture, connection, finding, report, request, response, summary


def event(frame, time, kind, by=None, number=1):
    return {"record": "event", "frame": frame, "time": 1767225600 + time, "connection": number,
            "kind": kind, "by": by, "message": None}


def moment(frame, time, number=None):
    """When the message in a frame was sent."""
    return event(frame, time, "message", number=number) | {"message": 0}


def story():
    """Two connections: a request on the first, answered on the second although the first is open,
    and after a long silence a request backwards and the close."""
    first = {"transport": "tcp", "connection": 1, "stream": 0}
    second = {"transport": "tcp", "connection": 2, "stream": 1}
    backward = {"src": SERVER, "dst": CLIENT, "direction": "backward", "use": "reuse",
                "basis": "rfc5923-unauthorised", "transaction": 2, "method": "BYE"}
    return [
        capture(sip_messages=4),
        request(4, direction="forward", use="first", **first),
        response(6, verdict="same-connection", expected=["tcp stream 0"], status=100,
                 clause="RFC 3261 18.2.2 b1", request_frame=4, **first),
        response(11, verdict="new-connection-while-open", expected=["tcp stream 0"],
                 src="198.51.100.2:38111", dst="192.0.2.1:5060", request_frame=4,
                 clause="RFC 3261 18.2.2 b1", **second),
        request(13, **(first | backward)),
        connection(1, close="fin", closed_frame=14, closed_by=CLIENT, classes=["reuse"]),
        connection(2, stream=1, initiator="198.51.100.2:38111", acceptor="192.0.2.1:5060",
                   opened_frame=8, classes=["response-delivery"]),
        finding("resp-other-connection", 11, "It came back on connection 2", related=[4]),
        finding("reuse-no-tls", 13, "A request went back", severity="warn", presumed=True,
                transaction=2, connection=1),
        summary(verdicts={"same-connection": 1, "new-connection-while-open": 1},
                classes={"reuse": 1, "response-delivery": 1}),
        event(1, 0, "syn", CLIENT), event(14, 61, "fin", CLIENT),
        event(8, 0.3, "syn", "198.51.100.2:38111", 2),
        moment(4, 0.1, 1), moment(6, 0.2, 1), moment(11, 0.4, 2), moment(13, 60, 1),
    ]


def crowd(findings, peers):
    """As many findings of one rule, spread over so many clients of one server."""
    records = [capture(sip_messages=findings, frames=findings)]
    for number in range(1, findings + 1):
        host = number % peers
        client = f"10.{host // 65536}.{host // 256 % 256}.{host % 256}:5060"
        records.append(request(number, src=client, transaction=number))
    for number in range(1, findings + 1):
        records.append(finding("rport-missing-nat", number, f"Client number {number} is mute",
                               severity="note", transaction=number))
    return [*records, summary(transactions=findings)]


class Page(html.parser.HTMLParser):
    """What a browser without scripts makes of a report."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text, self.scripts, self.datas = [], [], [], []
        self._open_script = None
        self.feed(text)
        self.visible = " ".join(" ".join(self.text).split())

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag == "script":
            is_data = attributes.get("type") == "application/json"
            self._open_script = self.datas if is_data else self.scripts
            self._open_script.append("")
        elif tag == "style":
            self._open_script = [""]

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self._open_script = None

    def handle_data(self, data):
        if self._open_script is None:
            self.text.append(data)
        else:
            self._open_script[-1] += data

    def data(self, number=0):
        """The tables of a capture, as lists of dicts."""
        data = json.loads(self.datas[number])
        return {name: [dict(zip(table["columns"], row)) for row in table["rows"]]
                for name, table in data.items() if name != "strings"}


def page(command, folder, records, *arguments, captures=1):
    """(text, Page) of the report on made-up records."""
    text = report(command, folder, *records, arguments=("--format=html", *arguments),
                  captures=captures)
    return text, Page(text)
