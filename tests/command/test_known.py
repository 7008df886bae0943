"""Known findings: allow lists and baselines."""
import json

import pytest

from canned import capture as canned_capture, finding, report, summary
from running import ERRORS, capture

# 2026-07-01
TODAY = {"SOURCE_DATE_EPOCH": "1782864000"}
ERROR_RULES = ["resp-rport-ignored", "resp-received-ignored", "resp-misroute-harm"]


def run_with(command, path, text, *arguments):
    path.write_text(text)
    return command.run("--format=ndjson", "--allow", path, *arguments, ERRORS,
                       env=command.environment(**TODAY))


def hidden(done):
    return {record["rule"]: record["hidden_by"] for record in done.records
            if record.get("hidden_by")}


def test_allowed(command, tmp_path):
    done = run_with(command, tmp_path / "allow", """
        # the PBX of building 7
        resp-rport-ignored     reason="fix planned" until=2026-07-01
        resp-received-ignored  src=192.0.2.2 dst=10.1.1.1:* reason=known   # till the move
        resp-misroute-harm     peer=192.0.2.* text~"request repeated" capture=f02* reason='it''s known'
        """)
    assert hidden(done) == dict(zip(ERROR_RULES, ["fix planned", "known", "its known"]))
    assert (done.status, done.err) == (0, "")
    summary = done.records[-1]
    assert summary["by_severity"]["error"] == 0
    assert not set(ERROR_RULES) & set(summary["findings"])


@pytest.mark.parametrize("condition", [
    "capture=other*", "src=192.0.2.1", "dst=10.1.1.1:1", "peer=198.51.100.*", "text~nothing"])
def test_condition_does_not_hold(one_command, tmp_path, condition):
    done = run_with(one_command, tmp_path / "allow",
                    f"resp-received-ignored {condition} reason=x\n")
    assert hidden(done) == {} and done.status == 1
    assert len(done.complaints) == 1
    assert "allow:1:" in done.err and "matched no finding" in done.err


def test_expired(command, tmp_path):
    """The finding counts again and the entry is named."""
    done = run_with(command, tmp_path / "allow",
                    "\n".join(f"{rule} reason=old until=2026-06-30" for rule in ERROR_RULES))
    assert hidden(done) == {} and done.status == 1
    assert len(done.complaints) == 3
    assert "allow:1: the entry for resp-rport-ignored expired on 2026-06-30" in done.err


def test_expiry_by_the_clock(one_command, tmp_path):
    path = tmp_path / "allow"
    path.write_text("".join(f"{rule} reason=x until=2020-01-01\n" for rule in ERROR_RULES))
    assert one_command.run("--allow", path, ERRORS).status == 1
    path.write_text("".join(f"{rule} reason=x until=9999-01-01\n" for rule in ERROR_RULES))
    assert one_command.run("--allow", path, ERRORS).status == 0


def test_quiet_tells_only_what_expired(one_command, tmp_path):
    done = run_with(one_command, tmp_path / "allow",
                    "conn-cut-message reason=x\nresp-late reason=x until=2026-01-01\n", "--quiet")
    assert len(done.complaints) == 1 and "allow:2:" in done.err


@pytest.mark.parametrize("format", ["ndjson", "json"])
def test_baseline_hides_old(command, tmp_path, format):
    baseline = tmp_path / "baseline"
    assert command.run("--format", format, "-o", baseline, ERRORS).status == 1
    done = command.run("--format=ndjson", "--baseline", baseline, ERRORS)
    assert (done.status, done.findings()) == (0, [])
    assert set(hidden(done).values()) == {"baseline"}


def write_baseline(command, path, is_kept):
    records = command.run("--format=ndjson", ERRORS).records
    path.write_text("".join(json.dumps(record) + "\n" for record in records if is_kept(record)))


def test_baseline_shows_new(one_command, tmp_path):
    baseline = tmp_path / "baseline"
    write_baseline(one_command, baseline,
                   lambda record: record.get("rule") != "resp-misroute-harm")
    done = one_command.run("--format=ndjson", "--baseline", baseline, ERRORS)
    assert (done.status, done.findings()) == (1, ["resp-misroute-harm"])


@pytest.mark.parametrize("old, new, is_same", [
    ("frame 1)", "frame 4711)", True),
    ("frame 1)", "frame 105)", True),
    ("0.5 s later", "1.25 s later", True),
    ("rport=9988", "rport=40123", True),
    ("response 100", "response 180", False),
    ("192.0.2.1:9988", "192.0.2.1:9989", False),
    ("192.0.2.1:4540", "198.51.100.7:4540", False),
    ("10.1.1.1:4540", "10.1.1.1:4541", False),
    ('"severity": "error"', '"severity": "warn"', False),
])
def test_what_makes_a_finding_the_same(one_command, tmp_path, old, new, is_same):
    """Numbers of a run do not, addresses and status codes do."""
    baseline = tmp_path / "baseline"
    write_baseline(one_command, baseline, lambda record: True)
    text = baseline.read_text()
    assert old in text
    baseline.write_text(text.replace(old, new))
    done = one_command.run("--format=ndjson", "--baseline", baseline, ERRORS)
    assert (done.findings() == []) == is_same


def test_ephemeral_ports_are_nobodys(one_command, tmp_path):
    """40001 and 38111 were handed out by operating systems."""
    path, baseline = capture("f05-"), tmp_path / "baseline"
    text = one_command.run("--format=ndjson", path).out
    assert "192.0.2.1:40001" in text
    baseline.write_text(text.replace(":40001", ":51234").replace(":38111", ":33001"))
    assert one_command.run("--baseline", baseline, path).status == 0


@pytest.mark.parametrize("old, new, is_same", [
    ("(frames 7, 12)", "(frames 99, 105)", True),
    ("frames 3, 7 and 12", "frames 103, 207 and 312", True),
    ("on connection 1, which", "on connection 404, which", True),
    ("ended at 32 s", "ended at 180 s", True),
    ("Routes: 100 from 192.0.2.1:5060, 180 from", "Routes: 100 from 192.0.2.1:5060, 183 from", False),
    ("405 to INVITE (frame 3)", "501 to INVITE (frame 3)", False),
    ("Response 200 in frame 105", "Response 202 in frame 105", False),
])
def test_numbers_like_status_codes(one_command, tmp_path, old, new, is_same):
    """Frames 100 to 699 are frames."""
    baseline = tmp_path / "baseline"
    baseline.write_text(json.dumps(finding("resp-late", 1, old)) + "\n")
    out = report(one_command, tmp_path, canned_capture(), finding("resp-late", 2, new), summary(),
                 arguments=["--format=ndjson", "--baseline", baseline])
    found = [json.loads(line) for line in out.splitlines() if '"record":"finding"' in line]
    assert [item["hidden_by"] == "baseline" for item in found] == [is_same]
