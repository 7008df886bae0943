"""Public captures by others, kept outside the project: the plugin must read them without complaint,
and every error it finds in them must have been looked at."""
import pathlib

import pytest

from conftest import ROOT
from expectation import findings_of

CORPUS = ROOT.parent / "shared" / "corpus"
FILES = sorted(path for path in CORPUS.rglob("*")
               if path.suffix in (".pcap", ".pcapng", ".cap", ".gz"))
# IMS captures carry SIP in ESP without encryption.
IPSEC = ("-o", "esp.enable_null_encryption_decode_heuristic:TRUE")
REVIEWED = pathlib.Path(__file__).resolve().parent / "corpus-findings.txt"


def reviewed():
    """{(file, rule, frame)}: lines "file rule frame # reason"."""
    lines = (line.split("#")[0].split() for line in REVIEWED.read_text().splitlines())
    return {(name, rule, int(frame)) for name, rule, frame in filter(None, lines)}


@pytest.mark.skipif(not FILES, reason="no corpus beside the checkout")
@pytest.mark.parametrize("capture", FILES, ids=lambda path: path.name)
def test_errors_in_corpus_are_reviewed(capture, tshark, passes, readable):
    known = reviewed()
    errors = [record for record in findings_of(tshark.records(readable(capture), *IPSEC, *passes))
              if record["severity"] == "error"]
    name = str(capture.relative_to(CORPUS)) if capture.is_relative_to(CORPUS) else capture.name
    unknown = [f"{name} {one['rule']} {one['frame']} # {one['text']}" for one in errors
               if (name, one["rule"], one["frame"]) not in known]
    assert not unknown, "\n".join(unknown)
