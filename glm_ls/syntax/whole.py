"""Lines around a place, widened until they cut no statement: a range of lines in, one out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glm_ls.syntax.languages import Language
from glm_ls.syntax.parser import LineSource, parse, window
from glm_ls.text.lines import line_body

if TYPE_CHECKING:
    import tree_sitter


def whole(language: Language, lines: LineSource, rows: range, most: int) -> range:
    """Return the rows with the nodes that cross their borders, as far as `most` lines suffice.

    Of a node that is longer only its parts count. Without a grammar the rows stay as they are.
    """
    span = window(lines, rows.start, below=len(rows) + most)
    tree = parse(language, "\n".join(line_body(lines[at]) for at in span))
    if tree is None:
        return rows
    first, stop = rows.start - span.start, rows.stop - span.start
    start = _start_of(tree.root_node, first, most)
    end = _end_of(tree.root_node, stop - 1, most)
    return range(span.start + start, min(len(lines), span.start + max(end, stop - 1) + 1))


def _start_of(node: tree_sitter.Node, row: int, most: int) -> int:
    """Return the first row of the outermost node near enough that has begun above `row`."""
    for child in node.children:
        if child.start_point.row < row <= _last_row(child):
            near = row - child.start_point.row <= most
            return child.start_point.row if near else _start_of(child, row, most)
    return row


def _end_of(node: tree_sitter.Node, row: int, most: int) -> int:
    """Return the last row of the outermost node near enough that goes on behind `row`."""
    for child in node.children:
        if child.start_point.row <= row < _last_row(child):
            near = _last_row(child) - row <= most
            return _last_row(child) if near else _end_of(child, row, most)
    return row


def _last_row(node: tree_sitter.Node) -> int:
    """Return the last row with text of the node: one that ends with a line end ends above it."""
    end = node.end_point
    return end.row - (end.column == 0 and end.row > node.start_point.row)
