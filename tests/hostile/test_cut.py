"""No finding invented by the cut: a capture of which less was captured brings no finding that the
whole of it does not."""
import random

import pytest

from capture_file import committed, played
from conftest import SEEDS

# Three lengths that people use, two that end within the headers of most messages.
SNAPLENS = (60, 96, 128, 250, 350)
PARTS = 4  # for so many processors


def severe(findings):
    return [finding for finding in findings if finding.severity != "chat"]


def captures():
    """Those committed that are not of rules; in longer runs all."""
    return [capture for capture in committed() + played()
            if SEEDS > 1 or ("/" not in capture.name and "-nokeys" not in capture.name)]


def cuts(capture):
    """Its packets cut to each length, and a file that ends after any packet: that nothing comes any
    more is no silence."""
    chance = random.Random(capture.name)
    yield from (capture.cut(snaplen) for snaplen in SNAPLENS)
    for _ in range(SEEDS):
        end = chance.randrange(len(capture.packets))
        yield capture.with_packets(f"ends after {end}", capture.packets[:end])


@pytest.mark.parametrize("part", range(PARTS))
def test_cut(sharkd, write, part):
    program, lines = sharkd("plain"), []
    for capture in captures()[part::PARTS]:
        rules = {finding.rule for finding in program.findings(write(capture.content()))}
        lines += [f"{cut.name}, {finding}"
                  for cut in cuts(capture) if cut.packets != capture.packets
                  for finding in severe(program.findings(write(cut.content())))
                  if finding.rule not in rules]
    assert not lines, "\n".join(lines)
