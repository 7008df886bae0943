"""Each preference changes what it should, and nothing else: set by -o as on the command line."""
import re
import subprocess

import pytest

from conftest import CAPTURES
from expectation import findings_of
from generator.ladder_file import read_ladder
from generator.play import play

NOT_ROUTED = CAPTURES / "f02-udp-rport-filled-not-used.pcapng"


# Its 180 keeps it pending beyond 64*T1, as long as Timer C lets it.
RINGING = """0.000 udp 192.0.2.1:5060 > 192.0.2.2:5060 INVITE
    Via: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bKa
0.100 udp 192.0.2.2:5060 > 192.0.2.1:5060 180 INVITE
=> symmetric-rport
100.000 udp 192.0.2.1:5060 > 192.0.2.2:5060 INVITE
    Via: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bKa
finds nothing
"""


def case_of(name, shelf):
    """The case "ladder/case" of captures/rules, or that of a ladder given as text."""
    if "\n" not in name:
        stem, wanted = name.split("/")
        return next(case for case in read_ladder(CAPTURES / "rules" / f"{stem}.ladder")
                    if case.name == wanted)
    ladder = shelf / "preference.ladder"
    ladder.write_text(name)
    case, = read_ladder(ladder)
    return case


def capture_of(case):
    """As committed, if it is."""
    return case.committed.read_bytes() if case.committed.exists() else play(case).capture


@pytest.fixture
def findings(tshark, shelf):
    """Function: (rule, severity, text) of each finding of a case with these preferences."""

    def run(name, *preferences):
        case = case_of(name, shelf)
        capture = shelf / f"preference-{tshark}-{case.stem}.pcapng"
        capture.write_bytes(capture_of(case))
        capture.chmod(0o644)
        options = [word for preference in (*case.preferences, *preferences)
                   for word in ("-o", preference)]
        found = findings_of(tshark.records(capture, *options))
        capture.unlink()
        return [(one["rule"], one["severity"], one["text"]) for one in found]

    return run


def rules(found):
    return [rule for rule, _, _ in found]


def middlebox(address, kind="nat"):
    return f'uat:sipconn_middleboxes:"{address}","{kind}",""'


# ---- timers and the place of the capture ------------------------------------------------------


def test_t1_tells_when_a_response_is_late(findings):
    case = "resp-late/positive-non-invite"
    assert "resp-late" in rules(findings(case))
    assert "resp-late" not in rules(findings(case, "sipconn.t1:60000"))


def test_timer_c_tells_how_long_an_invite_is_pending(findings):
    assert "branch-reuse" not in rules(findings(RINGING))
    assert "branch-reuse" in rules(findings(RINGING, "sipconn.timer_c:1000"))


def test_forced_vantage(findings):
    case = "received-missing/cannot-tell-nat-behind-the-tap"
    assert "received-missing" not in rules(findings(case))
    assert "received-missing" in rules(findings(case, "sipconn.vantage:direct"))


def test_idle_threshold_tells_which_silence_is_worth_a_word(findings):
    def idle(*preferences):
        return [text for rule, _, text in findings("conn-closed-pending/positive-server-fin",
                                                   *preferences)
                if rule == "conn-closed-pending"]

    told, = idle()
    left_out, = idle("sipconn.idle_threshold:3600000")
    assert "; the last message was " in told
    assert left_out == re.sub(r"; the last message was \S+ s before", "", told)


# ---- NATs and load balancers of the user's ----------------------------------------------------

