"""
The HTML report in a browser. Pictures stay in build/gui/report, or where SIPCONN_PICTURES says.
"""
import os
import pathlib
import re

import chromium
import pytest
from canned import capture, connection, finding, request, response, summary
from page import moment

BUILD = pathlib.Path(__file__).resolve().parents[3] / "build"
PICTURES = pathlib.Path(os.environ.get("SIPCONN_PICTURES", BUILD / "gui")) / "report"


def test_opens_without_complaint(small):
    """With its own policy in force, which a forgotten inline script would break."""
    opened = chromium.dom(small)
    assert opened.complaints == []
    assert 'class="scripts"' in opened.dom and "chart lanes" in opened.dom


def test_ladder_has_actual_and_expected_path(small):
    ladder = chromium.asked(small, """(() => {
        const chart = document.querySelector('.finding .ladder');
        return {
            ends: [...chart.querySelectorAll('.end')].map((end) => end.textContent),
            deviating: chart.querySelectorAll('.arrow.deviating').length,
            legal: chart.querySelectorAll('.arrow.legal').length,
            expected: [...chart.querySelectorAll('.label.expected')].map((one) => one.textContent),
            dashed: getComputedStyle(chart.querySelector('.arrow.expected')).strokeDasharray,
            verdicts: [...chart.querySelectorAll('text.verdict')].map((one) => one.textContent),
            frames: [...chart.querySelectorAll('text.frame')].map((one) => one.textContent),
            fits: chart.parentElement.scrollWidth <= chart.parentElement.clientWidth,
        };
    })()""")
    assert ladder == {
        "ends": ["192.0.2.1:40001", "198.51.100.2:5060", "192.0.2.1:5060", "198.51.100.2:38111"],
        "deviating": 1, "legal": 1, "expected": ["expected: connection 1"],
        "dashed": "6px, 4px",
        "verdicts": ["same-connection: legal, RFC 3261 18.2.2 b1",
                     "new-connection-while-open: deviating, RFC 3261 18.2.2 b1"],
        "frames": ["frame 4", "frame 6", "frame 11"], "fits": True}


def test_timeline(small):
    """Marks by kind, a compressed silence with its length, and what is said of a mark."""
    line = chromium.asked(small, """(() => {
        const chart = document.querySelector('.timelines .lanes');
        const marks = [...chart.querySelectorAll('.hit')];
        const said = marks.map((mark) => {
            mark.dispatchEvent(new MouseEvent('mouseenter'));
            return document.querySelector('.timelines .readout').textContent;
        });
        marks[0].focus();
        marks[0].dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}));
        const second = document.activeElement === marks[1];
        marks[1].dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true}));
        return {
            said, second,
            drawn: document.querySelectorAll('.timelines .ladder-place .ladder').length,
            kinds: ['.forward', '.backward', '.mark.legal', '.mark.deviating', '.syn', '.fin']
                .map((kind) => chart.querySelectorAll(kind).length),
            silences: [...chart.querySelectorAll('.silence-label')].map((one) => one.textContent),
            scale: document.querySelector('.timelines figcaption').textContent,
            ticks: [...chart.querySelectorAll('.tick')].map((one) => one.textContent),
            lanes: chart.querySelectorAll('.lane-label').length,
        };
    })()""")
    assert line["kinds"] == [1, 1, 1, 1, 2, 1] and line["lanes"] == 2
    assert line["silences"] == ["59.6 s", "1 s"]
    assert "a silence is shortened" in line["scale"]
    assert line["ticks"] == ["0 ms", "100 ms", "200 ms", "300 ms"]
    assert line["second"] and line["drawn"] == 1
    assert "Frame 11 · 0.400000 s · 200 to INVITE · 198.51.100.2:38111 to 192.0.2.1:5060 · " \
        "new-connection-while-open, deviating · expected tcp stream 0 · RFC 3261 18.2.2 b1" \
        in line["said"]
    assert "Frame 14 · 61.000000 s · closed (FIN) · by 192.0.2.1:40001" in line["said"]


def test_ten_thousand_findings(large):
    """Few are in the document at once; pages and filters reach the others."""
    found = chromium.asked(large, """(async () => {
        const count = () => document.querySelectorAll('.finding').length;
        const wait = () => new Promise((done) => setTimeout(done, 400));
        const press = (words) => [...document.querySelectorAll('.findings button')]
            .find((one) => one.textContent.startsWith(words) && !one.disabled).click();
        const answer = {first: count()};
        press('Next');
        answer.second = document.querySelector('.findings .pager').textContent;
        press('Show 3');
        answer.opened = count();
        const search = document.querySelector('.filters input[type=search]');
        search.value = 'number 4321 is';
        search.dispatchEvent(new Event('input'));
        await wait();
        answer.searched = [count(), document.querySelector('.filters .status').textContent];
        search.value = '';
        search.dispatchEvent(new Event('input'));
        await wait();
        const box = document.querySelector('.filters input[type=checkbox]');
        box.click();
        answer.none = [...document.querySelectorAll('details.rule')].filter((one) => !one.hidden)
            .length;
        box.click();
        answer.again = count();
        return answer;
    })()""")
    assert found == {"first": 10, "second": "Previous11 to 20 of 300Next", "opened": 30,
                     "searched": [1, "1 of 10000 findings"], "none": 0, "again": 10}


