"""A piece of context, where it is from and why it was chosen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """Some text of one file."""

    source: str
    """Which source found it."""
    path: str
    """In the project, with forward slashes."""
    start: int
    """First line it stands for, 0-based."""
    stop: int
    """The line behind the last."""
    text: str
    """Begins with a comment that names the file, ends with a line end."""
    score: float
    why: str


def bytes_of(part: Part) -> int:
    """Return the length of a part in UTF-8."""
    return len(part.text.encode("utf-8", "replace"))
