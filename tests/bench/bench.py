#!/usr/bin/python3
"""Measures what the plugin costs: CPU time and peak memory of tshark with it and without it.

usage: bench.py [--runs N] [--quick] [KIND-MESSAGES …]

For each capture and each tshark of SIPCONN_TSHARKS ("version=path …", as for the tests; else
build/tshark) `-q -z sip,stat` without the plugin and `-q -z sipconn,findings` with it run in turn. Prints
Markdown: the ratio of their CPU times (median of the runs, and the smallest and largest), the memory
that the plugin adds for each SIP message and connection, and how its cost grows. With a million messages
a third of the runs are made. Captures are made in a temporary folder, the largest have over 400 MB;
--quick makes them all a tenth as long. Nothing else should run meanwhile.
"""
import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from make_capture import KINDS, MEDIA  # noqa: E402 pylint: disable=wrong-import-position
from traffic import CALL  # noqa: E402 pylint: disable=wrong-import-position

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAPTURES = ["udp-200000", "udp-1000000", "tcp-few-200000", "tcp-few-1000000", "tcp-many-200000",
            "tcp-many-1000000", "mix-40000", "tls-50000"]
GROWTH = ["udp-10000", "udp-100000", "udp-1000000"]
PLAIN, WITH = ("-q", "-z", "sip,stat"), ("-q", "-z", "sipconn,findings")
# Most CPU time that is aimed at, by kind; the second one with Wireshark 4.4 and 4.6.
TARGETS = {"udp": (1.45, 1.6), "tcp-few": (1.5, 1.7), "tcp-many": (1.5, 1.7), "mix": (1.2, 1.2)}
LONG = 1000000  # messages


class Tshark:
    """One version, with the plugin and without it."""

    def __init__(self, version, path, folder):
        self.version, self.path = version, path
        self.measured = {}
        none = folder / "no-plugins"
        none.mkdir(exist_ok=True)
        self.plain = folder / f"tshark-{version}"
        script, replaced = re.subn(r"WIRESHARK_PLUGIN_DIR=\S+", f"WIRESHARK_PLUGIN_DIR={none}",
                                   pathlib.Path(path).read_text())
        assert replaced == 1, f"{path} is no script of the set-up"
        self.plain.write_text(script)
        self.plain.chmod(0o755)

    def cost(self, path, arguments, capture):
        """(CPU seconds, peak KiB) of one run."""
        with subprocess.Popen([path, "-r", capture, *arguments], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"tshark {self.version} ended with {process.returncode} on {capture}")
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss

    def measure(self, capture, runs):
        """[(cost without, cost with)]; a capture is measured once."""
        if capture not in self.measured:
            self.measured[capture] = [(self.cost(self.plain, PLAIN, capture),
                                       self.cost(self.path, WITH, capture)) for _ in range(runs)]
        return self.measured[capture]


def parts(name):
    kind, _, count = name.rpartition("-")
    return kind, int(count)


def runs_of(name, runs):
    return runs if parts(name)[1] < LONG else max(1, runs // 3)


def connections(kind, count):
    return {"tcp-few": 20, "tls": 20, "tcp-many": -(-count // CALL)}.get(kind, 0)


def added_memory(costs):
    return 1024 * statistics.median(with_it[1] - plain[1] for plain, with_it in costs)


def row(name, version, costs, for_message):
    """A line of the table. for_message: bytes for a message of the kind without many connections."""
    kind, count = parts(name)
    ratios = sorted(with_it[0] / plain[0] for plain, with_it in costs)
    target = TARGETS.get(kind)
    memory = f"{added_memory(costs) / count:.0f} a message"
    if kind == "tcp-many" and for_message:
        rest = (added_memory(costs) - for_message * count) / connections(kind, count)
        memory = f"{rest:.0f} a connection"
    return (f"| {kind} | {count:,} | {version} | {statistics.median(plain[0] for plain, _ in costs):.2f} "
            f"| {statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f}) "
            f"| {'' if not target else target[version != '4.0']} | {memory} |")


def table(tsharks, make, names, runs):
    print("| traffic | SIP messages | Wireshark | CPU without, s | CPU with / without (range) "
          "| at most | memory, bytes |\n| --- | --- | --- | --- | --- | --- | --- |")
    for tshark in tsharks:
        for_message = {}
        for name in names:
            kind, count = parts(name)
            costs = tshark.measure(make(name), runs_of(name, runs))
            if kind == "tcp-few":
                for_message[count] = added_memory(costs) / count
            print(row(name, tshark.version, costs, for_message.get(count)), flush=True)


def growth(tsharks, make, names, runs):
    """What a further message costs, from one size to the next."""
    print("\n| Wireshark | SIP messages | µs a message without | µs with | what the plugin adds |\n"
          "| --- | --- | --- | --- | --- |")
    for tshark in tsharks:
        before = None
        for name in names:
            count = parts(name)[1]
            costs = tshark.measure(make(name), runs_of(name, runs))
            seconds = [statistics.median(pair[side][0] for pair in costs) for side in (0, 1)]
            if before:
                plain, with_it = (1e6 * (now - then) / (count - before[0])
                                  for now, then in zip(seconds, before[1]))
                print(f"| {tshark.version} | {before[0]:,} to {count:,} | {plain:.2f} | {with_it:.2f} "
                      f"| {with_it - plain:.2f} |", flush=True)
            before = count, seconds


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("captures", nargs="*")
    options = parser.parse_args()
    shorter = 10 if options.quick else 1

    def shortened(names):
        return [f"{parts(name)[0]}-{parts(name)[1] // shorter}" for name in names]

    with tempfile.TemporaryDirectory(prefix="sipconn-bench-") as folder:
        folder = pathlib.Path(folder)
        folder.chmod(0o755)

        def make(name):
            path = folder / name
            if not path.exists():
                kind, count = parts(name)
                KINDS[kind](path, count)
            return str(path)

        given = os.environ.get("SIPCONN_TSHARKS", f"built={ROOT}/build/tshark")
        tsharks = [Tshark(*word.split("=", 1), folder) for word in given.split()]
        print(f"{options.runs} runs of each, with a million messages {runs_of('x-1000000', options.runs)}. "
              f"TCP: few = 20 connections, many = one for each call of {CALL} messages; mix: {MEDIA} packets of RTP for each message.\n")
        table(tsharks, make, options.captures or shortened(CAPTURES), options.runs)
        if not options.captures:
            growth(tsharks, make, shortened(GROWTH), options.runs)


if __name__ == "__main__":
    main()
