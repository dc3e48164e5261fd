"""Where a finding stands after its text has changed; None where it is dead.

A finding lives as long as its lines do. While a document is open it moves with each edit; when
the text has changed elsewhere (a checkout, a closed editor), a line map tells where the old text
is known, and else its lines with what stood around them, if no second place is as good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from glm_ls.text.edit import Edit
from glm_ls.text.line_map import map_lines
from glm_ls.text.snapshot import Snapshot

AROUND = 3
"""Lines above and below that are remembered."""
BESIDE = 2
"""Lines above and below that have to come along where a text is compared with the old one."""
ENOUGH = 5
"""Lines around that have to be the same where the lines alone do not tell the place."""


def moved(lines: range, edit: Edit, before: Snapshot, after: Snapshot) -> range | None:
    """Return where lines are after an edit that made `after` of `before`."""
    if edit.range is None:
        return remapped(lines, bodies(before), bodies(after))
    start, end = min(edit.range), max(edit.range)
    start, end = before.clamp(start), before.clamp(end)
    place = _placed(lines, start.line, end.line, len(after.lines) - len(before.lines))
    if place is None or place.start < 0 or place.stop > len(after.lines):
        return None
    same = all(before.line(a) == after.line(b) for a, b in zip(lines, place, strict=True))
    return place if same else None


def _placed(lines: range, first: int, last: int, growth: int) -> range | None:
    """Return where lines are if they are whole: above an edit of lines first to last, or below."""
    if lines.start >= last and not (first == last == lines.start and growth == 0):
        return range(lines.start + growth, lines.stop + growth)
    return lines if lines.stop - 1 <= first else None


def bodies(snapshot: Snapshot) -> list[str]:
    """Return the lines of a document without their ends."""
    return [line.rstrip("\r\n") for line in snapshot.lines]


def remapped(lines: range, old: Sequence[str], new: Sequence[str]) -> range | None:
    """Return where lines of an old text are in a new one (both without line ends)."""
    return remapped_all([lines], old, new)[0]


def remapped_all(
    places: Sequence[range], old: Sequence[str], new: Sequence[str]
) -> list[range | None]:
    """Return where each of several places of an old text is in a new one."""
    found = map_lines(old, new)
    return [_followed(lines, found, old, new) for lines in places]


def _followed(
    lines: range, found: Sequence[int | None], old: Sequence[str], new: Sequence[str]
) -> range | None:
    start = found[lines.start]
    if start is None or any(found[at] != start + at - lines.start for at in lines):
        return None
    place = range(start, start + len(lines))
    around = range(max(lines.start - BESIDE, 0), min(lines.stop + BESIDE, len(old)))
    # A copy elsewhere can stand for lines that were deleted, unless the neighbours came along.
    is_whole = all(found[at] == at + start - lines.start for at in around)
    sides = (range(around.start, lines.stop), range(lines.start, around.stop))
    blocks = [old[side.start : side.stop] for side in (sides if is_whole else (lines,))]
    before, after = ([len(_occurrences(b, text)) for b in blocks] for text in (old, new))
    # Where copies were made or deleted, nobody can tell which one is left.
    return place if before == after and (is_whole or before == [1]) else None


@dataclass(frozen=True, slots=True)
class Memory:
    """Lines and what stood around them, kept where the old text is not."""

    lines: tuple[str, ...]
    above: tuple[str, ...]
    below: tuple[str, ...]
    copies: int = 1
    """How often the lines stood in the text …"""
    rank: int = 0
    """… and how many of those stood before."""


def remembered(lines: range, text: Sequence[str]) -> Memory:
    """Return what finds the lines of a text again."""
    own = tuple(text[lines.start : lines.stop])
    places = _occurrences(own, text)
    return Memory(
        own,
        tuple(text[max(lines.start - AROUND, 0) : lines.start]),
        tuple(text[lines.stop : lines.stop + AROUND]),
        len(places),
        sum(at < lines.start for at in places),
    )


def found_again(memory: Memory, text: Sequence[str]) -> range | None:
    """Return the one place of a text that is remembered, None where there is none or a tie."""
    places = _occurrences(memory.lines, text)
    scores = [_agreement(memory, text, at) for at in places]
    wanted = min(ENOUGH, len(memory.above) + len(memory.below))
    if len(places) != memory.copies or scores[memory.rank] < wanted:
        return None
    at = places[memory.rank]
    return range(at, at + len(memory.lines))


def _occurrences(lines: Sequence[str], text: Sequence[str]) -> list[int]:
    first, size = lines[0], len(lines)
    return [
        at
        for at in range(len(text) - size + 1)
        if text[at] == first and list(text[at : at + size]) == list(lines)
    ]


def _agreement(memory: Memory, text: Sequence[str], at: int) -> int:
    """Return how many of the lines around are the same."""
    above = zip(reversed(memory.above), reversed(text[max(at - AROUND, 0) : at]), strict=False)
    stop = at + len(memory.lines)
    below = zip(memory.below, text[stop : stop + AROUND], strict=False)
    return sum(old == new for old, new in (*above, *below))
