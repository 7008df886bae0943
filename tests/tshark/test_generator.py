"""The capture generator: the same bytes as committed, and errors that name file and line."""
import pathlib
import subprocess
import sys

import pytest

from conftest import CAPTURES
from generator.ladder_file import LadderError, read_ladder
from generator.pcapng import without_keys
from generator.play import play

COMMITTED = sorted(CAPTURES.glob("*.ladder")) + sorted(CAPTURES.glob("corner-cases/*.ladder"))
REQUEST = "0.0 udp 192.0.2.1:5060 > 192.0.2.2:5060 OPTIONS\n"


@pytest.mark.parametrize("ladder", COMMITTED, ids=lambda path: path.stem)
def test_committed_capture_is_what_the_ladder_makes(ladder):
    for case in read_ladder(ladder):
        committed = case.committed
        assert committed.exists(), f"{committed.name} is missing: run captures/ladder.py {ladder}"
        if case.uses_tls:
            assert (ladder.parent / f"{case.stem}-nokeys.pcapng").read_bytes() == \
                without_keys(committed.read_bytes())
        else:
            assert committed.read_bytes() == play(case).capture, \
                f"{committed.name} differs: run captures/ladder.py {ladder}"


def test_captures_with_tls_are_committed_for_rules():
    wanted = {f"{case.stem}{keys}.pcapng" for ladder in CAPTURES.glob("rules/*.ladder")
              for case in read_ladder(ladder) if case.uses_tls for keys in ("", "-nokeys")}
    assert {path.name for path in CAPTURES.glob("rules/*.pcapng")} == wanted, \
        "run captures/ladder.py --only-tls captures/rules/*.ladder"


@pytest.mark.parametrize("text, line, words", [
    ("0.0 udp 192.0.2.1:5060 > 192.0.2.2 OPTIONS\nfinds nothing\n", 1, "not ADDRESS:PORT"),
    ("0.0 udp 192.0.2.1:5060 192.0.2.2:5060 OPTIONS\nfinds nothing\n", 1, "expected"),
    ("# a comment\n0.0 pigeon 192.0.2.1:1 > 192.0.2.2:2 OPTIONS\n", 2, "pigeon"),
    (REQUEST + "0.1 udp 192.0.2.2:5060 > 192.0.2.1:5060 200\nfinds nothing\n", 2, "CSeq"),
    (REQUEST + "0.1 udp 192.0.2.2:5060 > 192.0.2.1:5060 200 OPTIONS\nfinds nothing\n", 2,
     "without verdict"),
    (REQUEST, 1, "must say what it finds"),
    (REQUEST + "finds something\n", 2, "finds RULE"),
    (REQUEST + "finds resp-late note at @nowhere\n", 2, "@nowhere"),
    (REQUEST + "=> via-sent-by\nfinds nothing\n", 2, "follow a response"),
    (REQUEST + "    no header\nfinds nothing\n", 2, "not a header line"),
    (REQUEST.rstrip() + " colour=red\nfinds nothing\n", 1, "colour=red"),
    (REQUEST + "0.2 icmp 3/3 from 192.0.2.2 to 192.0.2.1 quoting @none\n", 2, "@none"),
    ("0.0 tcp #1 192.0.2.1:40000 > 192.0.2.2:5060 OPTIONS\nfinds nothing\n", 1, "never opened"),
    ("0.0 udp 192.0.2.1:1 > [2001:db8::1]:2 OPTIONS\n", 1, "IPv4 and IPv6"),
    (REQUEST + "conn #1 busy\nfinds nothing\n", 2, "conn #N"),
    (REQUEST + "conn #1 reuse basis habit\nfinds nothing\n", 2, "no such basis"),
    (REQUEST + "conn #1 idle\nfinds nothing\n", 1, "no connection #1"),
    (REQUEST + "cert #1 perhaps\nfinds nothing\n", 2, "cert #N"),
    (REQUEST + "alias 192.0.2.1\nfinds nothing\n", 2, "alias ADDRESS:PORT"),
    ("0.0 tls #1 SYN 192.0.2.1:1 > 192.0.2.2:2 tls=1.1\nfinds nothing\n", 1, "one of 1.2"),
    ("0.0 tls #1 SYN 192.0.2.1:1 > 192.0.2.2:2 resume=#2\nfinds nothing\n", 1, "to resume"),
    ("case a: one\n" + REQUEST + "finds nothing\ncase a: two\n", 4, "second case"),
])
def test_error_names_file_and_line(tmp_path, text, line, words):
    ladder = tmp_path / "wrong.ladder"
    ladder.write_text(text)
    with pytest.raises(LadderError) as error:
        for case in read_ladder(ladder):
            play(case)
    assert str(error.value).startswith(f"{ladder}:{line}: ")
    assert words in str(error.value)


def ladder_command(*arguments):
    return subprocess.run([sys.executable, str(CAPTURES / "ladder.py"), *map(str, arguments)],
                          capture_output=True, text=True, check=False)


def test_command_writes_and_checks(tmp_path):
    ladder = tmp_path / "one.ladder"
    ladder.write_text("case a: first\n" + REQUEST + "finds nothing\n"
                      "case b: second\n" + REQUEST + "finds nothing\n")
    assert ladder_command("--check", ladder).returncode == 1
    assert ladder_command(ladder).returncode == 0
    assert {path.name for path in tmp_path.glob("*.pcapng")} == {"one.a.pcapng", "one.b.pcapng"}
    assert ladder_command("--check", ladder).returncode == 0
    (tmp_path / "one.a.pcapng").write_bytes(b"")
    done = ladder_command("--check", ladder)
    assert done.returncode == 1 and "one.a.pcapng: differs" in done.stderr


def test_command_reports_errors(tmp_path):
    ladder = tmp_path / "wrong.ladder"
    ladder.write_text("nonsense\n")
    done = ladder_command(ladder)
    assert done.returncode == 2
    assert done.stderr.startswith(f"{ladder}:1: ") and done.stderr.count("\n") == 1
    done = ladder_command(pathlib.Path(tmp_path / "missing.ladder"))
    assert done.returncode == 2 and "missing.ladder" in done.stderr
