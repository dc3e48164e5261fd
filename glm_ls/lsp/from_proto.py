"""Wire values in, values of `text` out."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types

from glm_ls.text.edit import Change
from glm_ls.text.lines import split_lines
from glm_ls.text.position import Encoding, Position, Range, units_of
from glm_ls.text.snapshot import Snapshot

_ENCODINGS: dict[str, Encoding] = {"utf-8": "utf-8", "utf-16": "utf-16", "utf-32": "utf-32"}


def encoding_of(capabilities: types.ServerCapabilities) -> Encoding:
    """Return the position encoding that was agreed on; LSP's default is utf-16."""
    agreed = capabilities.position_encoding
    return _ENCODINGS.get(str(getattr(agreed, "value", agreed)), "utf-16")


def position_in(snapshot: Snapshot, position: types.Position, encoding: Encoding) -> Position:
    """Return the place in the document; one outside is clamped."""
    return snapshot.locate(position.line, position.character, encoding)


def range_in(snapshot: Snapshot, span: types.Range, encoding: Encoding) -> Range:
    """Return the range in the document."""
    start = position_in(snapshot, span.start, encoding)
    return Range(start, position_in(snapshot, span.end, encoding))


def changes_of(events: Iterable[types.TextDocumentContentChangeEvent]) -> list[Change]:
    """Return the content changes of didChange, in order."""
    return [_change_of(event) for event in events]


def end_of(snapshot: Snapshot, change: Change, encoding: Encoding) -> Position:
    """Return where a change of a range ends in the document that has it."""
    line, units = change.start or (0, 0)
    new = split_lines(change.text)
    column = units_of(new[-1], len(new[-1]), encoding) + (units if len(new) == 1 else 0)
    return snapshot.locate(line + len(new) - 1, column, encoding)


def _change_of(event: types.TextDocumentContentChangeEvent) -> Change:
    if not isinstance(event, types.TextDocumentContentChangePartial):
        return Change(None, None, event.text)
    start, end = event.range.start, event.range.end
    return Change((start.line, start.character), (end.line, end.character), event.text)
