"""Opening a report in headless Chromium."""
import html
import json
import pathlib
import re
import subprocess
import tempfile

ARGUMENTS = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--no-first-run", "--disable-extensions", "--virtual-time-budget=4000",
             "--enable-logging=stderr"]

# What the page may not do to a probe is done to the page before: its policy forbids the probe too.
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


class Opened:
    """What Chromium made of a page."""

    def __init__(self, out, err):
        self.dom = out
        self.complaints = [line for line in err.splitlines() if ":CONSOLE" in line]


def run(path, *arguments):
    with tempfile.TemporaryDirectory(prefix="sipconn-chromium-") as profile:
        done = subprocess.run([*ARGUMENTS, f"--user-data-dir={profile}", *arguments,
                               path.as_uri()], capture_output=True, timeout=120, check=True)
    return Opened(done.stdout.decode(), done.stderr.decode(errors="replace"))


def dom(path):
    """The document after its script has run."""
    return run(path, "--dump-dom")


def picture(path, target, width=1100, height=2400, dark=False):
    """A screenshot, for those who have eyes."""
    pathlib.Path(target).parent.mkdir(parents=True, exist_ok=True)
    theme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    return run(path, f"--window-size={width},{height}", f"--screenshot={target}", *theme)


def printed(path, target):
    """The page on paper, as PDF."""
    pathlib.Path(target).parent.mkdir(parents=True, exist_ok=True)
    return run(path, f"--print-to-pdf={target}", "--no-pdf-header-footer")


def asked(path, expression, width=1100):
    """The value of a JavaScript expression in the page; a promise is awaited."""
    text = POLICY.sub("", path.read_text(encoding="utf-8"))
    probe = f"""<script>
    const errors = [];
    addEventListener('error', (event) => errors.push(event.message));
    addEventListener('load', async () => {{
        const answer = await (async () => ({expression}))();
        const place = document.createElement('pre');
        place.id = 'probe-answer';
        place.textContent = JSON.stringify({{answer, errors}});
        document.body.append(place);
    }});
    </script>"""
    # Before the page's own script, so that its errors are seen.
    probed = path.with_name(f"probed-{path.name}")
    probed.write_text(text.replace("<body>", f"<body>{probe}", 1), encoding="utf-8")
    opened = run(probed, "--dump-dom", f"--window-size={width},900")
    found = re.search(r'<pre id="probe-answer">(.*?)</pre>', opened.dom, re.DOTALL)
    assert found, opened.complaints
    said = json.loads(html.unescape(found.group(1)))
    assert said["errors"] == [] and opened.complaints == [], (said, opened.complaints)
    return said["answer"]
