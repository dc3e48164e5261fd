"""Definitions whose names share rare parts with words near the cursor: `parse_url`, `UrlParser`.

The same for the class that a member belongs to, and for the file that defines it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glm_ls.context.facets import facets_of
from glm_ls.context.question import Weights
from glm_ls.index.words import parts_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.context.question import Question
    from glm_ls.context.signals import Signals

FUNCTION_NAME, IN_FUNCTION = 0.8, 0.35
"""Weights of the parts of the function's name, and of the other words of the function."""
_Found = tuple["NDArray[np.intp]", "NDArray[np.int32]"]
"""Pairs of a part and a symbol with it."""
SCALE = 8.0
MOST = 1.5


def score(question: Question, signals: Signals) -> None:
    """Lift definitions by the parts of their names, of their owners' and of their files'."""
    near = _near(question)
    words = question.function_words
    inside = {part: IN_FUNCTION for word in words for part in parts_of(word)}
    weights = Weights.of(
        {part: max(near.get(part, 0.0), inside.get(part, 0.0)) for part in near | inside}
    )
    # Which symbols have these parts is looked up once.
    found = question.corpus.symbols_by_part.of_each(weights.codes)
    _names(question, signals, Weights.of(near).at(weights.codes), found)
    _owners(question, signals, weights.values, found)
    _files(question, signals, weights)


def _near(question: Question) -> dict[str, float]:
    """Return the parts of the words near the cursor with the highest weight of a word."""
    parts: dict[str, float] = {}
    for word, weight in question.near_words.items():
        for part in parts_of(word):
            if parts.get(part, 0.0) < weight:
                parts[part] = weight
    for part in parts_of(question.function.name) if question.function else ():
        parts[part] = max(parts.get(part, 0.0), FUNCTION_NAME)
    return parts


def _names(
    question: Question, signals: Signals, weights: NDArray[np.float32], found: _Found
) -> None:
    total = max(2, int(question.usable_symbols.sum()))
    which, symbols = found
    keep = question.usable_symbols[symbols] & (weights[which] > 0)
    which, symbols = which[keep], symbols[keep]
    counts = np.bincount(which, minlength=len(weights))
    rarity = np.log(total / np.maximum(counts, 1)) / SCALE
    values = np.where(counts <= max(30, total * 0.03), weights * rarity, 0)
    sums = np.bincount(symbols, values[which], minlength=question.corpus.symbol_count)
    signals.put("parts", np.minimum(sums, MOST))


def _owners(
    question: Question, signals: Signals, weights: NDArray[np.float32], found: _Found
) -> None:
    """Lift members by the parts of the name of their class."""
    facets, (which, symbols) = facets_of(question.corpus), found
    # Where a part occurs is known per symbol, so the class is looked up by its own symbol.
    sums = np.bincount(symbols, weights[which], minlength=question.corpus.symbol_count)
    shares = np.minimum(sums / facets.part_roots, MOST).astype(np.float32)
    signals.put("owner_parts", np.append(shares, np.float32(0))[facets.owners])


def _files(question: Question, signals: Signals, weights: Weights) -> None:
    """Lift definitions by the rarity of the parts of their file's name."""
    parts, counts, rarity = facets_of(question.corpus).stems
    values = weights.at(parts) * rarity
    files = np.repeat(np.arange(len(counts)), counts)
    sums = np.bincount(files, values, minlength=len(counts))
    shares = sums / np.sqrt(np.maximum(counts, 1))
    signals.put_by_file("file_parts", np.minimum(shares, MOST))
