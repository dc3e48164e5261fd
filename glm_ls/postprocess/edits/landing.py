"""From changed lines to the smallest edits, and whether a client really made them.

Small edits keep the user's cursor, folds and marks where they are. Line ends and the missing end
of a last line stay as the document has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from glm_ls.postprocess.edits.adapt import Piece
from glm_ls.postprocess.edits.refusal import Refusal
from glm_ls.text.edit import Edit
from glm_ls.text.line_map import LineMap, line_map, match_lines
from glm_ls.text.lines import line_body
from glm_ls.text.position import Position, Range
from glm_ls.text.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Replacement:
    """New lines in the place of others; an empty range inserts above its start."""

    lines: range
    new: tuple[str, ...]
    """With their ends; the document's last line has none."""


def with_ends(snapshot: Snapshot, lines: range, pieces: Sequence[Piece]) -> Replacement:
    """Return the replacement that pieces of the same snapshot make, with its line ends."""
    default = _end(snapshot.lines[min(lines.start, len(snapshot.lines) - 1)])
    default = default or _end(snapshot.lines[0]) or "\n"
    new: list[str] = []
    for piece in pieces:
        end = default
        if piece.source >= 0:
            default = end = _end(snapshot.lines[piece.source]) or default
        new.append((snapshot.line(piece.source) if piece.text is None else piece.text) + end)
    if new and lines.stop == len(snapshot.lines):
        new[-1] = line_body(new[-1])
    return Replacement(lines, tuple(_apart(snapshot, lines, new)))


def _apart(snapshot: Snapshot, lines: range, new: list[str]) -> Iterator[str]:
    r"""Yield lines of which none that is only `\n` joins a `\r` above to one line end."""
    above = snapshot.lines[lines.start - 1] if lines.start else ""
    below = snapshot.lines[lines.stop] if lines.stop < len(snapshot.lines) else ""
    for at, line in enumerate(new):
        above = "\r" if line == "\n" and above.endswith("\r") else line
        if at == len(new) - 1 and above.endswith("\r") and below == "\n":
            above += "\n"
        yield above


def _end(line: str) -> str:
    return line[len(line_body(line)) :]


def rebase(replacements: Iterable[Replacement], moved: LineMap) -> list[Replacement] | Refusal:
    """Return replacements in terms of a newer text; refused where their lines changed."""
    rebased = []
    for each in replacements:
        now = moved.span(each.lines.start, each.lines.stop)
        if now is None:
            detail = "the lines to be replaced were changed meanwhile"
            return Refusal("changed-meanwhile", detail, (each.lines.start,))
        rebased.append(Replacement(now, each.new))
    return rebased


def land(snapshot: Snapshot, replacements: Iterable[Replacement]) -> tuple[Edit, ...] | Refusal:
    """Return the smallest edits that make the replacements, in the order of the document."""
    ordered = sorted(replacements, key=lambda each: (each.lines.start, each.lines.stop))
    for one, other in pairwise(ordered):
        if other.lines.start < one.lines.stop or other.lines.start == one.lines.start:
            return Refusal("overlap", "two blocks change the same lines", (other.lines.start,))
    return tuple(edit for each in ordered for edit in _edits(snapshot, each))


def _edits(snapshot: Snapshot, replacement: Replacement) -> Iterator[Edit]:
    old = snapshot.lines.slice(replacement.lines.start, replacement.lines.stop)
    start, new = replacement.lines.start, replacement.new
    a = b = 0
    for stop_a, stop_b in (*match_lines(old, new), (len(old), len(new))):
        lines = range(start + a, start + stop_a)
        if len(lines) == stop_b - b:
            for line, text in zip(lines, new[b:stop_b], strict=True):
                yield from _hunk(snapshot, range(line, line + 1), [text])
        else:
            yield from _hunk(snapshot, lines, new[b:stop_b])
        a, b = stop_a + 1, stop_b + 1


def _hunk(snapshot: Snapshot, lines: range, put_in: Sequence[str]) -> Iterator[Edit]:
    """Yield the edit that turns lines into others, without what both begin and end with."""
    first = Position(lines.start, 0)
    if lines.stop < len(snapshot.lines):
        last = Position(lines.stop, 0)
    else:
        last = snapshot.end
        if not put_in and first.line > 0 and snapshot.lines[-1]:
            # The line above becomes the last one, which had no end.
            first = Position(first.line - 1, len(snapshot.line(first.line - 1)))
    old, new = snapshot.slice(Range(first, last)), "".join(put_in)
    if old == new:
        return
    head, tail = _shared(old, new)
    span = Range(_after(first, old[:head]), _after(first, old[: len(old) - tail]))
    yield Edit(span, new[head : len(new) - tail])


def _shared(old: str, new: str) -> tuple[int, int]:
    """Return how many characters two texts begin and end with alike; no line end is split."""
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at] != new[at]), most)
    while head and old[head - 1] == "\r":
        head -= 1
    most -= head
    tail = next((at for at in range(most) if old[-1 - at] != new[-1 - at]), most)
    while tail and old[-tail] == "\n" and "\r" in (old[-tail - 1 : -tail], new[-tail - 1 : -tail]):
        tail -= 1
    return head, tail


def _after(start: Position, text: str) -> Position:
    r"""Return the position behind a text that holds no half of a `\r\n`."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    line, _, rest = plain.rpartition("\n")
    if not line and "\n" not in plain:
        return Position(start.line, start.column + len(text))
    return Position(start.line + plain.count("\n"), len(rest))


def applied(before: Snapshot, edits: Iterable[Edit], version: int) -> Snapshot:
    """Return a document after edits that all count in the text before them."""
    for edit in sorted(edits, key=lambda each: each.range or Range(*[Position(0, 0)] * 2))[::-1]:
        before = before.edited(edit, version)
    return before


def is_applied(before: Snapshot, edits: Sequence[Edit], after: Snapshot) -> bool:
    """Whether a document holds what edits were to make of it, whatever was typed elsewhere.

    Editors are known to answer that they applied edits which they dropped.
    """
    expected = applied(before, edits, after.version)
    if expected.text == after.text:
        return True
    return _distance(expected, after) < _distance(before, after)


def _distance(one: Snapshot, other: Snapshot) -> int:
    """Return how many lines of either document the other does not have."""
    kept = sum(run.length for run in line_map(one.lines, other.lines).runs)
    return len(one.lines) + len(other.lines) - 2 * kept
