"""From words with values to the definitions of these words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glm_ls.index.postings import folded, places_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.context.question import Question
    from glm_ls.context.signals import Signals

MAX_NAMESAKES = 12
"""Definitions of one name beyond which a word says nothing."""


def lift(
    question: Question,
    signals: Signals,
    name: str,
    codes: NDArray[np.uint32],
    values: NDArray[np.floating[Any]],
    *,
    shared: float = 0.25,
    most: int = MAX_NAMESAKES,
) -> None:
    """Lift the definitions of sorted, distinct words; namesakes share by the power `shared`."""
    words, symbols = definitions_of(question, codes)
    namesakes = np.bincount(words, minlength=len(codes))[words]
    few = namesakes <= most
    words, symbols, namesakes = words[few], symbols[few], namesakes[few]
    signals.raise_to(name, symbols, values[words] / namesakes**shared)


def definitions_of(
    question: Question, codes: NDArray[np.uint32]
) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """Return pairs of a word (index in `codes`) and a symbol of that name that counts."""
    words, symbols = question.corpus.symbols_by_name.of_each(codes)
    keep = question.usable_symbols[symbols]
    return words[keep], symbols[keep]


def summed(
    codes: NDArray[np.uint32], values: NDArray[np.floating[Any]]
) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
    """Return the distinct codes, sorted, and the sum of the values of each."""
    return folded(codes, values.astype(np.float64), np.add)


def strongest(
    codes: NDArray[np.uint32], values: NDArray[np.floating[Any]]
) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """Return the distinct codes, sorted, and the highest value of each."""
    return folded(codes, values.astype(np.float32, copy=False), np.maximum)


def among(values: NDArray[Any], wanted: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which values are among sorted ones; several times as fast as `np.isin`."""
    return places_of(values, wanted) >= 0
