"""What a user wants done where, and what became of it: the values that all actions share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from glm_ls.context.marked import meant
from glm_ls.context.symbol import symbol_at, with_comments_above
from glm_ls.context.target import Target
from glm_ls.features.action_table import Action
from glm_ls.postprocess.edits.plan import EditPlan
from glm_ls.postprocess.edits.refusal import Refusal
from glm_ls.syntax.languages import language_of
from glm_ls.text.snapshot import Snapshot

NEAR = 12
"""Lines around a problem that are meant where no function or class holds it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a user wants done, and where."""

    action: Action
    target: Target
    """In the document as it was when the action was chosen."""
    rows: range
    """The selected lines, at least one."""
    instruction: str = ""
    """Empty: the one that stands in the text, if the action wants one."""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """Edits of the documents as they are now."""

    plan: EditPlan
    texts: Mapping[str, Snapshot]
    """The texts that the edits count in, by URI."""
    needs_confirmation: bool
    """Whether the user has to see the edits before they are made."""
    again: Callable[[], Awaitable[Done | Refusal]]
    """Fits the same answer to the documents anew, for a client that did not make these edits."""


@dataclass(frozen=True, slots=True)
class Undone:
    """Why nothing was done."""

    reason: str
    """A rule's name or an error's slug, for the log."""
    words: str
    """One clause for the user."""


def meant_rows(asked: Asked) -> range:
    """Return the lines that an action is about: those that may change, or be explained."""
    rows, snapshot = _rows(asked), asked.target.snapshot
    # What follows the last line end is no line: an answer without it would take that end away.
    ends_empty = rows.stop == len(snapshot.lines) and not snapshot.lines[-1]
    return rows[:-1] if ends_empty and len(rows) > 1 else rows


def _rows(asked: Asked) -> range:
    snapshot, on = asked.target.snapshot, asked.action.on
    language = language_of(snapshot.language_id, snapshot.uri)
    if on == "instruction":
        return asked.rows if asked.instruction else meant(language, snapshot, asked.rows)
    if on == "symbol":
        # What is selected was made sure of when the action was offered.
        return with_comments_above(snapshot, asked.rows)
    if on == "file":
        return range(len(snapshot.lines))
    first, last = asked.rows[0], asked.rows[-1]
    found = symbol_at(snapshot, first)
    if found and last in found:
        return found
    return range(max(0, first - NEAR), min(len(snapshot.lines), last + NEAR + 1))
