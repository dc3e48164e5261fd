"""Edits that wait to be accepted, carried along while the document changes under them.

Typing that goes toward an edit's text leaves what is left of it, a change elsewhere moves it, and
anything else shows that the user wants something else. An edit remembers the text it was made
for, so that a character which is typed and taken back leaves it as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from glm_ls.text.difference import Replacement
from glm_ls.text.edit import Edit
from glm_ls.text.position import Position, Range, advanced
from glm_ls.text.snapshot import Snapshot
from glm_ls.text.words import is_word


@dataclass(frozen=True, slots=True)
class Waiting:
    """An edit that has not been made yet, or only in part."""

    span: Range
    """In the document as it is now."""
    old: str
    """What stood there when the edit was made."""
    text: str
    """What shall stand there."""


def left_of(waiting: Waiting, snapshot: Snapshot) -> Edit | None:
    """Return the smallest edit that is left to be made, None where all of it has been."""
    now, text = snapshot.slice(waiting.span), waiting.text
    head, tail = _shared(now, text)
    if now == text:
        return None
    start = advanced(waiting.span.start, now[:head])
    end = advanced(start, now[head : len(now) - tail])
    return Edit(Range(start, end), text[head : len(text) - tail])


def in_words(edit: Edit, snapshot: Snapshot) -> Edit:
    """Return the same edit with the rest of the words it cuts, as people read it better.

    What only inserts or only deletes is left alone, since it may go on from what is being typed.
    """
    if edit.range is None or not edit.text or edit.range.start == edit.range.end:
        return edit
    (first, start), (last, end) = edit.range
    above, below = snapshot.line(first), snapshot.line(last)
    head, tail = start, end
    if _cuts(above, start) or is_word(edit.text[0]):
        while head and is_word(above[head - 1]):
            head -= 1
    if _cuts(below, end) or is_word(edit.text[-1]):
        while tail < len(below) and is_word(below[tail]):
            tail += 1
    span = Range(Position(first, head), Position(last, tail))
    return Edit(span, above[head:start] + edit.text + below[end:tail])


def _cuts(line: str, column: int) -> bool:
    """Whether a column is inside a word."""
    return 0 < column < len(line) and is_word(line[column - 1]) and is_word(line[column])


def rebased(
    edits: Sequence[Waiting], before: Snapshot, after: Snapshot
) -> tuple[Waiting, ...] | None:
    """Return the edits in the document after a change, None where the change contradicts them."""
    change = _change(before, after)
    if change is None:
        return tuple(edits)
    old_start, old_end = change.start, change.end
    typed = next((edit for edit in edits if _is_toward(edit, change, after)), None)
    moved = []
    for edit in edits:
        start, end = edit.span
        if edit is typed:
            moved.append(replace(edit, span=Range(start, change.moved(end))))
        elif old_start >= end > start or (old_start >= end and typed):
            moved.append(edit)
        elif old_end <= start < end or (old_end <= start and typed) or old_end < start:
            span = Range(change.moved(start), change.moved(end))
            moved.append(replace(edit, span=span))
        elif old_start > end:
            moved.append(edit)
        else:
            return None
    return tuple(moved)


def _is_toward(edit: Waiting, change: Replacement, after: Snapshot) -> bool:
    """Whether a change within an edit's place leaves less of it to be made."""
    start, end = edit.span
    if not (start <= change.start and change.end <= end):
        return False
    left = left_of(replace(edit, span=Range(start, change.moved(end))), after)
    if left is None or left.range is None:
        return True
    begins_alike = left.range.start > start or change.new_end == change.start
    return begins_alike and after.slice(left.range) in edit.old


def _change(before: Snapshot, after: Snapshot) -> Replacement | None:
    """Return what was replaced, without cutting a line end in two; None where nothing was."""
    start, old_stop, new_stop = after.lines.difference(before.lines)
    if start == old_stop == new_stop:
        return None
    was = "".join(before.lines.slice(start, old_stop))
    now = "".join(after.lines.slice(start, new_stop))
    if start and start in (old_stop, new_stop):
        return _whole_lines(before, start, was, now)
    head, tail = _shared(was, now)
    first = advanced(Position(start, 0), was[:head])
    return _replaced(first, was[head : len(was) - tail], now[head : len(now) - tail])


def _whole_lines(before: Snapshot, start: int, was: str, now: str) -> Replacement:
    """Return lines that came or went with the line end above them, as Enter puts one there."""
    above = before.line(start - 1)
    end = before.lines[start - 1][len(above) :]
    first = Position(start - 1, len(above))
    old, new = (end + text.removesuffix(end) if text else "" for text in (was, now))
    return _replaced(first, old, new)


def _replaced(start: Position, old: str, new: str) -> Replacement:
    return Replacement(start, advanced(start, old), new, advanced(start, new))


def _shared(one: str, other: str) -> tuple[int, int]:
    """Return how much two texts share at both ends, without cutting a line end in two."""
    most = min(len(one), len(other))
    head = next((at for at in range(most) if one[at] != other[at]), most)
    most -= head
    tail = next((at for at in range(most) if one[-1 - at] != other[-1 - at]), most)
    if one[:head].endswith("\r") and "\n" in (one[head : head + 1], other[head : head + 1]):
        head -= 1
    ends = [text[len(text) - tail - 1 : len(text) - tail] for text in (one, other)]
    if tail and one[len(one) - tail] == "\n" and "\r" in ends:
        tail -= 1
    return head, tail
