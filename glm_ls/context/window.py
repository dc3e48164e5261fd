"""The text around the cursor, cut to a budget.

The start of the prefix moves in steps of STEP lines, not with every line: a keystroke then leaves
the prompt's beginning as it was, and prefix caches (hosted or self-hosted) keep hitting.
"""

from __future__ import annotations

from functools import lru_cache

from glm_ls.context.target import Target
from glm_ls.text.tokens import estimate_tokens

STEP = 32
"""Lines by which the prefix's start moves."""

LONGEST_LINE = 2000
"""Characters of one line that are shown; longer ones are data, not code."""


@lru_cache(maxsize=8192)
def line_tokens(line: str) -> int:
    """Return the estimate for one line; most lines are looked at with every keystroke."""
    return estimate_tokens(line)


def prefix_of(target: Target, budget: int) -> tuple[str, int]:
    """Return the text before the cursor and its tokens, at most `budget`."""
    snapshot, (row, column) = target.snapshot, target.position
    head = snapshot.line(row)[max(0, column - LONGEST_LINE) : column]
    spent, first = estimate_tokens(head), row
    while first > 0:
        cost = line_tokens(snapshot.lines[first - 1][:LONGEST_LINE])
        if spent + cost > budget:
            break
        spent += cost
        first -= 1
    if first > 0:
        stepped = min(row, -(-first // STEP) * STEP)
        spent -= sum(line_tokens(snapshot.lines[i][:LONGEST_LINE]) for i in range(first, stepped))
        first = stepped
    lines = snapshot.lines.slice(first, row)
    return "".join(line[:LONGEST_LINE] for line in lines) + head, spent


def suffix_of(target: Target, budget: int) -> tuple[str, int]:
    """Return the text after the cursor and its tokens, at most `budget`."""
    snapshot, (row, column) = target.snapshot, target.position
    pieces = [snapshot.lines[row][column : column + LONGEST_LINE]]
    spent = estimate_tokens(pieces[0])
    for index in range(row + 1, len(snapshot.lines)):
        line = snapshot.lines[index][:LONGEST_LINE]
        cost = line_tokens(line)
        if spent + cost > budget:
            break
        pieces.append(line)
        spent += cost
    return "".join(pieces), spent