MIDDLEBOXES = [
    ("resp-wrong-source/positive-other-address", "192.0.2.2", "load-balancer"),
    ("resp-wrong-source/positive-other-address", "192.0.2.3", "nat"),
    ("resp-wrong-destination/positive-unrelated-host", "198.51.100.0/24", "nat"),
    ("nat-detected/positive-before-the-tap", "192.0.2.1", "nat"),
    ("nat-detected/positive-behind-the-tap", "203.0.113.1", "nat"),
    ("received-missing/positive-private", "10.0.0.0/8", "nat"),
    ("received-wrong/positive-right-then-wrong", "192.0.2.99", "nat"),
    ("client-not-listening/positive-icmp", "192.0.2.1", "nat"),
    ("client-not-listening/positive-reset", "192.0.2.1", "load-balancer"),
    ("conn-advertised-refused/positive-sent-by", "192.0.2.0/31", "nat"),
    ("alias-default-port-closed/positive-refused", "192.0.2.1", "nat"),
    ("request-moved/positive-second-target", "192.0.2.2", "load-balancer"),
    ("ack-other-destination/positive-other-host", "192.0.2.3", "load-balancer"),
    ("cancel-other-destination/positive-other-host", "192.0.2.2", "load-balancer"),
]


@pytest.mark.parametrize("case, address, kind", MIDDLEBOXES)
def test_own_middlebox_explains_the_finding(findings, case, address, kind):
    rule = case.split("/")[0]
    assert rule in rules(findings(case))
    assert rule not in rules(findings(case, middlebox(address, kind)))


@pytest.mark.parametrize("case, address, kind", [
    ("resp-wrong-source/positive-other-address", "192.0.2.99", "load-balancer"),
    ("resp-wrong-source/positive-other-port", "192.0.2.2", "load-balancer"),
    ("request-moved/positive-second-target", "192.0.2.2", "nat"),
    ("nat-detected/positive-before-the-tap", "192.0.2.0/32", "nat"),
    ("nat-detected/positive-before-the-tap", "2001:db8::/32", "nat"),
])
def test_other_middlebox_explains_nothing(findings, case, address, kind):
    assert rules(findings(case, middlebox(address, kind))) == rules(findings(case))


# ---- rules to silence, severities to change ---------------------------------------------------


def test_silenced_rule_is_shown_nowhere(tshark, readable):
    capture = readable(NOT_ROUTED)
    silence = ("-o", 'uat:sipconn_rules:"resp-rport-ignored","silence"')
    before = tshark.records(capture)
    after = tshark.records(capture, *silence)
    assert [one for one in findings_of(before) if one["rule"] != "resp-rport-ignored"] \
        == findings_of(after)
    assert len(findings_of(after)) == len(findings_of(before)) - 1
    assert "resp-rport-ignored" not in after[-1]["findings"]
    assert [one for one in before if one["record"] == "response"] \
        == [one for one in after if one["record"] == "response"]
    # What came of the misrouted response is told all the same.
    assert "resp-misroute-harm" in after[-1]["findings"]
    assert not tshark.run(capture, *silence, "-Y", "sipconn.rule.resp_rport_ignored")


@pytest.mark.parametrize("severity, group", [("chat", "Chats"), ("note", "Notes"),
                                             ("warn", "Warns"), ("error", "Errors")])
def test_changed_severity_is_shown_everywhere(tshark, passes, readable, severity, group):
    capture = readable(NOT_ROUTED)
    change = ("-o", f'uat:sipconn_rules:"resp-rport-ignored","{severity}"')
    finding, = [one for one in findings_of(tshark.records(capture, *change))
                if one["rule"] == "resp-rport-ignored"]
    assert finding["severity"] == severity
    assert tshark.run(capture, *passes, *change, "-T", "fields", "-Y", "sipconn.rule.resp_rport_ignored",
                      "-e", "frame.number", "-e", "sipconn.severity").split()[0] == "2"
    experts = tshark.run(capture, *change, "-q", "-z", "expert")
    section = experts.split(f"{group} (")[1].split("\n\n")[0]
    assert "but sent response 100 to port 4540" in section


