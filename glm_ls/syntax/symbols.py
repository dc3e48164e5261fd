"""The function, method or class around a line of finished code: a line in, its lines out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glm_ls.syntax.languages import Language
from glm_ls.syntax.parser import LineSource, encode, parse, window
from glm_ls.syntax.scope import is_definition
from glm_ls.text.lines import line_body

if TYPE_CHECKING:
    import tree_sitter


def symbol_lines(language: Language, lines: LineSource, row: int) -> range | None:
    """Return the lines of the innermost definition that holds a row, its first line included."""
    span = window(lines, row)
    texts = [line_body(lines[at]) for at in span]
    tree = parse(language, "\n".join(texts))
    text = texts[row - span.start]
    if tree is None or not text.strip():
        return None
    column = len(encode(text[: len(text) - len(text.lstrip())]))
    place = (row - span.start, column)
    node: tree_sitter.Node | None = tree.root_node.descendant_for_point_range(place, place)
    while node is not None and not is_definition(node):
        node = node.parent
    if node is None:
        return None
    last = node.end_point.row - (node.end_point.column == 0)
    return range(span.start + node.start_point.row, span.start + last + 1)
