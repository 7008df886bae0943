"""The exit status: 0 clean, 1 findings, 2 trouble, 3 too little judged."""
import pytest

from running import CLEAN, ERRORS, HALF_JUDGED, NOTES, UNREADABLE_TLS, WARNINGS


def test_clean(command):
    done = command.run(CLEAN)
    assert (done.status, done.err) == (0, "")


def test_findings(command):
    assert command.run(ERRORS).status == 1


@pytest.mark.parametrize("level, capture, status", [
    ("error", WARNINGS, 0), ("warn", WARNINGS, 1), ("warn", NOTES, 0), ("note", NOTES, 1),
    ("note", CLEAN, 0), ("never", ERRORS, 0)])
def test_fail_on(one_command, level, capture, status):
    assert one_command.run("--fail-on", level, capture).status == status


@pytest.mark.parametrize("percent, status", [("0", 0), ("50", 0), ("50%", 0), ("50.1", 3),
                                             ("100", 3)])
def test_min_judged(one_command, percent, status):
    """One of its two responses can be judged."""
    done = one_command.run("--min-judged", percent, HALF_JUDGED)
    assert done.status == status
    assert ("1 of 2 responses" in done.err) == (status == 3)


def test_nothing_to_judge(one_command):
    """Encrypted throughout: no finding, but no reason to be pleased either."""
    assert one_command.run(UNREADABLE_TLS).status == 0
    done = one_command.run("--min-judged", "1", UNREADABLE_TLS)
    assert done.status == 3
    assert len(done.complaints) == 1 and "0 of 0 responses" in done.err


def test_judged_over_all_captures(one_command):
    """3 of 4 responses."""
    assert one_command.run("--min-judged", "75", HALF_JUDGED, CLEAN, CLEAN).status == 0
    assert one_command.run("--min-judged", "76", HALF_JUDGED, CLEAN, CLEAN).status == 3


def test_precedence(one_command):
    """2 before 1 before 3."""
    assert one_command.run("--min-judged", "100", ERRORS, HALF_JUDGED).status == 1
    assert one_command.run("--min-judged", "100", ERRORS, HALF_JUDGED, "absent").status == 2


def test_only_and_ignore(one_command):
    done = one_command.run("--format=ndjson", "--only", "resp-rport-ignored,nat-detected", ERRORS)
    assert (done.status, done.findings()) == (1, ["resp-rport-ignored", "nat-detected"])
    done = one_command.run("--format=ndjson", "--only=resp-rport-ignored", "--only=nat-detected",
                           "--ignore=resp-rport-ignored", ERRORS)
    assert (done.status, done.findings()) == (0, ["nat-detected"])


def test_filter(command):
    done = command.run("--format=ndjson", "-Y", "frame.number == 3", ERRORS)
    assert {record["frame"] for record in done.records if "frame" in record} == {3}
    assert done.status == 1
    assert command.run("-Y", "frame.number == 1", ERRORS).status == 0
