"""What the tests with hostile input share. SIPCONN_BUILD names the build directory, in which
sanitize/ has a tshark and a sharkd whose plugin was built with AddressSanitizer and UBSan.
SIPCONN_HOSTILE_SEEDS: with how many seeds captures are mutated and shuffled, for longer runs."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import pytest

from running import BUILD, ROOT, STRICT

sys.path.insert(0, str(ROOT / "tests"))
from sharkd import Sharkd, complaints  # noqa: E402 pylint: disable=wrong-import-position

SEEDS = int(os.environ.get("SIPCONN_HOSTILE_SEEDS", "1"))


def pytest_generate_tests(metafunc):
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(1, SEEDS + 1))


@pytest.fixture
def shelf():
    """A directory whose files every user can read, for programs that do not run as this user."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="hostile-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def write(shelf):
    """Function: writes bytes to a file that every user can read, in place of the one before."""

    def write_bytes(content, name="capture.pcapng"):
        path = shelf / name
        path.write_bytes(content)
        path.chmod(0o644)
        return path

    return write_bytes


@pytest.fixture
def sharkd(shelf):
    """Function: a sharkd with the plugin, "sanitize" or "plain". Its end has to be a good one."""
    started = []

    def start(kind):
        program = BUILD / "sanitize" / "sharkd" if kind == "sanitize" else BUILD / "sharkd"
        started.append(Sharkd(program, shelf / f"errors-{len(started)}", **STRICT))
        return started[-1]

    yield start
    for one in started:
        one.close()


# A bug that one of Wireshark's own dissectors finds in itself, where bytes were changed at random.
WIRESHARKS_BUG = re.compile(r"^\S*epan/\S+:\d+: failed assertion", re.MULTILINE)


def run_tshark(path, arguments, environment):
    return subprocess.run(
        [BUILD / "sanitize" / "tshark", "-r", path, "-z", "sipconn,ndjson", *arguments],
        capture_output=True, env={**os.environ, **environment}, timeout=600, check=False)


@pytest.fixture
def dissect():
    """Function: the NDJSON records that the sanitized tshark has of a capture. The test fails on a
    bad end, a sanitizer's report, a bug in the plugin, or records that cannot be read."""

    def run(path, *arguments):
        done = run_tshark(path, arguments, STRICT)
        errors = done.stderr.decode(errors="replace")
        if done.returncode == -signal.SIGABRT and WIRESHARKS_BUG.search(errors):
            done = run_tshark(path, arguments, {name: value for name, value in STRICT.items()
                                                if name != "WIRESHARK_ABORT_ON_DISSECTOR_BUG"})
            errors = done.stderr.decode(errors="replace")
        # A file that ends in the middle of a packet is told of, and is no reason to fail.
        short = "cut short in the middle of a packet" in errors
        assert done.returncode in ((0, 2) if short else (0,)), \
            f"tshark ended with {done.returncode}: {complaints(errors) or errors[-2000:]}"
        assert not complaints(errors), complaints(errors)
        records = [json.loads(line) for line in done.stdout.splitlines()
                   if line.startswith(b'{"record"')]
        assert records[0]["record"] == "capture" and records[-1]["record"] == "summary"
        return records

    return run
