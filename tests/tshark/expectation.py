"""Compares what the plugin says about a capture with what its ladder says by hand."""


def findings_of(records):
    return [record for record in records if record["record"] == "finding"]


def weight(rule, severity, presumed, count):
    return f"{severity} {rule}{' presumed' if presumed else ''}{f' x{count}' if count > 1 else ''}"


def verdict_differences(played, records):
    """Lines that tell where the verdicts differ; empty if they agree."""
    said = [(record["frame"], record["verdict"], record["basis"]) for record in records
            if record["record"] == "response"]
    lines = []
    for number in range(max(len(said), len(played.verdicts))):
        wanted = played.verdicts[number] if number < len(played.verdicts) else None
        got = said[number] if number < len(said) else None
        if wanted and got and wanted[:2] == got[:2] and wanted[2] in (None, got[2]):
            continue
        if wanted:
            lines.append(f"- frame {wanted[0]}: {wanted[1]}({wanted[2] or 'any basis'})")
        if got:
            lines.append(f"+ frame {got[0]}: {got[1]}({got[2] or 'no basis'})")
    return lines


def finding_differences(case, played, records):
    """Lines that tell which findings are missing (-) or unexpected (+); empty if they agree."""
    said = [(weight(record["rule"], record["severity"], record["presumed"], record["count"]),
             record["frame"], record["text"]) for record in findings_of(records)]
    lines = []
    # Those bound to a frame first, so that one without a frame does not take their match.
    for finding in sorted(case.findings, key=lambda finding: finding.at is None):
        wanted = weight(finding.rule, finding.severity, finding.presumed, finding.count)
        frame = played.frames.get(finding.at) if finding.at else None
        match = next((one for one in said
                      if one[0] == wanted and frame in (None, one[1])), None)
        if match:
            said.remove(match)
        else:
            lines.append(f"- {wanted}{f' in frame {frame}' if frame else ''}")
    return lines + [f"+ {text} in frame {frame}: {sentence}" for text, frame, sentence in said]


def connection_record(played, number, records):
    """The record of connection #number of a ladder, or None: the one between the same ends, of
    several the one with the same place among them."""
    ends = {str(end) for end in played.ends[number]}
    before = [one for one in sorted(played.ends) if one < number
              and {str(end) for end in played.ends[one]} == ends]
    alike = [record for record in records if record["record"] == "connection"
             and {record["initiator"], record["acceptor"]} == ends]
    return alike[len(before)] if len(before) < len(alike) else None


def connection_differences(case, played, records):
    """Lines that tell where classes, basis, evidence or certificates differ from what is stated."""
    lines = []
    for number, expected in sorted(case.expected.connections.items()):
        record = connection_record(played, number, records)
        if not record:
            lines.append(f"- connection #{number}: not there")
            continue
        for key, wanted, got in (
                ("class", expected.classes, sorted(record["classes"])),
                ("basis", expected.basis, record["reuse_basis"]),
                ("evidence", expected.evidence, record["evidence"]),
                ("close", expected.close, record["close"]),
                ("closed by", expected.closed_by, record["closed_by"]),
                ("client certificate", expected.client_certificate, record["client_certificate"]),
                ("client identities", expected.client_identities, record["client_identities"]),
                ("server identities", expected.server_identities, record["server_identities"])):
            if wanted is not None and wanted != got:
                lines += [f"- connection #{number}: {key} {wanted}",
                          f"+ connection {record['id']}: {key} {got}"]
    return lines


def alias_differences(case, played, records):
    """Lines that tell where the alias table differs. Entries of who opened a connection (RFC 5923
    8.1) count only if the ladder states one, those of who accepted it (8.2) if it states any."""
    if case.expected.aliases is None:
        return []
    connections = {record["id"]: record for record in records if record["record"] == "connection"}
    clients = {str(client.ip) for client, _ in played.ends.values()}
    with_initiators = any(alias.ip not in clients for alias in case.expected.aliases)
    said = [record for record in records if record["record"] == "alias" and
            (with_initiators or
             connections[record["connection"]]["initiator"].startswith(f"{record['ip']}:"))]
    lines = []
    for alias in case.expected.aliases:
        number = alias.number and connection_record(played, alias.number, records)["id"]
        match = next((record for record in said if alias_fits(alias, number, record)), None)
        if match:
            said.remove(match)
        else:
            lines.append(f"- {alias}")
    return lines + [f"+ {record}" for record in said]


def alias_fits(alias, number, record):
    return (
        (alias.ip, alias.port, alias.transport)
        == (record["ip"], record["port"], record["transport"])
        and alias.verified in (None, record["verified"])
        and alias.identities in (None, record["identities"])
        and alias.used in (None, len(record["used_frames"]))
        and number in (None, record["connection"]))


def keyless_differences(records, keyless):
    """Lines that tell where a capture without keys says more than it can know, or another thing
    about the life of its connections."""
    # A refused connection to a port of SIP shows without any SIP.
    lines = [f"+ {record['rule']} in frame {record['frame']}: {record['text']}"
             for record in findings_of(keyless) if record["rule"] != "conn-request-refused"]
    lines += [f"+ {record['record']} in frame {record['frame']}" for record in keyless
              if record["record"] in ("request", "response", "alias")]
    known = {record["stream"]: record for record in records if record["record"] == "connection"}
    for record in keyless:
        if record["record"] != "connection" or record["stream"] not in known:
            continue
        whole = known[record["stream"]]
        keys = ["initiator", "acceptor", "evidence", "opened_frame", "tls_version"]
        # The closure alert is encrypted: without it the life ends with FIN or RST.
        if whole["close"] in (None, "fin", "rst"):
            keys += ["closed_frame", "closed_by", "close"]
        if whole["tls_version"] == "1.2":
            keys += ["client_certificate", "client_identities", "server_identities"]
        for key in keys:
            if record[key] != whole[key]:
                lines += [f"- stream {record['stream']}: {key} {whole[key]}",
                          f"+ stream {record['stream']}: {key} {record[key]}"]
    return lines
