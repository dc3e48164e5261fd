"""Count what does not parse: the sign that an insertion broke the code around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glm_ls.syntax.languages import Language
from glm_ls.syntax.parser import parse

if TYPE_CHECKING:
    import tree_sitter


def count_errors(language: Language, text: str) -> int | None:
    """Return how many nodes of a window are erroneous or missing; None without a grammar."""
    tree = parse(language, text)
    return None if tree is None else _count(tree.root_node)


def added_errors(language: Language, before: str, after: str) -> int | None:
    """Return how many more errors `after` has than `before`; negative when it heals some."""
    old, new = count_errors(language, before), count_errors(language, after)
    return None if old is None or new is None else new - old


def _count(root: tree_sitter.Node) -> int:
    total, pending = 0, [root]
    while pending:
        node = pending.pop()
        if node.has_error:
            total += node.is_error or node.is_missing
            pending.extend(node.children)
    return total
