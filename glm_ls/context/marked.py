"""Instructions that the user wrote into the code: `# glm: use a set`, above or in a selection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from glm_ls.syntax.languages import Language
from glm_ls.syntax.whole import whole
from glm_ls.text.snapshot import Snapshot

LONGEST = 2_000
"""Characters of a line that are looked at."""
MOST_LINES = 200
"""Lines of a statement that an instruction above it is about."""
_MARK = re.compile(
    r"\s*(?:#|//+|--|;+|%|/?\*+|<!--|\"|')\s*glm:\s*(?P<words>.*?)\s*(?:\*/|-->)?\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Marked:
    """An instruction found in the text."""

    words: str
    first: int
    """0-based line of its first comment."""


def marked(snapshot: Snapshot, rows: range) -> Marked | None:
    """Return the instruction that stands in some lines or right above them; several are one."""
    first = rows.start
    while first > 0 and _words(snapshot, first - 1):
        first -= 1
    found = [(at, words) for at in range(first, rows.stop) if (words := _words(snapshot, at))]
    return Marked("\n".join(words for _, words in found), found[0][0]) if found else None


def meant(language: Language, snapshot: Snapshot, rows: range) -> range:
    """Return the lines that an instruction in or above `rows` is about, its comment included.

    A single line means the statement, function or class below the comment.
    """
    mark = marked(snapshot, rows)
    if mark is None:
        return rows
    is_selected = len(rows) > 1 and any(snapshot.line(at).strip() for at in _others(snapshot, rows))
    rows = range(min(mark.first, rows.start), rows.stop)
    if is_selected:
        return rows
    code = next((at for at in _others(snapshot, range(rows.start, len(snapshot.lines)))
                 if snapshot.line(at).strip()), None)  # fmt: skip
    if code is None or code > rows.stop + 1:
        return rows
    below = whole(language, snapshot.lines, range(code, code + 1), MOST_LINES)
    return range(rows.start, below.stop)


def _others(snapshot: Snapshot, rows: range) -> Iterator[int]:
    return (at for at in rows if not _words(snapshot, at))


def _words(snapshot: Snapshot, row: int) -> str:
    match = _MARK.fullmatch(snapshot.line(row)[:LONGEST])
    return match["words"] if match else ""
