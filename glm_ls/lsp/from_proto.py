"""Wire values in, values of `text` out."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types

from glm_ls.text.edit import Change
from glm_ls.text.position import Encoding, Position, Range
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


def _change_of(event: types.TextDocumentContentChangeEvent) -> Change:
    if not isinstance(event, types.TextDocumentContentChangePartial):
        return Change(None, None, event.text)
    start, end = event.range.start, event.range.end
    return Change((start.line, start.character), (end.line, end.character), event.text)
