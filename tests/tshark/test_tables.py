"""The tables and the tree of -z, as users read them: what they show, and what a filter leaves."""
import re
import subprocess

import pytest

from conftest import CAPTURES

TCP = CAPTURES / "f06-tcp-client-closed-first.pcapng"
TWO = CAPTURES / "f05-tcp-new-connection-while-open.pcapng"
ALIAS = CAPTURES / "f09-tls-alias-mutual.pcapng"
UNREADABLE = CAPTURES / "f09-tls-alias-mutual-nokeys.pcapng"
PERSISTENT = CAPTURES / "r05-tcp-persistent.pcapng"
LATE = CAPTURES / "r41-tcp-late-start-no-syn.pcapng"
PAIR = CAPTURES / "r31-tls12-alias-not-honoured.pcapng"
UDP = CAPTURES / "f02-udp-rport-filled-not-used.pcapng"
# Not the tree: there Wireshark says so and goes on.
OPTIONS = ["connections", "responses", "aliases", "findings", "ndjson", "events"]


@pytest.fixture
def table(tshark, readable):
    """Function: the rows of a table, each a dictionary by column names."""

    def run(capture, option, *arguments):
        text = tshark.run(readable(capture), *arguments, "-q", "-z", f"sipconn,{option}")
        lines = [[cell.strip() for cell in line.split("|")[:-1]]
                 for line in text.splitlines() if "|" in line]
        # A cell of text may hold the separator; the last column is the only one of that kind.
        names, *rows = lines
        return [dict(zip(names, row[:len(names) - 1] + ["|".join(row[len(names) - 1:])]))
                for row in rows]

    return run


@pytest.fixture
def tree(tshark, readable):
    """Function: {branch: {leaf: count}} of the statistics tree, and the totals of the branches."""

    def run(capture, *arguments, option="sipconn,tree"):
        text = tshark.run(readable(capture), *arguments, "-q", "-z", option)
        branches, totals = {}, {}
        for line in text.splitlines():
            name, _, rest = line.strip().partition("  ")
            if not rest.split() or not rest.split()[0].isdigit():
                continue
            if line.startswith(" "):
                branches[branch][name] = int(rest.split()[0])
            else:
                branch = name
                branches[branch], totals[branch] = {}, int(rest.split()[0])
        return branches, totals

    return run


def picked(rows, *names):
    return [tuple(row[name] for name in names) for row in rows]


# ---- connections ------------------------------------------------------------------------------


def test_connections(table, passes):
    assert picked(table(TCP, "connections", *passes), "Connection", "Opened", "Closed", "Opened by",
                  "Accepted by", "Transport", "Evidence", "Class", "Forward", "Backward",
                  "Responses", "Basis of reuse", "Opposite", "Longest silence", "Ended by",
                  "Silence before end", "TLS") == [
        ("1", "1", "6", "192.0.2.1:40001", "192.0.2.2:5060", "tcp", "certain",
         "single-transaction", "1", "0", "0", "", "", "", "rst 192.0.2.1:40001", "0.900 s", ""),
        ("2", "7", "", "192.0.2.2:38111", "192.0.2.1:5070", "tcp", "certain",
         "response-delivery", "0", "0", "1", "", "", "", "", "", ""),
        ("3", "12", "", "192.0.2.2:38112", "192.0.2.1:40001", "tcp", "certain",
         "response-delivery", "0", "0", "1", "", "", "", "", "", "")]


def test_connection_of_tls(table, passes):
    assert picked(table(ALIAS, "connections", *passes), "Connection", "Closed", "Transport", "Class",
                  "Forward", "Backward", "Basis of reuse", "Longest silence", "Ended by",
                  "TLS") == [
        ("1", "", "tls", "reuse", "1", "1", "rfc5923-alias", "8.600 s before frame 16", "",
         "1.2, client certificate presented")]


def test_details_of_classes(table, passes):
    """Of one dialog or several, and whether who opened the connection is a guess."""
    assert picked(table(PERSISTENT, "connections", *passes), "Class", "Silence before end") == [
        ("persistent (cross-dialog)", "0.000 s")] * 2
    assert picked(table(LATE, "connections", *passes), "Class", "Evidence") == [
        ("persistent (cross-dialog, inferred), reuse (inferred)", "medium")]


def test_connections_for_one_way_each_name_each_other(table, passes):
    assert picked(table(PAIR, "connections", *passes), "Connection", "Opposite") == [
        ("1", "two-unidirectional with 2"), ("2", "two-unidirectional with 1")]


def test_connection_that_cannot_be_read(table, tshark, readable):
    row, = table(UNREADABLE, "connections", "-2")
    assert row["Class"] == "" and row["TLS"].endswith("not decrypted")
    # It has no message, and can be found all the same.
    frames = tshark.run(readable(UNREADABLE), "-Y", f"sipconn.connection == {row['Connection']}",
                        "-T", "fields", "-e", "frame.number").split()
    assert frames
    assert table(UNREADABLE, f"connections,frame.number=={frames[0]}") == [row]


