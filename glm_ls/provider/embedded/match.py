"""Find the places that read like the place at the cursor, and say what follows there.

A candidate is a place whose last tokens equal the context's last tokens.
The nearest come first: those around the cursor, then those of the newest sources.
Work is bounded by the number of places looked at, for a query runs on the event loop.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from glm_ls.provider.embedded.source import HASH_FACTOR, Source
from glm_ls.provider.embedded.window import MAX_LINE_CHARS, Window, first_line

MAX_LENGTH = 24
"""Longest context compared, in tokens."""
QUERY_PLACES = 1_200
"""Places looked at for one query: in the worst case about 5 ms of work."""
STEP_SHARE = 6
"""One token may use this fraction of the places that are left, so that long lines get theirs."""
MAX_SOURCES = 256
"""Newest sources looked at for one query."""
AGREEMENT_LENGTH = 3
"""Shortest match for which the line below is compared."""
AGREEMENT_WEIGHT = 10
"""What a place counts whose next line is the cursor's next line too.

Measured on the standard library, against 1: right proposals at 60 % precision rise from
10.2 % to 12.1 % of the places in the middle of a line.
"""


class Candidate(NamedTuple):
    """A place to copy the next token from."""

    length: int
    """How many tokens before it equal the context's last ones; at least 2."""
    source: Source
    position: int
    """The token that follows the match."""
    weight: int


class Matcher:
    """Looks up contexts for one query."""

    def __init__(
        self, window: Window, sources: Sequence[Source], stale: tuple[Source, int, int] | None
    ) -> None:
        """Search the window, then the sources in order; never the stale tokens of a source."""
        self._next_line = window.next_line
        self._agreement: dict[tuple[int, int], bool] = {}
        self._spans = [(window.source, 0, 0)] + [
            (s, *stale[1:]) if stale and s is stale[0] else (s, 0, 0) for s in sources[:MAX_SOURCES]
        ]
        self._places_left = QUERY_PLACES

    def candidates(self, context: Sequence[int]) -> list[Candidate]:
        """Return the places that match the context's last two tokens or more, nearest first."""
        if len(context) < 2:
            return []
        backwards = tuple(context[: -MAX_LENGTH - 1 : -1])
        return [
            Candidate(
                length := _match_length(source.codes, position, backwards),
                source,
                position + 1,
                self._weight(length, source, position + 1),
            )
            for source, position in self._places(*backwards[:2])
        ]

    def _places(self, last: int, before: int) -> Iterator[tuple[Source, int]]:
        pair = before * HASH_FACTOR + last
        budget = self._places_left // STEP_SHARE
        self._places_left -= budget
        for source, stale_from, stale_to in self._spans:
            codes, chain = source.codes, source.chain
            position = source.heads[pair & (len(source.heads) - 1)]
            while position and budget > 0:
                budget -= 1
                if (
                    codes[position] == last
                    and codes[position - 1] == before
                    and not stale_from <= position < stale_to
                ):
                    yield source, position
                position = chain[position]
        self._places_left += budget

    def _weight(self, length: int, source: Source, position: int) -> int:
        if length < AGREEMENT_LENGTH or not self._next_line:
            return 1
        end = source.text.find("\n", start := source.starts[position], start + MAX_LINE_CHARS)
        if end < 0:
            return 1
        agrees = self._agreement.get((id(source), end))
        if agrees is None:
            agrees = first_line(source.text, end) == self._next_line
            self._agreement[id(source), end] = agrees
        return AGREEMENT_WEIGHT if agrees else 1


def _match_length(codes: Sequence[int], position: int, backwards: tuple[int, ...]) -> int:
    """Count equal tokens back from the position, of which two are known to be equal.

    The border before each text is equal to nothing, so that the walk ends there.
    """
    length = 2
    while length < len(backwards) and codes[position - length] == backwards[length]:
        length += 1
    return length
