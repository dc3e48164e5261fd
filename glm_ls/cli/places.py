"""A document in, the places where the demo types out.

Spread evenly over the lines of code; at each the rest of the line is taken away and its first
characters are typed again. Most cuts are inside the line, where one completes most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from glm_ls.syntax.languages import Language, language_of
from glm_ls.syntax.scope import enclosing
from glm_ls.text.snapshot import Snapshot

MIN_CODE = 8
"""Characters of code that a line must have."""
MIN_TRUTH = 3
"""Characters that must be left to suggest."""
KEYS = (2, 3)
"""Characters that are typed, in turn."""
LINE_START_EVERY = 4
"""One place in so many is at the start of its line."""

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the demo types, and what was there."""

    line: int
    column: int
    """Where the rest of the line is taken away, in code points."""
    typed: str
    truth: str
    """What follows on the line."""


def choose_places(snapshot: Snapshot, count: int) -> list[Place]:
    """Return up to `count` places from top to bottom."""
    language = language_of(snapshot.language_id)
    lines = [index for index in range(len(snapshot.lines)) if _has_code(snapshot, index, language)]
    count = min(count, len(lines))
    shares = [lines[len(lines) * k // count : len(lines) * (k + 1) // count] for k in range(count)]
    found = (_first(snapshot, share, k, language) for k, share in enumerate(shares))
    return [place for place in found if place is not None]


def _has_code(snapshot: Snapshot, index: int, language: Language) -> bool:
    code = snapshot.line(index).strip()
    # A line that begins with a string is a docstring more often than code.
    words = (language.line_comment, *(quote.open for quote in language.quotes))
    return len(code) >= MIN_CODE and not code.startswith(tuple(filter(None, words)))


def _first(
    snapshot: Snapshot, share: Sequence[int], number: int, language: Language
) -> Place | None:
    """Return the first place, from the middle of the share on, that is code indeed."""
    middle = len(share) // 2
    for index in [*share[middle:], *share[:middle]]:
        place = _cut(snapshot.line(index), index, number)
        if place and not enclosing(language, snapshot.lines, index, place.column).literal:
            return place
    return None


def _cut(line: str, index: int, number: int) -> Place | None:
    keys = KEYS[number % len(KEYS)]
    indent = len(line) - len(line.lstrip())
    end = len(line.rstrip())
    at_start = number % LINE_START_EVERY == LINE_START_EVERY - 1
    wanted = indent if at_start else indent + (end - indent) // 3
    column = next((at for at in _boundaries(line) if at >= wanted), end)
    truth = line[column + keys : end]
    if len(truth.strip()) < MIN_TRUTH:
        return None
    return Place(index, column, line[column : column + keys], truth)


def _boundaries(line: str) -> Iterator[int]:
    """Yield where tokens begin."""
    return (match.start() for match in _TOKEN.finditer(line) if not match[0].isspace())
