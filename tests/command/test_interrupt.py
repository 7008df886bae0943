"""An interrupted command leaves no process and no file behind."""
import os
import pathlib
import pty
import select
import signal
import subprocess
import time

import pytest

from running import CAPTURES, CLEAN, COMMAND, ERRORS

SLOW = {
    # Itself, and by a program that it starts.
    "alone": "#!/bin/sh\necho $$ > '{pids}'/$$\nexec sleep 300\n",
    "with a child": "#!/bin/sh\nsleep 300 &\necho $! > '{pids}'/$!\nwait\n",
}


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def is_running(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class SlowRun:
    """The command with two tsharks that would take five minutes."""

    def __init__(self, command, tmp_path, kind):
        pids, self.folder = tmp_path / "pids", tmp_path / "report"
        pids.mkdir()
        self.folder.mkdir()
        script = tmp_path / "tshark"
        script.write_text(SLOW[kind].format(pids=pids))
        script.chmod(0o755)
        self.process = subprocess.Popen(
            [str(COMMAND), "--tshark", str(script), "--jobs=2", "-o", str(self.folder / "report"),
             str(CLEAN), str(ERRORS), str(CLEAN)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=command.environment())
        assert wait_for(lambda: len(list(pids.iterdir())) == 2), "it did not start two tsharks"
        self.children = [int(path.name) for path in pids.iterdir()]
        assert all(map(is_running, self.children))

    def end(self, number):
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out + err


@pytest.mark.parametrize("kind", SLOW)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted(one_command, tmp_path, number, kind):
    run = SlowRun(one_command, tmp_path, kind)
    assert run.end(number) == (128 + number, b"")
    assert wait_for(lambda: not any(map(is_running, run.children)))
    assert list(run.folder.iterdir()) == []


def test_killed(one_command, tmp_path):
    """Nothing can be tidied up then, but the tsharks end all the same."""
    run = SlowRun(one_command, tmp_path, "alone")
    run.end(signal.SIGKILL)
    assert wait_for(lambda: not any(map(is_running, run.children)))


def run_on_terminal(command, *arguments):
    """(status, what a terminal for stderr was sent)"""
    terminal, stderr = pty.openpty()
    process = subprocess.Popen([str(COMMAND), *map(str, arguments)], stdout=subprocess.DEVNULL,
                               stderr=stderr, env=command.environment(TERM="xterm"))
    os.close(stderr)
    shown = b""
    end = time.monotonic() + 300
    while time.monotonic() < end and select.select([terminal], [], [], 60)[0]:
        try:
            shown += os.read(terminal, 4096)
        except OSError:  # the other side is closed
            break
    os.close(terminal)
    return process.wait(timeout=60), shown.decode()


def test_progress(one_command):
    """One line, taken away at the end; messages in between stand on lines of their own."""
    paths = sorted(CAPTURES.glob("f0*.pcapng"))
    status, shown = run_on_terminal(one_command, *paths, "absent")
    assert status == 2
    assert f"1 of {len(paths) + 1} captures read" in shown
    assert "\r\x1b[Ksipconn: absent: " in shown
    assert shown.endswith("\r\x1b[K")
    assert shown.count("\n") == 1


def test_no_progress(one_command):
    assert run_on_terminal(one_command, "--quiet", CLEAN, CLEAN) == (0, "")


def test_pipe_without_a_writer(one_command, tmp_path):
    """Nobody opens it for writing: that can be interrupted."""
    os.mkfifo(tmp_path / "pipe")
    process = subprocess.Popen([str(COMMAND), str(tmp_path / "pipe")], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=one_command.environment())
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    try:
        process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 128 + signal.SIGTERM


def test_hangup(one_command, tmp_path):
    run = SlowRun(one_command, tmp_path, "alone")
    assert run.end(signal.SIGHUP) == (128 + signal.SIGHUP, b"")
    assert list(run.folder.iterdir()) == []


def test_nobody_reads_stderr(one_command, tmp_path):
    """A message that cannot be told is no reason to lose the report."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([str(COMMAND), "-o", "report", "absent", str(ERRORS)], cwd=tmp_path,
                          stderr=writing, env=one_command.environment(), timeout=60, check=False)
    os.close(writing)
    assert done.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_closed_standard_files(one_command, tmp_path):
    """What is told on stderr does not get into the report."""
    done = subprocess.run(
        ["sh", "-c", '"$@" <&- >&- 2>&-', "sh", str(COMMAND), "-q", "--format=ndjson", "-o",
         "report", "absent"], cwd=tmp_path, env=one_command.environment(), timeout=60, check=False)
    assert done.returncode == 2
    assert (tmp_path / "report").read_text().startswith('{"record":"error"')
