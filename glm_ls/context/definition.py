"""What a file uses of others, as values that travel between processes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition in another file."""

    path: str
    """In the project, with forward slashes."""
    start: int
    """Its first line, 0-based."""
    text: str
    """Ends with a line end."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a file uses of others."""

    definitions: tuple[tuple[Definition, ...], ...] = ()
    """For each stretch, in the order of paths and lines."""
    defined: frozenset[str] = frozenset()
    """Names in the file that its imports define where it can use them."""
