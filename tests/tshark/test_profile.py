"""The profile "SIP connections": Wireshark takes all its files, and it shows what it promises."""
import json
import pathlib
import re
import shutil
import struct
import subprocess
import zipfile

import pytest

from conftest import CAPTURES, ROOT, Tshark

NAME = "SIP connections"
PROFILE = ROOT / "plugin" / "profile" / NAME
WITH_PROFILE = ("-C", NAME)

# (capture, frame) -> the colour rule that has to win there.
COLOURED = {
    ("f10-tls-alias-without-certificate", 12): "SIP warning",
    ("f10-tls-alias-without-certificate", 14): "SIP note",
    ("f10-tls-alias-without-certificate", 16): "SIP request on a persistent connection",
    ("f10-tls-alias-without-certificate", 18): "SIP error",
    ("f11-tcp-outbound-flow", 1): "Connection opened or closed",
    ("f11-tcp-outbound-flow", 4): "SIP",
    ("f11-tcp-outbound-flow", 6): "SIP response",
    ("f11-tcp-outbound-flow", 7): "Other packets",
    ("f11-tcp-outbound-flow", 8): "SIP request backward",
    ("r20-late-start-udp", 1): "SIP response that cannot be judged",
}

# Button -> (capture, a frame it finds, a frame it must not find).
FOUND = {
    "Errors": ("f10-tls-alias-without-certificate", 18, 12),
    "Errors, warnings": ("f10-tls-alias-without-certificate", 12, 14),
    "Misrouted": ("f02-udp-rport-filled-not-used", 3, 1),
    "Backward": ("f11-tcp-outbound-flow", 8, 4),
    "Reuse without right": ("f10-tls-alias-without-certificate", 18, 16),
    "Transport errors": ("r19-icmp-response", 3, 2),
    "Not judged": ("r20-late-start-udp", 1, 3),
}

# Macro -> (capture, how it is called, the frames it finds).
CALLED = {
    "sip_transaction": ("f02-udp-rport-filled-not-used", "1", [1, 2, 3, 4]),
    "sip_connection": ("f11-tcp-outbound-flow", "1", [4, 6, 8]),
    "sip_rule": ("f02-udp-rport-filled-not-used", "resp-rport-ignored", [2]),
    "sip_between": ("f02-udp-rport-filled-not-used", "192.0.2.1;192.0.2.2", [1, 2, 4]),
    "sip_between6": ("r15-ipv6", "2001:db8:113::30;2001:db8:113::10",
                     [1, 2, 3, 4, 5, 6, 10, 12, 14, 16]),
    "sip_answers_to": ("f02-udp-rport-filled-not-used", "1", [1, 2, 3]),
}


