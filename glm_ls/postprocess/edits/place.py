"""A place that a quote fits, and which of several a line number means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NEAR = 3
"""Lines by which a model's line number may be off and still single out a place."""

CLEARLY = 3
"""How many times further away the next place has to be."""

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
    return chosen if nearest <= NEAR and next_one > CLEARLY * nearest else None
