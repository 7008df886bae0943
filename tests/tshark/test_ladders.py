"""Every ladder: the verdict of each response and the exact findings, as written by hand from the
rule catalogue beside the packets."""
import pytest

from conftest import CAPTURES
from expectation import finding_differences, verdict_differences
from generator.ladder_file import read_ladder
from generator.play import play


def cases():
    for ladder in sorted(CAPTURES.glob("*.ladder")) + sorted(CAPTURES.glob("*/*.ladder")):
        for case in read_ladder(ladder):
            yield pytest.param(case, id=case.stem)


@pytest.mark.parametrize("case", cases())
def test_ladder(case, tshark, passes, shelf):
    played = play(case)
    # TLS handshakes are random: such a capture is judged as committed, if it is.
    committed = case.path.parent / f"{case.stem}.pcapng"
    fixed = case.uses_tls and committed.exists()
    data = committed.read_bytes() if fixed else played.capture
    capture = shelf / f"{case.path.parent.name}-{case.stem}-{tshark}-{len(passes)}.pcapng"
    capture.write_bytes(data)
    capture.chmod(0o644)
    records = tshark.records(capture, *passes)
    differences = (verdict_differences(played, records)
                   + finding_differences(case, played, records))
    capture.unlink()
    assert not differences, (f"{case.path.name}:{case.line} {case.sentence}\n"
                             "(- the ladder says, + the plugin says)\n" + "\n".join(differences))
