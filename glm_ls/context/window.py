"""The text around the cursor, cut to a budget.

The start of the prefix moves in steps of STEP lines, not with every line, and what is typed on the
cursor's line counts in steps, too: a keystroke then leaves the prompt's beginning as it was, and
prefix caches (hosted or self-hosted) keep hitting.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from glm_ls.context.target import Target
from glm_ls.text.tokens import estimate_tokens

STEP = 32
"""Lines by which the prefix's start moves."""

GRAIN, LEAST_GRAINS = 128, 8
"""Tokens that a cursor's line is counted in, and how many such grains a budget has at least."""

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
    # A line costs a token at least, so more than `budget` lines never fit.
    above = [line[:LONGEST_LINE] for line in snapshot.lines.slice(row - budget, row)]
    costs = [line_tokens(line) for line in above]
    own = estimate_tokens(head)
    count, _ = _fitting(reversed(costs), budget, max(own, coarse(own, budget)))
    first = row - count
    if first > 0:
        count = row - min(row, -(-first // STEP) * STEP)
    spent = own + sum(costs[len(costs) - count :])
    return "".join(above[len(above) - count :]) + head, spent


def suffix_of(target: Target, budget: int) -> tuple[str, int]:
    """Return the text after the cursor and its tokens, at most `budget`."""
    snapshot, (row, column) = target.snapshot, target.position
    rest = snapshot.lines[row][column : column + LONGEST_LINE]
    below = [line[:LONGEST_LINE] for line in snapshot.lines.slice(row + 1, row + 1 + budget)]
    costs = map(line_tokens, below)
    count, spent = _fitting(costs, budget, estimate_tokens(rest))
    return rest + "".join(below[:count]), spent


def coarse(tokens: int, budget: int) -> int:
    """Return the next whole number of grains above some tokens, at most the budget."""
    grain = max(1, min(GRAIN, budget // LEAST_GRAINS))
    return min(budget, (tokens // grain + 1) * grain)


def _fitting(costs: Iterable[int], budget: int, spent: int) -> tuple[int, int]:
    """Return how many of the costs fit in a row, and what is spent then."""
    count = 0
    for cost in costs:
        if spent + cost > budget:
            break
        spent += cost
        count += 1
    return count, spent
