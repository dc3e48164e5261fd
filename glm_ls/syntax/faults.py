"""How broken a text is to a parser: what tells an edit that breaks code from one that does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from glm_ls.syntax.languages import Language
from glm_ls.syntax.parser import parse

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node


def faults_in(root: Node, *, nested: bool = True) -> Iterator[Node]:
    """Yield the nodes that the parser could not read or had to add.

    `nested`: also those inside of one that it could not read.
    """
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            yield node
        if node.has_error and (nested or not node.is_error):
            waiting.extend(node.children)


def count_faults(language: Language, text: str) -> int:
    """Return how many errors and missing parts a parser finds; 0 where no grammar can tell."""
    tree = parse(language, text)
    return sum(1 for _ in faults_in(tree.root_node)) if tree is not None else 0
