"""What the generator puts on the wire where no verdict would tell: read back byte by byte."""
import struct

from generator.ladder_file import read_ladder
from generator.play import play

UDP = "udp 192.0.2.1:5060 > 192.0.2.2:5060 OPTIONS"
TCP = "tcp #1 192.0.2.1:40001 > 192.0.2.2:5060"
IP, L4 = 14, 34  # offsets in a frame without VLAN tag


def blocks(capture):
    """[(type, body)] of a pcapng file."""
    found, at = [], 0
    while at < len(capture):
        kind, length = struct.unpack_from("<II", capture, at)
        found.append((kind, capture[at + 8:at + length - 4]))
        at += length
    return found


def frames(tmp_path, text):
    """[(nanoseconds, bytes, original length)] of the capture that a ladder makes."""
    return [(((high << 32) + low) % 1_000_000_000, body[20:20 + kept], whole)
            for kind, body in blocks(capture_of(tmp_path, text)) if kind == 6
            for _, high, low, kept, whole in [struct.unpack_from("<IIIII", body)]]


def capture_of(tmp_path, text):
    ladder = tmp_path / "one.ladder"
    ladder.write_text(text + "finds nothing\n")
    return play(read_ladder(ladder)[0]).capture


def sequence_numbers(packets):
    """Of the TCP packets that carry data."""
    return [struct.unpack_from("!I", frame, L4 + 4)[0] for _, frame, _ in packets
            if len(frame) > L4 + 20 and frame[L4 + 12] >> 4 == 5]


def test_order_and_loss_of_segments(tmp_path):
    opened = "0.0 tcp #1 open 192.0.2.1:40001 > 192.0.2.2:5060\n"
    straight = sequence_numbers(frames(tmp_path, f"{opened}0.1 {TCP} OPTIONS split=50,90\n"))
    assert [number - straight[0] for number in straight] == [0, 50, 90]
    swapped = frames(tmp_path, f"{opened}0.1 {TCP} OPTIONS split=50,90 order=2,1,3\n")
    assert sequence_numbers(swapped) == [straight[1], straight[0], straight[2]]
    missing = frames(tmp_path, f"{opened}0.1 {TCP} OPTIONS split=50,90 lost=2\n")
    assert sequence_numbers(missing) == [straight[0], straight[2]]


def test_raw_text(tmp_path):
    text = "0.0 udp 192.0.2.1:5060 > 192.0.2.2:5060 raw\n    | hello\n    |\n"
    [(_, frame, _)] = frames(tmp_path, text)
    assert frame[L4 + 8:] == b"hello\r\n\r\n"


def test_identification_hop_limit_and_cut(tmp_path):
    [(_, frame, whole)] = frames(tmp_path, f"0.0 {UDP} id=4660 ttl=7 cut=60\n")
    assert struct.unpack_from("!H", frame, IP + 4)[0] == 4660
    assert frame[IP + 8] == 7
    assert len(frame) == 60 < whole


def test_copy_keeps_identification_and_payload(tmp_path):
    first, second = frames(tmp_path, f"0.0 {UDP} @one\n0.000005 copy of @one vlan=7 ttl=63\n")
    assert second[0] - first[0] == 5000
    assert second[1][12:16] == bytes.fromhex("81000007")
    untagged = second[1][:12] + second[1][16:]
    assert untagged[IP + 4:IP + 6] == first[1][IP + 4:IP + 6]
    assert untagged[IP + 8] == 63
    assert untagged[L4:] == first[1][L4:]


def test_fragments(tmp_path):
    packets = frames(tmp_path, f"0.0 {UDP} size=900 fragments=3\n")
    words = [struct.unpack_from("!H", frame, IP + 6)[0] for _, frame, _ in packets]
    assert [word & 0x2000 for word in words] == [0x2000, 0x2000, 0]
    ends = [8 * (word & 0x1FFF) + whole - L4
            for word, (_, _, whole) in zip(words, packets)]
    assert [8 * (word & 0x1FFF) for word in words] == [0, *ends[:-1]]
    assert ends[-1] == 908


def test_tls_1_3_carries_its_secrets(tmp_path):
    text = ("0.0 tls #1 SYN 192.0.2.1:40001 > 192.0.2.2:5061 tls=1.3 client-cert=p1\n"
            "0.1 tls #1 192.0.2.1:40001 > 192.0.2.2:5061 OPTIONS\n")
    secrets = [body for kind, body in blocks(capture_of(tmp_path, text)) if kind == 10]
    assert len(secrets) == 1
    assert b"CLIENT_HANDSHAKE_TRAFFIC_SECRET" in secrets[0]
    assert b"OPTIONS" not in capture_of(tmp_path, text)
