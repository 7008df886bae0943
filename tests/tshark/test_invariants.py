"""What must hold of every capture in the repository, whatever is in it.

The findings do not depend on how often or in which order files are read, nor on packets of others in
between. And a trace that complies stays free of findings in all that a tap may make of it: packets
twice, the other side of a NAT in the same file, the beginning cut off, a packet lost. A finding is
then a false alarm, but for EXPLAINED.

"Complies" = the ladder, written by hand, or the reviewed text of the capture has no finding above
chat. Of rules/ only the cases that must not be found count: in those where nobody can tell something
is wrong perhaps, and what is missing may tell what. Captures that need preferences are left out.

One sharkd reads many of the variants, see sharkd.py. What is lost is tried packet by packet with the
first Wireshark version and with every tenth packet with the others.
"""
import ipaddress
import pathlib
import re
from dataclasses import dataclass

import pytest

from conftest import CAPTURES, PASSES, tsharks
from expectation import findings_of
from generator.ladder_file import read_ladder
from generator.play import play
from noise import noise as made_noise
from sharkd import Sharkd
from variants import (PROTO_TCP, PROTO_UDP, behind_nat, clients, cut, decode, interleaved, mirrored,
                      read, request_of, response_of, without)

EXPECTED = pathlib.Path(__file__).resolve().parent / "expected"
# What a tap adds to a capture is behind its NAT here, if Via does not tell.
INSIDE = "10.77.0.9"
MIRROR_DELAY = 5_000

# ---- the captures ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Capture:
    name: str
    path: pathlib.Path  # committed, or None
    case: object        # of a ladder, or None
    complies: bool

    def data(self):
        return self.path.read_bytes() if self.path else play(self.case).capture


def is_above_chat(severity):
    return severity != "chat"


def ladder_captures(ladder):
    for case in read_ladder(ladder):
        if case.preferences or case.wireshark > (4, 0):
            continue
        clean = not any(is_above_chat(finding.severity) for finding in case.findings)
        complies = clean and (ladder.parent.name != "rules" or case.name.startswith("negative"))
        path = case.committed if case.committed.exists() else None
        yield Capture(case.stem, path, case, complies)


def reviewed_capture(path):
    """A committed capture without a ladder: one that was recorded, or one without its keys."""
    reviewed = (EXPECTED / f"{path.stem}.txt").read_text().splitlines()
    severities = [line.split()[2] for line in reviewed if line.startswith("finding ")]
    return Capture(path.stem, path, None, not any(map(is_above_chat, severities)))


def groups():
    """{name: its captures}: those of a ladder file together, to make fewer and longer tests."""
    found = {}
    for ladder in sorted(CAPTURES.glob("*.ladder")) + sorted(CAPTURES.glob("*/*.ladder")):
        found[f"{ladder.parent.name}-{ladder.stem}"] = list(ladder_captures(ladder))
    of_ladders = {capture.path for captures in found.values() for capture in captures}
    for path in sorted(CAPTURES.glob("*.pcapng")) + sorted(CAPTURES.glob("corner-cases/*.pcapng")):
        if path not in of_ladders and (EXPECTED / f"{path.stem}.txt").exists():
            found.setdefault(path.stem.removesuffix("-nokeys"), []).append(reviewed_capture(path))
    return found


GROUPS = groups()
ALL = [pytest.param(captures, id=name) for name, captures in GROUPS.items()]
COMPLIANT = [pytest.param([one for one in captures if one.complies], id=name)
             for name, captures in GROUPS.items() if any(one.complies for one in captures)]

# ---- what a loss explains ----------------------------------------------------------------------


@dataclass(frozen=True)
class Loss:
    """What is missing from a capture, and what was found for it."""

    capture: object  # CaptureFile
    kept: tuple      # its packets that are not missing
    packet: object   # a missing one
    finding: object

    def related_ends(self):
        """The two ends of the first packet that the finding names as its proof."""
        seen = decode(self.kept[self.finding.related[0] - 1].data)
        return seen and seen.ends


def is_ack(loss):
    request = request_of(loss.packet.data)
    return request is not None and request[0] == "ACK"


def is_provisional_datagram(loss):
    """Of a datagram nothing tells that it is missing: neither a sequence number nor an ACK."""
    status = response_of(loss.packet.data)
    return status is not None and status < 200 and decode(loss.packet.data).protocol == PROTO_UDP


