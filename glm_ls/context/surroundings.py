"""What the editor knows besides the text: where the user has been and what is wrong there.

Every part is optional: on the command line there is none of it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """A line of a file."""

    path: str
    """In the project, with forward slashes."""
    row: int
    """0-based."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The editor's side of a question."""

    edits: tuple[Spot, ...] = ()
    """Where the user changed something, the latest first."""
    visits: tuple[Spot, ...] = ()
    """Where the cursor has been, the latest first."""
    open: tuple[str, ...] = ()
    """Documents open in the editor, the last used first."""
    diagnostics: tuple[str, ...] = ()
    """Messages of any server about lines near the cursor."""
    changed: tuple[str, ...] = ()
    """Files that differ from the last commit."""
    shown: tuple[int, int] | None = None
    """First line of the document that the prompt shows anyway, and the line behind the last."""


NOTHING = Surroundings()
