"""Every committed capture against its reviewed text in expected/. After a wanted change:
pytest tests/tshark/test_golden.py --accept, and review the difference."""
import pathlib

import pytest

from conftest import CAPTURES, tsharks
from generator.ladder_file import read_ladder
from readable import readable_text

EXPECTED = pathlib.Path(__file__).resolve().parent / "expected"
# Those that only newer versions can read are left to their ladders.
NEWER = {case.stem for ladder in CAPTURES.glob("corner-cases/*.ladder")
         for case in read_ladder(ladder) if case.wireshark > (4, 0)}
FILES = [path for path in sorted(CAPTURES.glob("*.pcapng"))
         + sorted(CAPTURES.glob("corner-cases/*.pcapng")) if path.stem not in NEWER]


@pytest.mark.parametrize("capture", FILES, ids=lambda path: path.stem)
def test_capture_reads_as_reviewed(capture, tshark, passes, readable, request):
    text = readable_text(tshark.records(readable(capture), *passes))
    reviewed = EXPECTED / f"{capture.stem}.txt"
    if request.config.getoption("--accept") and tshark.version == tsharks()[0][0] and not passes:
        EXPECTED.mkdir(exist_ok=True)
        reviewed.write_text(text)
    assert reviewed.exists(), f"{reviewed.name} is missing: review, then pytest --accept"
    assert text.splitlines() == reviewed.read_text().splitlines()


def test_no_text_without_capture():
    names = {path.stem for path in FILES}
    assert not [path.name for path in EXPECTED.glob("*.txt") if path.stem not in names]
