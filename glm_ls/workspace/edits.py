"""What the user has changed of late: each version of a document in, edits as values out.

A keystroke is no edit: changes that touch, and changes close by in space and time, are one, and
one that was taken back is none. Versions share their lines, so a change costs as much as finding
the lines that differ; texts are only put together when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from glm_ls.text.lines import Lines, line_body
from glm_ls.text.snapshot import Snapshot

KEPT = 16
"""Edits that are remembered over all documents. Then the older half is forgotten at once, so that
what is said of them begins alike for a while."""
NEAR_LINES, PAUSE_S = 3, 5.0
"""How far apart two changes may be, in lines and seconds, to count as one edit."""
MOST_LINES = 24
"""Lines of the old and of the new text that are kept; what is longer was pasted or generated."""
MOST_ROWS = 60
"""Lines an edit may span while it grows."""
CONTEXT = 2
"""Unchanged lines that are kept on either side."""


@dataclass(frozen=True, slots=True)
class RecentEdit:
    """Some lines that were replaced; all of them without their ends."""

    uri: str
    row: int
    """First changed line in the document as it is now, 0-based; -1 where it is gone."""
    rows: int
    """Lines that the new text spans, also those beyond MOST_LINES."""
    old: tuple[str, ...]
    new: tuple[str, ...]
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()


@dataclass(slots=True)
class _Open:
    """An edit that may still grow: lines `start` to `old_stop` of `before` are now others."""

    uri: str
    before: Lines
    now: Lines
    start: int
    old_stop: int
    new_stop: int
    at_s: float


class Edits:
    """The last edits, over all documents."""

    def __init__(self) -> None:
        self._closed: list[RecentEdit] = []
        self._open: _Open | None = None

    def note(self, before: Snapshot, after: Snapshot, now_s: float) -> None:
        """Take a change of a document, at a time of any clock."""
        start, old_stop, new_stop = after.lines.difference(before.lines)
        if start == old_stop == new_stop:
            return
        change = _Open(after.uri, before.lines, after.lines, start, old_stop, new_stop, now_s)
        merged = _merged(self._open, change) if self._open else None
        if merged is None:
            self._close()
        self._closed = [_moved(edit, change) for edit in self._closed]
        self._open = merged or change

    def of(self, uri: str) -> tuple[RecentEdit, ...]:
        """Return the edits of a document, the oldest first."""
        return tuple(edit for edit in self.all() if edit.uri == uri)

    def all(self) -> tuple[RecentEdit, ...]:
        """Return the edits of every document, the oldest first."""
        growing = _edit(self._open) if self._open else None
        return (*self._closed, growing) if growing else tuple(self._closed)

    def forget(self, uri: str) -> None:
        """Drop what is known of a document."""
        self._closed = [edit for edit in self._closed if edit.uri != uri]
        if self._open and self._open.uri == uri:
            self._open = None

    def _close(self) -> None:
        if self._open and (edit := _edit(self._open)):
            self._closed.append(edit)
            if len(self._closed) > KEPT:
                del self._closed[: KEPT // 2]


def _merged(growing: _Open, change: _Open) -> _Open | None:
    """Return both as one, None where they are two."""
    if growing.uri != change.uri or growing.now is not change.before:
        return None
    gap = max(change.start - growing.new_stop, growing.start - change.old_stop, 0)
    soon = change.at_s - growing.at_s <= PAUSE_S
    if gap > (NEAR_LINES if soon else 0):
        return None
    start = min(growing.start, change.start)
    stop = max(growing.new_stop, change.old_stop)
    if stop - start > MOST_ROWS:
        return None
    return replace(
        growing,
        now=change.now,
        start=start,
        old_stop=growing.old_stop + stop - growing.new_stop,
        new_stop=stop + change.new_stop - change.old_stop,
        at_s=change.at_s,
    )


def _moved(edit: RecentEdit, change: _Open) -> RecentEdit:
    """Return an edit where it stands after a change, without a place where that was changed."""
    if edit.uri != change.uri or edit.row < 0 or edit.row + edit.rows <= change.start:
        return edit
    added = change.new_stop - change.old_stop
    return replace(edit, row=edit.row + added if edit.row >= change.old_stop else -1)


def _edit(growing: _Open) -> RecentEdit | None:
    """Return the edit as a value, None where the text is as it was."""
    start, old_stop, new_stop = growing.start, growing.old_stop, growing.new_stop
    old = _bodies(growing.before.slice(start, old_stop))
    new = _bodies(growing.now.slice(start, new_stop))
    while old and new and old[0] == new[0]:
        old, new, start = old[1:], new[1:], start + 1
    while old and new and old[-1] == new[-1]:
        old, new, new_stop = old[:-1], new[:-1], new_stop - 1
    if not old and not new:
        return None
    return RecentEdit(
        growing.uri,
        start,
        len(new),
        old[:MOST_LINES],
        new[:MOST_LINES],
        _bodies(growing.now.slice(start - CONTEXT, start)),
        _bodies(growing.now.slice(new_stop, new_stop + CONTEXT)),
    )


def _bodies(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(line_body(line) for line in lines)
