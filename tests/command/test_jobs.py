"""Many captures at once: all jobs are used, never more, and the report is one, in order.

What runs when is not timed: stand-ins for tshark note that they run, and wait for each other.
"""
import json
import os
import shutil
import subprocess
import time

import pytest

import canned
from running import COMMAND, CAPTURES, CLEAN

MANY = 200
# $1 is the capture's name, as the stand-in finds it on its standard input; $2 the shared folder.
STAND_IN = """#!/bin/sh
capture=$(readlink /proc/$$/fd/0)
capture=${{capture##*/}}
cd '{folder}' || exit 1
touch running/$$
ls running | wc -l >>counts
{script}
rm running/$$
cat records
touch done/"$capture"
"""
# Opens as soon as {jobs} of them run at once, and stays open. Never, if that many never do.
BARRIER = """
[ "$(ls running | wc -l)" -lt {jobs} ] || touch open
while [ ! -e open ]; do sleep 0.01; done
"""
# The first capture ends only when all others have.
LAST = f"""
while [ "$capture" = capture-000.pcapng ] && [ "$(ls done | wc -l)" -lt {MANY - 1} ]; do
    sleep 0.01
done
"""
# The first capture ends only when it is told to.
HELD = """
while [ "$capture" = capture-000.pcapng ] && [ ! -e open ]; do sleep 0.01; done
"""


class Folder:
    """A folder of captures that nobody reads, and a stand-in for tshark that runs the script."""

    def __init__(self, path, script, count=MANY, repeat=1, note=""):
        self.path = path
        for name in ("running", "done", "captures"):
            (path / name).mkdir()
        records = [canned.capture(notes=[note]), canned.request(1), canned.response(2),
                   canned.summary()]
        records[1:3] *= repeat
        (path / "records").write_text("".join(json.dumps(record) + "\n" for record in records))
        self.tshark = path / "tshark"
        self.tshark.write_text(STAND_IN.format(folder=path, script=script))
        self.tshark.chmod(0o755)
        self.captures = [path / "captures" / f"capture-{number:03}.pcapng"
                         for number in range(count)]
        for capture in self.captures:
            shutil.copyfile(CLEAN, capture)

    def run(self, command, *arguments):
        return command.run("--tshark", self.tshark, "--format=ndjson", *arguments, *self.captures)

    def done(self):
        return len(list((self.path / "done").iterdir()))

    def most_at_once(self):
        return max(map(int, (self.path / "counts").read_text().split()))


def files_in_order(records):
    """The captures of the records, each once where it begins."""
    return [record["file"] for record in records if record["record"] == "capture"]


@pytest.mark.parametrize("jobs, count", [(1, 20), (4, MANY), (16, MANY)])
def test_as_many_at_once_as_asked_for(one_command, tmp_path, jobs, count):
    folder = Folder(tmp_path, BARRIER.format(jobs=jobs), count=count)
    done = folder.run(one_command, f"--jobs={jobs}")
    assert (done.status, done.err) == (0, "")
    assert folder.most_at_once() == jobs
    assert files_in_order(done.records) == list(map(str, folder.captures))


def test_by_default_one_for_each_processor(one_command, tmp_path):
    processors = len(os.sched_getaffinity(0))
    folder = Folder(tmp_path, BARRIER.format(jobs=processors), count=4 * processors)
    assert folder.run(one_command).status == 0
    assert folder.most_at_once() == processors


def test_no_job_stands_still_behind_a_large_capture(one_command, tmp_path):
    """All others are read while the first one is; and yet it is reported first."""
    folder = Folder(tmp_path, LAST)
    done = folder.run(one_command, "--jobs=2")
    assert (done.status, done.err) == (0, "")
    assert files_in_order(done.records) == list(map(str, folder.captures))


def test_results_that_wait_are_bounded(one_command, tmp_path):
    """If what the others told is much, they do not pile up behind the first one."""
    folder = Folder(tmp_path, HELD, count=40, note="x" * 2**21)
    most = 32 // 2  # as many as make 32 MiB
    with subprocess.Popen([str(COMMAND), "--tshark", str(folder.tshark), "--format=ndjson",
                           "--jobs=2", *map(str, folder.captures)], stdout=subprocess.DEVNULL,
                          env=one_command.environment()) as process:
        end = time.monotonic() + 120
        while folder.done() < most and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.5)  # for those that must not begin
        held = folder.done()
        (tmp_path / "open").touch()
        assert process.wait(timeout=120) == 0
    assert held == most
    assert folder.done() == len(folder.captures)


def peak_memory(command, folder, *arguments):
    """In bytes, of the command: its stand-ins are a shell and cat, which are small."""
    with subprocess.Popen([str(COMMAND), "--tshark", str(folder.tshark), *arguments,
                           *map(str, folder.captures)], stdout=subprocess.DEVNULL,
                          env=command.environment()) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss * 1024


@pytest.mark.parametrize("report", ["text", "ndjson", "json", "junit"])
def test_memory_does_not_grow_with_their_number(one_command, tmp_path, report):
    peaks = []
    for count in (20, MANY):
        (tmp_path / str(count)).mkdir()
        folder = Folder(tmp_path / str(count), "", count=count, repeat=200)
        peaks.append(peak_memory(one_command, folder, f"--format={report}", "--jobs=2"))
    total = MANY * (folder.path / "records").stat().st_size
    assert peaks[1] - peaks[0] < total / 4


def test_a_folder_of_captures(one_command, tmp_path):
    """With the real tshark: one report in order, each part what the capture has by itself."""
    originals = [capture for capture in sorted(CAPTURES.glob("f*.pcapng"))
                 if capture.stat().st_size < 4000][:10]
    alone = {original: one_command.run("--format=ndjson", original).records
             for original in originals}
    paths, expected = [], []
    for number in range(MANY):
        original = originals[number % len(originals)]
        paths.append(tmp_path / f"{number:03}.pcapng")
        shutil.copyfile(original, paths[-1])
        expected += [{**record, "file": str(paths[-1])} for record in alone[original]]
    done = one_command.run("--format=ndjson", "--fail-on=never", *paths)
    assert (done.status, done.err) == (0, "")
    assert done.records == expected
