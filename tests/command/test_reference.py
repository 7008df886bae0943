"""What the command tells about rules and options, and that it tells the same everywhere."""
import os
import re
import subprocess

import pytest
from running import COMMAND, ROOT

FOLDER = ROOT / "plugin" / "command"
COMPLETIONS = "sipconn.bash", "_sipconn", "sipconn.fish"


@pytest.fixture(name="rules")
def fixture_rules(one_command):
    """The ids, by the reference page."""
    return re.findall(r"^### (\S+)$", one_command.run("--list-rules=markdown").out, re.M)


def test_list(one_command, rules):
    """Every rule once, and with its whole id however narrow the terminal is."""
    assert len(rules) > 90
    for columns in ("80", "200"):
        out = one_command.run("--list-rules", env=one_command.environment(COLUMNS=columns)).out
        listed = re.findall(r"^  ([a-z0-9-]+) ", out, re.M)
        assert listed == rules
        assert max(map(len, out.splitlines())) <= int(columns)
    assert re.search(r"^  resp-rport-ignored +error +RFC 3581 4 +rport filled in but not used$", out,
                     re.M)


def test_explain(one_command, rules):
    for rule in rules:
        done = one_command.run("--explain", rule, env=one_command.environment(COLUMNS="60"))

        assert done.status == 0
        assert done.out.startswith(f"{rule}: ")
        for heading in ("  Severity: ", "  Clause: ", "What it means", "Why it may be a false alarm",
                        "What to do"):
            assert f"\n{heading}" in done.out
        assert max(map(len, done.out.splitlines())) <= 60


def test_explain_unknown(one_command):
    done = one_command.run("--explain", "resp-rport-ignore")

    assert (done.status, done.out) == (2, "")
    assert "resp-rport-ignored" in done.err


def test_page_is_the_table(one_command):
    """plugin/doc/rules.md is written by the command and by nobody else."""
    committed = (ROOT / "plugin" / "doc" / "rules.md").read_text(encoding="utf-8")

    assert one_command.run("--list-rules=markdown").out == committed, \
        "write it anew: sipconn --list-rules=markdown > plugin/doc/rules.md"


@pytest.fixture(name="options")
def fixture_options(one_command):
    """Options of --help, long and short: {"--output", "-o", ...}."""
    help_text = one_command.run("--help").out
    found = set(re.findall(r"^  (--[a-z-]+)", help_text, re.M))
    for short, long in re.findall(r"^  (-\w), (--[a-z-]+)", help_text, re.M):
        found |= {short, long}
    assert {"--output", "-o", "--format", "--list-rules", "--help"} <= found
    return found


def man_page(tmp_path):
    """As it is installed."""
    page = tmp_path / "sipconn.1"
    source = (FOLDER / "sipconn.1.in").read_text(encoding="utf-8")
    page.write_text(source.replace("@PROJECT_VERSION@", "1.2.3"), encoding="utf-8")
    return page


def test_man_page(options, tmp_path):
    done = subprocess.run(
        ["man", "--warnings", "--local-file", str(man_page(tmp_path))], capture_output=True,
        text=True, timeout=60, check=True,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "PAGER": "cat"})

    assert done.stderr == ""
    text = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout).replace("\u2010", "-")
    section = text[text.index("\nOPTIONS"):text.index("\nTEXT REPORT")]
    tags = "\n".join(re.findall(r"^ {7}(-.*)$", section, re.M))
    assert set(re.findall(r"(?<![\w-])--?[a-zA-Z][a-z-]*", tags)) == options


@pytest.mark.parametrize("name", COMPLETIONS)
def test_options_in_completion(options, name):
    text = (FOLDER / "completion" / name).read_text(encoding="utf-8")

    if name.endswith(".fish"):
        lines = "".join(re.findall(r"^complete .*\n", text, re.M))
        found = {f"--{long}" for long in re.findall(r" -l (\S+)", lines)}
        found |= {f"-{short}" for short in re.findall(r" -s (\S)", lines)}
    else:
        block = r'-W "(--format .*?)"' if name.endswith(".bash") else r"_arguments -s (.*)"
        body = re.search(block, text, re.S).group(1)
        without_descriptions = re.sub(r"\[[^]]*\]", "", body)
        found = set(re.findall(r"(?<![\w-])--?[a-zA-Z][a-z-]*", without_descriptions))
    assert found == options


def complete(*words):
    """What bash offers behind these words."""
    script = f"""source '{FOLDER}/completion/sipconn.bash'
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _sipconn
        printf '%s\\n' "${{COMPREPLY[@]}}" """
    done = subprocess.run(["bash", "-c", script, "bash", *words], capture_output=True, text=True,
                          timeout=60, check=True)
    return done.stdout.split()


def test_bash(rules):
    command = str(COMMAND)

    assert complete(command, "--fo") == ["--format"]
    assert complete(command, "--format", "j") == ["json", "junit"]
    assert complete(command, "--format", "=", "h") == ["html"]
    assert complete(command, "--fail-on", "=") == ["error", "warn", "note", "never"]
    assert complete(command, "--explain", "") == rules
    assert complete(command, "--only", "alias-udp,resp-rport-i") == ["alias-udp,resp-rport-ignored"]
    folder = ROOT / "plugin"
    assert set(complete(command, f"{folder}/co")) == {f"{folder}/command", f"{folder}/core"}
