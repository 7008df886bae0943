"""doc/many-captures.md: its commands and queries, run as they stand, say what the records say."""
import collections
import json
import shutil
import subprocess

import pytest

from document import Page, run_shell, tools
from running import CAPTURES, Command, tsharks

PAGE = Page("many-captures.md")
CHOSEN = sorted(CAPTURES.glob("f*.pcapng")) + sorted(CAPTURES.glob("r32*.pcapng"))
# In place of ssh: runs here, in a home of that host's own, and notes that it was asked.
SSH = """#!/bin/sh
while [ "${1#-}" != "$1" ]; do shift; done
host=$1
shift
[ "$1" != -- ] || shift
echo "$*" >>'%(hosts)s'/"$host".asked
export HOME='%(hosts)s'/"$host" SHELL=/bin/sh
cd
exec sh -c "$*"
"""


@pytest.fixture(name="all_records", scope="module")
def report_on_all(tmp_path_factory):
    """(folder with all.ndjson, its records)"""
    folder = tmp_path_factory.mktemp("asked")
    command = Command(*tsharks()[0])
    done = command.run("--format=ndjson", "--fail-on=never", "-o", folder / "all.ndjson", *CHOSEN)
    assert (done.status, done.err) == (0, "")
    lines = (folder / "all.ndjson").read_text(encoding="utf-8").splitlines()
    return folder, [json.loads(line) for line in lines]


class Farm:
    """Two hosts that are folders of this machine, and a folder of captures to be spread."""

    def __init__(self, path, command):
        self.hosts, self.folder, self.command = path / "hosts", path / "captures", command
        for name in ("one", "two"):
            (self.hosts / name).mkdir(parents=True)
        self.folder.mkdir()
        (self.folder / "hosts").write_text("one\ntwo\n")
        ssh = tools(path / "captures-tools", command) / "ssh"
        ssh.write_text(SSH % {"hosts": self.hosts})
        ssh.chmod(0o755)

    def was_asked(self, host, word):
        return word in (self.hosts / f"{host}.asked").read_text()


def test_spread_over_hosts(one_command, tmp_path):
    """What comes back is, to the byte, what one run says; nothing stays on the hosts."""
    farm = Farm(tmp_path, one_command)
    for original in CHOSEN[:12]:
        shutil.copyfile(original, farm.folder / original.name)
    run_shell(PAGE.block("sh", "parallel --sshloginfile"), farm.folder, one_command)
    one_run = one_command.run("--format=ndjson", "--fail-on=never",
                              *sorted(path.name for path in farm.folder.glob("*.pcapng")),
                              cwd=farm.folder)
    assert (farm.folder / "all.ndjson").read_text() == one_run.out != ""
    for host in ("one", "two"):
        assert farm.was_asked(host, "rsync --server")
        assert not [path for path in (farm.hosts / host).rglob("*") if "pcapng" in path.name]


def test_judged_on_the_hosts(one_command, tmp_path):
    """Each host reports on its own captures, and its lines begin with its name."""
    farm = Farm(tmp_path, one_command)
    for host, name in (("one", "f02-"), ("two", "f07-")):
        folder = farm.hosts / host / "captures"
        folder.mkdir()
        for original in CAPTURES.glob(f"{name}*.pcapng"):
            shutil.copyfile(original, folder / original.name)
    code = PAGE.block("sh", "parallel --nonall").rstrip() + " || echo $? hosts"
    lines = run_shell(code, farm.folder, one_command).splitlines()
    assert lines.pop() == "2 hosts"
    assert {line.split("\t")[0] for line in lines} == {"one", "two"}
    assert any("f07-" in line for line in lines if line.startswith("two\t"))


def test_one_machine(one_command, tmp_path):
    """The commands for a folder, which here is not below /srv."""
    for original in CHOSEN[:4]:
        shutil.copyfile(original, tmp_path / original.name)
    code = PAGE.block("sh", "xargs").replace("/srv/captures", ".") \
        .replace("sipconn ", "sipconn --fail-on=never ").replace("--fail-on error", "--format ndjson")
    lines = run_shell(code, tmp_path, one_command).splitlines()
    assert sorted(lines) == sorted((tmp_path / "all.ndjson").read_text().splitlines()) != []


def test_jq(one_command, all_records):
    folder, records = all_records
    printed = run_shell(PAGE.block("sh", "jq -r"), folder, one_command)
    assert [line.split("\t")[:3] for line in printed.splitlines()] == \
        [[record["file"], str(record["frame"]), record["rule"]] for record in records
         if record["record"] == "finding" and record["severity"] == "error"] != []


@pytest.fixture(name="ask", scope="module")
def database(all_records):
    """Function: the rows that SQLite answers to a query, all.ndjson being read as the page says."""
    folder, _ = all_records

    def sqlite(text):
        return subprocess.run(["sqlite3", "-bail", "sip.db"], input=text, cwd=folder, timeout=60,
                              capture_output=True, check=True, text=True).stdout

    sqlite(PAGE.block("sql", ".import"))
    return lambda query: json.loads(sqlite(".mode json\n" + query) or "[]")


def broken_rules(records):
    """Rows of the first question."""
    captures, times = collections.defaultdict(set), collections.Counter()
    for record in records:
        if record["record"] == "finding" and record["severity"] in ("error", "warn"):
            key = record["rule"], record["severity"]
            captures[key].add(record["file"])
            times[key] += record["count"]
    return sorted(({"rule": rule, "severity": severity, "captures": len(captures[rule, severity]),
                    "times": times[rule, severity]} for rule, severity in captures),
                  key=lambda row: (-row["captures"], row["rule"]))


def test_sqlite_every_line_is_read(ask, all_records):
    assert ask("SELECT count(*) AS n FROM lines WHERE json_valid(record);") == \
        [{"n": len(all_records[1])}]


def test_sqlite_rules(ask, all_records):
    assert ask(PAGE.block("sql", "FROM lines\nWHERE record->>'record' = 'finding'")) == \
        broken_rules(all_records[1]) != []


def test_sqlite_senders(ask, all_records):
    responses = {(record["file"], record["frame"], record["message"]): record["src"]
                 for record in all_records[1] if record["record"] == "response"}
    counts = collections.Counter()
    for record in all_records[1]:
        place = tuple(record.get(key) for key in ("file", "frame", "message"))
        if record["record"] == "finding" and record["severity"] == "error" and place in responses:
            counts[record["rule"], responses[place]] += 1
    rows = ask(PAGE.block("sql", "AS sent_by"))
    assert {(row["rule"], row["sent_by"]): row["findings"] for row in rows} == counts
    assert [row["findings"] for row in rows] == sorted(counts.values(), reverse=True) != []


def test_sqlite_unjudged(ask, all_records):
    judged = {record["file"]: 100 * record["responses_judged"] // record["responses"]
              for record in all_records[1]
              if record["record"] == "summary" and record["responses"] > 0}
    rows = ask(PAGE.block("sql", "AS judged"))
    assert {row["capture"]: row["judged"] for row in rows} == judged
    assert [row["judged"] for row in rows] == sorted(judged.values()) != []
