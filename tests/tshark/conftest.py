"""What the tests of the plugin in tshark share: the tsharks to run, and captures they can read.

SIPCONN_TSHARKS names the tsharks with the plugin: "version=path-to-wrapper ...". Each takes
tshark's arguments and does not run as root, since root's tshark ignores personal plugins. Without
it the one of a build in build/ is used.
"""
import functools
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAPTURES = ROOT / "captures"
sys.path[:0] = [str(CAPTURES), str(ROOT / "tests"), str(ROOT / "tests" / "fuzz")]

PASSES = {"one pass": (), "two passes": ("-2",)}


def pytest_addoption(parser):
    parser.addoption("--accept", action="store_true",
                     help="rewrite tests/tshark/expected from what the first tshark says")


def tsharks():
    """[(version, path)]"""
    given = os.environ.get("SIPCONN_TSHARKS")
    if given:
        return [tuple(word.split("=", 1)) for word in given.split()]
    built = ROOT / "build" / "tshark"
    return [("built", str(built))] if built.exists() else []


def pytest_generate_tests(metafunc):
    found = [Tshark(version, path) for version, path in tsharks()] or [Tshark("none", None)]
    if "passes" in metafunc.fixturenames:
        first_only = getattr(metafunc.module, "TWO_PASSES_WITH_THE_FIRST", False)
        metafunc.parametrize("tshark, passes", [
            pytest.param(tshark, arguments, id=f"{tshark}-{name}")
            for tshark in found for name, arguments in PASSES.items()
            if not (first_only and arguments) or tshark is found[0]])
    elif "tshark" in metafunc.fixturenames:
        metafunc.parametrize("tshark", found, ids=str)


def pytest_configure(config):
    config.addinivalue_line("markers", "first_version: not to be repeated with the other versions")
    config.addinivalue_line("markers", "shared: of cases without a committed capture the first "
                            "version reads all, in one pass, and the others share them")


def is_left_out(item):
    """By its markers, the test is not for this version or not for two passes."""
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    versions = [version for version, _ in tsharks()]
    if "tshark" not in parameters or parameters["tshark"].version not in versions:
        return False
    place = versions.index(parameters["tshark"].version)
    if item.get_closest_marker("first_version"):
        return place > 0
    if not item.get_closest_marker("shared"):
        return False
    case = parameters["case"]
    if case.committed.exists() or case.wireshark > (4, 0):
        return False
    turn = zlib.crc32(case.stem.encode()) % max(1, len(versions) - 1)
    return bool(parameters["passes"]) or place not in (0, 1 + turn)


def pytest_collection_modifyitems(config, items):
    left = {item for item in items if is_left_out(item)}
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


class Tshark:
    """One version of tshark with the plugin."""

    # Directories of the fixture below: what was answered, and an empty one.
    answers = nothing = None

    def __init__(self, version, path):
        self.version, self.path = version, path

    def __str__(self):
        return self.version

    def run(self, capture, *arguments, **environment):
        """Runs tshark on a capture; fails the test on a bad end or on complaints of the plugin."""
        if not self.path:
            pytest.fail("no tshark with the plugin: set SIPCONN_TSHARKS")
        done = subprocess.run([self.path, "-r", str(capture), *arguments], capture_output=True,
                              text=True, timeout=300, check=False,
                              env={**os.environ, **environment})
        assert done.returncode == 0, f"tshark ended with {done.returncode}: {done.stderr}"
        complaints = [line for line in done.stderr.splitlines()
                      if any(word in line for word in ("sipconn", "issector bug", "Err"))]
        assert not complaints, "\n".join(complaints)
        return done.stdout

    def records(self, capture, *arguments):
        """The NDJSON records of a capture. Several tests look at the same ones: tshark is asked once
        in a test run."""
        asked = hashlib.sha256(repr((self.path, arguments)).encode())
        asked.update(pathlib.Path(capture).read_bytes())
        known = self.answers / asked.hexdigest()
        if not known.exists():
            # A third of the time that 4.0 takes for such a capture it reads lists of names.
            text = self.run(capture, "-q", "-z", "sipconn,ndjson", *arguments,
                            WIRESHARK_DATA_DIR=str(self.nothing))
            draft = known.with_suffix(f".{os.getpid()}")
            draft.write_text(text)
            draft.rename(known)
        return [json.loads(line) for line in known.read_text().splitlines()]


@pytest.fixture(scope="session", autouse=True)
def answers(tmp_path_factory):
    """The directory for what tshark answered, shared by the processes of this run."""
    base = tmp_path_factory.getbasetemp()
    Tshark.answers = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "answers"
    Tshark.nothing = Tshark.answers / "no-data"
    Tshark.nothing.mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def shelf():
    """A directory whose files every user can read, for a tshark that does not run as this user."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="sipconn-captures-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def readable(shelf):
    """Function: a copy of a file that every user can read."""

    @functools.lru_cache(maxsize=None)
    def copy(path):
        # Files of the same name may come from several directories.
        target = shelf / "-".join(path.parts[-3:])
        shutil.copyfile(path, target)
        target.chmod(0o644)
        return target

    return copy
