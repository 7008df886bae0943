"""Where the programs with the plugin are, and how they are to be run."""
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAPTURES = ROOT / "captures"
BUILD = pathlib.Path(os.environ.get("SIPCONN_BUILD", ROOT / "build"))

# A critical message of GLib, a bug that Wireshark's dissection finds in itself and an overrun of
# its memory are made fatal; GLib's slices would hide overruns from the sanitizers.
STRICT = {
    "G_DEBUG": "fatal-criticals",
    "G_SLICE": "always-malloc",
    "WIRESHARK_DEBUG_WMEM_OVERRIDE": "strict",
    "WIRESHARK_ABORT_ON_DISSECTOR_BUG": "1",
}
