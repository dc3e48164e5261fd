"""How much is wanted at a cursor: the rest of a line, a statement, or a block.

Brackets, literals and indentation around the cursor decide. That is what a tree would tell, too,
but it costs the same in a file of any length and does not depend on code that is unfinished.
"""

from __future__ import annotations

import re
from typing import Literal

from glm_ls.syntax.brackets import LINE_COMMENT, scan
from glm_ls.syntax.closers import only_closers
from glm_ls.syntax.languages import Language
from glm_ls.syntax.statements import first_code, header_of, opens_block, opens_body

Extent = Literal["line", "statement", "block"]
"""`statement`: what is begun on the line, with its block if it opens one; `block`: all that the
innermost block still lacks."""

_LINE_END = re.compile(r"\r\n|\n|\r")
_TAB = 8
"""Columns of a tab, to compare indentation by; which one it is does not matter."""
NEAR = 40
"""Lines above the cursor that are looked at for the one it continues."""


def extent_of(language: Language, before: str, after: str) -> Extent:
    """Return what is wanted between two texts that meet at the cursor."""
    above = _LINE_END.split(before[-_window(before) :])
    below = _LINE_END.split(after)
    typed, rest = above[-1], below[0]
    if not only_closers(rest):
        return "line"
    literal = scan(language, before[first_code(language, before) :]).literal
    if literal:
        return _in_literal(literal, typed, rest)
    if typed.strip():
        opens = opens_body(language, typed)
    else:
        above = _without_blank(above)
        opens = opens_block(language, above[-1])
    begins = header_of("\n".join(above))
    if opens and not _is_filled(begins, below[1:]):
        return "block"
    begins = begins if typed.strip() else typed
    return "statement" if _goes_on_below(begins, below[1:]) else "block"


def _window(before: str) -> int:
    """Return how many code points of a text its last lines take."""
    at = len(before)
    for _ in range(NEAR):
        at = before.rfind("\n", 0, max(at, 0))
        if at < 0:
            return len(before)
    return len(before) - at - 1


def _in_literal(literal: str, typed: str, rest: str) -> Extent:
    """Return what is wanted in a comment or a string: some can have more than one line."""
    if literal == LINE_COMMENT or len(literal) == 1 or literal in rest:
        return "line"
    return "statement" if typed.strip() else "block"


def _without_blank(lines: list[str]) -> list[str]:
    """Return the lines up to the last that is not blank; at least one."""
    count = next((at for at in range(len(lines), 0, -1) if lines[at - 1].strip()), 1)
    return lines[:count]


def _goes_on_below(typed: str, below: list[str]) -> bool:
    """Whether the next line belongs to the block that the cursor is in."""
    follows = below[0] if below else ""
    inside = bool(follows.strip()) and _width(follows) >= _width(typed)
    return inside and not only_closers(follows)


def _is_filled(header: str, below: list[str]) -> bool:
    """Whether the block that a line opens has code already."""
    line = next((line for line in below if line.strip()), "")
    return _width(line) > _width(header) if line else False


def _width(line: str) -> int:
    return len(line[: len(line) - len(line.lstrip())].expandtabs(_TAB))
