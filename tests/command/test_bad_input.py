"""Whatever is wrong is told in one line that names it, with status 2."""
import json
import subprocess

import pytest

from canned import capture, request, write_tshark
from running import CAPTURES, CLEAN, COMMAND, ERRORS


def assert_one_line(done, *parts, status=2):
    assert done.status == status, done.err
    assert len(done.complaints) == 1, done.err
    assert done.err.startswith("sipconn: ")
    for part in parts:
        assert part in done.err


@pytest.mark.parametrize("arguments, parts", [
    ([], ["no capture is named"]),
    (["--colour", CLEAN], ["--colour"]),
    (["--format=xml", CLEAN], ["--format", "'xml'", "ndjson"]),
    (["--only=resp-rport-ignore", CLEAN], ["did you mean 'resp-rport-ignored'"]),
    (["--ignore=resp-late,,", CLEAN], ["--ignore", "there is no rule ''"]),
    (["--only=gibberish", CLEAN], ["'gibberish'", "--list-rules"]),
    (["--explain=resp-lat"], ["--explain", "did you mean 'resp-late'"]),
    (["--list-rules=html"], ["--list-rules", "'html'"]),
    (["--fail-on=fatal", CLEAN], ["--fail-on", "'fatal'"]),
    (["--min-judged=101", CLEAN], ["--min-judged", "'101'"]),
    (["--min-judged=most", CLEAN], ["--min-judged", "'most'"]),
    (["--jobs=-1", CLEAN], ["--jobs"]),
    (["--jobs=two", CLEAN], ["two"]),
    (["-", "-"], ["named twice"]),
    (["--keylog=absent", CLEAN], ["absent", "key log", "No such file"]),
    (["--keylog", CAPTURES / "README.md", CLEAN], ["README.md", "no TLS secrets"]),
    (["--allow=absent", CLEAN], ["absent", "allow list", "No such file"]),
    (["--baseline=absent", CLEAN], ["absent", "baseline", "No such file"]),
    (["--baseline", CAPTURES / "README.md", CLEAN], ["README.md", "no report", "line 1"]),
    (["-o", "/nonexistent/report", CLEAN], ["/nonexistent/report", "cannot be written"]),
    (["-o", CAPTURES, CLEAN], ["captures", "cannot be written", "directory"]),
    (["-o", "/dev/full", CLEAN], ["/dev/full: cannot be written", "No space"]),
    (["--tshark=/nonexistent/tshark", CLEAN], ["/nonexistent/tshark", "--tshark"]),
    (["--tshark=/bin/true", CLEAN], ["/bin/true", "does not run as tshark", "--tshark"]),
])
def test_usage(one_command, arguments, parts):
    done = one_command.run(*arguments)
    assert_one_line(done, *parts)
    assert done.out == "" or "/dev/full" in arguments


@pytest.mark.parametrize("arguments, parts", [
    (["-Y", "sip.bad =="], ["--filter", "sip.bad =="]),
    (["-Y", "no.such.field == 1"], ["--filter", "no.such.field"]),
    (["--decode-as=foo==1,bar"], ["--decode-as", "foo"]),
    (["--decode-as=tcp.port==5070"], ["--decode-as", "template"]),
    (["--decode-as=tcp.port==5070,nosuch"], ["--decode-as", "nosuch"]),
    (["-O", "no.such:1"], ["-O", "no.such"]),
    (["-O", "gibberish"], ["-O", "gibberish"]),
])
def test_refused_by_tshark(command, arguments, parts):
    """Once, not for each capture; there is no report."""
    done = command.run(*arguments, CLEAN, ERRORS, CLEAN)
    assert_one_line(done, *parts)
    assert done.out == ""


def cut(tmp_path, source, length):
    path = tmp_path / "cut.pcapng"
    path.write_bytes(source.read_bytes()[:length])
    return path


@pytest.mark.parametrize("content, parts", [
    (None, ["no such file"]),
    (b"", ["is empty"]),
    (b"hello, this is no capture at all", ["no capture file"]),
])
def test_bad_capture(command, tmp_path, content, parts):
    """The others are analysed nevertheless."""
    path = tmp_path / "bad.pcapng"
    if content is not None:
        path.write_bytes(content)
    done = command.run("--format=ndjson", CLEAN, path, ERRORS)
    assert_one_line(done, f"{path}: ", *parts)
    files = [record["file"] for record in done.records if record["record"] == "summary"]
    assert files == [str(CLEAN), str(ERRORS)]


def test_directory(one_command, tmp_path):
    assert_one_line(one_command.run(tmp_path), f"{tmp_path}: ", "is a directory")


def test_may_not_be_read(one_command, tmp_path):
    """Root may read everything, so it asks as another user: the file has no permission at all."""
    path = tmp_path / "closed.pcapng"
    path.write_bytes(CLEAN.read_bytes())
    path.chmod(0)
    try:
        path.open("rb").close()
    except PermissionError:
        assert_one_line(one_command.run(path), f"{path}: ", "may not be read")
    else:
        assert one_command.run(path).status == 0


def test_empty_pipe(one_command):
    done = one_command.run("-", stdin=subprocess.DEVNULL)
    assert_one_line(done, "-: ", "neither a file nor a pipe")
    with subprocess.Popen(["true"], stdout=subprocess.PIPE) as nothing:
        assert_one_line(one_command.run("-", stdin=nothing.stdout), "-: ", "is empty")


