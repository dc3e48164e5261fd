"""The actions that change code, as a table: their names, and what a model is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from glm_ls.provider.request import Intent

On = Literal["problem", "instruction"]
"""What an action is offered on: a diagnostic of any server, or an instruction of the user."""

WHOLE_LINES = 120
"""Lines up to which an answer gives all of them anew; of more, it quotes what changes."""


@dataclass(frozen=True, slots=True)
class Action:
    """A row of the table."""

    name: str
    """Also the row of `permits.LIMITS` that says what it may do."""
    title: str
    kind: str
    """Hierarchical, as in LSP."""
    on: On
    task: str
    """What the model is asked, in our words."""
    intent: Intent


ACTIONS: Mapping[str, Action] = {action.name: action for action in (
    Action(
        "fix", "Fix with GLM", "quickfix.glm", "problem",
        "Repair the cause of the problems listed, with the smallest change that does it. "
        "Never silence a problem with a comment, a cast or by removing what it is about.",
        "fix",
    ),
    Action(
        "rewrite", "GLM: rewrite as the comment says", "refactor.rewrite.glm.instruction",
        "instruction",
        "Follow the user's instruction. Leave out the comment that holds it, if there is one.",
        "edit",
    ),
)}  # fmt: skip
"""By name, in the order in which menus show them."""
