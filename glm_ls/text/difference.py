"""Two snapshots of a document in, the one replacement between them out.

Whatever a client sends (a key, many cursors, the whole text anew), what lies between two versions
is one stretch of text that became another, with all around it the same. Places outside of it
move by its arithmetic alone.
"""

from __future__ import annotations

from typing import NamedTuple, Self

from glm_ls.text.position import Position, advanced
from glm_ls.text.snapshot import Snapshot

STEP = 4096
"""Characters compared at a time."""


class Replacement(NamedTuple):
    """The text from `start` to `end` of the old document, which became `text`."""

    start: Position
    end: Position
    text: str
    new_end: Position
    """Where the text ends in the new document."""

    @classmethod
    def between(cls, old: Snapshot, new: Snapshot) -> Self:
        """Return the smallest replacement; its cost is that of the lines that differ."""
        first, old_stop, new_stop = new.lines.difference(old.lines)
        before = "".join(old.lines.slice(first, old_stop))
        after = "".join(new.lines.slice(first, new_stop))
        head = common_start(before, after)
        most = min(len(before), len(after)) - head
        tail = min(common_start(before[::-1], after[::-1]), most)
        text = after[head : len(after) - tail]
        start = advanced(Position(first, 0), after[:head])
        removed = before[head : len(before) - tail]
        return cls(start, advanced(start, removed), text, advanced(start, text))

    def moved(self, position: Position) -> Position:
        """Return where a place at or behind the replaced text is now; one before it stays."""
        if position < self.end:
            return position
        line = position.line + self.new_end.line - self.end.line
        if position.line > self.end.line:
            return Position(line, position.column)
        return Position(line, position.column + self.new_end.column - self.end.column)


def common_start(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    most = min(len(one), len(other))
    at = 0
    while at < most and one[at : at + STEP] == other[at : at + STEP]:
        at += STEP
    while at < most and one[at] == other[at]:
        at += 1
    return min(at, most)