def test_cut_short(command, tmp_path):
    """What is whole is analysed and decides the status; the report says it too."""
    path = cut(tmp_path, ERRORS, 1200)
    done = command.run("--format=ndjson", path)
    assert_one_line(done, f"{path}: ", "cut short", status=1)
    capture, = [record for record in done.records if record["record"] == "capture"]
    assert capture["frames"] == 3
    assert any("cut short" in note for note in capture["notes"])
    assert command.run("--quiet", path).err == ""


@pytest.mark.parametrize("entry, parts", [
    ("resp-lat reason=x", ["allow:2: ", "did you mean 'resp-late'"]),
    ("resp-late", ["allow:2: ", "no reason"]),
    ("resp-late reason=", ["allow:2: ", "no reason"]),
    ("resp-late colour=red reason=x", ["allow:2: ", "'colour=red'", "peer="]),
    ("resp-late reason=x until=31.12.2026", ["allow:2: ", "31.12.2026", "2026-01-31"]),
    ("resp-late reason=x until=2026-02-30", ["allow:2: ", "2026-02-30"]),
    ("resp-late reason='x", ["allow:2: ", "quotation mark"]),
    ("resp-late reason=\udcff", ["allow:2: ", "UTF-8"]),
])
def test_bad_allow_list(one_command, tmp_path, entry, parts):
    path = tmp_path / "allow"
    path.write_text(f"# known\n{entry}\n", errors="surrogateescape")
    assert_one_line(one_command.run("--allow", path, CLEAN), *parts)


def test_no_tshark(one_command, tmp_path):
    environment = {**one_command.environment(), "SIPCONN_TSHARK": "tshark", "PATH": str(tmp_path)}
    done = one_command.run(CLEAN, env=environment)
    assert_one_line(done, "tshark", "SIPCONN_TSHARK")


FAKE_TSHARK = """#!/bin/sh
if [ "$1" = --version ]; then
    echo "TShark (Wireshark) {version}.17 (Git)."
    exit 0
fi
echo 'tshark: Invalid -z argument "sipconn,ndjson"; it must be one of:' >&2
echo '     afp,srt' >&2
exit 1
"""


def own_series(command):
    done = command.run("--version")
    assert done.status == 0
    return done.out.split()[-1]


def test_plugin_missing(one_command, tmp_path):
    """A tshark of the right series that does not know the plugin's tap."""
    tshark = tmp_path / "tshark"
    tshark.write_text(FAKE_TSHARK.format(version=own_series(one_command)))
    tshark.chmod(0o755)
    assert_one_line(one_command.run("--tshark", tshark, CLEAN, ERRORS), "plugin: ", str(tshark),
                    "does not load it", "install")


def test_plugin_of_another_series(one_command, tmp_path):
    tshark = tmp_path / "tshark"
    tshark.write_text(FAKE_TSHARK.format(version="9.8"))
    tshark.chmod(0o755)
    assert_one_line(one_command.run("--tshark", tshark, CLEAN), "plugin: ", "9.8",
                    own_series(one_command), "--tshark")


def test_tshark_that_crashes(one_command, tmp_path):
    tshark = tmp_path / "tshark"
    tshark.write_text("#!/bin/sh\nkill -SEGV $$\n")
    tshark.chmod(0o755)
    assert_one_line(one_command.run("--tshark", tshark, CLEAN), f"{CLEAN}: ", "crashed")


def test_output_that_is_no_record(one_command, tmp_path):
    tshark = tmp_path / "tshark"
    tshark.write_text("#!/bin/sh\necho hello\n")
    tshark.chmod(0o755)
    assert_one_line(one_command.run("--tshark", tshark, CLEAN), f"{CLEAN}: ", "not the plugin's")


def test_failed_output_keeps_the_old_file(one_command, tmp_path):
    """A report that cannot be made does not destroy the last one."""
    report = tmp_path / "report"
    report.write_text("old")
    assert one_command.run("-o", report, "-Y", "bad ==", CLEAN).status == 2
    assert report.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_broken_pipe(one_command):
    """A reader that has seen enough ends it quietly."""
    paths = sorted(CAPTURES.glob("r*.pcapng"))[:12]
    with subprocess.Popen([str(COMMAND), "--format=ndjson", *map(str, paths)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=one_command.environment()) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=300) != 0


@pytest.mark.parametrize("arguments", [["--"], ["-q", "--"], ["-x.pcapng", "--"]])
def test_name_with_a_dash(one_command, tmp_path, arguments):
    """Behind "--" all are names of files."""
    (tmp_path / "-x.pcapng").write_bytes(ERRORS.read_bytes())
    before = [f"./{name}" if name.endswith("pcapng") else name for name in arguments]
    done = one_command.run(*before, "-x.pcapng", cwd=tmp_path)
    assert (done.status, done.err) == (1, "")


def test_values_behind_their_letters(one_command, tmp_path):
    """-j4 is -j 4, as elsewhere."""
    report = tmp_path / "report.json"
    done = one_command.run("-q", "-j2", "-Ysip.Status-Code", f"-o{report}", "--format=json", ERRORS)
    assert (done.status, done.out, done.err) == (1, "", "")
    assert json.loads(report.read_text())["captures"]
    assert one_command.run("-q", "--", "-j2").status == 2


def test_output_that_ends_early(one_command, tmp_path):
    """A tshark in a script was killed while it told its records: nothing is known of the rest."""
    program = write_tshark(tmp_path, capture(), request(1))
    program.write_text(program.read_text().replace("exec cat", "cat") + "exit 137\n")
    assert_one_line(one_command.run("--tshark", program, CLEAN), "in the middle", "137")