def is_dns_answer(loss):
    seen = decode(loss.packet.data)
    return seen is not None and seen.protocol == PROTO_UDP and seen.source[1] == 53


def is_one_copy_of_a_request(loss):
    """Another packet has the same request between other ends: both sides of a middlebox."""
    request = request_of(loss.packet.data)
    ends = request and decode(loss.packet.data).ends
    return request is not None and any(
        request_of(other.data) == request and decode(other.data).ends != ends
        for other in loss.capture.packets)


def is_of_a_later_connection(loss):
    """Without it the later connection cannot be decrypted, or was never seen to carry a message."""
    seen = decode(loss.packet.data)
    if seen is None or seen.protocol != PROTO_TCP or seen.ends == loss.related_ends():
        return False
    first = next(packet for packet in loss.capture.packets
                 if decode(packet.data) and decode(packet.data).ends == seen.ends)
    return first.number > loss.kept[loss.finding.related[0] - 1].number


def is_of_an_earlier_connection(loss):
    """Of the same two hosts: an encrypted one shows by its handshake alone that they speak SIP."""
    seen, refused = decode(loss.packet.data), decode(loss.kept[loss.finding.frame - 1].data)
    return (seen is not None and refused is not None and seen.protocol == PROTO_TCP
            and seen.ends != refused.ends
            and {end[0] for end in seen.ends} == {end[0] for end in refused.ends})


# (rules, which packet has to be missing, why the finding is then right to say or to be expected).
EXPLAINED = (
    (("ack-missing",), is_ack,
     "the ACK itself was lost, and the server repeats its response for want of it"),
    (("cancel-before-provisional", "resp-late"), is_provisional_datagram,
     "the provisional response was lost that allows the CANCEL, or stops the client's timer"),
    (("reuse-no-tls",), is_dns_answer,
     "the answer was lost by which the URI is known to be the far end"),
    (("alias-stale",), is_of_a_later_connection,
     "the request was sent again on a connection that can no longer be read"),
    (("conn-request-refused",), is_of_an_earlier_connection,
     "the earlier connection was lost that shows the refused one not to be the first"),
    (("ack-via-differs", "received-wrong", "resp-other-connection", "resp-own-via-mismatch",
      "resp-received-ignored", "resp-split-route", "resp-wrong-destination", "resp-wrong-source",
      "rport-wrong", "via-modified"), is_one_copy_of_a_request,
     "the request of one side of a NAT, ALG or balancer was lost: all there is to compare its "
     "response with is the request of the other side"),
)


def is_explained(capture, kept, finding):
    numbers = {packet.number for packet in kept}
    missing = [packet for packet in capture.packets if packet.number not in numbers]
    return any(finding.rule in rules and any(
        explains(Loss(capture, tuple(kept), packet, finding)) for packet in missing)
        for rules, explains, _ in EXPLAINED)


# ---- reading -----------------------------------------------------------------------------------


class Reader:
    """Captures through one sharkd, by way of a file that it can read."""

    def __init__(self, tshark, shelf):
        self.sharkd = Sharkd(pathlib.Path(tshark.path).with_name("sharkd"),
                             shelf / f"sharkd-{tshark}.log")
        self.file = shelf / f"variant-{tshark}.pcapng"

    def findings(self, data):
        self.file.write_bytes(data)
        self.file.chmod(0o644)
        return self.sharkd.findings(self.file)

    def false_alarms(self, capture, packets):
        return [finding for finding in self.findings(capture.bytes_with(packets))
                if is_above_chat(finding.severity)]


@pytest.fixture(scope="session")
def readers(shelf):
    """{version: its Reader}, filled as needed."""
    found = {}
    yield found
    for reader in found.values():
        reader.sharkd.close()


@pytest.fixture
def reader(tshark, shelf, readers):
    if not tshark.path:
        pytest.fail("no tshark with the plugin: set SIPCONN_TSHARKS")
    if tshark.version not in readers:
        readers[tshark.version] = Reader(tshark, shelf)
    return readers[tshark.version]


@pytest.fixture(scope="session")
def noise(tmp_path_factory):
    return made_noise(tmp_path_factory.mktemp("noise"))


def report(lines):
    assert not lines, "\n".join(lines)


# ---- the same whatever the way it is read ------------------------------------------------------


