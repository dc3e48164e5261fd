"""What a review says of some lines: the finding as told, and as located in a text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "bug", "security", "concurrency", "resource", "error-handling", "api", "performance", "test",
    "documentation", "style", "other",
]  # fmt: skip
Severity = Literal["high", "medium", "low"]
Verdict = Literal["holds", "refuted", "unsure"]
"""What a second reader says of a finding."""
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")
"""The gravest first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding as the model tells it; all prose is plain text."""

    path: str
    """As stated; "" where it was not."""
    line: int | None
    """0-based, as stated: to be trusted only together with the quote."""
    kind: Kind
    severity: Severity
    confidence: int
    """0 to 100, as the model sees it."""
    title: str
    why: str
    quote: tuple[str, ...]
    """Lines the finding is about, without their ends, as the model copied them."""
    fix: tuple[str, ...] | None = None
    """What should stand in place of the quoted lines; empty: nothing."""
    names: tuple[str, ...] = field(default=())
    """Code the prose names: what stood between backticks."""
    verdict: Verdict | None = None
    """None: nobody has been asked yet."""


@dataclass(frozen=True, slots=True)
class Located:
    """A finding on lines of a text."""

    finding: Finding
    path: str
    lines: range
    """0-based, never empty."""
    offset: int = 0
    """Stated number minus the real one: tells how far a model's numbers can be trusted."""
    exact: bool = True
    """Whether the quote is verbatim but for white space."""
    fingerprint: str = ""
    """What tells it from others, see `fingerprint`."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A finding that is not shown, and why not."""

    finding: Finding
    reason: str
