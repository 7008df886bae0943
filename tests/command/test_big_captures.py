"""doc/big-captures.md: its ways to cut RTP off leave all of SIP in, and the same is found."""
import json
import re
import struct
import subprocess
import sys

import pytest

from document import Page, run_shell, words
from running import CAPTURES, ROOT, capture

sys.path[:0] = [str(CAPTURES), str(ROOT / "tests" / "bench")]
from generator import pcapng  # noqa: E402 pylint: disable=wrong-import-position
from generator.network import Endpoint, Network  # noqa: E402 pylint: disable=wrong-import-position
import traffic  # noqa: E402 pylint: disable=wrong-import-position

PAGE = Page("big-captures.md")
WITH_TCPDUMP = PAGE.block("sh", "tcpdump -r big.pcap -w small.pcap \\\n    'port 53")
WITH_TSHARK = PAGE.block("sh", "tshark -n")
TAGGED = PAGE.block("sh", "'not (vlan and")
RECORDING = PAGE.block("sh", "dumpcap -i eth0 -b")
PORTS_ONLY = PAGE.block("sh", "portrange")

ALL = sorted(CAPTURES.glob("*.pcapng")) + sorted(CAPTURES.glob("corner-cases/*.pcapng"))
# What the filter by ports loses of the captures of this project, and why.
LOST_BY_PORTS = {
    "other port": ["f06-tcp-client-closed-first", "r06-tcp-fin-rport", "r08-tcp-rst-rport",
                   "r09-tcp-nat-fin-rport", "r39-tcp-flow-dead-behind-nat"],
    "VLAN tag": ["e23-packets-captured-twice"],
    "tunnel": ["tunnel"],
}
# Long messages in fragments, ICMP errors, connections that nobody takes, DNS, TLS, a NAT.
JUDGED = ["f02-", "r06-tcp-fin-rport.", "r16-fragments-ipv4.", "r16-fragments-ipv6.",
          "r19-icmp-request.", "r19-icmp-response.", "r40-tcp-contact-refused."]


def packets(path):
    """The frames of a pcap or pcapng file."""
    data = path.read_bytes()
    if struct.unpack_from("<I", data)[0] == pcapng.SECTION_HEADER:
        return [block[28:28 + struct.unpack_from("<I", block, 20)[0]]
                for kind, block in pcapng.blocks(data) if kind == pcapng.ENHANCED_PACKET]
    found, at = [], 24
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        found.append(data[at + 16:at + 16 + length])
        at += 16 + length
    return found


def media(number):
    """Frames of one moment: RTP over IPv4 and IPv6, RTCP, RTP on SIP's own port."""
    phone, server = (b"\x0a\1\0\1", 16384), (traffic.SERVER_IP, 20000)
    payload = traffic.rtp(number, 7)
    udp = struct.pack(">HHHH", 16384, 20000, 8 + len(payload), 0) + payload
    ipv6 = struct.pack(">IHBB", 0x60000000, len(udp), 17, 64) + b"\x20\1\x0d\xb8" + bytes(11) \
        + b"\1\x20\1\x0d\xb8" + bytes(11) + b"\2" + udp
    return [traffic.packet(number, phone, server, payload),
            b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x86\xdd" + ipv6,
            traffic.packet(number, (phone[0], 16385), (server[0], 20001),
                                struct.pack(">BBHI", 0x80, 201, 1, 7)),
            traffic.packet(number, (phone[0], 5060), (server[0], 5060), payload)]


MEDIA = len(media(0))


def tagged(frame):
    return frame[:12] + b"\x81\0\0\x05" + frame[12:]


def with_frame(block, frame):
    """A block of a packet, of the same time, with another frame."""
    body = block[8:20] + struct.pack("<II", len(frame), len(frame)) + frame + bytes(-len(frame) % 4)
    length = struct.pack("<I", 12 + len(body))
    return block[:4] + length + body + length


def mixed(original, target, changed=lambda frame: frame):
    """Writes the capture with media behind each of its packets."""
    out, number = [], 0
    for kind, block in pcapng.blocks(original.read_bytes()):
        if kind != pcapng.ENHANCED_PACKET:
            out.append(block)
            continue
        frame = block[28:28 + struct.unpack_from("<I", block, 20)[0]]
        out += [with_frame(block, changed(one)) for one in [frame] + media(number)]
        number += 1
    target.write_bytes(b"".join(out))
    target.chmod(0o644)
    return target


def cut(file, expression, target):
    """As tcpdump cuts, and as dumpcap would have recorded."""
    subprocess.run(["tcpdump", "-r", str(file), "-w", str(target), expression],
                   check=True, capture_output=True, timeout=60)
    return packets(target)


