"""A document at a version: immutable text, cheap to look at and cheap to change.

A keystroke costs as much as its line and the list of chunks (see `lines`), whatever the size of
the document, and a request keeps the snapshot it started from while the user types on.

Every position that comes in is clamped: clients send lines past the end of the document and
columns such as 2**31 - 1 for "end of line". A column never points into or behind a line's end.

Invariants: every line but the last has a line end, the last has none; a line that an edit does
not touch stays the same object.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from glm_ls.text.edit import Change, Edit
from glm_ls.text.lines import Lines, line_body, split_lines
from glm_ls.text.position import Encoding, Position, Range, column_of, units_of

BLOCK = 64
"""Lines fetched at a time while text around a position is collected."""


@dataclass(frozen=True)
class Snapshot:
    """The text of a document at a version."""

    # No slots: `text` is computed when first asked for and kept.
    uri: str
    version: int
    language_id: str
    lines: Lines
    """With their ends; at least one."""

    @classmethod
    def of(cls, uri: str, language_id: str, version: int, text: str) -> Self:
        """Return the snapshot of a document whose whole text is `text`."""
        return cls(uri, version, language_id, Lines(split_lines(text)))

    @cached_property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.lines)

    @property
    def end(self) -> Position:
        """The position after the last character."""
        return Position(len(self.lines) - 1, len(self.lines[-1]))

    def line(self, index: int) -> str:
        """Return the line without its end; "" outside the document."""
        return line_body(self.lines[index]) if 0 <= index < len(self.lines) else ""

    def clamp(self, position: Position) -> Position:
        """Return the nearest position that exists."""
        if position.line < 0:
            return Position(0, 0)
        if position.line >= len(self.lines):
            return self.end
        return Position(position.line, min(max(position.column, 0), len(self.line(position.line))))

    def locate(self, line: int, units: int, encoding: Encoding) -> Position:
        """Return the position a client means."""
        if 0 <= line < len(self.lines):
            return Position(line, column_of(self.lines[line], units, encoding))
        return self.clamp(Position(line, 0))

    def units(self, position: Position, encoding: Encoding) -> int:
        """Return the column of a position as the client counts it."""
        line, column = self.clamp(position)
        return units_of(self.lines[line], column, encoding)

    def slice(self, span: Range) -> str:
        """Return the text of a range."""
        start, end = self._ordered(span)
        lines = self.lines.slice(start.line, end.line + 1)
        lines[-1] = lines[-1][: end.column]
        lines[0] = lines[0][start.column :]
        return "".join(lines)

    def before(self, position: Position, max_chars: int) -> str:
        """Return the text that ends at a position, at most `max_chars` characters of it."""
        line, column = self.clamp(position)
        pieces = [self.lines[line][max(column - max_chars, 0) : column]]
        missing = max_chars - len(pieces[0])
        while missing > 0 and line > 0:
            pieces.append("".join(self.lines.slice(line - BLOCK, line))[-missing:])
            missing -= len(pieces[-1])
            line -= BLOCK
        return "".join(reversed(pieces))

    def after(self, position: Position, max_chars: int) -> str:
        """Return the text that starts at a position, at most `max_chars` characters of it."""
        line, column = self.clamp(position)
        pieces = [self.lines[line][column : column + max_chars]]
        missing = max_chars - len(pieces[0])
        while missing > 0 and line < len(self.lines) - 1:
            pieces.append("".join(self.lines.slice(line + 1, line + 1 + BLOCK))[:missing])
            missing -= len(pieces[-1])
            line += BLOCK
        return "".join(pieces)

    def edited(self, edit: Edit, version: int) -> Self:
        """Return the document with one edit applied."""
        if edit.range is None:
            return replace(self, version=version, lines=Lines(split_lines(edit.text)))
        start, end = self._ordered(edit.range)
        first, head = start.line, self.lines[start.line][: start.column]
        if not head and first and self.lines[first - 1].endswith("\r"):
            # The lone \r above becomes one line end with a \n that may follow now.
            first, head = first - 1, self.lines[first - 1]
        new = split_lines(head + edit.text + self.lines[end.line][end.column :])
        if end.line < len(self.lines) - 1:
            new.pop()  # "", because the text after the range ends its line
        self._keep_untouched(new, first, start, end)
        return replace(self, version=version, lines=self.lines.replace(first, end.line + 1, new))

    def _keep_untouched(self, new: list[str], first: int, start: Position, end: Position) -> None:
        """Let a line at whose edge an edit ends stay the same object: see `line_map`."""
        if end.column == 0 and new and new[-1] == self.lines[end.line]:
            new[-1] = self.lines[end.line]
        elif start.column == len(self.line(start.line)) and new and new[0] == self.lines[first]:
            new[0] = self.lines[first]

    def changed(self, changes: Iterable[Change], version: int, encoding: Encoding) -> Self:
        """Return the document after a client's changes; each counts in the text before it."""
        snapshot = replace(self, version=version)
        for change in changes:
            span = None
            if change.start is not None and change.end is not None:
                span = Range(
                    snapshot.locate(*change.start, encoding),
                    snapshot.locate(*change.end, encoding),
                )
            snapshot = snapshot.edited(Edit(span, change.text), version)
        return snapshot

    def _ordered(self, span: Range) -> tuple[Position, Position]:
        start, end = self.clamp(span.start), self.clamp(span.end)
        return min(start, end), max(start, end)
