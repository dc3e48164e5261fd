"""Findings to JSON and back, for the cache: what is kept of a reviewed hunk."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, get_args

from glm_ls.postprocess.findings.finding import SEVERITIES, Finding, Kind, Verdict


def to_json(findings: Iterable[Finding]) -> str:
    """Return findings as one JSON document."""
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=True)


def from_json(text: str) -> tuple[Finding, ...]:
    """Return the findings of a document; raises ValueError where it is none of ours."""
    try:
        return tuple(_finding(row) for row in json.loads(text))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"no findings: {error}") from error


def _finding(row: dict[str, Any]) -> Finding:
    lists: dict[str, Any] = {name: tuple(row[name]) for name in ("quote", "names")}
    fix = None if row["fix"] is None else tuple(row["fix"])
    finding = Finding(**{**row, **lists, "fix": fix})
    texts = (finding.title, finding.why, *finding.quote, *finding.names, *(finding.fix or ()))
    if finding.kind not in get_args(Kind) or finding.severity not in SEVERITIES:
        raise ValueError("no findings: an unknown kind or severity")
    if finding.verdict not in (None, *get_args(Verdict)):
        raise ValueError("no findings: an unknown verdict")
    if not all(isinstance(text, str) for text in (finding.path, *texts)):
        raise ValueError("no findings: a text is none")
    return finding
