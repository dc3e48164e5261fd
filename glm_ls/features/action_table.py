"""The actions that ask a model, as a table: their names, and what it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from glm_ls.provider.request import Intent

On = Literal["problem", "instruction", "symbol", "file"]
"""What an action is offered on: a diagnostic of any server, an instruction of the user, a
selection and, where nothing is selected, the function or class around the cursor, or a diagnostic
and all others of its kind in the file."""
Brings = Literal["edit", "text", "tests", "search"]
"""What comes of an action: edits of the lines it is about, a text for reading, edits of another
file, or edits after a search through the project."""


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
    languages: frozenset[str] = frozenset()
    """Language ids; empty: all."""
    only_empty: bool = False
    """Whether it is for functions without a body alone."""
    imports: bool = False
    """Whether the answer may add imports besides."""
    brings: Brings = "edit"


ACTIONS: Mapping[str, Action] = {action.name: action for action in (
    Action(
        "fix", "Fix with GLM", "quickfix.glm", "problem",
        "Repair the cause of the problems listed, with the smallest change that does it. "
        "Never silence a problem with a comment, a cast or by removing what it is about.",
        "fix",
        imports=True,
    ),
    Action(
        "explain-problem", "Explain with GLM", "quickfix.glm.explain", "problem",
        "", "explain", brings="text",
    ),
    Action(
        "agent", "Fix with GLM (look around)", "quickfix.glm.search", "problem",
        "", "fix", brings="search",
    ),
    Action(
        "fix-all", "Fix all of this kind with GLM", "quickfix.glm.all", "file",
        "Repair the cause of each problem listed, and of every other problem of the same kind in "
        "the selected lines, each with the smallest change that does it. Never silence a problem "
        "with a comment, a cast or by removing what it is about.",
        "fix",
    ),
    Action(
        "rewrite", "GLM: rewrite as the comment says", "refactor.rewrite.glm.instruction",
        "instruction",
        "Follow the user's instruction. Leave out the comment that holds it, if there is one.",
        "edit",
        imports=True,
    ),
    Action(
        "implement", "GLM: implement", "refactor.rewrite.glm.implement", "symbol",
        "Write the missing body of the selected function or functions, as their names, "
        "signatures and documentation say. Keep names, signatures and documentation.",
        "edit",
        only_empty=True,
        imports=True,
    ),
    Action(
        "document", "GLM: document", "refactor.rewrite.glm.document", "symbol",
        "Write or mend the documentation comments of the selected code, in the form that is usual "
        "in its language and in this file: what it does, its parameters, what it returns and "
        "raises where that is not plain. Change nothing of the code itself.",
        "document",
    ),
    Action(
        "simplify", "GLM: simplify", "refactor.rewrite.glm.simplify", "symbol",
        "Make the selected code simpler and shorter. It keeps its interface and does the same as "
        "before in every case, errors included. Where it is simple enough, leave it as it is.",
        "edit",
    ),
    Action(
        "types", "GLM: add types", "refactor.rewrite.glm.types", "symbol",
        "Add the type annotations that the selected code lacks, as exact as the code shows them. "
        "Change nothing else.",
        "edit",
        languages=frozenset({"python", "typescript", "typescriptreact", "php"}),
        imports=True,
    ),
    Action(
        "tests", "GLM: write tests", "refactor.rewrite.glm.tests", "symbol", "", "test",
        brings="tests",
    ),
    Action(
        "explain", "GLM: explain", "refactor.glm.explain", "symbol", "", "explain", brings="text",
    ),
)}  # fmt: skip
"""By name, in the order in which menus show them."""
