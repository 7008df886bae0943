"""Packets that have nothing to do with any capture here: their addresses are those of RFC 2544."""
from generator.ladder_file import read_ladder
from generator.play import play
from variants import read

EXCHANGES = (
    # SIP over UDP
    """
    {time:.3f} udp 198.18.{n}.1:5060 > 198.19.{n}.2:5060 OPTIONS
        Via: SIP/2.0/UDP 198.18.{n}.1:5060;rport;branch=z9hG4bKnoise{n}
    {later:.3f} udp 198.19.{n}.2:5060 > 198.18.{n}.1:5060 200 OPTIONS
    => symmetric-rport
    """,
    # a name that is looked up, and another protocol over TCP
    """
    {time:.3f} dns 198.18.{n}.1:40053 > 198.19.{n}.53:53 A host{n}.example.org 198.19.{n}.2
    {later:.3f} tcp #{n} SYN 198.18.{n}.1:40000 > 198.19.{n}.2:8080
    {latest:.3f} tcp #{n} 198.18.{n}.1:40000 > 198.19.{n}.2:8080 raw
        | GET /{n} HTTP/1.1
        | Host: host{n}.example.org
        |
    """,
    # SIP over TCP
    """
    {time:.3f} tcp #{n} SYN 198.18.{n}.1:40000 > 198.19.{n}.2:5060
    {later:.3f} tcp #{n} 198.18.{n}.1:40000 > 198.19.{n}.2:5060 OPTIONS
        Via: SIP/2.0/TCP 198.18.{n}.1:5060;branch=z9hG4bKnoise{n}
    {latest:.3f} tcp #{n} 198.19.{n}.2:5060 > 198.18.{n}.1:40000 200 OPTIONS
    => same-connection
    """,
)
COUNT = 200


def noise(directory):
    """[the frames of a whole exchange]; all between hosts of their own."""
    path = directory / "noise.ladder"
    lines = []
    for number in range(1, COUNT + 1):
        text = EXCHANGES[number % len(EXCHANGES)].format(
            n=number, time=number, later=number + 0.010, latest=number + 0.020)
        lines += [line.removeprefix("    ") for line in text.strip("\n").splitlines()]
    path.write_text("\n".join(lines).rstrip() + "\nfinds nothing\n")
    (case,) = read_ladder(path)
    packets = read(play(case).capture).packets
    start = packets[0].time
    exchanges = [[] for _ in range(COUNT)]
    for packet in packets:
        exchanges[(packet.time - start) // 1_000_000_000].append(packet.data)
    return exchanges
