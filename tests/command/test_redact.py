"""--redact: nothing that a packet said is left, and the same thing has the same name everywhere."""
import concurrent.futures
import json
import os
import re
import subprocess

import pytest
from canned import CLIENT, SERVER, capture, connection, finding, report, request, response, summary
from running import CAPTURES, ERRORS, ROOT, tsharks

TRANSPORTS = {"udp", "tcp", "tls", "sctp", "tls-sctp", "ws", "wss"}  # stay
FORMATS = "text", "ndjson", "json", "junit", "html"

# What tells who talked: addresses, everything of SIP that a person, a host or a phone chose, bodies,
# and the names in certificates.
FIELDS = """ip.src ip.dst ipv6.src ipv6.dst sip.from.user sip.to.user sip.contact.user sip.r-uri.user
    sip.from.host sip.to.host sip.contact.host sip.r-uri.host sip.display.info sip.Call-ID sip.tag
    sip.Via.sent-by.address sip.Via.branch sip.Via.received sip.Route sip.Record-Route sip.Contact
    sip.Path sip.User-Agent sip.Server sip.auth.username sip.auth.realm sip.auth.nonce
    sip.auth.digest.response sdp.owner.username sdp.owner.sessionid sdp.owner.address
    sdp.connection_info.address sdp.session_name data-text-lines x509ce.dNSName
    x509ce.uniformResourceIdentifier x509sat.uTF8String x509sat.printableString""".split()


def captures():
    """With every kind of value that findings tell: addresses of both families, names, certificates,
    all transports, ICMP, and each rule that has a capture of its own."""
    found = [*CAPTURES.glob("[fr]*.pcapng"), *CAPTURES.glob("rules/*.positive-*.pcapng"),
             *CAPTURES.glob("corner-cases/*.pcapng")]
    return sorted(path for path in found if not path.stem.endswith("-nokeys"))


def originals(tshark, path):
    """The values of FIELDS in a capture."""
    arguments = [argument for field in FIELDS for argument in ("-e", field)]
    with open(path, "rb") as file:
        done = subprocess.run([tshark, "-r", "-", "-T", "fields", "-E", "separator=/t", "-E",
                               "aggregator=/s", *arguments],
                              stdin=file, capture_output=True, timeout=300, check=True)
    return {value for value in re.split(r"[\t\n ,]", done.stdout.decode("utf-8", "replace"))}


def words(text):
    """A value may stand inside of a longer text, but not inside of a longer word."""
    found = set(re.findall(r"[^\s\"'<>()\[\];,=&]+", text)) | set(re.findall(r"[\w.-]+", text))
    return {word.strip(".:") for word in found}


def secrets(values, own_words):
    """
    Those values whose appearance would be a leak. Numbers up to six digits are left out: ports, times, frames
    and status codes stay, and a user may be called 5060. So are words that a report has anyway, be
    its capture what it may: a host may be called "server", a tag "tcp".
    """
    parts = set().union(*map(words, values)) - own_words
    return {part for part in parts if len(part) > 2 and not re.fullmatch(r"[\d.]{1,6}", part)}


@pytest.fixture(name="secrets_of", scope="module")
def fixture_secrets_of():
    """Function: the secrets of a capture, found once. Any tshark knows the fields."""
    tshark = tsharks()[0][1]
    found = {}

    def find(path):
        if path not in found:
            found[path] = originals(tshark, path)
        return found[path]

    return find


