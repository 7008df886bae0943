"""What valgrind finds in the plugin when a file is closed and when another one is loaded. Wireshark
has leaks of its own: only what has a function of the plugin in its stack counts."""
import os
import pathlib
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

import pytest

from capture_file import committed, joined
from running import BUILD, STRICT
from sharkd import Sharkd

# Each transport, certificates, DNS, ICMP errors, fragments, pings, tunnels, findings of many kinds.
COVERING = (
    "f02-udp-rport-filled-not-used.pcapng", "f05-tcp-new-connection-while-open.pcapng",
    "f09-tls-alias-mutual.pcapng", "f12-secure-websocket-and-late-start.pcapng",
    "r14-tcp-segments.pcapng", "r16-fragments-ipv6.pcapng", "r19-icmp-response.pcapng",
    "r30-tls13-alias-honoured.pcapng", "r31-tls12-alias-not-honoured-nokeys.pcapng",
    "r38-websocket.pcapng", "r39-tcp-closed-then-used.pcapng",
    "corner-cases/backward-basis.resolved.pcapng", "corner-cases/connection-ends.sctp-abort.pcapng",
    "corner-cases/e20-forked.pcapng", "corner-cases/e23-packets-captured-twice.pcapng",
    "corner-cases/e45-sctp-path-switch.pcapng", "corner-cases/every-class-and-basis.pcapng",
    "corner-cases/framing-on-tcp.pings-and-messages.pcapng", "corner-cases/tunnel.pcapng")


@pytest.fixture
def covering(write):
    """The path of the captures above in one file."""
    chosen = [capture for capture in committed() if capture.name in COVERING]
    assert len(chosen) == len(COVERING)
    return write(joined("covering", chosen).content())


@pytest.fixture
def watch():
    """An environment for programs under valgrind, and a function: what was found in the plugin."""
    # The programs may run as another user.
    with tempfile.TemporaryDirectory(prefix="hostile-") as directory:
        os.chmod(directory, 0o777)
        found = pathlib.Path(directory) / "found.xml"
        options = ("--leak-check=full", "--show-leak-kinds=all", "--keep-debuginfo=yes",
                   "--num-callers=50", "--xml=yes", f"--xml-file={found}")
        plugin, = (BUILD / "plugins").glob("*/epan/sipconn.so")
        yield ({**STRICT, "VALGRIND_OPTS": " ".join(options),
                # It stays when Wireshark unloads its plugins: what it refers to is not lost then.
                "LD_PRELOAD": str(plugin),
                # Memory that ends with a file is taken piece by piece, and freed so.
                "WIRESHARK_DEBUG_WMEM_OVERRIDE": "simple"},
               lambda: plugin_errors(found))


def plugin_errors(path):
    """Lines "kind: function < its caller < ..." of the errors with a function of the plugin. Memory
    that is still referred to at the end counts if it was taken for a file."""
    errors = []
    for error in ElementTree.parse(path).iter("error"):
        frames = list(error.iter("frame"))
        if not any(frame.findtext("obj", "").endswith("/sipconn.so") for frame in frames):
            continue
        functions = [frame.findtext("fn", "?") for frame in frames]
        if "p_add_proto_data" in functions:
            continue  # the list of a frame: sharkd does not free the frames of the file before
        kind = error.findtext("kind")
        if kind.startswith("Leak_") and "protocols_register" in functions:
            continue  # taken once, for Wireshark to refer to until it ends
        if kind != "Leak_StillReachable" or set(functions) & {"sipconn_dissect", "file_opened"}:
            errors.append(f"{kind}: {' < '.join(functions)}")
    return errors


def test_file_closed(covering, watch):
    environment, found = watch
    done = subprocess.run(
        [BUILD / "valgrind" / "tshark", "-r", covering, "-2", "-O", "sipconn", "-z",
         "sipconn,ndjson", "-z", "sipconn,connections", "-z", "sipconn,findings", "-z",
         "sipconn,responses", "-z", "sipconn,aliases", "-z", "sipconn,tree", "-Y", "sipconn.finding"],
        capture_output=True, text=True, env={**os.environ, **environment}, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert '"record":"summary"' in done.stdout
    errors = found()
    assert not errors, "\n".join(errors)


def test_reload(covering, watch, write, tmp_path):
    environment, found = watch
    other = write(next(one for one in committed() if one.name.startswith("r21")).content(), "other")
    program = Sharkd(BUILD / "valgrind" / "sharkd", tmp_path / "errors", **environment)
    first = program.findings(covering)
    assert first
    assert program.findings(other) != first
    assert program.findings(covering) == first
    program.ask("frames", filter="sipconn.finding")
    program.findings(other)
    program.close()
    # The last file is still open at the end.
    errors = [error for error in found() if not error.startswith("Leak_StillReachable")]
    assert not errors, "\n".join(errors)
