"""Text for a terminal: a line that editors can jump to, the reason, the code."""

from __future__ import annotations

from glm_ls.postprocess.findings.finding import Located
from glm_ls.postprocess.findings.report import Report


def written(report: Report) -> str:
    """Return the findings as text, the summary last."""
    return "".join(map(_finding, report.ordered)) + report.summary + "\n"


def _finding(located: Located) -> str:
    finding = located.finding
    place = f"{located.path}:{located.lines.start + 1}"
    rows = [f"{place}: {finding.severity} {finding.kind}: {finding.title}"]
    rows += [f"    {finding.why}"] if finding.why else []
    rows += [f"    | {_visible(line)}" for line in finding.quote]
    return "\n".join((*rows, "", ""))


def _visible(line: str) -> str:
    """Return a line of code without what a terminal would obey."""
    return "".join(c if c.isprintable() or c == "\t" else "�" for c in line)
