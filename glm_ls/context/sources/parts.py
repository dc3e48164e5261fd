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
    from glm_ls.context.question import Question
    from glm_ls.context.signals import Signals

FUNCTION_NAME, IN_FUNCTION = 0.8, 0.35
"""Weights of the parts of the function's name, and of the other words of the function."""
SCALE = 8.0
MOST = 1.5


def score(question: Question, signals: Signals) -> None:
    """Lift definitions by the parts of their names, of their owners' and of their files'."""
    near = _parts(question, whole_function=False)
    around = _parts(question, whole_function=True)
    _names(question, signals, near)
    _owners(question, signals, around)
    _files(question, signals, around)


def _parts(question: Question, *, whole_function: bool) -> Weights:
    """Return the parts of the words around the cursor with the highest weight of a word."""
    parts: dict[str, float] = {}
    words = dict.fromkeys(question.function_words, IN_FUNCTION) if whole_function else {}
    for word, weight in (*words.items(), *question.near_words.items()):
        for part in parts_of(word):
            if parts.get(part, 0.0) < weight:
                parts[part] = weight
    for part in parts_of(question.function.name) if question.function else ():
        parts[part] = max(parts.get(part, 0.0), FUNCTION_NAME)
    return Weights.of(parts)


def _names(question: Question, signals: Signals, weights: Weights) -> None:
    total = max(2, int(question.usable_symbols.sum()))
    which, symbols = question.corpus.symbols_by_part.of_each(weights.codes)
    keep = question.usable_symbols[symbols]
    which, symbols = which[keep], symbols[keep]
    counts = np.bincount(which, minlength=len(weights.codes))
    rarity = np.log(total / np.maximum(counts, 1)) / SCALE
    values = np.where(counts <= max(30, total * 0.03), weights.values * rarity, 0)
    sums = np.bincount(symbols, values[which], minlength=question.corpus.symbol_count)
    signals.put("parts", np.minimum(sums, MOST))


def _owners(question: Question, signals: Signals, weights: Weights) -> None:
    """Lift members by the parts of the name of their class."""
    corpus = question.corpus
    # Where a part occurs is known per symbol, so the class is looked up by its own symbol.
    which, symbols = corpus.symbols_by_part.of_each(weights.codes)
    sums = np.bincount(symbols, weights.values[which], minlength=corpus.symbol_count)
    shares = sums / np.sqrt(np.maximum(facets_of(corpus).part_counts, 1))
    holders = facets_of(corpus).owners
    signals.put("owner_parts", np.where(holders >= 0, np.minimum(shares[holders], MOST), 0))


def _files(question: Question, signals: Signals, weights: Weights) -> None:
    """Lift definitions by the rarity of the parts of their file's name."""
    parts, counts, rarity = facets_of(question.corpus).stems
    values = weights.at(parts) * rarity
    files = np.repeat(np.arange(len(counts)), counts)
    sums = np.bincount(files, values, minlength=len(counts))
    shares = sums / np.sqrt(np.maximum(counts, 1))
    signals.put("file_parts", np.minimum(shares, MOST)[question.corpus.file_of_symbol])