def said(findings):
    return sorted((one.frame, one.severity, one.rule, one.count, one.related, one.text)
                  for one in findings)


@pytest.mark.parametrize("captures", ALL)
def test_reading_again_and_another_between(captures, reader):
    """Nothing is left of the file that was open before."""
    lines = []
    before = None
    for capture in captures:
        data = capture.data()
        first, marks = said(reader.findings(data)), reader.sharkd.marks()
        if before:
            reader.findings(before)
        again, marks_again = said(reader.findings(data)), reader.sharkd.marks()
        if (first, marks) != (again, marks_again):
            lines.append(f"{capture.name}: {first} {marks}, again {again} {marks_again}")
        before = data
    report(lines)


@pytest.mark.parametrize("captures", ALL)
def test_passes(captures, reader, tshark, shelf):
    """One pass, two passes and a window find the same. Captures that are not committed are read by
    the first version only, in one pass."""
    lines = []
    for capture in captures:
        if capture.path is None and tshark.version != tsharks()[0][0]:
            continue
        data = capture.data()
        window = said(reader.findings(data))
        for name, arguments in PASSES.items():
            if arguments and capture.path is None:
                continue
            path = shelf / f"passes-{tshark}.pcapng"
            path.write_bytes(data)
            path.chmod(0o644)
            records = findings_of(tshark.records(path, *arguments))
            found = sorted((one["frame"], one["severity"], one["rule"], one["count"],
                            tuple(one["related"]), one["text"]) for one in records)
            if found != window:
                lines.append(f"{capture.name}, {name}: {found}, sharkd: {window}")
    report(lines)


# A window shows findings at the frames; of the captures of whole situations that is looked at.
@pytest.mark.first_version
@pytest.mark.parametrize("captures", [pytest.param(captures, id=name)
                                      for name, captures in GROUPS.items()
                                      if re.match(r"(captures-)?[rf]\d\d-", name)])
def test_marks_of_one_pass(captures, reader, tshark, readable):
    lines = []
    for capture in captures:
        reader.findings(capture.data())
        text = tshark.run(readable(capture.path), "-Y", "sipconn.finding", "-T", "fields", "-e",
                          "frame.number", "-e", "sipconn.finding", "-e", "sipconn.severity")
        marks = {int(frame): (rules, severities) for frame, rules, severities in
                 (line.split("\t") for line in text.splitlines())}
        if marks != reader.sharkd.marks():
            lines.append(f"{capture.name}: {marks}, sharkd: {reader.sharkd.marks()}")
    report(lines)


NUMBERS = re.compile(r"\b(frames?|connections?|streams?|transactions?) (\d+(, | and )?)+", re.I)
TIMES = re.compile(r"\d+(\.\d+)?(?= s\b)")


def in_terms_of(capture, packets, findings):
    """The findings, with the frame numbers of `capture`. What a deadline brought at an added packet
    comes at the next of its own without them, where more time has passed."""
    own = {}
    following = len(capture.packets)
    for frame in range(len(packets), 0, -1):
        following = packets[frame - 1].number or following
        own[frame] = following
    return sorted((own[one.frame], one.severity, one.rule, one.count,
                   tuple(own[frame] for frame in one.related),
                   TIMES.sub("T", NUMBERS.sub(r"\1 N", one.text))) for one in findings)


@pytest.mark.parametrize("captures", ALL)
def test_unrelated_packets_between(captures, reader, noise):
    """The same findings, modulo the numbers of frames, connections and transactions."""
    lines = []
    for capture in captures:
        data = capture.data()
        parts = read(data)
        alone = in_terms_of(parts, parts.packets, reader.findings(data))
        packets = interleaved(parts, noise)
        among = in_terms_of(parts, packets, reader.findings(parts.bytes_with(packets)))
        if alone != among:
            lines.append(f"{capture.name}:")
            lines += [f"- {one}" for one in alone if one not in among]
            lines += [f"+ {one}" for one in among if one not in alone]
    report(lines)


# ---- a compliant trace stays free of findings --------------------------------------------------


@pytest.mark.parametrize("captures", COMPLIANT)
def test_as_it_is(captures, reader):
    """What the tests below begin with."""
    report([f"{capture.name}: {finding}" for capture in captures
            for finding in reader.false_alarms(read(capture.data()), read(capture.data()).packets)])


