"""Every capture, damaged and out of order, through tshark with a plugin that sanitizers watch."""
import random
import subprocess

import pytest

from capture_file import SECOND, Capture, committed, joined, played

PASSES = {
    # The quick way, and one in which all that is shown of a packet is made of it.
    "one pass": ("-q",),
    "two passes": ("-2", "-O", "sipconn"),
}


@pytest.fixture(params=PASSES, ids=str)
def passes(request):
    return PASSES[request.param]


def everything(apart=86400 * SECOND):
    """All captures as one file."""
    return joined("everything", committed() + played(), apart)


def sip_messages(records):
    return records[0]["sip_messages"]


def test_each_capture(sharkd, write):
    """As they are, and each one a reload."""
    program = sharkd("sanitize")
    for capture in committed():
        program.findings(write(capture.content()))


def test_joined(dissect, write, passes):
    assert sip_messages(dissect(write(everything().content()), *passes)) > 2500


@pytest.mark.parametrize("rate", ("0.005", "0.02", "0.1"))
def test_mutated(dissect, write, passes, rate, seed):
    """Bytes changed at random, as `editcap -E` does it."""
    whole = write(everything().content(), "whole.pcapng")
    mutated = whole.with_name("capture.pcapng")
    subprocess.run(["editcap", "-E", rate, "--seed", str(seed), whole, mutated], check=True,
                   capture_output=True)
    mutated.chmod(0o644)
    assert sip_messages(dissect(mutated, *passes)) > 0


@pytest.mark.parametrize("snaplen", (60, 96, 128, 400))
def test_cut_packets(dissect, write, snaplen):
    dissect(write(everything().cut(snaplen).content()), "-2", "-O", "sipconn")


def test_cut_file(dissect, write, seed):
    """The file ends anywhere."""
    content = everything().content()
    random.seed(seed)
    for _ in range(3):
        dissect(write(content[:random.randrange(100000, len(content))]), "-q")


def orders(capture, seed):
    """{name: the capture in another order}"""
    numbers = list(range(len(capture.packets)))
    shuffled = numbers[:]
    random.Random(seed).shuffle(shuffled)
    # Neighbours only: streams are put together again, responses come before their requests.
    near = sorted(numbers, key=lambda number, at=random.Random(seed): number + at.uniform(0, 8))
    twice = [packet for packet in capture.packets for _ in range(2)]
    backwards = (packet.time for packet in reversed(capture.packets))
    return {
        "reversed": capture.in_order("reversed", reversed(numbers)),
        "shuffled": capture.in_order("shuffled", shuffled),
        "shuffled nearby": capture.in_order("shuffled nearby", near),
        "reversed with its times": capture.with_packets("reversed", reversed(capture.packets)),
        "shuffled with its times": capture.with_packets(
            "shuffled", (capture.packets[number] for number in shuffled)),
        "time going backwards": capture.with_packets("time going backwards", (
            type(packet)(time, packet.data, packet.length)
            for packet, time in zip(capture.packets, backwards))),
        "each packet twice": capture.with_packets("each packet twice", twice),
        "the file twice": joined("the file twice", [capture, capture]),
        "merged with itself": capture.with_packets(
            "merged with itself", sorted(twice, key=lambda packet: packet.time)),
        "all at once": capture.with_packets("all at once", (
            type(packet)(capture.packets[0].time, packet.data, packet.length)
            for packet in capture.packets)),
    }


ORDERS = list(orders(Capture("none", committed()[0].packets[:2]), 1))


@pytest.mark.parametrize("order", ORDERS)
def test_order(dissect, write, order, seed):
    capture = orders(everything(), seed)[order]
    dissect(write(capture.content()), *PASSES["one pass" if seed % 2 else "two passes"])


def test_close_together(dissect, write, passes):
    """A millisecond between the end of one capture and the begin of the next: their addresses,
    branches and calls are often the same."""
    dissect(write(everything(apart=SECOND // 1000).content()), *passes)
