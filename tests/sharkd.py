"""Many captures through one process: sharkd, Wireshark's engine behind JSON-RPC, reads one after the
other, where tshark would have to start for each. It loads the plugin as Wireshark's window does."""
import json
import os
import re
import subprocess
import threading
from dataclasses import dataclass

SECONDS = 600  # after which it is not going to answer any more; under valgrind it takes its time
# Of the plugin: what Wireshark's own dissectors complain of is another matter.
COMPLAINT = re.compile(r"sipconn|Sanitizer|runtime error|CRITICAL")


def complaints(text):
    """The lines of a standard error that tell of a fault; the first one and what follows it."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if COMPLAINT.search(line) and not line.startswith("load: "):
            return "\n".join(lines[number:number + 60])
    return ""


@dataclass(frozen=True)
class Finding:
    """A line of the table of findings."""

    frame: int
    severity: str
    rule: str
    count: int
    clause: str
    related: tuple
    text: str

    def __str__(self):
        return f"frame {self.frame}: {self.severity} {self.rule}: {self.text}"


class Sharkd:
    """`program` is a wrapper like those of the tsharks, `log` a file for what it says."""

    # Wireshark 4.0 keeps some of each file it has read, and slows down with it.
    LOADS = 100

    def __init__(self, program, log, **environment):
        self.program, self.log = program, log
        # Wireshark 4.0 reads its lists of vendors and services for every file anew, which takes
        # ten times as long as all the rest: it is to find none.
        nothing = log.with_name("no-data")
        nothing.mkdir(mode=0o755, exist_ok=True)
        self.environment = {**os.environ, "WIRESHARK_DATA_DIR": str(nothing), **environment}
        self.process, self.asked, self.loads = None, 0, 0

    def start(self):
        with self.log.open("w") as log:
            self.process = subprocess.Popen(  # pylint: disable=consider-using-with
                [str(self.program), "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=log, text=True, env=self.environment)

    def complaints(self):
        return complaints(self.log.read_text(errors="replace"))

    def close(self):
        """Lets it end, which has to be a good end."""
        if self.process is None:
            return
        self.process.stdin.close()
        status = self.process.wait(timeout=300)
        self.process.stdout.close()
        self.process = None
        assert status == 0, f"sharkd ended with {status}: {self.complaints()}"
        assert not self.complaints(), self.complaints()

    def ask(self, method, **parameters):
        """The result of a request; fails the test if sharkd gives none."""
        if self.process is None:
            self.start()
        self.asked += 1
        request = {"jsonrpc": "2.0", "id": self.asked, "method": method, "params": parameters}
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        limit = threading.Timer(SECONDS, self.process.kill)
        limit.daemon = True
        limit.start()
        answer = {}
        while answer.get("id") != self.asked:
            line = self.process.stdout.readline()
            assert line, f"sharkd ended: {self.complaints() or self.log.read_text()[-2000:]}"
            answer = json.loads(line) if line.strip() else {}
        limit.cancel()
        assert "result" in answer, answer
        return answer["result"]

    def load(self, capture):
        """Reads a capture, once from its first packet to its last, instead of the one before."""
        if self.loads % self.LOADS == 0:
            self.close()
        self.loads += 1
        assert self.ask("load", file=str(capture))["status"] == "OK", capture

    def findings(self, capture):
        """Reads a capture; what was found in it."""
        self.load(capture)
        table, = self.ask("tap", tap0="nstat:sipconn,findings")["taps"]
        return [Finding(frame, severity, rule, count, clause,
                        tuple(int(number) for number in str(related).split(",") if number), text)
                for part in table["tables"]
                for frame, severity, rule, count, clause, related, text in part.get("i", ())]

    def marks(self):
        """{frame: (rules, severities)} as a column or a filter shows them at each frame."""
        # Some versions keep what passes a filter, and take it for that of the next file.
        fresh = f"sipconn.finding && frame.number < {1_000_000 + self.loads}"
        frames = self.ask("frames", filter=fresh, column0="sipconn.finding:0",
                          column1="sipconn.severity:0")
        return {frame["num"]: tuple(frame["c"]) for frame in frames}