def test_last_row_for_a_rule_counts(findings):
    case = "nat-detected/positive-before-the-tap"
    found = findings(case, 'uat:sipconn_rules:"nat-detected","silence"',
                     'uat:sipconn_rules:"nat-detected","warn"')
    assert [(rule, severity) for rule, severity, _ in found] == [("nat-detected", "warn")]


@pytest.mark.parametrize("group, case, rule", [
    ("routing", "resp-late/positive-non-invite", "resp-late"),
    ("received", "nat-detected/positive-before-the-tap", "nat-detected"),
    ("via", "request-moved/positive-second-target", "request-moved"),
    ("ack", "ack-missing/positive-repeated", "ack-missing"),
    ("connections", "conn-closed-pending/positive-server-fin", "conn-closed-pending"),
    ("aliases", "alias-default-port-closed/positive-refused", "alias-default-port-closed"),
    ("websocket", "ws-sentby-invalid/{first}", "ws-sentby-invalid"),
    ("framing", "icmp-request/{first}", "icmp-request"),
])
def test_group_of_rules_can_be_switched_off(findings, group, case, rule):
    stem = case.split("/")[0]
    first = next(one.name for one in read_ladder(CAPTURES / "rules" / f"{stem}.ladder")
                 if one.name.startswith("positive"))
    case = case.format(first=first)
    before = rules(findings(case))
    after = rules(findings(case, f"sipconn.rules_{group}:FALSE"))
    assert rule in before and rule not in after
    assert set(after) < set(before)
    # A row of the table goes before the switch of its group.
    assert rule in rules(findings(case, f"sipconn.rules_{group}:FALSE",
                                  f'uat:sipconn_rules:"{rule}","error"'))


@pytest.mark.parametrize("row, words", [
    ('sipconn_rules:"resp-unheard-of","silence"', "resp-unheard-of"),
    ('sipconn_rules:"resp-late","perhaps"', "perhaps"),
    ('sipconn_middleboxes:"192.0.2.0/33","nat",""', "is no address or network"),
    ('sipconn_middleboxes:"nat.example.com","nat",""', "is no address or network"),
    ('sipconn_middleboxes:"","nat",""', "is no address or network"),
])
def test_wrong_row_is_refused(tshark, readable, row, words):
    done = subprocess.run([tshark.path, "-r", str(readable(NOT_ROUTED)), "-o", f"uat:{row}"],
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert words in done.stderr


# ---- marked values ----------------------------------------------------------------------------

MARKED = re.compile("\x02[^\x02\x03]*\x03")
# sip.example.com, 192.0.2.1, 2001:db8::1 …
ADDRESS = re.compile(r"\b\d+\.\d+\.\d+\.\d+\b|[0-9a-f]*:[0-9a-f]*:[0-9a-f:]+", re.IGNORECASE)
HOST = re.compile(r"\b[a-z0-9-]+\.(?:com|net|org|invalid|test)\b", re.IGNORECASE)
LADDERS = sorted(CAPTURES.glob("rules/*.ladder"))


# Texts come from the core.
@pytest.mark.first_version
@pytest.mark.parametrize("ladder", LADDERS, ids=lambda path: path.stem)
def test_marked_texts(tshark, shelf, ladder):
    for case in read_ladder(ladder):
        if not case.findings:
            continue
        capture = shelf / f"marked-{tshark}-{case.stem}.pcapng"
        capture.write_bytes(capture_of(case))
        capture.chmod(0o644)
        options = [word for text in case.preferences for word in ("-o", text)]
        plain = [one["text"] for one in findings_of(tshark.records(capture, *options))]
        marked = [one["text"] for one in findings_of(
            tshark.records(capture, *options, "-o", "sipconn.mark_values:TRUE"))]
        capture.unlink()
        assert [text.replace("\x02", "").replace("\x03", "") for text in marked] == plain
        for text in marked:
            rest = MARKED.sub("", text)
            assert "\x02" not in rest and "\x03" not in rest, text
            assert not ADDRESS.search(rest) and not HOST.search(rest), text
