"""Patterns over trees: all nodes of a kind, however deep, at the speed of C.

Walking node by node costs a microsecond each; a query that looks for one kind of statement in a
file of 1,000 lines takes 0.3 ms. Patterns carry no text predicates, which corrupt memory in
tree-sitter 0.26.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from glm_ls.syntax.parser import grammar_of

if TYPE_CHECKING:
    import tree_sitter


def captured(language_id: str, pattern: str, node: tree_sitter.Node) -> list[tree_sitter.Node]:
    """Return the nodes below `node` that the pattern captures as `@it`, in the file's order."""
    from tree_sitter import QueryCursor

    found = QueryCursor(_query(language_id, pattern)).captures(node).get("it", [])
    return sorted(found, key=lambda one: (one.start_byte, -one.end_byte))


@cache
def _query(language_id: str, pattern: str) -> tree_sitter.Query:
    from tree_sitter import Query

    grammar = grammar_of(language_id)
    assert grammar is not None, f"a tree of {language_id} without its grammar"
    return Query(grammar, pattern)