def long_words(client, server, other):
    """The longest verdicts and clauses, an hour apart, on a connection with all classes."""
    ends = {"transport": "tls-sctp", "connection": 1, "stream": 0, "src": client, "dst": server}
    return [
        capture(sip_messages=3),
        request(1, **ends), moment(1, 3600.123456, 1),
        response(2, verdict="other-connection-while-open", expected=[client, server],
                 clause="RFC 3261 18.2.2 b3, RFC 3261 18.2.1", request_frame=1,
                 **ends | {"src": server, "dst": other}), moment(2, 3600.2, 1),
        response(3, verdict="symmetric-unrequested", expected=[client], request_frame=1,
                 clause="RFC 3581 4", **ends | {"src": other, "dst": client}), moment(3, 7300, 1),
        connection(1, transport="tls-sctp", initiator=client, acceptor=server,
                   classes=["persistent", "reuse", "single-transaction", "response-delivery"]),
        finding("resp-other-connection", 2, related=[1]), summary(),
    ]


SHORT = [f"10.0.0.{number}:5060" for number in (1, 2, 1)]
LONG = [f"[2001:db8:1234:5678:9abc:def0:1234:{number}]:40001" for number in (5678, 6789, 7890)]


@pytest.mark.parametrize("ends", [SHORT, LONG], ids=["short", "long"])
def test_texts_of_drawings_are_not_cut(write, ends):
    """Measured, since fonts differ: every text lies within its drawing, which scrolls if need be."""
    path = write(long_words(*ends))
    texts, outside = chromium.asked(path, """(() => {
        document.querySelector('table.connections .row-button').click();
        document.querySelectorAll('.transactions .row-button').forEach((one) => one.click());
        const texts = [...document.querySelectorAll('svg.ladder text, svg.lanes text')];
        const outside = texts.filter((text) => {
            const place = text.getBoundingClientRect();
            const chart = text.closest('svg').getBoundingClientRect();
            return place.left < chart.left || place.right > chart.right
                || place.top < chart.top || place.bottom > chart.bottom;
        });
        return [texts.length, outside.map((text) => text.textContent)];
    })()""")
    assert texts > 20 and outside == []


@pytest.mark.parametrize("width", [400, 700, 1100])
def test_page_does_not_scroll_sideways(small, width):
    # Chromium's window has a least width, hence a frame in the page.
    sizes = chromium.asked(small, f"""(() => {{
        document.body.style.width = '{width}px';
        document.body.style.maxWidth = '{width}px';
        return [document.body.scrollWidth, document.body.clientWidth];
    }})()""", width=width)
    assert sizes[0] <= sizes[1]


def test_connection_and_transaction_on_demand(small):
    shown = chromium.asked(small, """(() => {
        document.querySelector('table.connections .row-button').click();
        const detail = document.querySelector('.detail-place');
        detail.querySelector('table .row-button').click();
        const rows = document.querySelectorAll('.transactions tbody tr:not(.ladder-row)');
        rows[1].querySelector('button').click();
        return [detail.querySelectorAll('.lanes').length, detail.querySelectorAll('.ladder').length,
            rows.length, document.querySelectorAll('.transactions .ladder').length];
    })()""")
    assert shown == [1, 1, 2, 1]


def test_colours_follow_the_switch(small):
    colours = chromium.asked(small, """(() => {
        const button = document.querySelector('button.theme');
        const paper = () => getComputedStyle(document.body).backgroundColor;
        button.click();
        const light = [button.textContent, paper()];
        button.click();
        return [...light, button.textContent, paper()];
    })()""")
    assert colours == ["Colours: light", "rgb(255, 255, 255)",
                       "Colours: dark", "rgb(20, 24, 29)"]


def test_several_captures_open_by_link(write):
    path = write(story_of_two(), captures=2)
    opened = chromium.asked(path, """(async () => {
        const second = document.getElementById('capture-2');
        const before = [second.open, second.querySelectorAll('.ladder').length];
        location.hash = '#capture-2-rule-0';
        await new Promise((done) => setTimeout(done, 300));
        return [...before, second.open, second.querySelectorAll('.ladder').length];
    })()""")
    assert opened == [False, 0, True, 1]


def story_of_two():
    return [capture(), request(1), response(2, verdict="via-sent-by", dst="10.0.0.1:5060"),
            finding("resp-received-ignored", 2), summary()]


def test_hostile_text_stays_text(write):
    evil = "<img src=x onerror=\"document.title='broken'\">"
    path = write([capture(), request(1, method=evil, src=evil + ":1"),
                  response(2, method=evil, verdict="via-sent-by", expected=[evil + ":5060"]),
                  finding("resp-received-ignored", 2, evil), summary(verdicts={"via-sent-by": 1})])
    title, images, drawn = chromium.asked(path, """(async () => {
        document.querySelectorAll('.row-button').forEach((button) => button.click());
        await new Promise((done) => setTimeout(done, 300));
        return [document.title, document.images.length,
            document.querySelectorAll('.ladder').length];
    })()""")
    assert (title, images) == ("SIP connection report", 0) and drawn == 2


def test_prints_what_is_closed(small, tmp_path):
    chromium.printed(small, tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    state = chromium.asked(small, """(() => {
        document.querySelectorAll('details.rule').forEach((one) => { one.open = false; });
        dispatchEvent(new Event('beforeprint'));
        return [...document.querySelectorAll('details.rule, details.capture')]
            .every((one) => one.open);
    })()""")
    assert state


def test_pictures(small, large):
    """Nobody looks at them here, but they have to come about without complaint."""
    for name, path, options in (("light", small, {}), ("dark", small, {"dark": True}),
                                ("narrow", small, {"width": 500}), ("large", large, {})):
        assert chromium.picture(path, PICTURES / f"{name}.png", **options).complaints == []
        assert re.match(b"\x89PNG", (PICTURES / f"{name}.png").read_bytes())
