"""
A screen that nobody sees, and Wireshark with the plugin and the profile on it.

The screen is Xvfb with openbox as window manager; windows are found, moved and typed into by wmctrl
and xdotool and photographed by import. Root's Wireshark would load no plugin from a build tree, so
as root all of it runs as nobody, in a home of its own.
"""
import collections
import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SIPCONN_BUILD", ROOT / "build"))
PROFILE = ROOT / "plugin" / "profile" / "SIP connections"
NOBODY = 65534

# Seconds. Generous, since a loaded machine takes its time; nothing waits longer than it has to.
WINDOW_TIMEOUT = 60
END_TIMEOUT = 20

# What Wireshark 4.0 itself says on a machine without wireless interfaces.
HARMLESS = re.compile(r"nl80211 not found\.?|\s*")


class Trouble(Exception):
    """The window did not come, or Wireshark ended by itself."""


def wait_for(what, look, timeout=WINDOW_TIMEOUT):
    """The first true value that look() gives within the timeout."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.2)
    raise Trouble(f"{what} did not come within {timeout} s")


class Desktop:
    """An X display with a window manager. Use it in a with statement."""

    def __init__(self, width=1600, height=1000):
        self.size = f"{width}x{height}x24"
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="sipconn-gui-"))
        self.processes = []
        self.environment = {}

    def __enter__(self):
        self.directory.chmod(0o755)
        home = self.directory / "home"
        for path in (home, home / "run"):
            path.mkdir(mode=0o700)
        profiles = home / ".config" / "wireshark" / "profiles"
        shutil.copytree(PROFILE, profiles / PROFILE.name)
        for module in (BUILD / "plugins").glob("*/epan/sipconn.so"):
            target = self.directory / "plugins" / module.relative_to(BUILD / "plugins")
            target.parent.mkdir(parents=True)
            shutil.copyfile(module, target)
        self.environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "TZ": "UTC",
            "HOME": str(home), "XDG_RUNTIME_DIR": str(home / "run"),
            "QT_QPA_PLATFORM": "xcb", "WIRESHARK_PLUGIN_DIR": str(self.directory / "plugins"),
        }
        if os.geteuid() == 0:
            for path in (home, *home.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        try:
            self.environment["DISPLAY"] = f":{self.start_server()}"
            self.start("openbox", "--sm-disable")
            wait_for("the window manager", lambda: self.tool("wmctrl", "-m", check=False))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            end(process)
        shutil.rmtree(self.directory, ignore_errors=True)

    def start_server(self):
        """Starts Xvfb on a display that is free, and tells its number."""
        reading, writing = os.pipe()
        with os.fdopen(reading) as answer:
            self.start("Xvfb", "-screen", "0", self.size, "-nolisten", "tcp", "-displayfd",
                       str(writing), pass_fds=(writing,))
            os.close(writing)
            number = answer.readline().strip()
        if not number:
            raise Trouble("Xvfb does not start")
        return number

    def start(self, *command, log=subprocess.DEVNULL, pass_fds=()):
        """Starts a program as an ordinary user; it ends with the desktop at the latest."""
        if os.geteuid() == 0:
            command = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
                       *command)
        process = subprocess.Popen(command, env=self.environment, cwd=self.directory, stdout=log,
                                   stderr=log, stdin=subprocess.DEVNULL, pass_fds=pass_fds)
        self.processes.append(process)
        return process

    def tool(self, *command, check=True):
        """What one of the small programs prints; "" if it fails and check is false."""
        done = subprocess.run(command, env=self.environment, capture_output=True, timeout=60,
                              check=False)
        if check and done.returncode:
            raise Trouble(f"{' '.join(command)}: {done.stderr.decode(errors='replace')}")
        return done.stdout if done.returncode == 0 else b""

    def windows(self):
        """{title: id} of all windows."""
        rows = self.tool("wmctrl", "-l", check=False).decode("utf-8").splitlines()
        return {row.split(None, 3)[3]: row.split(None, 1)[0] for row in rows if row.count(" ") > 2}


def end(process):
    """Ends one process of ours, whether it wants to or not."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(END_TIMEOUT)
    if process.poll() is None:
        process.kill()
        process.wait()


