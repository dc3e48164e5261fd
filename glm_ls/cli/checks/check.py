"""The result of looking at one thing."""

from __future__ import annotations

from typing import Literal, NamedTuple

Verdict = Literal["ok", "hint", "warning", "problem", "skipped"]


class Check(NamedTuple):
    """What was looked at, how it is, and what to do."""

    name: str
    verdict: Verdict
    text: str
    advice: str = ""
