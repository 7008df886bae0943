"""Every ladder: the verdict of each response, the exact findings and what is stated of connections
and aliases, as written by hand from the rule catalogue beside the packets. And the same captures
without their TLS keys."""
import pytest

from conftest import CAPTURES
from expectation import (alias_differences, connection_differences, finding_differences,
                         keyless_differences, verdict_differences)
from generator.ladder_file import read_ladder
from generator.pcapng import without_keys
from generator.play import play

# What a second pass of the other versions says is seen by test_golden.py.
TWO_PASSES_WITH_THE_FIRST = True


def cases(wanted=lambda case: True):
    for ladder in sorted(CAPTURES.glob("*.ladder")) + sorted(CAPTURES.glob("*/*.ladder")):
        for case in read_ladder(ladder):
            if wanted(case):
                yield pytest.param(case, id=case.stem)


def all_sip_in_tls(case):
    return case.uses_tls and all(event.kind in ("tls", "wss") for event in case.events)


def played(case):
    """The case as a capture: TLS handshakes are random, such a one is judged as committed."""
    fresh = play(case)
    if case.uses_tls and case.committed.exists():
        return fresh.moved_to(case.committed.read_bytes())
    return fresh


def version_of(records):
    """Of the Wireshark that wrote the records: (major, minor)."""
    return tuple(int(part) for part in records[0]["wireshark"].split(".")[:2])


@pytest.fixture
def records_of(tshark, passes, shelf):
    """Function: the records of a capture given as bytes."""

    def records(case, data):
        capture = shelf / f"{case.path.parent.name}-{case.stem}-{tshark}-{len(passes)}.pcapng"
        capture.write_bytes(data)
        capture.chmod(0o644)
        preferences = [word for text in case.preferences for word in ("-o", text)]
        found = tshark.records(capture, *passes, *preferences)
        capture.unlink()
        if version_of(found) < case.wireshark:
            pytest.skip("this Wireshark is too old to read it")
        return found

    return records


@pytest.mark.shared
@pytest.mark.parametrize("case", cases())
def test_ladder(case, records_of):
    shown = played(case)
    records = records_of(case, shown.capture)
    differences = (verdict_differences(shown, records)
                   + finding_differences(case, shown, records)
                   + connection_differences(case, shown, records)
                   + alias_differences(case, shown, records))
    assert not differences, (f"{case.path.name}:{case.line} {case.sentence}\n"
                             "(- the ladder says, + the plugin says)\n" + "\n".join(differences))


@pytest.mark.shared
@pytest.mark.parametrize("case", cases(all_sip_in_tls))
def test_ladder_without_keys(case, records_of):
    capture = played(case).capture
    differences = keyless_differences(records_of(case, capture),
                                      records_of(case, without_keys(capture)))
    assert not differences, (f"{case.path.name}:{case.line} {case.sentence}\n"
                             "(- with keys, + without)\n" + "\n".join(differences))
