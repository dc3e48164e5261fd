"""Definitions whose names share rare parts with words near the cursor: `parse_url`, `UrlParser`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glm_ls.context.question import Weights
from glm_ls.index.words import parts_of

if TYPE_CHECKING:
    from glm_ls.context.question import Question
    from glm_ls.context.signals import Signals

FUNCTION_NAME = 0.8
"""Weight of the parts of the name of the function around the cursor."""
SCALE = 8.0
MOST = 1.5


def score(question: Question, signals: Signals) -> None:
    """Lift definitions by the rarity of the parts their names share."""
    parts: dict[str, float] = {}
    for word, weight in question.near_words.items():
        for part in parts_of(word):
            parts[part] = max(parts.get(part, 0.0), weight)
    for part in parts_of(question.function.name) if question.function else ():
        parts[part] = max(parts.get(part, 0.0), FUNCTION_NAME)
    weights = Weights.of(parts)
    total = max(2, int(question.usable_symbols.sum()))
    which, symbols = question.corpus.symbols_by_part.of_each(weights.codes)
    keep = question.usable_symbols[symbols]
    which, symbols = which[keep], symbols[keep]
    counts = np.bincount(which, minlength=len(weights.codes))
    rarity = np.log(total / np.maximum(counts, 1)) / SCALE
    values = np.where(counts <= max(30, total * 0.03), weights.values * rarity, 0)
    sums = np.bincount(symbols, values[which], minlength=question.corpus.symbol_count)
    signals.put("parts", np.minimum(sums, MOST))
