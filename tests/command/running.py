"""Running the command: which one, with which tsharks, over which captures.

SIPCONN_COMMAND is the command, by default that of build/. SIPCONN_TSHARKS names the tsharks with the
plugin, "version=path-to-wrapper ...", as for tests/tshark.
"""
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAPTURES = ROOT / "captures"
COMMAND = pathlib.Path(os.environ.get("SIPCONN_COMMAND", ROOT / "build" / "sipconn"))


def tsharks():
    """[(version, path)]"""
    given = os.environ.get("SIPCONN_TSHARKS")
    if given:
        return [tuple(word.split("=", 1)) for word in given.split()]
    return [("built", str(ROOT / "build" / "tshark"))]


class Done:
    """A run of the command that has ended."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    @property
    def complaints(self):
        """The lines of stderr."""
        return self.err.splitlines()

    @property
    def records(self):
        """Of --format ndjson."""
        return [json.loads(line) for line in self.out.splitlines()]

    def findings(self):
        """Rules of the findings that count, of --format ndjson."""
        return [record["rule"] for record in self.records
                if record["record"] == "finding" and record["hidden_by"] is None]


class Command:
    """sipconn with one version of tshark."""

    def __init__(self, version, tshark):
        self.version, self.tshark = version, tshark

    def __str__(self):
        return self.version

    def environment(self, **changes):
        """Of the command: nothing of the user who runs the tests changes what it says."""
        kept = {name: value for name, value in os.environ.items()
                if name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")}
        return {**kept, "SIPCONN_TSHARK": self.tshark, **changes}

    def run(self, *arguments, env=None, **options):
        """Runs it to its end."""
        done = subprocess.run([str(COMMAND), *map(str, arguments)], capture_output=True,
                              timeout=300, check=False, env=env or self.environment(), **options)
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def plugin_records(self, capture, *arguments):
        """What the plugin itself tells, through tshark."""
        with open(capture, "rb") as file:
            done = subprocess.run(
                [self.tshark, "-r", "-", "-q", "-o", "tcp.reassemble_out_of_order:TRUE",
                 "-z", "sipconn,ndjson", *arguments],
                stdin=file, capture_output=True, timeout=300, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]


def capture(name):
    """The one of captures/ whose name begins so; with a dot at the end it is the whole name."""
    found = sorted(CAPTURES.glob(f"{name}pcapng" if name.endswith(".") else f"{name}*.pcapng"))
    assert len(found) == 1, f"{name} names {found}"
    return found[0]


# What they are good for: see captures/README.md.
CLEAN = capture("f01-")
ERRORS = capture("f02-")
WARNINGS = capture("f06-")
NOTES = capture("f03-")
UNREADABLE_TLS = capture("f09-tls-alias-mutual-nokeys")
HALF_JUDGED = capture("f12-secure-websocket-and-late-start.")
