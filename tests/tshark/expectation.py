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
