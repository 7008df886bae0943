"""Records made up by hand, a tshark that prints them, and the command run with it.

The command is $SIPCONN_COMMAND, or the one of a build in build/.
"""
import json
import os
import pathlib
import stat
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAPTURES = ROOT / "captures"
COMMAND = os.environ.get("SIPCONN_COMMAND", str(ROOT / "build" / "sipconn"))

CLIENT, SERVER = "192.0.2.1:40001", "198.51.100.2:5060"


def sipconn(*arguments, status=0, **environment):
    """Runs the command; its standard output. COLUMNS and others may be given by name."""
    plain = {name: value for name, value in os.environ.items()
             if name not in ("COLUMNS", "NO_COLOR", "SIPCONN_TSHARK")}
    done = subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True,
                          encoding="utf-8", timeout=300, check=False, env=plain | environment)
    assert done.returncode == status, f"sipconn ended with {done.returncode}: {done.stderr}"
    return done.stdout


def capture(**keys):
    return {"record": "capture", "schema": 1, "sipconn": "0.1.0", "wireshark": "4.0.17",
            "frames": 10, "sip_messages": 4, "first_time": 1767225600.0,
            "last_time": 1767225601.0, "notes": []} | keys


def request(frame, **keys):
    return {"record": "request", "frame": frame, "message": 0, "method": "INVITE",
            "transport": "udp", "stream": 0, "src": CLIENT, "dst": SERVER, "transaction": 1,
            "connection": None, "retransmission_of": None, "duplicate_of": None,
            "direction": None, "use": None, "basis": None} | keys


def response(frame, **keys):
    return {"record": "response", "frame": frame, "message": 0, "status": 200, "method": "INVITE",
            "transport": "udp", "stream": 0, "src": SERVER, "dst": CLIENT, "transaction": 1,
            "connection": None, "request_frame": 1, "retransmission_of": None,
            "duplicate_of": None, "verdict": "symmetric-rport", "basis": None,
            "expected": [CLIENT], "clause": "RFC 3581 4"} | keys


def connection(number, **keys):
    return {"record": "connection", "id": number, "transport": "tcp", "stream": 0,
            "initiator": CLIENT, "acceptor": SERVER, "evidence": "certain", "opened_frame": 1,
            "closed_frame": None, "closed_by": None, "close": None, "tls_version": None,
            "client_certificate": "unknown", "client_identities": None,
            "server_identities": None, "alias_offered_frame": None, "forward_transactions": 1,
            "backward_requests": 0, "responses": 1, "classes": ["single-transaction"],
            "reuse_basis": None} | keys


def alias(**keys):
    return {"record": "alias", "ip": "192.0.2.1", "port": 5061, "transport": "tls",
            "identities": None, "connection": 1, "learnt_frame": 4, "verified": True,
            "used_frames": []} | keys


def finding(rule, frame, text="What happened", **keys):
    return {"record": "finding", "rule": rule, "severity": "error", "presumed": False,
            "frame": frame, "message": 0, "transaction": 1, "connection": None, "related": [],
            "clause": "RFC 3581 4", "text": text, "count": 1} | keys


def summary(**keys):
    return {"record": "summary", "transactions": 1, "responses": 2, "responses_judged": 2,
            "verdicts": {}, "classes": {}, "findings": {}, "by_severity": {}} | keys


def tshark_of(folder, *records):
    """A program that takes tshark's place and tells these records of any capture."""
    lines = folder / "records.ndjson"
    lines.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    program = folder / "tshark"
    program.write_text(f"#!/bin/sh\ncat > /dev/null\nexec cat '{lines}'\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def report(folder, *records, arguments=(), status=0, captures=1, **environment):
    """The command's report on captures with these records, which stand for a whole file."""
    program = tshark_of(folder, *records)
    files = []
    for number in range(captures):
        files.append(folder / f"made-up-{number}.pcap")
        # Nobody reads it but the stand-in; it only has to look like a capture.
        files[-1].write_bytes((CAPTURES / "f01-udp-rport-honoured-through-nat.pcapng")
                              .read_bytes())
    return sipconn("--tshark", program, *arguments, *files, status=status, **environment)
