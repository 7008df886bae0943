#!/usr/bin/python3
"""
screenshots.py [NAME...]: takes the pictures of the documentation, all or those named, from the
build in SIPCONN_BUILD (default: build) into plugin/doc/images.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

from desktop import BUILD, ROOT, Desktop, Wireshark

CAPTURES = ROOT / "captures"
IMAGES = ROOT / "plugin" / "doc" / "images"
LARGEST = 200_000  # bytes of a picture
SIPCONN = pathlib.Path(os.environ.get("SIPCONN_COMMAND", BUILD / "sipconn"))


def packet_list(desktop, path):
    """The window with the profile, and the analysis of a response on the wrong connection."""
    recent = desktop.directory / "home/.config/wireshark/profiles/SIP connections/recent"
    with open(recent, "a", encoding="utf-8") as text:
        text.write("gui.byte_view_show: FALSE\n")
    capture = CAPTURES / "r10-tcp-other-connection.pcapng"
    with Wireshark(desktop, capture, "-g", "11") as wireshark:
        window = wireshark.main_window()
        wireshark.place(window, 0, 20, 1400, 940)
        # Into the empty part of the details; down to their last line, which is the analysis.
        wireshark.click(window, 400, 880)
        wireshark.keys(window, *["Down"] * 8, "shift+Right", *["Down"] * 24)
        wireshark.picture(window, path, colours=64)


def expert_information(desktop, path):
    with Wireshark(desktop, CAPTURES / "r17-udp-wrong-via.pcapng") as wireshark:
        window = wireshark.open_expert_information()
        wireshark.place(window, 100, 100, 1200, 380)
        wireshark.picture(window, path, colours=64)


def connections(desktop, path):
    with Wireshark(desktop, CAPTURES / "r31-tls12-alias-not-honoured.pcapng", "-z",
                   "sipconn,connections") as wireshark:
        wireshark.main_window()
        window = wireshark.window("SIP Connection List")
        wireshark.place(window, 20, 100, 1560, 200)
        wireshark.picture(window, path, colours=64)


def report(desktop, path):
    """The HTML report in Chromium."""
    with tempfile.TemporaryDirectory() as directory:
        page = pathlib.Path(directory) / "report.html"
        # Findings make its exit code 1.
        subprocess.run([SIPCONN, "--quiet", "--format", "html", "--output", page,
                        "f05-tcp-new-connection-while-open.pcapng"],
                       cwd=CAPTURES, check=False, timeout=120)
        picture = pathlib.Path(directory) / "report.png"
        subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu",
                        "--hide-scrollbars", "--window-size=1300,1300",
                        "--virtual-time-budget=4000", f"--screenshot={picture}", page.as_uri()],
                       check=True, timeout=120, capture_output=True,
                       env={"PATH": "/usr/bin:/bin", "HOME": directory})
        path.write_bytes(desktop.tool("convert", str(picture), "+dither", "-strip", "-colors",
                                      "128", "png8:-"))


PICTURES = {
    "packet-list": packet_list,
    "expert-information": expert_information,
    "connections": connections,
    "report": report,
}


def main():
    names = sys.argv[1:] or list(PICTURES)
    for name in names:
        if name not in PICTURES:
            sys.exit(f"screenshots.py: there is no picture {name}, only {', '.join(PICTURES)}")
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name in names:
        path = IMAGES / f"{name}.png"
        with Desktop() as desktop:
            PICTURES[name](desktop, path)
        if path.stat().st_size > LARGEST:
            sys.exit(f"screenshots.py: {path} has {path.stat().st_size} bytes, more than {LARGEST}")


if __name__ == "__main__":
    main()
