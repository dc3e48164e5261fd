"""Workflow commands by which a GitHub Actions step annotates lines."""

from __future__ import annotations

from glm_ls.postprocess.findings.finding import Located, Severity
from glm_ls.postprocess.findings.report import Report

COMMAND: dict[Severity, str] = {"high": "warning", "medium": "warning", "low": "notice"}
_DATA = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY = (*_DATA, (":", "%3A"), (",", "%2C"))


def written(report: Report) -> str:
    """Return a command per finding, the summary last."""
    rows = (*map(_command, report.ordered), f"::notice title=glm-ls::{_put(report.summary, _DATA)}")
    return "\n".join((*rows, ""))


def _command(located: Located) -> str:
    finding, lines = located.finding, located.lines
    properties = {
        "file": located.path,
        "line": str(lines.start + 1),
        "endLine": str(lines.stop),
        "title": f"{finding.kind}: {finding.title}",
    }
    shown = ",".join(f"{name}={_put(value, _PROPERTY)}" for name, value in properties.items())
    message = _put(finding.why or finding.title, _DATA)
    return f"::{COMMAND[finding.severity]} {shown}::{message}"


def _put(text: str, table: tuple[tuple[str, str], ...]) -> str:
    for character, code in table:
        text = text.replace(character, code)
    return text
