"""Why an edit was not made: a value, for the log, for the user and for one repair request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Rule = Literal[
    # The reply
    "no-block",
    "too-many-blocks",
    "unclosed",
    "empty-quote",
    "placeholder",
    "imports",
    "too-long",
    # The place
    "missing",
    "ambiguous",
    "elision",
    "indentation",
    "changed-meanwhile",
    "overlap",
    # The containment gate
    "other-file",
    "outside-workspace",
    "hidden-file",
    "outside-range",
    "too-large",
    "hidden-characters",
    "deletes-code",
    "breaks-syntax",
    "no-op",
]

REPAIRABLE: frozenset[Rule] = frozenset({
    "no-block", "unclosed", "empty-quote", "placeholder", "missing", "ambiguous", "elision",
    "indentation", "imports", "breaks-syntax",
})  # fmt: skip
"""Rules after which asking the same model once more, with the reason, can help."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An edit that is not made."""

    rule: Rule
    detail: str
    """One clause without a full stop; holds no text of the user's files."""
    lines: tuple[int, ...] = ()
    """First lines, 0-based in the text the model saw, of the places in question."""
    quote: str = ""
    """What was looked for, for the repair request; never for the log."""
