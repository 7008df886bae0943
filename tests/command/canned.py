"""Records made up by hand, and a tshark that tells them of any capture."""
import json
import shutil

from running import CLEAN

CLIENT, SERVER = "192.0.2.1:40001", "198.51.100.2:5060"


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


def write_tshark(folder, *records):
    """A program that takes tshark's place and tells these records."""
    lines = folder / "records.ndjson"
    lines.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    program = folder / "tshark"
    program.write_text(f"#!/bin/sh\ncat > /dev/null\nexec cat '{lines}'\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def report(command, folder, *records, arguments=(), captures=1, columns=80):
    """The report on captures of which the stand-in tells these records."""
    program = write_tshark(folder, *records)
    files = [folder / f"made-up-{number}.pcapng" for number in range(captures)]
    for file in files:
        shutil.copyfile(CLEAN, file)  # nobody reads it, but it has to be a capture
    done = command.run("--tshark", program, *arguments, *files,
                       env=command.environment(COLUMNS=str(columns)))
    assert done.status in (0, 1), done.err
    return done.out
