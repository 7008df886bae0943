"""The HTML report as a file: what stands in it without a browser. tests/gui/report opens it."""
import base64
import hashlib
import json
import re

from canned import alias, capture, connection, finding, request, response, summary
from page import Page, crowd, event, moment, page, story
from running import CLEAN, ERRORS

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&<!--\u202e\u0007]]>"


def test_real_capture(command):
    done = command.run("--format=html", ERRORS, CLEAN)
    shown = Page(done.out)
    assert done.status == 1 and done.err == ""
    assert "Server filled in rport=9988 but sent response 100" in shown.visible
    assert "frame.number in {2, 1}" in shown.visible
    verdicts = [message["fit"] for message in shown.data()["messages"]]
    assert verdicts == [None, 2, 2, None]
    assert len(shown.datas) == 2
    times = [message["time"] for message in shown.data()["messages"]]
    assert times == [0, 100000, 200000, 600000]


def test_same_page_each_time(one_command):
    pages = {one_command.run("--format=html", ERRORS).out for _ in range(2)}
    assert len(pages) == 1


def test_nothing_is_fetched(one_command, tmp_path):
    text, shown = page(one_command, tmp_path, story())
    for tag, attributes in shown.tags:
        assert tag not in ("link", "iframe", "img", "object", "embed", "base")
        for name in ("src", "href", "action", "srcset", "data"):
            assert (attributes.get(name) or "#").startswith("#"), (tag, attributes)
    assert "@import" not in text and "url(" not in text
    policy = next(attributes["content"] for tag, attributes in shown.tags
                  if attributes.get("http-equiv") == "Content-Security-Policy")
    digest = base64.b64encode(hashlib.sha256(shown.scripts[0].encode()).digest()).decode()
    assert policy.startswith("default-src 'none';") and f"script-src 'sha256-{digest}'" in policy
    assert len(shown.scripts) == 1


def test_readable_without_scripts(one_command, tmp_path):
    _, shown = page(one_command, tmp_path, story())
    for words in ("1 error, 1 warning in 1 capture", "It came back on connection 2",
                  "presumed A request went back", "RFC 3581 4", "Frame 11, see also 4",
                  "frame.number in {11, 4}", "192.0.2.1 > 198.51.100.2:5060",
                  "Response on another connection while the first was open",
                  "What it means", "response-delivery", "fin by 192.0.2.1:40001"):
        assert words in shown.visible


def hostile(record):
    """The record with hostile text in every string that is not a name of ours."""
    kept = ("record", "severity", "kind", "ip")
    return {key: HOSTILE if isinstance(value, str) and key not in kept else
            [HOSTILE] * 2 if key in ("expected", "notes", "classes", "client_identities",
                                     "server_identities", "identities") else value
            for key, value in record.items()}


def test_hostile_text_is_harmless(one_command, tmp_path):
    records = [
        hostile(capture()), hostile(request(1)), hostile(response(2)),
        hostile(connection(1, tls_version="1.2", reuse_basis="x", close="fin", closed_by="x")),
        hostile(alias(ip=HOSTILE)), hostile(finding("x", 2, connection=1)),
        hostile(event(1, 0, "syn", "x")), moment(1, 0), moment(2, 1),
        summary(verdicts={HOSTILE: 1}, classes={HOSTILE: 1}),
    ]
    text, shown = page(one_command, tmp_path, records)
    allowed = {"id", "class", "data-rule", "data-severity", "data-connection", "title", "style",
               "viewBox", "viewbox", "aria-hidden", "href", "tabindex", "scope", "colspan", "open",
               "d", "cx", "cy", "r", "type", "lang", "charset", "name", "content", "http-equiv"}
    for tag, attributes in shown.tags:
        assert tag != "img" and set(attributes) <= allowed, (tag, attributes)
    assert len(shown.scripts) == 1 and len(shown.datas) == 1
    assert "alert(1)" not in shown.scripts[0]
    data = json.loads(shown.datas[0])
    assert HOSTILE.replace("\u202e", "\ufffd").replace("\u0007", "\ufffd") in data["strings"]
    assert "alert(2)" in shown.visible
    assert "\u202e" not in text and "\u0007" not in text and "<" not in shown.datas[0]