def test_one_filter_for_recording_and_cutting():
    recording = words(RECORDING, "dumpcap")
    assert recording[recording.index("-f") + 1] == words(WITH_TCPDUMP, "tcpdump")[-1]


def test_nothing_but_media_is_cut_off(tmp_path):
    expression = words(WITH_TCPDUMP, "tcpdump")[-1]
    for original in ALL:
        big = mixed(original, tmp_path / "big.pcap")
        assert len(packets(big)) == (1 + MEDIA) * len(packets(original))
        assert cut(big, expression, tmp_path / "small.pcap") == packets(original), original.name


def test_tags_of_a_vlan(tmp_path):
    """The plain filter keeps all that is tagged; the one for tags cuts as the plain one does."""
    original = capture("r16-fragments-ipv4.")
    big = mixed(original, tmp_path / "big.pcap", tagged)
    small = tmp_path / "small.pcap"
    assert cut(big, words(WITH_TCPDUMP, "tcpdump")[-1], small) == packets(big)
    kept = cut(big, words(TAGGED, "tcpdump")[-1], small)
    assert [frame for frame in kept if frame[16:18] != b"\x86\xdd"] == \
        [tagged(frame) for frame in packets(original)]
    by_ports = words(PORTS_ONLY, "dumpcap")[-1]
    assert cut(big, by_ports, small) == []
    assert cut(big, f"{by_ports} or (vlan and (portrange 5060-5099))", small) != []


def is_left_out(record, key):
    """What differs though the same is found: numbers of UDP streams, of which media has some, and
    the last digits of times."""
    return key in ("file", "first_time", "last_time") \
        or key == "stream" and record["transport"] == "udp"


def renumbered(record):
    """A record on a mixed capture as on the original; what media changes by itself left out."""
    def original(frame):
        return frame if frame is None else (frame - 1) // (1 + MEDIA) + 1

    for key, value in record.items():
        if key == "frames":
            value = len(range(0, value, 1 + MEDIA))
        elif key == "text":
            value = re.sub(r"(?<=frame )\d+", lambda found: str(original(int(found[0]))), value)
        elif re.search(r"frame$|_of$|_frames$|^related$", key):
            value = list(map(original, value)) if isinstance(value, list) else original(value)
        elif is_left_out(record, key):
            value = None
        yield key, value


def unnamed(record):
    """A record as renumbered() leaves it, of a file that had not to be renumbered."""
    return {key: None if is_left_out(record, key) else value for key, value in record.items()}


@pytest.mark.parametrize("name", JUDGED)
def test_the_same_is_found(one_command, tmp_path, name):
    """Of the capture with media, of what tcpdump leaves of it, and of the capture without."""
    big = mixed(capture(name), tmp_path / "big.pcap")
    before = one_command.run("--format=ndjson", big).records
    code = WITH_TCPDUMP.replace("sipconn ", "sipconn --format=ndjson --fail-on=never ")
    after = [json.loads(line) for line in run_shell(code, tmp_path, one_command).splitlines()]
    alone = [unnamed(record)
             for record in one_command.run("--format=ndjson", capture(name)).records]
    assert [unnamed(record) for record in after] == alone
    assert [dict(renumbered(record)) for record in before] == alone


@pytest.mark.parametrize("name", ["f10-tls-alias-without-certificate.", "r16-fragments-ipv4."])
def test_with_tshark(command, tmp_path, name):
    """TLS secrets stay in, and RTP inside a VLAN tag is found."""
    for changed in (lambda frame: frame, tagged):
        mixed(capture(name), tmp_path / "big.pcapng", changed)
        code = WITH_TSHARK.replace("sipconn ", "sipconn --format=ndjson --fail-on=never ")
        after = [json.loads(line) for line in run_shell(code, tmp_path, command).splitlines()]
        assert packets(tmp_path / "small.pcapng") == list(map(changed, packets(capture(name))))
        assert [unnamed(record) for record in after] == \
            [unnamed(record) for record in
             command.run("--format=ndjson", capture(name)).records]
        (tmp_path / "small.pcapng").unlink()


def test_what_the_filter_by_ports_loses(tmp_path):
    """Of the captures: nothing but what the page says."""
    expression = words(PORTS_ONLY, "dumpcap")[-1]
    lost = {original.stem for original in ALL
            if cut(original, expression, tmp_path / "small.pcap") != packets(original)}
    assert lost == set(sum(LOST_BY_PORTS.values(), []))
