"""From the indentation a model wrote to the one the text has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

TAB = 4
"""Columns of a tab where both are mixed; only ratios and differences count."""


@dataclass(frozen=True, slots=True)
class Indents:
    """What each indentation in a quote is in the text."""

    known: dict[int, str]
    """By columns in the quote."""
    scale: float
    """Columns of the text for a column of the quote."""
    is_same: bool
    """Whether the quote is indented as the text is."""
    is_sure: bool
    """Whether the same indentation is never two different ones."""
    style: str
    """A tab or a space, whichever the text is indented with; "" where it shows neither or both."""

    @classmethod
    def of(
        cls, pairs: Iterable[tuple[str, str]], new: Sequence[str], lines: Iterable[str]
    ) -> Indents:
        """Learn from lines of a quote and of the text; `new` shows the model's own steps.

        `lines` are all lines of the text there; they tell with what it is indented.
        """
        solid = [(_blank(quote), _blank(text)) for quote, text in pairs
                 if quote.strip() and text.strip()]  # fmt: skip
        known: dict[int, str] = {}
        is_sure = True
        for quote, text in solid:
            is_sure &= known.setdefault(_width(quote), text) == text
        is_same = all(quote == text for quote, text in solid)
        first = {line[0] for line in lines if line[:1] in ("\t", " ") and line.strip()}
        style = first.pop() if len(first) == 1 else ""
        return cls(known, _scale(known, new, style), is_same, is_sure, style)

    def fit(self, line: str, like: str | None) -> str | None:
        """Return a line indented as the text is; None where that cannot be told.

        `like` is the line of the text that it replaces, where there is exactly one.
        """
        if not line.strip() or not self.known or (self.is_same and not self._is_foreign(line)):
            return line
        if not self.is_sure:
            return None if like is None else _blank(like) + line.lstrip()
        width = _width(_blank(line))
        below = [each for each in self.known if each <= width]
        base = max(below) if below else min(self.known)
        columns = round(_width(self.known[base]) + (width - base) * self.scale)
        return _written(max(columns, 0), self.known[base], self.style) + line.lstrip()

    def _is_foreign(self, line: str) -> bool:
        """Whether a line is indented with what the text is not indented with."""
        return bool(self.style) and line[:1] in ("\t", " ") and line[0] != self.style


def _scale(known: dict[int, str], new: Sequence[str], style: str) -> float:
    steps = sorted((quote, _width(text)) for quote, text in known.items())
    if len(steps) > 1 and steps[-1][1] != steps[0][1]:
        return (steps[-1][1] - steps[0][1]) / (steps[-1][0] - steps[0][0])
    if style != "\t":
        return 1.0
    depths = sorted({_width(_blank(line)) for line in new if line.strip()})
    step = min((b - a for a, b in pairwise(depths)), default=TAB)
    return TAB / step


def _blank(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _width(blank: str) -> int:
    return len(blank.expandtabs(TAB))


def _written(columns: int, like: str, style: str) -> str:
    """Return so many columns of white space that begins as `like` does."""
    while _width(like) > columns:
        like = like[:-1]
    more = columns - _width(like)
    tabs = more // TAB if style == "\t" else 0
    return like + "\t" * tabs + " " * (more - tabs * TAB)
