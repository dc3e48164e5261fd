"""A context and what was hidden in, shares of it that the context shows out.

Texts are compared token by token, so that line breaks, indentation and comment signs that a packer
adds or takes away do not matter, and `x = 1` is not found in `max = 10`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bench.context.position import Definition, Position

TOKEN_BYTES = 4
MIN_LINE = 20
"""Characters of a line of context that can support a hidden one."""

_LEADER = re.compile(r"^[ \t]*(?://|#|│)(?!\[)", re.MULTILINE)
_TOKEN = re.compile(r"[\w$]+|[^\w\s]")
_WORD = re.compile(r"[^\W\d][\w$]*")


@dataclass(frozen=True, slots=True)
class Score:
    """One context at one position; shares are of the targets, from 0 to 1."""

    def_sig: float
    """Whole signature shown."""
    def_line: float
    """At least the line with the name shown."""
    id_recall: float
    """Name said at all."""
    support: float | None
    """How much the best lines are like the hidden ones; None where those say too little."""
    tokens: int
    over: bool
    """More than the budget; then what is over it was not scored."""
    leak: bool
    """The hidden text itself is in it."""


def tokens_of(text: str) -> str:
    """Return a text as its tokens with a space around each, without comment signs."""
    return f" {' '.join(_TOKEN.findall(_LEADER.sub('', text)))} "


def size_of(text: str) -> int:
    """Return the tokens a text counts for: four bytes of UTF-8 each, rounded up."""
    return -(-len(text.encode("utf-8", "replace")) // TOKEN_BYTES)


def score_of(position: Position, context: str, budget: int) -> Score:
    """Score a context that was made for a position."""
    size = size_of(context)
    kept = cut_to(context, budget)
    tokens, words = tokens_of(kept), set(_WORD.findall(kept))
    targets = position.targets
    signature = sum(any(_shows(tokens, one) for one in t.definitions) for t in targets)
    line = sum(any(_names(tokens, one) for one in t.definitions) for t in targets)
    named = sum(target.name in words for target in targets)
    return Score(
        def_sig=signature / len(targets),
        def_line=line / len(targets),
        id_recall=named / len(targets),
        support=support_of(position.hidden, kept),
        tokens=size,
        over=size > budget,
        leak=position.is_unique and tokens_of(position.hidden) in tokens_of(context),
    )


def cut_to(context: str, budget: int) -> str:
    """Return the part of a context that is within the budget."""
    return context.encode("utf-8", "replace")[: budget * TOKEN_BYTES].decode("utf-8", "ignore")


def support_of(hidden: str, context: str) -> float | None:
    """Return how like the hidden lines the best lines of a context are, by their words."""
    lines = (line for line in context.split("\n") if len(line.strip()) >= MIN_LINE)
    shown = [words for line in lines if (words := set(_WORD.findall(line)))]
    wanted = [words for line in hidden.split("\n") if len(words := set(_WORD.findall(line))) > 1]
    if not wanted:
        return None
    best = (max((_overlap(words, other) for other in shown), default=0.0) for words in wanted)
    return sum(best) / len(wanted)


def common_share(before: str, after: str) -> float:
    """Return the share of a context that is its common beginning with the one before."""
    if not after:
        return 1.0
    low, high = 0, min(len(before), len(after))
    while low < high:
        middle = (low + high + 1) // 2
        if before[:middle] == after[:middle]:
            low = middle
        else:
            high = middle - 1
    return low / len(after)


def mean(values: Sequence[float]) -> float:
    """Return the mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that a share of the values do not exceed; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _shows(tokens: str, one: Definition) -> bool:
    return any(form in tokens for form in one.signatures)


def _names(tokens: str, one: Definition) -> bool:
    return one.line in tokens or _shows(tokens, one)


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other)
