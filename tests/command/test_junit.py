"""junit: read by an XML parser, and telling what the exit status tells."""
import xml.etree.ElementTree as ElementTree

from running import CLEAN, ERRORS, NOTES, UNREADABLE_TLS

ERROR_RULES = {"resp-rport-ignored", "resp-received-ignored", "resp-misroute-harm"}


def suites(done):
    root = ElementTree.fromstring(done.out)
    assert root.tag == "testsuites"
    for suite in root:
        cases = suite.findall("testcase")
        for attribute, children in (("tests", cases), ("failures", suite.findall("*/failure")),
                                    ("errors", suite.findall("*/error")),
                                    ("skipped", suite.findall("*/skipped"))):
            assert int(suite.get(attribute)) == len(children)
    return root.findall("testsuite")


def cases_with(suite, tag):
    return {case.get("name") for case in suite if case.find(tag) is not None}


def test_one_case_for_each_rule(command):
    suite, = suites(command.run("--format=junit", ERRORS))
    assert suite.get("name") == str(ERRORS)
    names = [case.get("name") for case in suite]
    assert len(set(names)) == len(names) > 90
    reference = command.run("--list-rules=markdown").out
    assert all(name in reference for name in names)
    assert cases_with(suite, "failure") == ERROR_RULES
    assert cases_with(suite, "system-out") == {"nat-detected", "resp-split-route"}


def test_failure_has_text_clause_and_frame(one_command):
    suite, = suites(one_command.run("--format=junit", ERRORS))
    failure = suite.find("testcase[@name='resp-rport-ignored']/failure")
    assert failure.get("type") == "error"
    for part in ("frame 2", "RFC 3581 4", "rport=9988", "192.0.2.1:4540"):
        assert part in failure.text


def test_failures_follow_fail_on(one_command):
    for level, expected in (("error", 0), ("note", 2), ("never", 0)):
        done = one_command.run("--format=junit", "--fail-on", level, NOTES)
        suite, = suites(done)
        assert int(suite.get("failures")) == expected
        assert done.status == (1 if expected else 0)


def test_one_suite_for_each_capture(one_command):
    clean, absent, errors = suites(one_command.run("--format=junit", CLEAN, "absent", ERRORS))
    assert not cases_with(clean, "failure")
    assert cases_with(absent, "error") == {"capture"}
    assert cases_with(errors, "failure") == ERROR_RULES


def test_skipped(one_command, tmp_path):
    """What was not asked for, is known, or could not be looked at is no success."""
    suite, = suites(one_command.run("--format=junit", "--ignore=resp-late", ERRORS))
    assert cases_with(suite, "skipped") == {"resp-late"}
    suite, = suites(one_command.run("--format=junit", UNREADABLE_TLS))
    assert len(cases_with(suite, "skipped")) == len(suite)
    allow = tmp_path / "allow"
    allow.write_text("resp-rport-ignored reason='see <ticket> 5'\n")
    suite, = suites(one_command.run("--format=junit", "--allow", allow, ERRORS))
    assert suite.find("testcase[@name='resp-rport-ignored']/skipped").get("message") == \
        "see <ticket> 5"
