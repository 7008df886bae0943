"""What a ladder says is to be found: findings, connections, certificates, aliases."""
import re
from dataclasses import dataclass, field

CLASSES = ("idle", "single-transaction", "persistent", "reuse", "response-delivery")
BASES = (
    "rfc7118-websocket", "rfc5626-outbound", "rfc5923-alias", "rfc3261-index", "registered-flow",
    "rfc5923-alias (unverified)", "undetermined", "rfc5923-alias (identity-mismatch)",
    "rfc5923-unauthorised")
CLOSES = ("fin", "rst", "close-notify", "ws-close", "reopened")
EVIDENCE = ("certain", "strong", "medium", "weak", "unknown")

_FINDING = re.compile(r"(?P<rule>[\w-]+)\s+(?P<severity>error|warn|note|chat)"
                      r"(?P<presumed>\s+presumed)?(\s+x(?P<count>\d+))?(\s+at\s+@(?P<at>[\w-]+))?")
_VERDICT = re.compile(r"(?P<verdict>[\w-]+)(\((?P<basis>[\w-]+)\))?")
_CONNECTION = re.compile(
    r"#(?P<number>\d+)\s+(?P<classes>[a-z][a-z\s-]*?)(\s+basis\s+(?P<basis>[\w-]+( \([\w-]+\))?))?"
    r"(\s+evidence\s+(?P<evidence>\w+))?"
    r"(\s+closed\s+(?P<close>[\w-]+)(\s+by\s+(?P<by>\S+))?)?")
_CERTIFICATE = re.compile(
    r"#(?P<number>\d+)\s+(?P<client>presented|none|unknown)(\s+ids\s+(?P<ids>\S+))?"
    r"(\s+server\s+(?P<server>\S+))?")
_ALIAS = re.compile(
    r"(?P<ip>\[[\da-f:]+\]|[\d.]+):(?P<port>\d+)\s+(?P<transport>tls|tls-sctp)"
    r"(\s+(?P<trust>verified|unverified))?(\s+ids\s+(?P<ids>\S+))?(\s+used\s+(?P<used>\d+))?"
    r"(\s+on\s+#(?P<number>\d+))?")


@dataclass
class Finding:
    rule: str
    severity: str
    presumed: bool
    count: int
    at: str | None
    line: int


@dataclass
class ConnectionExpected:
    """Of connection #number; None = not stated. No classes = cannot tell."""

    number: int
    classes: list | None = None
    basis: str | None = None
    evidence: str | None = None
    close: str | None = None
    closed_by: str | None = None
    client_certificate: str | None = None
    client_identities: list | None = None
    server_identities: list | None = None


@dataclass
class AliasExpected:
    """An entry of the alias table (RFC 5923 5); None = not stated."""

    ip: str
    port: int
    transport: str
    verified: bool | None
    identities: list | None
    used: int | None
    number: int | None


@dataclass
class Expectations:
    """`aliases` None = not stated; an empty list = there is none."""

    findings: list = field(default_factory=list)
    states_findings: bool = False
    connections: dict = field(default_factory=dict)
    aliases: list | None = None

    def connection(self, number):
        return self.connections.setdefault(number, ConnectionExpected(number))

    def read(self, word, text, line):
        """Takes the line `word text`; raises ValueError with what would be right."""
        {"finds": self.read_finding, "conn": self.read_connection,
         "cert": self.read_certificate, "alias": self.read_alias}[word](text, line)

    def read_finding(self, text, line):
        self.states_findings = True
        if text == "nothing":
            return
        match = _FINDING.fullmatch(text)
        if not match:
            raise ValueError("finds RULE SEVERITY [presumed] [xCOUNT] [at @LABEL], "
                             "or finds nothing")
        self.findings.append(Finding(match["rule"], match["severity"], bool(match["presumed"]),
                                     int(match["count"] or 1), match["at"], line))

    def read_connection(self, text, _line):
        match = _CONNECTION.fullmatch(text)
        classes = match["classes"].split() if match else []
        if classes == ["cannot-tell"]:
            classes = []
        if not match or not set(classes) <= set(CLASSES):
            raise ValueError("conn #N CLASS… [basis NAME] [evidence NAME] [closed HOW [by "
                             "ADDRESS:PORT]], or conn #N cannot-tell")
        if (match["basis"] not in (None, *BASES) or match["evidence"] not in (None, *EVIDENCE)
                or match["close"] not in (None, *CLOSES)):
            raise ValueError(f"no such basis, evidence or close: {text}")
        expected = self.connection(int(match["number"]))
        expected.classes = sorted(classes)
        expected.basis, expected.evidence = match["basis"], match["evidence"]
        expected.close, expected.closed_by = match["close"], match["by"]

    def read_certificate(self, text, _line):
        match = _CERTIFICATE.fullmatch(text)
        if not match:
            raise ValueError("cert #N presented|none|unknown [ids A,B] [server A,B]")
        expected = self.connection(int(match["number"]))
        expected.client_certificate = match["client"]
        expected.client_identities = names(match["ids"])
        expected.server_identities = names(match["server"])

    def read_alias(self, text, _line):
        if self.aliases is None:
            self.aliases = []
        if text == "none":
            return
        match = _ALIAS.fullmatch(text)
        if not match:
            raise ValueError("alias ADDRESS:PORT TRANSPORT [verified|unverified] [ids A,B] "
                             "[used N] [on #N], or alias none")
        self.aliases.append(AliasExpected(
            match["ip"].strip("[]"), int(match["port"]), match["transport"],
            match["trust"] and match["trust"] == "verified", names(match["ids"]),
            match["used"] and int(match["used"]), match["number"] and int(match["number"])))


def names(text):
    """A comma list; "-" = an empty one, None stays None."""
    return text if text is None else [name for name in text.split(",") if name != "-"]


def read_verdict(text):
    """(verdict, basis or None); None if the text is no verdict."""
    match = _VERDICT.fullmatch(text)
    return (match["verdict"], match["basis"]) if match else None
