"""SARIF 2.1.0, as code scanning services read it.

`partialFingerprints` hold what tells findings apart without line numbers, so that a finding that
only moved is the same finding to the service.
"""

from __future__ import annotations

import json
from urllib.parse import quote

from glm_ls import __version__
from glm_ls.postprocess.findings.finding import Located, Severity
from glm_ls.postprocess.findings.report import Report

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
LEVELS: dict[Severity, str] = {"high": "warning", "medium": "warning", "low": "note"}
"""Never `error`: that is for what cannot be built."""
RANK: dict[Severity, float] = {"high": 90.0, "medium": 60.0, "low": 30.0}


def written(report: Report) -> str:
    """Return the review as a SARIF log with one run."""
    kinds = sorted({each.finding.kind for each in report.findings})
    rules = [{"id": f"glm/{k}", "name": k, "shortDescription": {"text": k}} for k in kinds]
    driver = {
        "name": "glm-ls",
        "semanticVersion": __version__,
        "informationUri": "https://github.com/glm-ls/glm-ls",
        "rules": rules,
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, kinds.index(each.finding.kind)) for each in report.ordered],
        "properties": {"summary": report.summary},
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _result(located: Located, rule: int) -> dict[str, object]:
    finding = located.finding
    place = {
        "artifactLocation": {"uri": quote(located.path), "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": located.lines.start + 1, "endLine": located.lines.stop},
    }
    return {
        "ruleId": f"glm/{finding.kind}",
        "ruleIndex": rule,
        "kind": "fail",
        "level": LEVELS[finding.severity],
        "rank": RANK[finding.severity],
        "message": {"text": _escaped(f"{finding.title}\n{finding.why}".strip())},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"glmFinding/v1": located.fingerprint},
        "properties": {"severity": finding.severity, "confidence": finding.confidence},
    }


def _escaped(text: str) -> str:
    """Return text of which SARIF makes neither a link nor a placeholder."""
    text = text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return text.replace("{", "{{").replace("}", "}}")
