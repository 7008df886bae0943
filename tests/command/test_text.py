"""The report for people: what stands first, that it stays readable, that it fits the terminal."""
import json
import os
import pty
import re
import subprocess
import unicodedata

import pytest
from canned import (CLIENT, SERVER, alias, capture, connection, finding, report, request, response,
                    summary, write_tshark)
from running import CLEAN, COMMAND, ERRORS, UNREADABLE_TLS


def columns(line):
    """Of a terminal."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF"
               else 1 for c in line)


def paragraphs(text):
    """Wrapped lines put together again."""
    return re.sub(r"\n +", " ", text)


def many(findings, connections):
    """A capture in which a lot happened, between hosts with long addresses."""
    server = "[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:5060"
    rules = ("resp-rport-ignored", "error"), ("conn-closed-early", "note"), \
        ("resp-other-connection", "warn")

    def client(number):
        return f"[2001:db8:1:2:3:4:5:{number % connections:x}]:{20000 + number % connections}"

    yield capture(sip_messages=2 * findings)
    for number in range(findings):
        yield request(2 * number + 1, transport="tcp", src=client(number), dst=server,
                      transaction=number + 1, connection=number % connections + 1)
    for number in range(connections):
        yield connection(number + 1, initiator=client(number), acceptor=server,
                         classes=["persistent", "reuse"], reuse_basis="registered-flow")
    for number in range(findings):
        rule, severity = rules[number % 3]
        yield finding(rule, 2 * number + 1, f"{client(number)} did it, time {number}",
                      severity=severity, transaction=number + 1,
                      connection=number % connections + 1)
    yield summary(transactions=findings, responses=findings, responses_judged=findings)


def test_findings_of_a_capture(command):
    """Can be acted on without opening the capture: what, between whom, by which clause, where."""
    done = command.run(ERRORS)
    text = paragraphs(done.out)

    assert text.startswith(f"{ERRORS}: 4 SIP messages, 1 transaction; 2 of 2 responses judged\n")
    assert ("ERROR resp-rport-ignored: rport filled in but not used (RFC 3581 4) "
            "192.0.2.1 > 192.0.2.2:5060: Server filled in rport=9988 but sent response 100 to port "
            "4540 (192.0.2.1:4540); expected 192.0.2.1:9988, since the request (frame 1) came from "
            "192.0.2.1:9988; a NAT drops this response Frame 2; see frame 1.") in text
    assert "For context: 1 nat-detected" in text
    assert "\nResult: 3 errors, 0 warnings, 1 note.\n" in text
    assert text.index("resp-misroute-harm") < text.index("NOTE resp-split-route")


def test_clean_capture(command):
    lines = command.run(CLEAN).out.splitlines()

    assert "Result: no findings." in lines
    assert len(lines) < 12


def test_nothing_seen_is_not_clean(command):
    text = paragraphs(command.run(UNREADABLE_TLS).out)

    assert "Result: no SIP seen, nothing judged." in text
    assert "TLS on a SIP port is not decrypted" in text


def test_groups(one_command, tmp_path):
    """By rule and peers; ports of clients differ each time and are no reason for another group."""
    text = paragraphs(report(
        one_command, tmp_path, capture(),
        request(1, src="192.0.2.1:40001", transaction=1),
        request(3, src="192.0.2.1:40002", transaction=2),
        request(5, src="192.0.2.9:40003", transaction=3),
        finding("resp-late", 2, "A late one", severity="note"),
        finding("resp-rport-ignored", 2, "The first one", transaction=1, count=3),
        finding("resp-rport-ignored", 4, "The second one", transaction=2),
        finding("resp-rport-ignored", 6, "Of another client", transaction=3, related=[5]),
        finding("resp-wrong-source", 7, "It may be", severity="warn", presumed=True),
        finding("no-such-rule-yet", 8, "A newer plugin knows more", severity="warn"),
        finding("nat-detected", 8, "A fact", severity="chat"),
        summary()))

    assert ("ERROR resp-rport-ignored: rport filled in but not used (RFC 3581 4), 3 findings "
            f"192.0.2.1 > {SERVER}, 2 findings, the first: The first one "
            "Frame 2, the first of 4 times; also in frame 4. "
            f"192.0.2.9 > {SERVER}: Of another client Frame 6; see frame 5.") in text
    assert "The second one" not in text
    assert re.search(r"WARN resp-wrong-source: .*, presumed ", text)
    assert "WARN no-such-rule-yet (RFC 3581 4) " in text
    assert "A fact" not in text
    order = [text.index(word) for word in ("ERROR", "WARN no-such", "WARN resp-wrong", "NOTE",
                                           "For context: 1 nat-detected", "Result:")]
    assert order == sorted(order)


def test_peers_of_an_address(one_command, tmp_path):
    """A finding about an address: those of the message that advertised it; else it says so."""
    about = {"message": None, "transaction": None, "severity": "warn"}
    text = paragraphs(report(
        one_command, tmp_path, capture(), connection(1),
        request(5, transport="tcp", connection=1), response(6, transport="tcp", connection=1),
        finding("conn-advertised-refused", 9, "One", related=[8, 5], **about),
        finding("conn-advertised-refused", 10, "Two", related=[7, 6], **about),
        finding("conn-advertised-refused", 11, "Three", related=[7], **about),
        summary()))

    assert f"192.0.2.1 > {SERVER}, 2 findings, the first: One Frame 9;" in text
    assert "unknown peers: Three Frame 11; see frame 7." in text


def test_peers_of_a_backward_request(one_command, tmp_path):
    """The opener of the connection stands first, whoever sends."""
    text = report(one_command, tmp_path, capture(), connection(1),
                  request(5, src=SERVER, dst=CLIENT, transport="tcp", connection=1),
                  finding("reuse-no-alias", 5, severity="warn", connection=1), summary())

    assert f"192.0.2.1 > {SERVER}:\n" in text


def test_hidden_findings(one_command, tmp_path):
    """They are no findings of the result, but that they are there is said."""
    known = tmp_path / "known.allow"
    known.write_text("resp-rport-ignored reason='ticket 17'\n", encoding="utf-8")
    baseline = tmp_path / "baseline"
    baseline.write_text(json.dumps(finding("resp-late", 2)) + "\n", encoding="utf-8")
    text = report(one_command, tmp_path, capture(), finding("resp-rport-ignored", 2),
                  finding("resp-rport-ignored", 4), finding("resp-late", 5), summary(),
                  arguments=["--allow", known, "--baseline", baseline])

    assert "ERROR" not in text
    assert '3 findings hidden on request: 2 as "ticket 17", 1 by the baseline.' in text
    assert "Result: no findings." in text


def test_not_judged(one_command, tmp_path):
    text = paragraphs(report(
        one_command, tmp_path, capture(notes=["Segments are missing"]),
        connection(1, evidence="weak", initiator=CLIENT), connection(2, tls_version="1.3"),
        summary(responses=10, responses_judged=4,
                verdicts={"unmatched": 3, "other-connection-unknown": 2})))

    section = text[text.index("Not judged"):]
    assert "Segments are missing." in section
    assert "3 responses: the request is not in the capture (unmatched)." in section
    assert "2 responses on another connection than the request" in section
    assert "1 response without a Via, Call-ID or CSeq that can be read." in section
    assert "1 connection: the opening is not in the capture" in section
    assert "1 TLS connection: whether the client presented a certificate cannot be seen." in section


def test_connections(one_command, tmp_path):
    text = report(
        one_command, tmp_path, capture(),
        connection(1, closed_frame=9, closed_by=CLIENT, close="fin"),
        connection(2, initiator="192.0.2.7:50000", classes=["persistent", "reuse"],
                   backward_requests=2, reuse_basis="registered-flow"),
        alias(identities=["p1.example.com"], used_frames=[16, 18]), summary(), columns=160)

    rows = [re.split(r"  +", line.strip()) for line in text.splitlines() if line.startswith("  ")]
    assert rows == [
        ["Id", "Initiator > acceptor", "Over", "Used", "Fwd", "Back", "Resp", "Basis of backward",
         "Closed"],
        ["1", f"{CLIENT} > {SERVER}", "tcp", "single-transaction", "1", "0", "1",
         "fin by initiator, frame 9"],
        ["2", f"192.0.2.7:50000 > {SERVER}", "tcp", "persistent, reuse", "1", "2", "1",
         "registered-flow", "still open"],
        ["Alias", "Over", "Connection", "Learnt in", "Verified", "Identities", "Used in frames"],
        ["192.0.2.1:5061", "tls", "1", "4", "yes", "p1.example.com", "16, 18"],
    ]


def test_readable_with_ten_thousand(one_command, tmp_path):
    """What is left out is counted."""
    text = report(one_command, tmp_path, *many(10000, 3000))

    assert len(text.splitlines()) < 120
    joined = paragraphs(text)
    assert "ERROR resp-rport-ignored: rport filled in but not used (RFC 3581 4), 3334 findings" \
        in joined
    assert "and 3314 more findings between 995 other pairs of peers" in joined
    assert "3000 hosts > [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:5060" in joined
    assert "Result: 3334 errors, 3333 warnings, 3333 notes." in joined


@pytest.mark.parametrize("width", [40, 61, 80, 132])
def test_width(one_command, tmp_path, width):
    """Addresses as long as they get, and characters that take two columns."""
    text = report(one_command, tmp_path, *many(30, 10),
                  finding("resp-late", 2, "漢字" * 60 + " 漢字 " * 30, severity="note"),
                  connection(99, initiator=None, acceptor=None), columns=width)

    # The name of a capture stays whole: people copy it.
    too_long = [line for line in text.splitlines()
                if columns(line) > width and not line.startswith(str(tmp_path))]
    assert not too_long
    assert len(max(text.splitlines(), key=columns)) > width // 3


def test_terminal_is_not_obeyed(one_command, tmp_path):
    """What a packet says never reaches the terminal as a command to it, nor as a line of its own."""
    text = report(one_command, tmp_path, capture(),
                  finding("resp-late", 2, "a\x1b[2Jb\x07\n\nResult: no findings.\x9bc\u202ed",
                          severity="note"), summary())

    assert not [c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf")]
    assert text.count("\nResult:") == 1


def on_terminal(command, program, **environment):
    """What the command writes to a terminal."""
    master, slave = pty.openpty()
    with subprocess.Popen([COMMAND, "--quiet", "--tshark", program, CLEAN], stdout=slave,
                          env=command.environment(TERM="xterm", **environment)) as process:
        process.wait(timeout=60)
    os.close(slave)
    written = os.read(master, 65536).decode()
    os.close(master)
    return written


def test_color(one_command, tmp_path):
    """Only on a terminal, and only if wanted."""
    records = capture(), finding("resp-rport-ignored", 2), summary()
    program = write_tshark(tmp_path, *records)

    assert "\x1b[1;31mERROR\x1b[0m resp-rport-ignored" in on_terminal(one_command, program)
    assert "\x1b" not in on_terminal(one_command, program, NO_COLOR="1")
    assert "\x1b" not in report(one_command, tmp_path, *records)


def test_quiet(one_command, tmp_path):
    """Findings that count and nothing else."""
    known = capture(notes=["Segments are missing"]), connection(1), summary()

    assert report(one_command, tmp_path, *known, arguments=["--quiet"]) == ""
    text = report(one_command, tmp_path, *known, finding("resp-rport-ignored", 2),
                  finding("nat-detected", 2, severity="chat"), arguments=["--quiet"])
    assert "ERROR resp-rport-ignored" in text
    assert not re.search("Connections|nat-detected|Segments|Wireshark", text)


def test_several_captures(command):
    """A clean one takes a line, the others a block, and sums stand at the end."""
    done = command.run(CLEAN, ERRORS, CLEAN)
    text = paragraphs(done.out)

    assert text.count(f"{CLEAN}: 2 SIP messages, 1 transaction; 1 of 1 response judged; "
                      "no findings\n") == 2
    assert text.index(str(CLEAN)) < text.index(str(ERRORS)) < text.rindex(str(CLEAN))
    assert "error resp-rport-ignored 1 1 " + ERRORS.name[:10] in re.sub(" +", " ", text)
    assert "3 captures: 1 with findings, 2 without, 0 not analysed; 3 errors, 0 warnings, 1 note; " \
           "4 of 4 responses judged." in text


def test_unread_capture_among_others(one_command, tmp_path):
    missing = tmp_path / "missing.pcapng"
    done = one_command.run(missing, CLEAN)

    assert done.status == 2
    assert f"{missing}: not analysed: " in paragraphs(done.out)
    assert "1 not analysed" in paragraphs(done.out)
