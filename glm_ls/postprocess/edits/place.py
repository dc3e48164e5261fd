"""A place that a quote fits, and which of several a line number means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

NEAR = 15
"""Lines by which a model's line number may be off and still single out a place."""

CLEARLY = 30
"""Lines beyond which the next place has to be, unless the number is exact."""

Pairs = tuple[tuple[int, int], ...]
"""(line of the quote, line of the text), both 0-based and rising."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote was found."""

    pairs: Pairs
    tier: str
    """Name of the comparison that found it."""

    @property
    def lines(self) -> range:
        """The lines of the text from the first that is quoted to the last."""
        return range(self.pairs[0][1], self.pairs[-1][1] + 1)


def by_line(places: Iterable[Pairs], line: int | None) -> Pairs | None:
    """Return the place that a line number singles out among several."""
    if line is None:
        return None
    # The number is that of the first quoted line, which a tier may have passed over.
    far = sorted((abs(pairs[0][1] - pairs[0][0] - line), pairs) for pairs in places)
    (nearest, chosen), (next_one, _) = far[:2]
    return chosen if _is_clear(nearest, next_one) else None


def _is_clear(nearest: int, next_one: int) -> bool:
    """Whether distances in lines leave no doubt: a number that is off at all may be off by more."""
    return nearest == 0 < next_one or (nearest <= NEAR and next_one > CLEARLY)


def occurrences(lines: list[str], part: list[str]) -> Iterable[int]:
    """Yield where a part begins in lines."""
    anchor = max(range(len(part)), key=lambda at: len(part[at]))
    at = anchor
    last = len(lines) - len(part) + anchor
    while at <= last:
        try:
            at = lines.index(part[anchor], at, last + 1)
        except ValueError:
            return
        if lines[at - anchor : at - anchor + len(part)] == part:
            yield at - anchor
        at += 1
