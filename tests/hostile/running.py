"""Running Wireshark's programs with the plugin, and what must not come out of them."""
import json
import os
import pathlib
import subprocess

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
# Of the plugin: what Wireshark's own dissectors complain of is another matter.
COMPLAINTS = ("Sanitizer", "runtime error", "CRITICAL", "sipconn")


def complaints(text):
    """The lines of a standard error that tell of a fault; the first one and what follows it."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if any(word in line for word in COMPLAINTS) and not line.startswith("load: "):
            return "\n".join(lines[number:number + 60])
    return ""


class Sharkd:
    """sharkd, which loads file after file: by far the quickest way to see many."""

    # Wireshark does not free all of its own at each load: the process is replaced now and then.
    LOADS = 100

    def __init__(self, program, errors, environment=None):
        self.program, self.errors = program, errors
        self.environment = {**os.environ, **(environment or {})}
        self.process, self.asked, self.loads = None, 0, 0

    def start(self):
        with open(self.errors, "w", encoding="utf-8") as errors:
            self.process = subprocess.Popen(  # pylint: disable=consider-using-with
                [self.program, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                text=True, env=self.environment)

    def ask(self, method, **parameters):
        """The result of a request; fails the test if sharkd gives none."""
        if not self.process:
            self.start()
        self.asked += 1
        request = {"jsonrpc": "2.0", "id": self.asked, "method": method, "params": parameters}
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        answer = self.process.stdout.readline()
        assert answer, f"sharkd ended: {self.complaints() or self.errors.read_text()[-500:]}"
        answer = json.loads(answer)
        assert "result" in answer, answer
        return answer["result"]

    def findings(self, path):
        """[{frame, severity, rule, text ...}] of a capture."""
        self.loads += 1
        if self.loads % self.LOADS == 0:
            self.close()
        self.ask("load", file=str(path))
        tap, = self.ask("tap", tap0="nstat:sipconn,findings")["taps"]
        return [dict(zip(("frame", "severity", "rule", "count", "clause", "related", "text"), row))
                for table in tap["tables"] for row in table["i"]]

    def complaints(self):
        return complaints(self.errors.read_text(encoding="utf-8"))

    def close(self):
        """Lets it end, which has to be a good end."""
        if self.process:
            self.process.stdin.close()
            status = self.process.wait(timeout=300)
            self.process.stdout.close()
            self.process = None
            assert status == 0, f"sharkd ended with {status}: {self.complaints()}"
            assert not self.complaints(), self.complaints()
