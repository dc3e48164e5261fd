"""A replacement of text, as glm-ls counts columns and as a client does."""

from __future__ import annotations

from typing import NamedTuple

from glm_ls.text.position import Range


class Edit(NamedTuple):
    """Put `text` in place of `range`; columns in code points."""

    range: Range | None
    """None: the whole document."""
    text: str


class Change(NamedTuple):
    """A client's content change; places are (line, units of the client's encoding), 0-based."""

    start: tuple[int, int] | None
    """None: the whole document."""
    end: tuple[int, int] | None
    text: str
