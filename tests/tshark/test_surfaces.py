"""The same findings wherever a user may look: filters, fields, details, columns, PDML."""
import xml.etree.ElementTree as ElementTree

import pytest

from conftest import CAPTURES
from expectation import findings_of

CAPTURE = CAPTURES / "f02-udp-rport-filled-not-used.pcapng"
COLUMNS = ('gui.column.format:"Frame","%m","Verdict","%Cus:sipconn.response.verdict:0:R",'
           '"Finding","%Cus:sipconn.finding:0:R"')
VERDICTS = {2: "via-received-port", 3: "via-sent-by"}


def fields(tshark, capture, passes):
    """{frame: (verdict, set of rule ids)} from -T fields."""
    text = tshark.run(capture, *passes, "-Y", "sipconn.finding", "-T", "fields", "-e",
                      "frame.number", "-e", "sipconn.response.verdict", "-e", "sipconn.finding")
    rows = [line.split("\t") for line in text.splitlines()]
    return {int(frame): (verdict, set(rules.split(","))) for frame, verdict, rules in rows}


def rules_by_frame(rows):
    return {frame: rules for frame, (_, rules) in rows.items()}


def test_fields_tell_the_findings_of_the_records(tshark, passes, readable):
    capture = readable(CAPTURE)
    rows = fields(tshark, capture, passes)
    findings = findings_of(tshark.records(capture))
    assert findings
    for finding in findings:
        assert finding["rule"] in rows[finding["frame"]][1]
    assert set.union(*rules_by_frame(rows).values()) == {one["rule"] for one in findings}
    assert {frame: rows[frame][0] for frame in VERDICTS} == VERDICTS


def test_each_rule_can_be_filtered(tshark, passes, readable):
    capture = readable(CAPTURE)
    for frame, rules in rules_by_frame(fields(tshark, capture, ())).items():
        for rule in rules:
            text = tshark.run(capture, *passes, "-Y", f"sipconn.rule.{rule.replace('-', '_')}",
                              "-T", "fields", "-e", "frame.number")
            assert str(frame) in text.split(), rule


def test_details_show_the_findings(tshark, passes, readable):
    capture = readable(CAPTURE)
    for frame, rules in rules_by_frame(fields(tshark, capture, ())).items():
        text = tshark.run(capture, *passes, "-Y", f"frame.number == {frame}", "-V")
        assert not [rule for rule in rules if rule not in text]


def test_expert_statistics_show_the_findings(tshark, passes, readable):
    """-z expert wants the findings of frames for which no tree is made."""
    capture = readable(CAPTURE)
    text = tshark.run(capture, *passes, "-q", "-z", "expert")
    severities = {"Errors": "error", "Warns": "warn", "Notes": "note", "Chats": "chat"}
    severity, shown = None, []
    for line in text.splitlines():
        severity = severities.get(line.split(" (")[0], severity)
        if line.split()[2:3] == ["sipconn"]:
            shown.append((severity, line.split(None, 3)[3]))
    assert sorted(shown) == sorted((one["severity"], one["text"])
                                   for one in findings_of(tshark.records(capture)))


def test_custom_columns_show_the_findings(tshark, passes, readable):
    capture = readable(CAPTURE)
    text = tshark.run(capture, *passes, "-o", COLUMNS)
    lines = {int(line.split()[0]): line for line in text.splitlines()}
    for frame, (verdict, rules) in fields(tshark, capture, ()).items():
        shown = lines[frame].split(None, 1)[1].replace(",", " ").split()
        assert set(shown) == rules | ({verdict} if verdict else set())


def test_pdml_shows_the_findings(tshark, passes, readable):
    capture = readable(CAPTURE)
    packets = ElementTree.fromstring(tshark.run(capture, *passes, "-T", "pdml")).iter("packet")
    shown = {}
    for number, packet in enumerate(packets, start=1):
        rules = {field.get("show") for field in packet.iter("field")
                 if field.get("name") == "sipconn.finding"}
        if rules:
            shown[number] = rules
    assert shown == rules_by_frame(fields(tshark, capture, ()))


# ---- links between frames ---------------------------------------------------------------------

LINKS = {"sipconn.request_in": "request_frame", "sipconn.retransmission_of": "retransmission_of",
         "sipconn.duplicate_of": "duplicate_of"}


@pytest.mark.parametrize("name", ["f02-udp-rport-filled-not-used", "r12-nat-both-sides-udp",
                                  "r18-call-through-proxy", "r05-tcp-persistent"])
def test_links_are_those_of_the_records(tshark, passes, readable, name):
    """What the arrows of the packet list are drawn from, in captures with one message a frame."""
    capture = readable(CAPTURES / f"{name}.pcapng")
    records = {one["frame"]: one for one in tshark.records(capture)
               if one["record"] in ("request", "response")}
    for field, key in LINKS.items():
        text = tshark.run(capture, *passes, "-Y", field, "-T", "fields", "-e", "frame.number",
                          "-e", field)
        assert {int(frame): int(other) for frame, other in map(str.split, text.splitlines())} == \
            {frame: one[key] for frame, one in records.items() if one.get(key)}


def test_request_names_its_final_response_when_it_is_known(tshark, readable):
    capture = readable(CAPTURES / "r18-call-through-proxy.pcapng")
    records = [one for one in tshark.records(capture) if one["record"] == "response"]
    answered = {}
    for one in records:
        if one["status"] >= 200 and one["request_frame"]:
            answered.setdefault(one["request_frame"], one["frame"])
    text = tshark.run(capture, "-2", "-Y", "sipconn.response_in", "-T", "fields", "-e",
                      "frame.number", "-e", "sipconn.response_in")
    shown = {int(frame): int(other) for frame, other in map(str.split, text.splitlines())}
    assert shown and shown == answered
