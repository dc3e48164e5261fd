"""The diagnostic format of reviewdog, with suggestions where there is a fix."""

from __future__ import annotations

import json

from glm_ls.postprocess.findings.finding import Located, Severity
from glm_ls.postprocess.findings.report import Report

SEVERITY: dict[Severity, str] = {"high": "WARNING", "medium": "WARNING", "low": "INFO"}


def written(report: Report) -> str:
    """Return the review as one rdjson document."""
    diagnostics = [_diagnostic(each) for each in report.ordered]
    return json.dumps({"source": {"name": "glm-ls"}, "diagnostics": diagnostics}, indent=1) + "\n"


def _diagnostic(located: Located) -> dict[str, object]:
    finding = located.finding
    lines = {"start": {"line": located.lines.start + 1}, "end": {"line": located.lines.stop}}
    found: dict[str, object] = {
        "message": f"{finding.title}\n{finding.why}".strip(),
        "location": {"path": located.path, "range": lines},
        "severity": SEVERITY[finding.severity],
        "code": {"value": f"glm/{finding.kind}"},
    }
    if finding.fix:
        found["suggestions"] = [{"range": lines, "text": "\n".join(finding.fix)}]
    return found
