"""ndjson and json: what the plugin says, nothing lost, as the schemas say."""
import gzip
import itertools
import json
import subprocess

import jsonschema
import pytest

from running import CAPTURES, CLEAN, COMMAND, ERRORS, ROOT, capture

SCHEMAS = ROOT / "plugin" / "command" / "schema"
SOME = [CLEAN, ERRORS, capture("f05-"), capture("f09-tls-alias-mutual."),
        capture("f10-tls-alias-without-certificate."), capture("f12-secure-websocket-and-late-start."),
        capture("r15-"), capture("r21-"), capture("r39-tcp-flow")]
LISTS = {"request": "requests", "response": "responses", "connection": "connections",
         "alias": "aliases", "finding": "findings"}


def schema(name):
    return json.loads((SCHEMAS / f"sipconn-{name}.schema.json").read_text())


def validator(name):
    """The schema for json refers to the other one, which lies beside it."""
    both = {each["$id"]: each for each in (schema("ndjson"), schema("json"))}
    resolver = jsonschema.RefResolver.from_schema(schema(name), store=both)
    return jsonschema.Draft202012Validator(schema(name), resolver=resolver)


def test_equals_the_plugins_records(command):
    """The command adds only the file, and why a finding does not count."""
    done = command.run("--format=ndjson", *SOME)
    told = done.records
    for path, records in zip(SOME, [list(group) for _, group in
                                    itertools.groupby(told, lambda record: record["file"])]):
        assert {record.pop("file") for record in records} == {str(path)}
        for record in records:
            if record["record"] == "finding":
                assert record.pop("hidden_by") is None
        assert records == command.plugin_records(path)


def test_ndjson_schema(command):
    check = validator("ndjson")
    for record in command.run("--format=ndjson", *SOME, "absent").records:
        check.validate(record)
    for record in command.plugin_records(ERRORS):
        check.validate(record)


def test_json_schema(command):
    done = command.run("--format=json", *SOME, "absent")
    document = json.loads(done.out)
    validator("json").validate(document)
    assert [each["file"] for each in document["captures"]] == [*map(str, SOME), "absent"]
    assert document["captures"][-1]["capture"] is None and document["captures"][-1]["error"]


@pytest.mark.parametrize("name", ["ndjson", "json"])
def test_schema_is_strict(one_command, name):
    """A key too many or too few is not valid, at any place of it."""
    text = one_command.run(f"--format={name}", capture("f09-tls-alias-mutual.")).out
    check = validator(name)
    for text in text.splitlines() if name == "ndjson" else [text]:
        check.validate(json.loads(text))
        for key in json.loads(text):
            changed = json.loads(text)
            value = changed.pop(key)
            if key not in ("file", "hidden_by"):
                assert not check.is_valid(changed), key
            assert not check.is_valid({**changed, key: value, "surplus": 1})
            for item in value if isinstance(value, list) and name == "json" else []:
                changed = json.loads(text)
                changed[key][value.index(item)] = {**item, "surplus": 1}
                assert not check.is_valid(changed)


def test_json_has_all_records(command):
    records = command.run("--format=ndjson", ERRORS).records
    block, = json.loads(command.run("--format=json", ERRORS).out)["captures"]
    for kind, key in LISTS.items():
        ours = [{name: value for name, value in record.items() if name not in ("record", "file")}
                for record in records if record["record"] == kind]
        assert block[key] == ours
    assert block["summary"]["responses"] == 2 and block["error"] is None


def test_unread_capture_has_a_record(one_command):
    records = one_command.run("--format=ndjson", "absent", CLEAN).records
    assert records[0]["record"] == "error" and records[0]["file"] == "absent"
    assert {record["file"] for record in records[1:]} == {str(CLEAN)}


def test_order_with_many_jobs(one_command):
    """As on the command line, however many run at once and whichever ends first."""
    paths = sorted(CAPTURES.glob("f0[1-7]*.pcapng")) * 2
    told = [one_command.run("--format=ndjson", "--jobs", jobs, *paths).out for jobs in (1, 7)]
    assert told[0] == told[1]
    order = [record["file"] for record in map(json.loads, told[0].splitlines())
             if record["record"] == "capture"]
    assert order == [str(path) for path in paths]


def test_standard_input(command, tmp_path):
    """From a file and from a pipe, compressed or not."""
    expected = command.plugin_records(ERRORS)
    packed = tmp_path / "packed.pcapng.gz"
    packed.write_bytes(gzip.compress(ERRORS.read_bytes()))
    told = []
    for path in (ERRORS, packed):
        with open(path, "rb") as file:
            told.append(command.run("--format=ndjson", "-", stdin=file))
        told.append(command.run("--format=ndjson", path))
    with subprocess.Popen(["cat", str(packed)], stdout=subprocess.PIPE) as cat:
        told.append(command.run("--format=ndjson", "-", stdin=cat.stdout))
    for done in told:
        assert (done.status, done.err) == (1, "")
        for record, other in zip(done.records, expected, strict=True):
            assert record.pop("file") in ("-", str(path), str(ERRORS))
            record.pop("hidden_by", None)
            assert record == other


def test_classic_format(command, tmp_path):
    """pcap instead of pcapng: the same but for nothing."""
    classic = tmp_path / "classic.pcap"
    subprocess.run(["editcap", "-F", "pcap", str(ERRORS), str(classic)], check=True)
    assert command.run("--format=ndjson", classic).findings() == \
        command.run("--format=ndjson", ERRORS).findings()


def test_output_file(one_command, tmp_path):
    """The file is there only as a whole, nothing is left beside it, a link stays a link."""
    report, link = tmp_path / "report", tmp_path / "link"
    report.write_text("old")
    report.chmod(0o640)
    link.symlink_to("report")
    done = one_command.run("--format=ndjson", "-o", link, CLEAN)
    assert (done.status, done.out, done.err) == (0, "", "")
    assert report.read_text() == one_command.run("--format=ndjson", CLEAN).out
    assert report.stat().st_mode & 0o777 == 0o640 and link.is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "report"]


def test_file_names_of_any_bytes(one_command, tmp_path):
    """JSON stays valid, and a terminal sees no escape sequence of a file's name."""
    name = str(tmp_path).encode() + b"/odd \x1b[31m\xff\"'.pcapng"
    with open(name, "wb") as file:
        file.write(CLEAN.read_bytes())
    done = subprocess.run([str(COMMAND), "--format=ndjson", name], capture_output=True, timeout=300,
                          check=False, env=one_command.environment())
    assert done.returncode == 0
    for line in done.stdout.decode().splitlines():
        assert json.loads(line)["file"].endswith("odd \x1b[31m\ufffd\"'.pcapng")
    done = subprocess.run([str(COMMAND), name + b".absent"], capture_output=True, timeout=300,
                          check=False, env=one_command.environment())
    assert done.returncode == 2 and b"\x1b" not in done.stderr
