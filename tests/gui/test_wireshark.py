"""
Wireshark's window with the plugin and the profile: what of it can be checked without eyes.
Pictures of it stay in build/gui, or where SIPCONN_PICTURES says, for those who have some.
"""
import os
import pathlib

import pytest

from desktop import BUILD, ROOT, Desktop, Wireshark, wait_for

CAPTURE = ROOT / "captures" / "f10-tls-alias-without-certificate.pcapng"
PICTURES = pathlib.Path(os.environ.get("SIPCONN_PICTURES", BUILD / "gui"))

# Backgrounds of the colour rules "SIP error", "SIP warning", "SIP note" of the profile. That
# capture has a frame of each.
SEVERITY_COLOURS = [(168, 32, 13), (242, 159, 61), (255, 233, 168)]
EXPERT_ERROR = (255, 92, 92)  # Wireshark's own background for errors there
PAINT_TIMEOUT = 20  # seconds
ROW = 1000  # pixels that the background of a single row has at the least


@pytest.fixture(name="desktop", scope="module")
def fixture_desktop():
    with Desktop() as desktop:
        yield desktop


@pytest.fixture(name="wireshark")
def fixture_wireshark(desktop):
    """Wireshark showing the capture; at the end it must close by itself and without complaint."""
    with Wireshark(desktop, CAPTURE) as wireshark:
        wireshark.place(wireshark.main_window(), 0, 20, 1500, 900)
        yield wireshark
        assert wireshark.close() == 0
        assert wireshark.complaints() == []


def test_findings_colour_the_packet_list(wireshark):
    window = wireshark.main_window()

    def is_coloured():
        pixels = wireshark.pixels(window)
        return all(pixels[colour] >= ROW for colour in SEVERITY_COLOURS)

    try:
        wait_for("a row of each severity's colour", is_coloured, PAINT_TIMEOUT)
    finally:
        wireshark.picture(window, PICTURES / "packet-list.png")


def test_expert_information_shows_the_error(wireshark):
    window = wireshark.open_expert_information()
    wireshark.place(window, 100, 100, 1100, 500)
    try:
        wait_for("an error", lambda: wireshark.pixels(window)[EXPERT_ERROR] >= ROW, PAINT_TIMEOUT)
    finally:
        wireshark.picture(window, PICTURES / "expert-information.png")


@pytest.mark.parametrize("table, title, expected", [
    ("connections", "SIP Connection List", ["192.0.2.1:49160", "persistent (cross-dialog), reuse",
                                            "rfc5923-unauthorised"]),
    ("responses", "SIP Responses", ["192.0.2.128:5061", "same-connection"]),
    ("findings", "SIP Connection Findings", ["alias-no-client-cert", "received-missing",
                                             "reuse-no-client-cert"]),
])
def test_table_shows_its_rows(desktop, table, title, expected):
    with Wireshark(desktop, CAPTURE, "-z", f"sipconn,{table}") as wireshark:
        wireshark.main_window()
        window = wireshark.window(title)
        wireshark.place(window, 100, 100, 1300, 400)
        wireshark.picture(window, PICTURES / f"{table}.png")
        text = wireshark.save_table(window)
        assert [part for part in expected if part not in text] == []
        assert wireshark.close() == 0
        assert wireshark.complaints() == []