@pytest.mark.parametrize("capture", [TCP, TWO, ALIAS], ids=lambda path: path.stem)
def test_connections_are_those_of_the_records(table, tshark, readable, capture):
    records = [one for one in tshark.records(readable(capture)) if one["record"] == "connection"]
    rows = table(capture, "connections")
    assert picked(rows, "Connection", "Forward", "Backward", "Responses") == [
        (str(one["id"]), str(one["forward_transactions"]), str(one["backward_requests"]),
         str(one["responses"])) for one in records]
    # Behind the name of a class, in brackets, stands what the records do not have.
    assert [re.sub(r" \([^)]*\)", "", row["Class"]) for row in rows] == \
        [", ".join(one["classes"]) for one in records]


def test_filter_keeps_connections_of_which_a_frame_passes(table, passes):
    rows = table(TWO, "connections")
    assert len(rows) == 2
    for row in rows:
        wanted = f"connections,sipconn.connection=={row['Connection']}"
        assert table(TWO, wanted, *passes) == [row]
    assert table(TWO, "connections,frame.number==1000", *passes) == []


# ---- aliases, responses, findings -------------------------------------------------------------


def test_aliases(table, passes):
    assert picked(table(ALIAS, "aliases", *passes), "Address", "Port", "Transport", "Connection",
                  "Learnt in", "Learnt by", "Verified", "Used in", "Identities") == [
        ("192.0.2.1", "5061", "tls", "1", "12", "acceptor", "yes", "16",
         "p1.example.com, example.com"),
        ("192.0.2.128", "5061", "tls", "1", "12", "opener", "yes", "",
         "p2.example.net, example.net")]


def test_filter_keeps_aliases_that_a_frame_taught_or_used(table):
    both = table(ALIAS, "aliases")
    assert table(ALIAS, "aliases,frame.number==12") == both
    assert table(ALIAS, "aliases,frame.number==16") == both[:1]
    assert table(ALIAS, "aliases,frame.number==14") == []


def test_responses_and_findings_are_those_of_the_records(table, tshark, readable, passes):
    records = tshark.records(readable(UDP))
    assert picked(table(UDP, "responses", *passes), "Frame", "Status", "Verdict") == [
        (str(one["frame"]), str(one["status"]), one["verdict"]) for one in records
        if one["record"] == "response"]
    assert picked(table(UDP, "findings", *passes), "Frame", "Severity", "Rule", "Count", "Text") == [
        (str(one["frame"]), one["severity"], one["rule"], str(one["count"]), one["text"])
        for one in records if one["record"] == "finding"]


# ---- the tree ---------------------------------------------------------------------------------


@pytest.mark.parametrize("capture", [TCP, TWO, ALIAS, UDP], ids=lambda path: path.stem)
def test_tree_counts_what_the_summary_counts(tree, tshark, readable, passes, capture):
    branches, totals = tree(capture, *passes)
    summary = tshark.records(readable(capture))[-1]

    def counted(counts):
        return {name: count for name, count in counts.items() if count}

    verdicts = branches["Responses by verdict"]
    assert {name: count for name, count in verdicts.items() if name != "not judged"} == \
        counted(summary["verdicts"])
    assert branches["Connections by class"] == counted(summary["classes"])
    assert branches["Findings by rule"] == counted(summary["findings"])
    assert totals["Responses by verdict"] == summary["responses"]
    assert totals["Findings by rule"] == sum(summary["findings"].values())


def test_filter_of_the_tree(tree):
    branches, totals = tree(UDP, option="sipconn,tree,frame.number==3")
    assert branches["Responses by verdict"] == {"via-sent-by": 1}
    assert branches["Findings by rule"] == {"resp-received-ignored": 1, "resp-split-route": 1}
    assert totals["Connections by class"] == 0


def test_tables_and_tree_at_once(tshark, readable):
    """Each is filled before it is drawn, whatever else listens."""
    options = [word for name in ("connections", "tree", "findings", "aliases", "responses")
               for word in ("-z", f"sipconn,{name}")]
    together = tshark.run(readable(TWO), "-q", *options)
    for name in ("connections", "tree", "findings", "aliases", "responses"):
        alone = tshark.run(readable(TWO), "-q", "-z", f"sipconn,{name}")
        assert alone.strip() in together


# ---- bad filters ------------------------------------------------------------------------------


@pytest.mark.parametrize("option", OPTIONS)
def test_wrong_filter_ends_the_run(tshark, readable, option):
    done = subprocess.run([tshark.path, "-r", str(readable(UDP)), "-q", "-z",
                           f"sipconn,{option},no.such.field=="], capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode != 0
    assert "no.such.field" in done.stderr
