"""Markdown for a comment or a job summary; nothing a model said becomes markup."""

from __future__ import annotations

import re

from glm_ls.postprocess.findings.finding import Located
from glm_ls.postprocess.findings.report import Report

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&@-])")


def written(report: Report) -> str:
    """Return the findings as sections, the summary first."""
    head = f"**glm-ls** {_plain(report.summary)}\n"
    return "\n".join((head, *map(_finding, report.ordered)))


def _finding(located: Located) -> str:
    finding, lines = located.finding, located.lines
    fence = "`" * (max(map(len, re.findall("`+", "\n".join(finding.quote))), default=2) + 1)
    fence = fence if len(fence) > 2 else "```"
    place = f"{_plain(located.path)}:{lines.start + 1}"
    title = f"### {place} {finding.severity} {finding.kind}: {_plain(finding.title)}"
    return "\n".join(
        (title, "", fence, *map(_visible, finding.quote), fence, "", _plain(finding.why), "")
    )


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _visible(line: str) -> str:
    return "".join(c if c.isprintable() or c == "\t" else "�" for c in line)
