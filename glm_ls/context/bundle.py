"""What goes into a prompt about the user's code: the text around the cursor and ranked snippets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace


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

    def with_texts(self, change: Callable[[str], str]) -> Bundle:
        """Return the bundle with every text changed, in the order of the prompt."""
        snippets = tuple(
            replace(each, path=change(each.path), text=change(each.text)) for each in self.snippets
        )
        path, suffix, prefix = change(self.path), change(self.suffix), change(self.prefix)
        return replace(self, path=path, suffix=suffix, prefix=prefix, snippets=snippets)
