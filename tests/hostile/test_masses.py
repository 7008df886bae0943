"""Masses of one thing through tshark: what they cost must grow no faster than their number. Of time
only the growth is looked at, and generously: four times as many must not take eight times as long.

SIPCONN_HOSTILE_SEEDS above 1 makes them ten times as many: a million of everything."""
import os
import subprocess

import pytest

from conftest import SEEDS
from masses import BOMBS, MANY, STREAMED, bomb, write_capture
from running import BUILD

SCALE = 10 if SEEDS > 1 else 1
# A hundred thousand of these, or a million, at the most; of others less than half.
LARGEST = ("one_branch", "one_connection", "many_connections")
# Of time that passes before the first packet and of what a machine's load does to it.
SLACK = 0.3


class Cost:
    """What tshark took for a capture: seconds of the processor and bytes of memory."""

    def __init__(self, path, *arguments):
        command = [BUILD / "tshark", "-r", path, "-q", "-z", "sipconn,ndjson", *arguments]
        with open(path.with_name("records"), "w", encoding="utf-8") as records, \
                subprocess.Popen(command, stdout=records, stderr=subprocess.PIPE) as process:
            errors = process.stderr.read().decode(errors="replace")
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0 and not errors, errors[-2000:]
        self.seconds = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss * 1024


@pytest.fixture
def growth(shelf):
    """Function: checks the cost of `count` and of four times as many, of which each may need
    `bytes_each`."""
    path = shelf / "capture.pcap"

    def cost(build, count, *arguments):
        write_capture(path, build(count))
        path.chmod(0o644)
        return Cost(path, *arguments)

    def check(build, count, bytes_each):
        empty = cost(build, 0)
        few, many = (cost(build, number) for number in (count, 4 * count))
        taken = [max(0, one.seconds - empty.seconds) for one in (few, many)]
        memory = (many.memory - few.memory) / (3 * count)
        print(f"{count}: {taken[0]:.2f} s, {4 * count}: {taken[1]:.2f} s, {memory:.0f} bytes each")
        assert memory < bytes_each
        if taken[1] > 8 * taken[0] + SLACK:
            # Wireshark itself may be to blame: what the plugin adds has to grow no faster.
            own = [max(0, one - cost(build, number, "--disable-protocol", "sipconn").seconds
                       + empty.seconds)
                   for one, number in zip(taken, (count, 4 * count))]
            assert own[1] <= 8 * own[0] + SLACK, f"{own} s of {taken} s are the plugin's"

    return check


@pytest.mark.parametrize("name", MANY)
def test_many(growth, name):
    """Of a message with its transaction about 1 KB is kept, of a connection 2 to 3; Wireshark keeps
    0.5 KB of a packet and 2 to 4 KB of a connection, which is included."""
    count = 25000 if name in LARGEST else 10000
    growth(MANY[name], count * SCALE, 12000 if "connections" in name else 3000)


@pytest.mark.parametrize("name", BOMBS)
def test_large_messages(growth, name):
    """Of a message of 65,535 bytes no more is kept than of any other, but for what is shown of it."""
    growth(bomb(name), 50 * SCALE, 20000)


@pytest.mark.parametrize("name", STREAMED)
def test_large_streamed_messages(growth, name):
    """Lines of one message; Wireshark keeps the segments and what they are put together to."""
    growth(STREAMED[name], 25000, 1000)
