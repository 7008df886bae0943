"""The pages of plugin/doc as what a reader does with them: their examples are run as they stand."""
import re
import shlex
import subprocess

from running import COMMAND, ROOT

DOC = ROOT / "plugin" / "doc"


class Page:
    """A page, and the blocks of code in it."""

    def __init__(self, name):
        self.text = (DOC / name).read_text(encoding="utf-8")

    def block(self, language, containing):
        """The one fenced block of the language that has these words."""
        found = [code for code in re.findall(rf"^```{language}\n(.*?)^```$", self.text, re.M | re.S)
                 if containing in code]
        assert len(found) == 1, f"{len(found)} blocks of {language} have {containing!r}"
        return found[0]


def words(code, program):
    """The arguments of the one call of the program in a block of shell commands."""
    lines = [line for line in code.replace("\\\n", " ").splitlines()
             if line.startswith(program + " ")]
    assert len(lines) == 1
    return shlex.split(lines[0])[1:]


def tools(folder, command):
    """A folder for PATH that has the command and the tshark with the plugin by their names."""
    folder.mkdir()
    (folder / "sipconn").symlink_to(COMMAND.resolve())
    (folder / "tshark").symlink_to(command.tshark)
    return folder


def run_shell(code, folder, command):
    """Runs shell commands in the folder; returns what they print."""
    folder.chmod(0o777)  # root's tests run tshark as another user
    tool_folder = folder.parent / f"{folder.name}-tools"
    path = f"{tool_folder if tool_folder.exists() else tools(tool_folder, command)}:/usr/bin:/bin"
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", code], cwd=folder, timeout=300,
                          capture_output=True, check=False,
                          env=command.environment(PATH=path, HOME=str(folder), LC_ALL="C.UTF-8"))
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()