def test_groups_of_a_rule(one_command, tmp_path):
    """Ten thousand findings of as many clients: few stand in the page, all can be opened."""
    text, shown = page(one_command, tmp_path, crowd(10000, 10000), "--fail-on=never")
    assert shown.visible.count("is mute") == 10
    assert "Shown with scripts: 9990 further pairs of hosts." in shown.visible
    assert len(shown.data()["findings"]) == 10000
    assert len(text) < 4_000_000


def test_large_captures_are_bounded(one_command, tmp_path):
    """Of a call center's day the transactions with findings are there, and that others are not is
    said."""
    records = [capture(sip_messages=100000)]
    records += [request(number, transaction=number, stream=number) for number in range(1, 100001)]
    records += [finding("rport-missing-nat", 99999, transaction=99999, severity="note"),
                summary(transactions=100000)]
    text, shown = page(one_command, tmp_path, records, "--fail-on=never")
    frames = [message["frame"] for message in shown.data()["messages"]]
    assert len(frames) == 20000 and frames[-1] == 99999
    assert "20000 of 100000 messages can be drawn" in shown.visible
    assert len(text) < 3_000_000


def test_connections_are_bounded(one_command, tmp_path):
    records = [capture(), *(connection(number, stream=number) for number in range(1, 2001)),
               finding("conn-closed-early", 5, message=None, transaction=None, connection=1999,
                       severity="note"), summary()]
    _, shown = page(one_command, tmp_path, records, "--fail-on=never")
    numbers = [one["id"] for one in shown.data()["connections"]]
    assert len(numbers) == 500 and numbers[-1] == 1999
    assert "500 of 2000 connections are shown" in shown.visible


def test_several_captures_have_an_index(one_command, tmp_path):
    _, shown = page(one_command, tmp_path, story(), captures=3)
    assert "3 errors, 3 warnings in 3 captures" in shown.visible
    links = [attributes["href"] for tag, attributes in shown.tags if tag == "a"]
    ids = {attributes["id"] for _, attributes in shown.tags if "id" in attributes}
    assert {"#capture-1", "#capture-2", "#capture-3"} <= set(links)
    assert {link[1:] for link in links} <= ids
    assert len(ids) == len([1 for _, attributes in shown.tags if "id" in attributes])


def test_capture_that_failed(one_command, tmp_path):
    missing = tmp_path / "missing.pcapng"
    done = one_command.run("--format=html", missing, CLEAN)
    assert done.status == 2
    assert re.search(r"1 capture could not be analysed.*Not analysed: ", Page(done.out).visible)


def test_quiet_has_only_findings(one_command, tmp_path):
    _, shown = page(one_command, tmp_path, story(), "--quiet")
    assert "It came back on connection 2" in shown.visible
    assert shown.data()["connections"] == [] and "Initiator" not in shown.visible


def test_what_could_not_be_judged(one_command, tmp_path):
    records = [capture(notes=["TLS on a SIP port is not decrypted"]),
               response(1, verdict="unmatched", expected=[], request_frame=None),
               connection(1, evidence="weak"),
               summary(responses_judged=0, verdicts={"unmatched": 1})]
    _, shown = page(one_command, tmp_path, records)
    for words in ("TLS on a SIP port is not decrypted", "1 response without a request",
                  "1 connection whose opening is not in the capture: who opened it is inferred"):
        assert words in shown.visible


def test_fit_of_verdicts(one_command, tmp_path):
    """The same verdict is right for one Via and wrong for another."""
    cases = [("via-sent-by", None, ["192.0.2.1:40001"], 1), ("via-sent-by", None, ["x:1"], 2),
             ("new-connection-after-close", None, ["x:1"], 1), ("unmatched", None, [], 3),
             ("wrong-source", "symmetric-rport", ["192.0.2.1:40001"], 2),
             ("wrong-source", "via-sent-by", ["192.0.2.1:40001"], 1),
             ("a-verdict-of-tomorrow", None, [], 3), (None, None, [], None)]
    records = [capture(), *(response(number, verdict=verdict, basis=basis, expected=expected)
                            for number, (verdict, basis, expected, _) in enumerate(cases, 1)),
               summary()]
    _, shown = page(one_command, tmp_path, records)
    assert [message["fit"] for message in shown.data()["messages"]] == [case[3] for case in cases]
