"""From words with values to the definitions of these words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

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
    distinct, which = np.unique(codes, return_inverse=True)
    return distinct, np.bincount(which, values, minlength=len(distinct)).astype(np.float64)


def among(values: NDArray[Any], wanted: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which values are among sorted ones; several times as fast as `np.isin`."""
    if not len(wanted):
        return np.zeros(len(values), np.bool_)
    place = np.minimum(np.searchsorted(wanted, values), len(wanted) - 1)
    found: NDArray[np.bool_] = wanted[place] == values
    return found
