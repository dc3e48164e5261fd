"""What a change does to a text as code: new syntax errors, and which words of code it keeps.

A file may be broken before, while the user types, so errors are counted against those of the text
before. Only the lines around the change are parsed, never a whole large file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from glm_ls.syntax.faults import faults_in
from glm_ls.syntax.languages import Language
from glm_ls.syntax.parser import LineSource, encode, parse, window

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

ABOVE, BELOW = 400, 200
"""Lines around a change that are parsed."""

_WORD = re.compile(r"\w+|[^\w\s]")


def around(lines: LineSource, changed: range) -> str:
    """Return the text around changed lines, from a top-level line on where there is one."""
    span = window(lines, changed.start, ABOVE, BELOW + len(changed))
    return "".join(lines[at] for at in span)


def breaks(language: Language, before: str, after: str) -> bool:
    """Whether `after` has syntax errors that `before` did not have; False without a grammar."""
    tree = parse(language, after)
    if tree is None or not tree.root_node.has_error:
        return False
    old = parse(language, before)
    assert old is not None
    (count, size), (known, covered) = _errors(tree.root_node), _errors(old.root_node)
    grown = max(len(encode(after)) - len(encode(before)), 0)
    return count > known or size > covered + grown


def _errors(root: Node) -> tuple[int, int]:
    """Return how many errors a tree has, and how many bytes they cover."""
    found = list(faults_in(root))
    return len(found), sum(node.end_byte - node.start_byte for node in found)


def code_words(language: Language, text: str) -> list[str]:
    """Return the words and signs of a text in order, without comments and documentation strings.

    Without a grammar only whole lines of comment are left out.
    """
    tree = parse(language, text)
    if tree is None:
        lines = (line for line in text.split("\n") if not language.is_comment(line))
        return _WORD.findall("\n".join(lines))
    data = encode(text)
    pieces = (data[start:stop] for start, stop in _code(tree.root_node, len(data)))
    return _WORD.findall(b" ".join(pieces).decode("utf-8", "replace"))


def _code(root: Node, size: int) -> Iterator[tuple[int, int]]:
    """Yield the bytes between comments."""
    at = 0
    for start, stop in sorted(_said(root)):
        if start >= at:
            yield at, start
        at = max(at, stop)
    yield at, size


def _said(root: Node) -> Iterator[tuple[int, int]]:
    stack = [root]
    while stack:
        node = stack.pop()
        is_string = node.type == "expression_statement" and all(
            child.type == "string" for child in node.children
        )
        if "comment" in node.type or (is_string and node.children):
            yield node.start_byte, node.end_byte
        else:
            stack.extend(node.children)
