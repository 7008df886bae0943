"""Which tshark and which settings captures are read with."""
import os
import shutil
import struct

from running import CLEAN, COMMAND, ERRORS, capture

SECRETS_BLOCK = 0x0000000A


def embedded_secrets(path):
    """The TLS key log inside a pcapng of this machine's byte order."""
    data, at, secrets = path.read_bytes(), 0, b""
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if kind == SECRETS_BLOCK:
            size = struct.unpack_from("<I", data, at + 12)[0]
            secrets += data[at + 16:at + 16 + size]
        at += length
    return secrets


def test_keylog(command, tmp_path):
    """Secrets in a file show what the same capture with embedded ones shows."""
    keyed = capture("f10-tls-alias-without-certificate.")
    keylog = tmp_path / "keys.log"
    keylog.write_bytes(embedded_secrets(keyed))
    keylog.chmod(0o644)
    tmp_path.chmod(0o755)
    nokeys = capture("f10-tls-alias-without-certificate-nokeys")
    assert command.run("--format=ndjson", nokeys).findings() == []
    found = command.run("--format=ndjson", "--keylog", keylog, nokeys).findings()
    assert found == command.run("--format=ndjson", keyed).findings() != []


def test_decode_as_and_preference(command):
    """Both reach tshark: SIP that is decoded as something else is no SIP."""
    assert command.run("--format=ndjson", ERRORS).records[0]["sip_messages"] == 4
    done = command.run("--format=ndjson", "--decode-as=udp.port==5060,data", ERRORS)
    assert done.records[0]["sip_messages"] < 4
    done = command.run("--format=ndjson", "-O", "sip.tls.port:5062", ERRORS)
    assert done.records[0]["sip_messages"] == 4


def without_tshark(command, **changes):
    """An environment that does not say which tshark to take."""
    environment = command.environment(**changes)
    del environment["SIPCONN_TSHARK"]
    return environment


def test_preferences_of_the_user_do_not_count(one_command, tmp_path):
    """Somebody who switched SIP off gets the same report as everybody else."""
    folder = tmp_path / ".config" / "wireshark"
    folder.mkdir(parents=True)
    (folder / "disabled_protos").write_text("sip\n")
    for changes in ({"HOME": str(tmp_path)}, {"WIRESHARK_CONFIG_DIR": str(folder)}):
        done = one_command.run("--format=ndjson", ERRORS, env=without_tshark(one_command, **changes))
        assert done.records[0]["sip_messages"] == 4


def test_finds_the_plugin_it_was_built_with(one_command):
    """Without anything said about tshark, whoever runs it."""
    done = one_command.run("--format=ndjson", ERRORS, env=without_tshark(one_command))
    assert (done.status, done.err) == (1, "")
    assert done.records[0]["wireshark"].startswith(one_command.run("--version").out.split()[-1])


def test_finds_the_plugin_by_any_path(one_command, tmp_path):
    """Through a link, and from another folder."""
    link = tmp_path / "sipconn"
    link.symlink_to(COMMAND.resolve())
    environment = without_tshark(one_command)
    assert os.spawnve(os.P_WAIT, str(link), ["sipconn", "-q", "-o", str(tmp_path / "report"),
                                             str(CLEAN)], environment) == 0


def test_a_copy_elsewhere_is_no_build_tree(one_command, tmp_path):
    """It relies on Wireshark's own folders then; if the plugin is not there, it says so."""
    copy = tmp_path / "sipconn"
    shutil.copy(COMMAND, copy)
    environment = without_tshark(one_command, HOME=str(tmp_path))
    report = tmp_path / "report"
    status = os.spawnve(os.P_WAIT, str(copy), ["sipconn", "-o", str(report), str(CLEAN)],
                        environment)
    assert status == (0 if report.exists() else 2)
