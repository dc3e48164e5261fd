"""Where something is in a document, and how clients count it.

Inside glm-ls a column counts code points, as Python strings do. A client counts units of the
encoding it agreed on: bytes (utf-8), 16-bit words (utf-16) or code points (utf-32). A lone
surrogate, which a UTF-16 editor can produce, counts one word or the three bytes of `surrogatepass`.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import Literal, NamedTuple

from glm_ls.text.lines import line_body, split_lines

Encoding = Literal["utf-8", "utf-16", "utf-32"]

_LONGER_FROM: dict[Encoding, tuple[int, ...]] = {
    "utf-8": (0x80, 0x800, 0x10000),
    "utf-16": (0x10000,),
    "utf-32": (),
}
"""Code points from which on a character takes one unit more."""


class Position(NamedTuple):
    """A place between two characters, 0-based; the column counts code points."""

    line: int
    column: int


class Range(NamedTuple):
    """The text from `start` up to, not including, `end`."""

    start: Position
    end: Position


def advanced(position: Position, text: str) -> Position:
    """Return the place behind a text that begins at a place."""
    *above, last = split_lines(text)
    column = len(last) if above else position.column + len(last)
    return Position(position.line + len(above), column)


def column_of(line: str, units: int, encoding: Encoding) -> int:
    """Return the column that a client's `units` mean, at most that of the line's end.

    A place inside a character is taken as the place before it: half a character can neither be
    kept nor deleted.
    """
    # A character takes at least one unit, so the rest of a long line does not matter.
    head = line_body(line)[: max(units, 0)]
    if head.isascii():
        return len(head)
    ends = list(accumulate(_widths(head, encoding)))
    return bisect_right(ends, units)


def units_of(line: str, column: int, encoding: Encoding) -> int:
    """Return how a client counts `column`, which is clamped to the line without its end."""
    head = line_body(line)[: max(column, 0)]
    return len(head) if head.isascii() else sum(_widths(head, encoding))


def _widths(text: str, encoding: Encoding) -> list[int]:
    steps = _LONGER_FROM[encoding]
    return [1 + bisect_right(steps, ord(character)) for character in text]