def core_words():
    """The words that sentences of the plugin may have: whatever stands in its strings."""
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "plugin/core").glob("*.c"))
    return words(" ".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', "\n".join(sources))))


@pytest.fixture(name="own_words", scope="module")
def fixture_own_words(tmp_path_factory):
    """Function: the words a report of that format has without any capture's values."""
    cache = {}
    always = core_words() | TRANSPORTS

    def find(command, form):
        if form not in cache:
            folder = tmp_path_factory.mktemp("own")
            anything = [capture(), *(request(n, method=method) for n, method in
                                     enumerate(("INVITE", "ACK", "BYE", "REGISTER", "OPTIONS"))),
                        response(9), connection(1), finding("resp-late", 2), summary()]
            text = report(command, folder, *anything, arguments=["--format", form, "--redact"])
            cache[form] = words(text) | always
        return cache[form]

    return find


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_is_left(command, own_words, secrets_of, form):
    """
    Of every value of a capture. Each version reads each capture, in one of the formats, and each
    capture in another format than the version before: they replace the same records.
    """
    number = FORMATS.index(form) + [version for version, _ in tsharks()].index(command.version)
    files = captures()[number % len(FORMATS)::len(FORMATS)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        values = set().union(*pool.map(secrets_of, files))
    searched = secrets(values, own_words(command, form))
    assert len(files) > 30 and len(searched) > 300

    done = command.run("--redact", "--format", form, *files)
    assert done.status == 1, done.err
    assert sorted(words(done.out) & searched) == []
    assert "\x02" not in done.out and "\\u0002" not in done.out


@pytest.mark.parametrize("form", FORMATS)
def test_file_names(one_command, form):
    """Folder and name of a capture tell about customers too."""
    done = one_command.run("--redact", "--format", form, ERRORS, CAPTURES / "no-such.pcapng")

    assert done.status == 2
    assert "capture-1.pcapng" in done.out and "capture-2.pcapng" in done.out
    for name in (ERRORS.stem, str(CAPTURES), "no-such"):
        assert name not in done.out


def redacted(one_command, tmp_path, *texts, records=(), notes=()):
    """The texts of findings after redaction."""
    out = report(one_command, tmp_path, capture(notes=list(notes)), *records,
                 *(finding("resp-late", frame, text) for frame, text in enumerate(texts, 1)),
                 summary(), arguments=["--redact", "--format", "ndjson"])
    return [record["text"] for record in map(json.loads, out.splitlines())
            if record["record"] == "finding"]


@pytest.mark.parametrize("value, pseudonym", [
    ("203.0.113.5:5060", "ipv4-public-1:5060"),
    ("10.1.2.3", "ipv4-private-1"),
    ("127.0.0.1:5061", "ipv4-loopback-1:5061"),
    ("224.0.1.75", "ipv4-multicast-1"),
    ("2001:DB8::7", "ipv6-public-1"),
    ("[fd00::7]:5060", "[ipv6-private-1]:5060"),
    ("[::1]", "[ipv6-loopback-1]"),
    ("PBX.example.com", "host-1"),
    ("pbx.example.com:5080", "host-1:5080"),
    ("*.example.com", "*.host-1"),
    ("df7jal23ls0d.invalid", "host-1.invalid"),
    ("sip:bob@pbx.example.com", "sip:user-1@host-1"),
    ("sips:+4930123456;npdi@[2001:db8::7]:5061;transport=tcp;lr",
     "sips:user-1@[ipv6-public-1]:5061;transport=tcp;lr"),
    ("sip:10.1.2.3;maddr=224.0.1.75;x-customer=acme",
     "sip:ipv4-private-1;maddr=ipv4-multicast-1;value-1"),
    ('"Bob, Sales" <sip:bob@pbx.example.com>;tag=1928301774', "value-1, <sip:user-1@host-1>"),
    ("tel:+4930123456", "value-1"),
    ("z9hG4bKnashds8", "branch-1"),
    ("a84b4c76e66710@pc33.example.com", "value-1"),
    ("1001", "value-1"),
    ("alice", "value-1"),
    ("p1.example.com, p2.example.com", "host-1, host-2"),
    ("", ""),
])
def test_values(one_command, tmp_path, value, pseudonym):
    """A marked value goes, whatever it is; what matters for reading stays."""
    assert redacted(one_command, tmp_path, f"It was \x02{value}\x03 (frame 7)") == \
        [f"It was {pseudonym} (frame 7)"]


def test_same_thing_same_name(one_command, tmp_path):
    """In records and sentences, in all spellings, and in the next capture."""
    out = report(one_command, tmp_path, capture(), request(1, src="[2001:db8::1]:5060"),
                 connection(1, initiator="[2001:db8::1]:40001", client_identities=["A.example"]),
                 finding("resp-late", 2, "From \x022001:db8:0:0::1\x03, \x02a.example:5060\x03"),
                 summary(), arguments=["--redact", "--format", "ndjson"], captures=2)
    records = [json.loads(line) for line in out.splitlines()]

    def told(kind, key):
        return [record[key] for record in records if record["record"] == kind]

    assert told("request", "src") == ["[ipv6-public-1]:5060"] * 2
    assert told("connection", "initiator") == ["[ipv6-public-1]:40001"] * 2
    assert told("connection", "client_identities") == [["host-1"]] * 2
    assert told("finding", "text") == ["From ipv6-public-1, host-1:5060"] * 2
    assert told("capture", "file") == ["capture-1.pcapng", "capture-2.pcapng"]


def test_unmarked_words(one_command, tmp_path):
    """
    Second line of defence, should a value not be marked: addresses go always, other values if they are
    known. What could be a plain word stays, clauses too.
    """
    known = "\x02a.example\x03 \x02server\x03 \x02z9hG4bK77\x03"
    assert redacted(one_command, tmp_path, known,
                    "The server a.example. sent z9hG4bK77 to (192.0.2.1:4540), rport=9988; "
                    "[2001:db8::1]:5060, RFC 3261 18.2.2 b1 at 12:30:45",
                    records=[request(1), response(2)])[1] == (
        "The server host-1. sent branch-1 to (ipv4-public-1:4540), rport=9988; "
        "[ipv6-public-1]:5060, RFC 3261 18.2.2 b1 at 12:30:45")
    assert (CLIENT, SERVER) == ("192.0.2.1:40001", "198.51.100.2:5060")


def test_unknown_method(one_command, tmp_path):
    """The method of a request is whatever its sender wrote."""
    out = report(one_command, tmp_path, capture(), request(1, method="ACME"),
                 finding("resp-late", 2, "ACME (frame 1) and INVITE (frame 3)"), summary(),
                 arguments=["--redact", "--format", "ndjson"])

    assert "ACME" not in out
    assert "method-1 (frame 1) and INVITE (frame 3)" in out


def test_unknown_method_of_a_filtered_message(command, tmp_path):
    """The finding names it, and no record of a message does."""
    path = tmp_path / "x.pcapng"
    source = CAPTURES / "r39-tcp-closed-then-used.pcapng"
    path.write_bytes(source.read_bytes().replace(b"OPTIONS", b"ACMEXYZ"))
    for form in FORMATS:
        done = command.run("--redact", "--format", form, "-Y", "tcp.flags.reset==1", path)
        assert "conn-closed-pending" in done.out and "ACMEXYZ" not in done.out


def test_complaints_about_short_names(one_command, tmp_path):
    """The name of a file is replaced, not the letters of others' words."""
    (tmp_path / "re").mkdir()
    done = one_command.run("--redact", "--format", "ndjson", "re", "", cwd=tmp_path)
    assert done.status == 2
    assert [record["error"] for record in done.records] == [
        "is a directory, name the captures in it", "there is no such file, check the name"]


def test_notes(one_command, tmp_path):
    out = report(one_command, tmp_path, capture(notes=["No keys for \x02pbx.example.com\x03"]),
                 summary(), arguments=["--redact"])

    assert "No keys for host-1." in out


@pytest.mark.parametrize("form", FORMATS)
def test_reasons(one_command, tmp_path, form):
    """Those of an allow list name customers; that a baseline hides a finding tells nothing."""
    allow, baseline = tmp_path / "allow", tmp_path / "baseline"
    allow.write_text("resp-rport-ignored reason='fix for ACME ordered'\n"
                     "resp-received-ignored reason='fix for ACME ordered'\n"
                     "resp-misroute-harm reason='Doeringer knows'\n")
    one_command.run("--format=ndjson", "-o", baseline, ERRORS)
    done = one_command.run("--redact", "--format", form, "--allow", allow, "--baseline", baseline,
                           ERRORS)

    assert (done.status, done.err) == (0, "")
    assert "ACME" not in done.out and "Doeringer" not in done.out
    if form == "ndjson":
        reasons = {record["rule"]: record["hidden_by"] for record in done.records
                   if record.get("hidden_by")}
        assert reasons == {"resp-rport-ignored": "reason-1", "resp-received-ignored": "reason-1",
                           "resp-misroute-harm": "reason-2", "resp-split-route": "baseline",
                           "nat-detected": "baseline"}
    else:
        assert "reason-1" in done.out and "baseline" in done.out
