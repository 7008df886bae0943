"""The records of a capture as text that a person reviews: one line for each response, finding and
connection."""


def _response(record):
    basis = f" ({record['basis']})" if record["basis"] else ""
    expected = ", ".join(record["expected"]) or "-"
    answers = f" to frame {record['request_frame']}" if record["request_frame"] else ""
    copy = f" copy of frame {record['duplicate_of']}" if record["duplicate_of"] else ""
    return (f"response {record['frame']}.{record['message']}  {record['status']} {record['method']}"
            f"{answers}{copy}  {record['src']} > {record['dst']} {record['transport']}"
            f"  {record['verdict']}{basis}  expected {expected}  {record['clause'] or '-'}")


def _finding(record):
    presumed = " presumed" if record["presumed"] else ""
    count = f" x{record['count']}" if record["count"] > 1 else ""
    related = ",".join(str(frame) for frame in record["related"]) or "-"
    return (f"finding {record['frame']}  {record['severity']}{presumed} {record['rule']}{count}"
            f"  frames {related}  {record['text']}")


def _connection(record):
    closed = f"  closed {record['closed_frame']} by {record['closed_by']} ({record['close']})" \
        if record["closed_frame"] else ""
    return (f"connection {record['id']}  {record['transport']} {record['initiator']} > "
            f"{record['acceptor']} ({record['evidence']})  opened {record['opened_frame'] or '-'}"
            f"{closed}  {' '.join(record['classes']) or '-'}")


def readable_text(records):
    """Responses, then findings, then connections, in the order of the records."""
    lines = []
    for kind, line in (("response", _response), ("finding", _finding),
                       ("connection", _connection)):
        lines += [line(record) for record in records if record["record"] == kind]
    return "".join(line + "\n" for line in lines)
