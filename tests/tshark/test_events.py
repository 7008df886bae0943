"""The events behind time lines: -z sipconn,events."""
import json
from decimal import Decimal

import pytest

from conftest import CAPTURES
from generator.ladder_file import read_ladder
from generator.play import play

KEYS = ["record", "frame", "time", "connection", "kind", "by", "message"]
CASES = ["f01-udp-rport-honoured-through-nat", "f05-tcp-new-connection-while-open",
         "f06-tcp-client-closed-first", "f09-tls-alias-mutual", "f11-tcp-outbound-flow",
         "f12-secure-websocket-and-late-start", "r08-tcp-rst", "r39-tcp-closed-then-used",
         "rules/tls-request-after-close-notify.positive-client"]


@pytest.fixture
def events(tshark, readable):
    """Function: the events of a capture as dictionaries, the time exact."""

    def run(name, *arguments, option="sipconn,events"):
        text = tshark.run(readable(CAPTURES / f"{name}.pcapng"), *arguments, "-q", "-z", option)
        return [json.loads(line, parse_float=Decimal) for line in text.splitlines()]

    return run


def kinds(found):
    return [(one["kind"], one["by"], one["frame"]) for one in found if one["kind"] != "message"]


@pytest.mark.parametrize("name", CASES)
def test_lines_are_complete_and_in_order(events, passes, name):
    found = events(name, *passes)
    assert found
    assert all(list(one) == KEYS and one["record"] == "event" for one in found)
    assert [one["frame"] for one in found] == sorted(one["frame"] for one in found)


@pytest.mark.parametrize("name", CASES)
def test_every_message_is_an_event(events, tshark, readable, name):
    records = [one for one in tshark.records(readable(CAPTURES / f"{name}.pcapng"))
               if one["record"] in ("request", "response")]
    messages = [one for one in events(name) if one["kind"] == "message"]
    assert [(one["frame"], one["message"], one["connection"], one["src"]) for one in records] == \
        [(one["frame"], one["message"], one["connection"], one["by"]) for one in messages]


@pytest.mark.parametrize("name", CASES)
def test_times_are_those_of_the_frames(events, tshark, readable, name):
    text = tshark.run(readable(CAPTURES / f"{name}.pcapng"), "-T", "fields", "-e", "frame.number",
                      "-e", "frame.time_relative")
    relative = {int(frame): Decimal(time) for frame, time in map(str.split, text.splitlines())}
    first = tshark.run(readable(CAPTURES / f"{name}.pcapng"), "-q", "-z", "sipconn,ndjson")
    start = json.loads(first.splitlines()[0], parse_float=Decimal)["first_time"]
    for one in events(name):
        assert one["time"] - start == relative[one["frame"]]


def test_what_opens_and_closes_a_connection(events):
    found = kinds(events("f06-tcp-client-closed-first"))
    assert found == [
        ("syn", "192.0.2.1:40001", 1), ("syn", "192.0.2.2:5060", 2), ("rst", "192.0.2.1:40001", 6),
        ("syn", "192.0.2.2:38111", 7), ("syn", "192.0.2.1:5070", 8),
        ("syn", "192.0.2.2:38112", 12), ("syn", "192.0.2.1:40001", 13)]


def test_closure_alert(events):
    assert ("close-notify", "192.0.2.128:5061", 16) in \
        kinds(events("rules/tls-request-after-close-notify.positive-client"))


def test_both_sides_of_a_close(events):
    ends = [(one["connection"], one["by"]) for one in events("r07-tcp-fin")
            if one["kind"] == "fin"]
    assert len(ends) == 2 * len({connection for connection, _ in ends})
    assert len(set(ends)) == len(ends)


def test_datagrams_have_no_connection(events):
    found = events("f01-udp-rport-honoured-through-nat")
    assert {one["kind"] for one in found} == {"message"}
    assert {one["connection"] for one in found} == {None}


def test_filter_keeps_messages_and_the_life_of_their_connections(events):
    everything = events("f05-tcp-new-connection-while-open")
    first = next(one for one in everything if one["kind"] == "message")
    found = events("f05-tcp-new-connection-while-open",
                   option=f"sipconn,events,frame.number=={first['frame']}")
    assert [one for one in found if one["kind"] == "message"] == [first]
    assert [one for one in found if one["kind"] != "message"] == \
        [one for one in everything
         if one["kind"] != "message" and one["connection"] == first["connection"]]
    assert {one["connection"] for one in everything} > {first["connection"]}


def test_gap(tshark, shelf):
    """A capture from which a segment was taken shows the gap, by nobody."""
    case = next(case for case in read_ladder(CAPTURES / "rules" / "resp-other-connection.ladder")
                if "gap" in case.name)
    capture = shelf / f"gap-{tshark}.pcapng"
    capture.write_bytes(play(case).capture)
    capture.chmod(0o644)
    text = tshark.run(capture, "-q", "-z", "sipconn,events")
    gaps = [one for one in map(json.loads, text.splitlines()) if one["kind"] == "gap"]
    assert 1 <= len(gaps) <= 4
    assert all(one["by"] is None and one["connection"] and one["message"] is None for one in gaps)


def test_records_stay_as_they_are(tshark, readable):
    capture = readable(CAPTURES / "f06-tcp-client-closed-first.pcapng")
    both = tshark.run(capture, "-q", "-z", "sipconn,ndjson", "-z", "sipconn,events")
    apart = (tshark.run(capture, "-q", "-z", "sipconn,ndjson")
             + tshark.run(capture, "-q", "-z", "sipconn,events"))
    assert sorted(both.splitlines()) == sorted(apart.splitlines())
    assert "event" not in {one["record"] for one in tshark.records(capture)}