def lines(name):
    text = (PROFILE / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def uat_rows(name):
    """The rows of a file whose strings are quoted, with quotes inside them written \\x22."""
    return [[cell.replace("\\x22", '"') for cell in re.findall(r'"([^"]*)"', line)]
            for line in lines(name)]


def buttons():
    """{label: filter}"""
    return {row[1]: row[2] for row in uat_rows("dfilter_buttons")}


def colours():
    """[(name, filter, background, text)], colours as (red, green, blue) from 0 to 1."""
    rows = []
    for line in lines("colorfilters"):
        name, expression, background, text = re.fullmatch(
            r"@([^@]+)@([^@]+)@\[([\d,]+)\]\[([\d,]+)\]", line).groups()
        rows.append((name, expression, *(tuple(int(part) / 65535 for part in colour.split(","))
                                         for colour in (background, text))))
    return rows


def with_home(tshark, directory, data=None):
    """
    The same tshark with a home of its own, and the data directory `data` if given. The script that
    runs it keeps personal settings away, so a copy of the script is needed to give it some.
    """
    if not tshark.path:
        pytest.fail("no tshark with the plugin: set SIPCONN_TSHARKS")
    home = directory / "home"
    home.mkdir()
    script = pathlib.Path(tshark.path).read_text(encoding="utf-8")
    script, changed = re.subn(r"(?m)^export HOME=\S+", f"export HOME={home}", script)
    assert changed == 1
    if data:
        script, changed = re.subn(r"(?m)^if ", f"export WIRESHARK_DATA_DIR={data}\nif ", script,
                                  count=1)
        assert changed == 1
    path = directory / "tshark"
    path.write_text(script, encoding="utf-8")
    path.chmod(0o755)
    return Tshark(tshark.version, str(path)), home


@pytest.fixture
def open_path(shelf, request):
    """A new directory that a tshark of another user can enter."""
    path = shelf / re.sub(r"\W+", "-", request.node.name)
    path.mkdir()
    return path


@pytest.fixture
def profiled(tshark, open_path):
    """The tshark with the profile among the user's."""
    own, home = with_home(tshark, open_path)
    shutil.copytree(PROFILE, home / ".config" / "wireshark" / "profiles" / NAME)
    return own


def run_silently(tshark, capture, *arguments):
    """What tshark prints with the profile; any word on standard error fails the test."""
    done = subprocess.run([tshark.path, *WITH_PROFILE, "-r", str(capture), *arguments],
                          capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def frames(tshark, capture, expression):
    text = run_silently(tshark, capture, "-2", "-Y", expression, "-T", "fields", "-e",
                        "frame.number")
    return [int(number) for number in text.split()]


def capture_of(name):
    return CAPTURES / f"{name}.pcapng"


def test_columns_show_verdict_connection_direction_and_finding(profiled, readable):
    text = run_silently(profiled, readable(capture_of("f10-tls-alias-without-certificate")))
    rows = {int(line.split()[0]): line for line in text.splitlines()}
    assert "SIP same-connection 1  received-missing Status: 200" in rows[14]
    assert "SIP  1 backward reuse-no-client-cert Request: OPTIONS" in rows[18]


def swap_frames(source, target, first, second):
    """Copies a pcapng file with two of its frames in each other's place."""
    content, blocks, packets = source.read_bytes(), [], []
    while content:
        kind, length = struct.unpack("<II", content[:8])
        if kind == 6:  # Enhanced Packet Block
            packets.append(len(blocks))
        blocks.append(content[:length])
        content = content[length:]
    one, other = packets[first - 1], packets[second - 1]
    blocks[one], blocks[other] = blocks[other], blocks[one]
    target.write_bytes(b"".join(blocks))
    target.chmod(0o644)


def test_segments_out_of_order_are_put_in_order(tshark, profiled, open_path):
    """The second and the third segment of a request change places."""
    capture = open_path / "out-of-order.pcapng"
    swap_frames(capture_of("r14-tcp-segments"), capture, 12, 14)
    plain = tshark.records(capture)
    ordered = [json.loads(line) for line in
               run_silently(profiled, capture, "-q", "-z", "sipconn,ndjson").splitlines()]
    assert "reassemble_out_of_order is off" in str(plain[0]["notes"])
    assert ordered[0]["notes"] == []
    assert ordered[0]["sip_messages"] > plain[0]["sip_messages"]


def test_colours_tell_severity_and_class(profiled, readable):
    for capture in sorted({capture for capture, _ in COLOURED}):
        text = run_silently(profiled, readable(capture_of(capture)), "--color", "-T", "fields",
                            "-e", "frame.number", "-e", "frame.coloring_rule.name")
        shown = dict(line.split("\t") for line in text.splitlines())
        expected = {str(frame): name for (of, frame), name in COLOURED.items() if of == capture}
        assert {frame: shown[frame] for frame in expected} == expected


def test_each_colour_rule_is_a_filter(profiled, readable):
    capture = readable(capture_of("f02-udp-rport-filled-not-used"))
    for _, expression, _, _ in colours():
        frames(profiled, capture, expression)


def luminance(colour):
    """Relative luminance as WCAG 2 defines it."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
              for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_is_readable_and_severities_differ_in_brightness():
    backgrounds = {}
    for name, _, background, text in colours():
        # WCAG 2.1 1.4.3: 4.5 for text of normal size.
        assert contrast(background, text) >= 4.5, name
        backgrounds[name] = background
    severities = [backgrounds[f"SIP {severity}"] for severity in ("error", "warning", "note")]
    for darker, brighter in zip(severities, severities[1:]):
        assert luminance(darker) < luminance(brighter)
        assert contrast(darker, brighter) >= 1.5


def test_each_button_finds_what_it_says(profiled, readable):
    assert set(buttons()) == set(FOUND)
    for label, expression in buttons().items():
        capture, found, other = FOUND[label]
        shown = frames(profiled, readable(capture_of(capture)), expression)
        assert found in shown and other not in shown, label


def test_rules_named_by_the_profile_exist():
    known = set(re.findall(r'\.id = "([^"]+)"', "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "plugin" / "core").glob("rule_table_*.c"))))
    named = {rule for expression in buttons().values()
             for members in re.findall(r"sipconn\.finding in \{([^}]*)\}", expression)
             for rule in re.findall(r'"([^"]+)"', members)}
    assert named and named <= known


def test_each_macro_finds_what_it_says(profiled, readable):
    assert {row[0] for row in uat_rows("dfilter_macros")} == set(CALLED)
    for name, (capture, argument, expected) in CALLED.items():
        shown = frames(profiled, readable(capture_of(capture)), f"${{{name}:{argument}}}")
        assert shown == expected, name


def test_both_files_of_macros_tell_the_same():
    newer = dict(re.fullmatch(r'"([^"]+)" (.+)', line).groups() for line in lines("dmacros"))
    assert newer == dict(uat_rows("dfilter_macros"))


def test_widths_are_given_for_exactly_the_columns():
    # Which occurrence of a field is shown, and how, belongs to the column but not to its width.
    columns = re.findall(r'"[^"]*", "(%\w+(?::[\w.]+)?)', "\n".join(lines("preferences")))
    widths = re.findall(r'"(%[^"]+)", \d+', "\n".join(lines("recent")))
    assert len(columns) == 10
    assert columns == widths


def test_an_installed_profile_is_found_and_copied(tshark, open_path, readable):
    """As `cmake --install` leaves it: among the profiles that come with Wireshark."""
    given = re.search(r"(?m)^export WIRESHARK_DATA_DIR=(\S+)",
                      pathlib.Path(tshark.path).read_text(encoding="utf-8"))
    own_data = pathlib.Path(given.group(1) if given else "/usr/share/wireshark")
    data = open_path / "data"
    data.mkdir()
    for entry in own_data.iterdir():
        if entry.name != "profiles":
            (data / entry.name).symlink_to(entry)
    shutil.copytree(PROFILE, data / "profiles" / NAME)
    own, home = with_home(tshark, open_path, data)
    home.chmod(0o777)

    text = run_silently(own, readable(capture_of("f02-udp-rport-filled-not-used")), "-Y",
                        "${sip_rule:resp-rport-ignored}")
    assert "via-received-port" in text
    copied = home / ".config" / "wireshark" / "profiles" / NAME
    assert ({path.name for path in copied.iterdir()} == {path.name for path in PROFILE.iterdir()})


def test_it_is_installed_and_packed_complete(tmp_path):
    """Wireshark imports a zip with just the files, in a folder of the profile's name."""
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(profile LANGUAGES NONE)\n"
        f'add_subdirectory("{PROFILE.parent}" profile)\n', encoding="utf-8")
    build, prefix = tmp_path / "build", tmp_path / "prefix"
    for command in (["-G", "Ninja", "-S", tmp_path, "-B", build],
                    ["--build", build, "--target", "profile-zip"],
                    ["--install", build, "--prefix", prefix]):
        subprocess.run(["cmake", *map(str, command)], check=True, capture_output=True, timeout=60)
    files = {path.name for path in PROFILE.iterdir()}
    with zipfile.ZipFile(build / "sipconn-profile.zip") as packed:
        assert set(packed.namelist()) == {f"{NAME}/{name}" for name in files}
    installed = prefix / "share" / "wireshark" / "profiles" / NAME
    assert {path.name for path in installed.iterdir()} == files