class Wireshark:
    """Wireshark with the profile on a desktop, showing a capture. Use it in a with statement."""

    def __init__(self, desktop, capture, *arguments):
        self.desktop, self.arguments = desktop, arguments
        self.capture = desktop.directory / capture.name
        shutil.copyfile(capture, self.capture)
        self.capture.chmod(0o644)
        self.log = desktop.directory / "wireshark.log"
        self.process = None

    def __enter__(self):
        with open(self.log, "wb") as log:
            self.process = self.desktop.start("wireshark", "-C", PROFILE.name, *self.arguments,
                                              "-r", str(self.capture), log=log)
        return self

    def __exit__(self, *_):
        end(self.process)

    def windows(self):
        """{title: id}, as long as Wireshark runs."""
        status = self.process.poll()
        if status is not None:
            raise Trouble(f"Wireshark ended with {status}: {self.complaints()}")
        return self.desktop.windows()

    def window(self, title):
        """The window whose title contains that text, once it is there."""
        return wait_for(f"a window '{title}'", lambda: next(
            (window for name, window in self.windows().items() if title in name), None))

    def main_window(self):
        """The main window, once it shows the capture: its title is then the capture's name."""
        return wait_for("the main window", lambda: self.windows().get(self.capture.name))

    def place(self, window, left, top, width, height):
        self.desktop.tool("wmctrl", "-i", "-r", window, "-e", f"0,{left},{top},{width},{height}")
        time.sleep(1)  # until it is painted anew: nothing tells when

    def keys(self, window, *keys):
        self.desktop.tool("wmctrl", "-i", "-a", window)
        time.sleep(0.5)
        for key in keys:
            self.desktop.tool("xdotool", "key", key)
            time.sleep(0.3)

    def click(self, window, left, top):
        self.desktop.tool("xdotool", "mousemove", "--window", window, str(left), str(top), "click",
                          "1")
        time.sleep(0.5)

    def type(self, window, text):
        self.desktop.tool("wmctrl", "-i", "-a", window)
        time.sleep(0.5)
        self.desktop.tool("xdotool", "type", "--delay", "20", text)

    def open_expert_information(self):
        """By the last entry of the menu Analyze."""
        self.keys(self.main_window(), "alt+a", "Up", "Return")
        return self.window("Expert Information")

    def save_table(self, table):
        """The text of a table's window, by its button Save as."""
        target = self.desktop.directory / "home" / "table.txt"
        target.unlink(missing_ok=True)
        self.keys(table, "Tab", "Tab", "Tab", "Tab", "space")
        dialog = self.window("Save")
        self.keys(dialog, "ctrl+a")
        self.type(dialog, str(target))
        self.keys(dialog, "Return")
        wait_for("the saved table", lambda: target.exists() and target.stat().st_size > 0)
        return target.read_text(encoding="utf-8")

    def picture(self, window, path, colours=256):
        """Photographs a window into a PNG file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.desktop.tool("import", "-window", window, "+dither", "-strip",
                                           "-colors", str(colours), "png8:-"))

    def pixels(self, window):
        """{(red, green, blue): how many pixels of the window have exactly that colour}"""
        data = self.desktop.tool("import", "-window", window, "-depth", "8", "rgb:-")
        return collections.Counter(zip(data[0::3], data[1::3], data[2::3]))

    def complaints(self):
        """What it wrote to standard error beyond what it says on any machine like this."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return [line for line in text.splitlines() if not HARMLESS.fullmatch(line)]

    def close(self):
        """Closes the main window as a user would, and tells how Wireshark ended."""
        self.keys(self.main_window(), "ctrl+q")
        return self.process.wait(END_TIMEOUT)
