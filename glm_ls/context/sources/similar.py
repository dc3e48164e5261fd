"""Code elsewhere that resembles the code around the cursor, and the definitions it uses.

Two measures, both by shared rare words: whole functions against the function around the cursor,
and windows of a few lines against the lines near it. What the most similar ones use is likely to
be used here: this finds definitions that no import leads to. The same places serve as examples of
usage (`examples`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from glm_ls.context.lift import among, definitions_of, lift, summed
from glm_ls.context.scan import Hits, best, words_at
from glm_ls.index.corpus import lists_of
from glm_ls.index.words import code_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.context.question import Question
    from glm_ls.context.signals import Signals

TOP_FUNCTIONS, TOP_WINDOWS = 40, 60
TEST_SHARE = 0.6
"""What a place in a test counts."""
NEAR_ENOUGH = 0.2
"""Weight from which on a word counts for windows."""
NEIGHBOR = 0.7
"""What the lines above and below a few lines count."""


@dataclass(frozen=True, eq=False)
class Similar:
    """The most similar places, best first: indices in the hits of the scan."""

    functions: NDArray[np.intp]
    function_values: NDArray[np.float32]
    """1 for the best."""
    windows: NDArray[np.intp]
    window_values: NDArray[np.float32]


def find(question: Question) -> Similar:
    """Return the places that resemble the code around the cursor."""
    functions, function_values = _functions(question)
    windows, window_values = _windows(question)
    return Similar(functions, function_values, windows, window_values)


def score(question: Question, signals: Signals) -> None:
    """Lift what similar places use."""
    similar, hits = question.similar, question.scan.functions
    words, counts = words_at(hits, similar.functions)
    symbols = question.corpus.columns["function_symbols"][hits.places[similar.functions]]
    names = question.corpus.columns["names"][symbols]
    squared = similar.function_values**2
    _lift(question, signals, "similar_function",
          np.concatenate((words, names)),
          np.concatenate((np.repeat(squared, counts), squared * np.float32(0.5))))  # fmt: skip
    words, counts = words_at(question.scan.buckets, similar.windows)
    _lift(question, signals, "similar_window", words, np.repeat(similar.window_values**2, counts))
    _same_function(question, signals)


def _functions(question: Question) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    corpus, scan, hits = question.corpus, question.scan, question.scan.functions
    total = max(2, int(np.diff(corpus.starts["functions"])[question.usable].sum()))
    scores = overlap(hits, scan.weights.values, max(40, total * 0.08), total)
    if question.function:
        symbols = corpus.columns["function_symbols"][hits.places]
        same = corpus.columns["names"][symbols] == code_of(question.function.name)
        scores = np.where(same, scores * 1.5 + 2, scores)
    scores = scores / np.sqrt(8 + hits.counts)
    scores *= np.where(corpus.tests[corpus.file_of_function[hits.places]], TEST_SHARE, 1)
    return best(scores, TOP_FUNCTIONS)


def _windows(question: Question) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    corpus, hits = question.corpus, question.scan.buckets
    near = question.near.at(question.scan.weights.codes)
    total = max(2, int(np.diff(corpus.starts["buckets"])[question.usable].sum()))
    near = np.where(near >= NEAR_ENOUGH, near, 0)
    scores = overlap(hits, near, max(60, total * 0.02), total)
    files = corpus.file_of_bucket[hits.places]
    scores = scores + NEIGHBOR * (moved(scores, files, 1) + moved(scores, files, -1))
    scores /= np.sqrt(6 + hits.counts)
    scores *= np.where(corpus.tests[files], TEST_SHARE, 1)
    return best(scores, TOP_WINDOWS)


def overlap(
    hits: Hits,
    weights: NDArray[np.floating],
    most: float,
    total: int,
) -> NDArray[np.float64]:
    """Return the sum of weight and squared rarity of the words that each place shares.

    Words in more than `most` of the `total` places say nothing.
    """
    rarity = np.log(total / np.maximum(hits.users, 1))
    values = np.where(hits.users <= most, weights * rarity**2, 0)
    return np.bincount(hits.at, values[hits.words], minlength=len(hits.places)).astype(np.float64)


def moved(scores: NDArray[np.float64], files: NDArray[np.int32], by: int) -> NDArray[np.float64]:
    """Return what each place gets of the one before (1) or behind it (-1) in the same file."""
    result = np.zeros(len(scores))
    same = files[1:] == files[:-1]
    if by > 0:
        result[1:] = np.where(same, scores[:-1], 0)
    else:
        result[:-1] = np.where(same, scores[1:], 0)
    return result


def _lift(
    question: Question,
    signals: Signals,
    name: str,
    codes: NDArray[np.uint32],
    values: NDArray[np.float32],
) -> None:
    """Lift the definitions of words by the values summed up per word."""
    if len(codes):
        distinct, sums = summed(codes, values)
        lift(question, signals, name, distinct, np.sqrt(sums / sums.max()))


def _same_function(question: Question, signals: Signals) -> None:
    """Lift what functions of the same name use, by the share of them that do."""
    if question.function is None:
        return
    corpus = question.corpus
    wanted = np.array([code_of(question.function.name)], np.uint32)
    _, symbols = definitions_of(question, wanted)
    functions = np.flatnonzero(among(corpus.columns["function_symbols"], np.sort(symbols)))
    if not 0 < len(functions) <= TOP_FUNCTIONS:
        return
    words, counts = lists_of(corpus, "function_words", "function_ends", functions)
    first = corpus.starts["codes"][:-1][corpus.file_of_function[functions]]
    codes = corpus.columns["codes"][words + np.repeat(first, counts)]
    distinct, users = np.unique(codes, return_counts=True)
    share = np.sqrt(users / len(functions))
    lift(question, signals, "same_function", distinct, share, shared=0, most=8)
