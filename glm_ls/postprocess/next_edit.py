"""Judgement of predicted edits: new lines of windows in, the smallest edits or a reason out.

The lines are compared with those of the snapshot that the model saw, so an edit can only lie in a
window, and what does not change keeps its indentation, its trailing blanks and its line end. An
answer is taken whole or not at all: one that takes back what was just typed, deletes much, breaks
the code or carries signs nobody can see is not to be trusted in its other lines either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain

from glm_ls.postprocess.rows import fitted
from glm_ls.syntax.faults import count_faults
from glm_ls.syntax.languages import language_of
from glm_ls.syntax.parser import window
from glm_ls.text.edit import Edit
from glm_ls.text.lines import line_body
from glm_ls.text.position import Position, Range
from glm_ls.text.rebase import Waiting, left_of
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.edits import RecentEdit

MOST_CHANGED = 40
"""Lines that one prediction may write."""
MOST_GROWTH = 20
"""Lines that a window may gain."""
FREE_DELETIONS = 6
"""Lines that may go without others in their place, and less than half of a window."""
PARSED = (200, 100)
"""Lines above and below a change that are parsed."""
ALIKE = 0.5
"""Share of two lines' characters that are the same, in order, when one became the other."""
JUST = 3
"""Edits that count as just made."""
TELLING_WORDS, LEAST_KEPT = 6, 0.3
"""Different words from which a window can be recognized, and the share of them that stays."""
LONGEST_LINE = 1_000
"""Characters of a line that is written."""

_WORD = re.compile(r"\w+")
_INVISIBLE = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069]"
)


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines of a snapshot that are replaced; all of them without their ends."""

    row: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    edit: Edit
    """The same as the smallest replacement of text."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What became of an answer."""

    hunks: tuple[Hunk, ...] = ()
    """In the document's order, none of which touches another."""
    refused: str = ""
    """Why there is none: the name of a check, or `nothing`."""


@dataclass(frozen=True, slots=True)
class _Proposal:
    """What the checks look at."""

    snapshot: Snapshot
    windows: Sequence[range]
    hunks: Sequence[Hunk]
    recent: Sequence[RecentEdit]


def plan(
    snapshot: Snapshot,
    windows: Sequence[range],
    answers: Mapping[int, list[str]],
    recent: Sequence[RecentEdit],
) -> Plan:
    """Return the edits that an answer means.

    `windows` are the rows that were shown, `answers` new lines by the window's number, which
    counts from 1, `recent` the document's last edits as it was when `snapshot` was taken.
    """
    hunks: list[Hunk] = []
    for number, rows in enumerate(windows, 1):
        if number in answers:
            new = fitted(snapshot, rows, answers[number])
            if len(new) - len(rows) > MOST_GROWTH:
                return Plan(refused="too-long")
            hunks += _hunks(snapshot, rows, new)
    if not hunks:
        return Plan(refused="nothing")
    proposal = _Proposal(snapshot, windows, hunks, recent[-JUST:])
    refused = next((name for name, objects in CHECKS.items() if objects(proposal)), "")
    return Plan(() if refused else tuple(hunks), refused)


_Piece = tuple[int, tuple[str, ...], tuple[str, ...]]
"""A row of the window, its old lines, its new lines."""


def _hunks(snapshot: Snapshot, rows: range, new: list[str]) -> Iterator[Hunk]:
    """Yield the differences; lines that differ only in trailing blanks are the same."""
    old = [line_body(line) for line in snapshot.lines.slice(rows.start, rows.stop)]
    matcher = SequenceMatcher(
        None, [line.rstrip() for line in old], [line.rstrip() for line in new], autojunk=False
    )
    for kind, start, stop, new_start, new_stop in matcher.get_opcodes():
        if kind == "equal":
            continue
        for at, was, now in _pieces(start, old[start:stop], new[new_start:new_stop]):
            row = rows.start + at
            yield Hunk(row, was, now, _edit(snapshot, row, was, now, is_first=at == 0))


def _pieces(at: int, old: list[str], new: list[str]) -> Iterator[_Piece]:
    """Yield a replacement of lines: line by line where each line is still to be recognized."""
    pairs = list(zip(old, new, strict=False))
    if len(old) == len(new) and all(_is_alike(*pair) for pair in pairs):
        yield from ((at + n, (was,), (now,)) for n, (was, now) in enumerate(pairs))
    else:
        yield at, tuple(old), tuple(new)


def _is_alike(old: str, new: str) -> bool:
    return SequenceMatcher(None, old.strip(), new.strip(), autojunk=False).ratio() >= ALIKE


