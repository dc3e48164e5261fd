"""JSON of our own: everything that is known, line numbers from 1."""

from __future__ import annotations

import json

from glm_ls.postprocess.findings.report import Report


def written(report: Report) -> str:
    """Return the review as one JSON document."""
    findings = [
        {
            "path": each.path,
            "start_line": each.lines.start + 1,
            "end_line": each.lines.stop,
            "kind": each.finding.kind,
            "severity": each.finding.severity,
            "confidence": each.finding.confidence,
            "title": each.finding.title,
            "why": each.finding.why,
            "quote": list(each.finding.quote),
            "fix": None if each.finding.fix is None else list(each.finding.fix),
            "fingerprint": each.fingerprint,
        }
        for each in report.ordered
    ]
    hunks = [fate._asdict() for fate in report.fates]
    document = {"version": 1, "summary": report.summary, "more": report.more}
    return json.dumps({**document, "findings": findings, "hunks": hunks}, indent=1) + "\n"
