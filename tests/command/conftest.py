"""The tsharks that the tests of the command are run with."""
from running import Command, tsharks


def pytest_generate_tests(metafunc):
    """command: with each tshark. one_command: with the first, where the version cannot matter."""
    found = [Command(version, path) for version, path in tsharks()]
    if "command" in metafunc.fixturenames:
        metafunc.parametrize("command", found, ids=str)
    if "one_command" in metafunc.fixturenames:
        metafunc.parametrize("one_command", found[:1], ids=str)