def _edit(
    snapshot: Snapshot, row: int, old: tuple[str, ...], new: tuple[str, ...], *, is_first: bool
) -> Edit:
    """Return the smallest replacement of lines from `row` on.

    Whole lines come and go with the line end before them, as an editor's Enter puts one there;
    the first of a window with the one behind them.
    """
    end = _line_end(snapshot, row)
    if old and new:
        return _trimmed(snapshot, row, len(old), end.join(new))
    stop = row + len(old)
    if is_first:
        behind = snapshot.clamp(Position(stop, 0)) if old else Position(row, 0)
        return Edit(Range(Position(row, 0), behind), "".join(line + end for line in new))
    above, last = (Position(at, len(snapshot.line(at))) for at in (row - 1, stop - 1))
    return Edit(Range(above, last), "".join(end + line for line in new))


def _trimmed(snapshot: Snapshot, row: int, count: int, text: str) -> Edit:
    """Return the replacement of `count` lines without what both texts share at their ends."""
    last = row + count - 1
    span = Range(Position(row, 0), Position(last, len(snapshot.line(last))))
    smallest = left_of(Waiting(span, "", text), snapshot)
    return smallest or Edit(span, text)


def _line_end(snapshot: Snapshot, row: int) -> str:
    """Return the line end in use at a row; the last line has none, the one above it has."""
    line = snapshot.lines[min(row, max(len(snapshot.lines) - 2, 0))]
    return line[len(line_body(line)) :] or "\n"


Check = Callable[[_Proposal], bool]


def _is_too_long(proposal: _Proposal) -> bool:
    written = [line for hunk in proposal.hunks for line in hunk.new]
    return len(written) > MOST_CHANGED or any(len(line) > LONGEST_LINE for line in written)


def _is_invisible(proposal: _Proposal) -> bool:
    """Whether control characters or marks of writing direction are written."""
    return any(_INVISIBLE.search(hunk.edit.text) for hunk in proposal.hunks)


def _reverts(proposal: _Proposal) -> bool:
    """Whether a hunk takes back an edit where it was made, or a part of it."""
    recent = [edit for edit in proposal.recent if edit.row >= 0]
    return any(_takes_back(hunk, edit) for hunk in proposal.hunks for edit in recent)


def _takes_back(hunk: Hunk, edit: RecentEdit) -> bool:
    apart = max(hunk.row - edit.row - edit.rows, edit.row - hunk.row - len(hunk.old))
    if apart > 0:
        return False
    before, after = _stripped(edit.old), _stripped(edit.new)
    old, new = _stripped(hunk.old), _stripped(hunk.new)
    added, gone = after - before, before - after
    lost, back = (added & old) - new, (gone & new) - old
    return bool((back and (lost or not added)) or (lost and not new))


def _deletes_much(proposal: _Proposal) -> bool:
    """Whether a window loses many lines, or half of those that are not blank."""
    for rows in proposal.windows:
        own = [hunk for hunk in proposal.hunks if rows.start <= hunk.row <= rows.stop]
        lost = sum(_filled(hunk.old) - _filled(hunk.new) for hunk in own)
        shown = _filled([proposal.snapshot.line(at) for at in rows])
        if lost > FREE_DELETIONS or 0 < shown <= 2 * lost:
            return True
    return False


def _is_unlike(proposal: _Proposal) -> bool:
    """Whether little is left of a window's words: then it is another text, not an edited one."""
    for rows in proposal.windows:
        own = [hunk for hunk in proposal.hunks if rows.start <= hunk.row < rows.stop]
        shown = _words(proposal.snapshot.line(at) for at in rows)
        gone = _words(chain.from_iterable(hunk.old for hunk in own))
        kept = shown - gone | _words(chain.from_iterable(hunk.new for hunk in own))
        if len(shown) >= TELLING_WORDS and len(shown & kept) < LEAST_KEPT * len(shown):
            return True
    return False


def _breaks(proposal: _Proposal) -> bool:
    """Whether a parser finds more errors afterwards."""
    snapshot, left = proposal.snapshot, list(proposal.hunks)
    language = language_of(snapshot.language_id)
    while left and language.grammar:
        rows = window(snapshot.lines, left[0].row, *PARSED)
        near = [hunk for hunk in left if hunk.row + len(hunk.old) <= rows.stop]
        left = left[len(near) :]
        lines = [snapshot.line(at) for at in rows]
        before = count_faults(language, "\n".join(lines))
        for hunk in reversed(near):
            at = hunk.row - rows.start
            lines[at : at + len(hunk.old)] = hunk.new
        if count_faults(language, "\n".join(lines)) > before:
            return True
    return False


CHECKS: dict[str, Check] = {
    "too-long": _is_too_long,
    "invisible": _is_invisible,
    "revert": _reverts,
    "deletes": _deletes_much,
    "unlike": _is_unlike,
    "breaks": _breaks,
}
"""What a prediction is refused for, the cheapest first."""


def _filled(lines: Iterable[str]) -> int:
    return sum(bool(line.strip()) for line in lines)


def _words(lines: Iterable[str]) -> set[str]:
    return set(chain.from_iterable(map(_WORD.findall, lines)))


def _stripped(lines: Iterable[str]) -> frozenset[str]:
    return frozenset(line.strip() for line in lines if line.strip())
