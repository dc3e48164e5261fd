"""What a feature wants to change: edits by file. Nothing of it is done before it is contained."""

from __future__ import annotations

from dataclasses import dataclass

from glm_ls.text.edit import Edit


@dataclass(frozen=True, slots=True)
class FileEdits:
    """The edits of one file."""

    uri: str
    version: int | None
    """Of the document that the edits count in; None for a file that is not open."""
    edits: tuple[Edit, ...]
    """All count in the text before any of them."""
    creates: bool = False
    """Whether the file does not exist yet; its one edit is the text."""


@dataclass(frozen=True, slots=True)
class EditPlan:
    """The outcome of an action that changes code."""

    files: tuple[FileEdits, ...]
    label: str = ""
    """What an editor calls it in its list of undo steps."""
