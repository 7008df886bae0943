"""Many captures through one process: sharkd, Wireshark's engine behind JSON-RPC, reads one after the
other, where tshark would have to start for each. It loads the plugin as Wireshark's window does."""
import itertools
import json
import os
import pathlib
import re
import select
import subprocess
from dataclasses import dataclass

SECONDS = 60
# Wireshark 4.0 keeps some of each file it has read, and slows down with it.
LOADS = 100
LOGS = itertools.count()
COMPLAINT = re.compile(r"sipconn|issector bug|Err")


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
    """One version. `path` is a wrapper like those of conftest's tsharks; `shelf` a directory."""

    def __init__(self, path, shelf):
        self.path = pathlib.Path(path)
        self.log = shelf / f"sharkd-{next(LOGS)}.log"
        # Wireshark 4.0 reads its lists of vendors and services for every file anew, which takes
        # ten times as long as all the rest: it is to find none.
        self.nothing = shelf / "no-data"
        self.nothing.mkdir(mode=0o755, exist_ok=True)
        self.process = None
        self.complaints = []
        self.start()

    def start(self):
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [str(self.path), "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                env={**os.environ, "WIRESHARK_DATA_DIR": str(self.nothing)})
        self.asked = self.loads = 0
        self.unread = b""

    def close(self):
        """Ends the process."""
        self.process.stdin.close()
        try:
            self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.complaints += [line for line in self.log.read_text(errors="replace").splitlines()
                            if not line.startswith("load: ") and COMPLAINT.search(line)]

    def send(self, method, **parameters):
        self.asked += 1
        request = {"jsonrpc": "2.0", "id": self.asked, "method": method, "params": parameters}
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        return self.asked

    def line(self):
        while b"\n" not in self.unread:
            ready, _, _ = select.select([self.process.stdout], [], [], SECONDS)
            data = self.process.stdout.read1(1 << 20) if ready else b""
            assert data, f"sharkd does not answer:\n{self.log.read_text(errors='replace')[-2000:]}"
            self.unread += data
        line, _, self.unread = self.unread.partition(b"\n")
        return line

    def receive(self, number):
        self.process.stdin.flush()
        answer = {}
        while answer.get("id") != number:
            line = self.line()
            answer = json.loads(line) if line.strip() else {}
        assert "error" not in answer, answer
        return answer["result"]

    def load(self, capture):
        """Reads a capture, once from its first packet to its last, instead of the one before."""
        if self.loads == LOADS:
            self.close()
            self.start()
        self.loads += 1
        number = self.send("load", file=str(capture))
        assert self.receive(number)["status"] == "OK", capture

    def set_preference(self, name, value):
        self.receive(self.send("setconf", name=name, value=value))

    def findings(self):
        """What was found in the capture that is loaded."""
        taps = self.receive(self.send("tap", tap0="nstat:sipconn,findings"))["taps"]
        rows = [row for table in taps[0]["tables"] for row in table.get("i", ())]
        return [Finding(frame, severity, rule, count, clause,
                        tuple(int(number) for number in str(related).split(",") if number), text)
                for frame, severity, rule, count, clause, related, text in rows]

    def marks(self):
        """{frame: (rules, severities)} as a column or a filter shows them at each frame."""
        # Some versions keep what passes a filter, and take it for that of the next file.
        fresh = f"sipconn.finding && frame.number < {1_000_000 + self.loads}"
        frames = self.receive(self.send("frames", filter=fresh, column0="sipconn.finding:0",
                                        column1="sipconn.severity:0"))
        return {frame["num"]: tuple(frame["c"]) for frame in frames}