@pytest.mark.parametrize("captures", ALL)
def test_every_packet_twice(captures, reader):
    """A mirror port sees each packet as it comes in and as it goes out; and two files of one tap are
    merged, packets with the same times. Not only a trace that complies: where nobody can tell, two
    copies of what is known are no more."""
    lines = []
    for capture in captures:
        parts = read(capture.data())
        found = {finding.rule for finding in reader.false_alarms(parts, parts.packets)}
        for delay in (MIRROR_DELAY, 0):
            lines += [f"{capture.name}, {delay} ns later: {finding}"
                      for finding in reader.false_alarms(parts, mirrored(parts, delay))
                      if finding.rule not in found]
    report(lines)


def has_both_sides(parts):
    return any(is_one_copy_of_a_request(Loss(parts, (), packet, None)) for packet in parts.packets)


def inside_address(host, via):
    """The address behind the NAT: that of Via if it is another one, of the same family."""
    try:
        address = ipaddress.ip_address(via)
    except ValueError:
        return INSIDE
    return via if address.version == 4 and via != host else INSIDE


@pytest.mark.parametrize("captures", COMPLIANT)
def test_other_side_of_nat(captures, reader):
    """Each host that sends requests gets a NAT, or has one if its Via names another address, and the
    inside is merged in. A host whose Via names the outside has learnt that, by STUN perhaps."""
    lines = []
    for capture in captures:
        parts = read(capture.data())
        if has_both_sides(parts):
            continue
        for host, via in clients(parts):
            packets = behind_nat(parts, host, inside_address(host, via))
            lines += [f"{capture.name}, {host} behind a NAT: {finding}"
                      for finding in reader.false_alarms(parts, packets)]
    report(lines)


def alarms_of_losses(captures, reader, tshark, lose):
    """`lose` takes a CaptureFile and a number from 1 on, and leaves packets out."""
    step = 1 if tshark.version == tsharks()[0][0] else 10
    lines = []
    for capture in captures:
        parts = read(capture.data())
        for number in range(1, len(parts.packets) + 1, step):
            kept = lose(parts, number)
            lines += [f"{capture.name}, {lose.__name__} {number}: {finding}"
                      for finding in reader.false_alarms(parts, kept)
                      if not is_explained(parts, kept, finding)]
    return lines


@pytest.mark.parametrize("captures", COMPLIANT)
def test_first_packets_cut_off(captures, reader, tshark):
    report(alarms_of_losses(captures, reader, tshark, cut))


@pytest.mark.parametrize("captures", COMPLIANT)
def test_any_packet_lost(captures, reader, tshark):
    report(alarms_of_losses(captures, reader, tshark, without))


# ---- framing -----------------------------------------------------------------------------------

# On one connection, in one go; where `ping` stands, a ping of four bytes hides what follows from
# Wireshark's dissector.
PIPELINED = ("MESSAGE body=200", "OPTIONS", "MESSAGE ping body=300", "OPTIONS", "OPTIONS ping")


def pipelined(ladder, cut):
    """Capture of the requests, their bytes cut there into segments, and of their answers."""
    requests, answers = [], []
    for number, request in enumerate(PIPELINED):
        method = request.split()[0]
        hold = "hold" if number < len(PIPELINED) - 1 else ""
        requests.append(f"1.0 tcp #1 192.0.2.1:40001 > 192.0.2.2:5060 {request} {hold} split={cut} @{number}\n"
                        f"    Via: SIP/2.0/TCP 192.0.2.1:5060;branch=z9hG4bKq{number}\n")
        answers.append(f"1.{number + 1} tcp #1 192.0.2.2:5060 > 192.0.2.1:40001 200 {method} "
                       f"to=@{number}\n=> same-connection\n")
    ladder.write_text("0.0 tcp #1 SYN 192.0.2.1:40001 > 192.0.2.2:5060\n" + "".join(requests + answers)
                      + "finds nothing\n")
    case, = read_ladder(ladder)
    return play(case).capture


def test_requests_cut_anywhere(reader, tmp_path):
    """Each answer finds its request, wherever a stream with pings is cut into segments."""
    ladder, lines = tmp_path / "pipelined.ladder", []
    for cut_at in range(1, 1400, 9):
        lines += [f"cut at {cut_at}: {finding}"
                  for finding in reader.findings(pipelined(ladder, cut_at))]
    report(lines)
