"""Reports to open; those of made-up records come from where the command is tested."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "command"))

from page import crowd, page, story  # noqa: E402  (found by way of the line above)
from running import Command, tsharks  # noqa: E402


@pytest.fixture(name="command", scope="session")
def fixture_command():
    return Command(*tsharks()[0])


@pytest.fixture(name="write", scope="session")
def fixture_write(command, tmp_path_factory):
    """Function: a file with the report on these records."""

    def write(records, *arguments, captures=1):
        folder = tmp_path_factory.mktemp("report")
        text, _ = page(command, folder, records, *arguments, captures=captures)
        path = folder / "report.html"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(name="small", scope="session")
def fixture_small(write):
    return write(story())


@pytest.fixture(name="large", scope="session")
def fixture_large(write):
    """Ten thousand findings between few and many pairs of hosts."""
    return write(crowd(10000, 300), "--fail-on=never")
