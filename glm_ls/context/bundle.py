"""What goes into a prompt about the user's code: the text around the cursor and ranked snippets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of another place that helps here."""

    source: str
    """Which context source found it: `imports`, `siblings`, `recent-edits` …"""
    path: str
    """Path in the workspace."""
    text: str
    """Begins with a comment line that names the file, ends with a line end."""
    tokens: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything the model is shown of the project, within the budget."""

    path: str
    language_id: str
    prefix: str
    """Text before the cursor; starts at a line start and ends at the cursor."""
    suffix: str
    """Text after the cursor; ends at a line end or at the document's end."""
    snippets: tuple[Snippet, ...]
    """Most stable first, so that a keystroke changes only the end of the prompt."""
    tokens: int
    """Estimate of the whole, at most both budgets together."""
