"""Ghost text: what is inserted at the cursor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Suggestion:
    r"""Text for one place of a document; its lines end at `\n`."""

    text: str
    """Inserted at the cursor."""
    replace: int = 0
    """Code points after the cursor, on its line, that the text replaces: closers the editor
    inserted and the text brings along."""
    rest: str = ""
    """What the stream brought beyond `text`, as code that goes on where `text` ends."""
