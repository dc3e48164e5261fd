"""Code elsewhere that resembles the code around the cursor, and the definitions it uses.

Two measures, both by shared rare words: whole functions against the function around the cursor,
and windows of a few lines against the lines near it. What the most similar ones use is likely to
be used here: this finds definitions that no import leads to. The same places serve as examples of
usage (`examples`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glm_ls.context.question import Weights
from glm_ls.index.corpus import lists_of
from glm_ls.index.postings import ranges
from glm_ls.index.words import code_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.context.question import Question
    from glm_ls.context.signals import Signals

MAX_FILES = 150
"""Files, those with the rarest words in common, whose functions and windows are compared."""
FUNCTION_WEIGHT, CLASS_WEIGHT = 0.35, 0.2
"""What a word of the function, and the class's name, add to a word's weight."""
TOP_FUNCTIONS, TOP_WINDOWS = 40, 60
TEST_SHARE = 0.6
"""What a place in a test counts."""
NEAR_ENOUGH = 0.2
"""Weight from which on a word counts for windows."""
MAX_NAMESAKES = 12


@dataclass(frozen=True, eq=False)
class Similar:
    """The most similar places, best first."""

    functions: NDArray[np.int64]
    """Indices of functions in the corpus."""
    function_values: NDArray[np.float32]
    """1 for the best."""
    windows: NDArray[np.int64]
    """Indices of buckets."""
    window_values: NDArray[np.float32]


def find(question: Question) -> Similar:
    """Return the places that resemble the code around the cursor."""
    weights = _function_weights(question)
    files = _files(question, weights)
    functions, function_values = _functions(question, weights, files)
    windows, window_values = _windows(question, files)
    return Similar(functions, function_values, windows, window_values)


def score(question: Question, signals: Signals) -> None:
    """Lift what similar places use."""
    similar, corpus = question.similar, question.corpus
    words, counts = lists_of(corpus, "function_words", "function_ends", similar.functions)
    codes = _codes(question, words, counts, corpus.file_of_function[similar.functions])
    owners = corpus.columns["names"][corpus.columns["function_symbols"][similar.functions]]
    squared = similar.function_values**2
    _lift(question, signals, "similar_function",
          np.concatenate((codes, owners)),
          np.concatenate((np.repeat(squared, counts), squared * np.float32(0.5))))  # fmt: skip
    words, counts = lists_of(corpus, "bucket_words", "bucket_ends", similar.windows)
    codes = _codes(question, words, counts, corpus.file_of_bucket[similar.windows])
    squared = similar.window_values**2
    _lift(question, signals, "similar_window", codes, np.repeat(squared, counts))
    _files_of_similar(question, signals, similar)
    _same_function(question, signals)


def _function_weights(question: Question) -> Weights:
    weights = dict(question.near_words)
    for word in question.function_words:
        weights[word] = weights.get(word, 0.0) + FUNCTION_WEIGHT
    if question.owner:
        weights[question.owner] = weights.get(question.owner, 0.0) + CLASS_WEIGHT
    return Weights.of(weights)


def _files(question: Question, weights: Weights) -> NDArray[np.int64]:
    """Return the files that share the rarest words."""
    usable = question.usable
    which, files = question.corpus.files_by_code.of_each(weights.codes)
    keep = usable[files]
    which, files = which[keep], files[keep]
    count = max(2, int(usable.sum()))
    users = np.bincount(which, minlength=len(weights.codes))
    rarity = np.log(count / np.maximum(users, 1)).astype(np.float32) + np.float32(0.1)
    values = weights.values * rarity**2
    scores = np.bincount(files, values[which], minlength=len(usable))
    best = np.argsort(-scores, kind="stable")[:MAX_FILES]
    return np.sort(best[scores[best] > 0])


def _functions(
    question: Question, weights: Weights, files: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    corpus = question.corpus
    starts = corpus.starts["functions"]
    functions = ranges(starts[files], starts[files + 1] - starts[files])
    words, counts = lists_of(corpus, "function_words", "function_ends", functions)
    total = max(2, int(np.diff(starts)[question.usable].sum()))
    scores = _overlap(question, weights, functions, words, counts, corpus.file_of_function,
                      files, max(40, total * 0.08), total)  # fmt: skip
    name = question.function.name if question.function else ""
    if name:
        symbols = corpus.columns["function_symbols"][functions]
        same = corpus.columns["names"][symbols] == code_of(name)
        scores = np.where(same, scores * 1.5 + 2, scores)
    scores = scores / np.sqrt(8 + counts)
    scores *= np.where(question.tests[corpus.file_of_function[functions]], TEST_SHARE, 1)
    return _best(functions, scores, TOP_FUNCTIONS)


def _windows(
    question: Question, files: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    corpus = question.corpus
    near = {word: value for word, value in question.near_words.items() if value >= NEAR_ENOUGH}
    weights = Weights.of(near)
    starts = corpus.starts["buckets"]
    buckets = ranges(starts[files], starts[files + 1] - starts[files])
    words, counts = lists_of(corpus, "bucket_words", "bucket_ends", buckets)
    total = max(2, int(np.diff(starts)[question.usable].sum()))
    scores = _overlap(question, weights, buckets, words, counts, corpus.file_of_bucket,
                      files, max(60, total * 0.02), total)  # fmt: skip
    # A bucket and its neighbors are one place, unless the neighbor is in another file.
    of_file = corpus.file_of_bucket[buckets]
    around = np.zeros(len(scores))
    together = of_file[1:] == of_file[:-1]
    around[1:] += np.where(together, scores[:-1], 0)
    around[:-1] += np.where(together, scores[1:], 0)
    scores = (scores + 0.7 * around) / np.sqrt(6 + counts)
    scores *= np.where(question.tests[of_file], TEST_SHARE, 1)
    return _best(buckets, scores, TOP_WINDOWS)


def _overlap(
    question: Question,
    weights: Weights,
    places: NDArray[np.int64],
    words: NDArray[np.uint16],
    counts: NDArray[np.intp],
    file_of: NDArray[np.int32],
    files: NDArray[np.int64],
    most: float,
    total: int,
) -> NDArray[np.float64]:
    """Return the sum of weight and squared rarity of the words that each place shares."""
    if not len(places) or not len(weights.codes):
        return np.zeros(len(places))
    corpus = question.corpus
    # Weights of the distinct words of the files, then one look-up per word of a place.
    starts = corpus.starts["codes"]
    lengths = starts[files + 1] - starts[files]
    codes = corpus.columns["codes"][ranges(starts[files], lengths)]
    number = np.searchsorted(weights.codes, codes)
    number = np.minimum(number, len(weights.codes) - 1)
    number = np.where(weights.codes[number] == codes, number, -1)
    offsets = np.zeros(len(corpus.entries), np.int64)
    offsets[files] = np.cumsum(lengths) - lengths
    found = number[words + np.repeat(offsets[file_of[places]], counts)]
    hit = found >= 0
    found = found[hit]
    users = np.bincount(found, minlength=len(weights.codes))
    rarity = np.log(total / np.maximum(users, 1))
    values = np.where((users > 0) & (users <= most), weights.values * rarity**2, 0)
    place = np.repeat(np.arange(len(places)), counts)[hit]
    return np.bincount(place, values[found], minlength=len(places)).astype(np.float64)


def _best(
    places: NDArray[np.int64], scores: NDArray[np.float64], count: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    order = np.argsort(-scores, kind="stable")[:count]
    order = order[scores[order] > 0]
    best = scores[order]
    return places[order], (best / (best[0] if len(best) else 1)).astype(np.float32)


def _codes(
    question: Question, words: NDArray[np.uint16], counts: NDArray[np.intp], files: NDArray[Any]
) -> NDArray[np.uint32]:
    starts = question.corpus.starts["codes"][:-1][files]
    codes: NDArray[np.uint32] = question.corpus.columns["codes"][words + np.repeat(starts, counts)]
    return codes


def _lift(
    question: Question,
    signals: Signals,
    name: str,
    codes: NDArray[np.uint32],
    values: NDArray[np.float32],
) -> None:
    """Lift the definitions of words by the values summed up per word."""
    if not len(codes):
        return
    distinct, which = np.unique(codes, return_inverse=True)
    sums = np.bincount(which, values)
    words, symbols = question.corpus.symbols_by_name.of_each(distinct)
    keep = question.usable_symbols[symbols]
    words, symbols = words[keep], symbols[keep]
    namesakes = np.bincount(words, minlength=len(distinct))[words]
    keep = namesakes <= MAX_NAMESAKES
    words, symbols, namesakes = words[keep], symbols[keep], namesakes[keep]
    signals.raise_to(name, symbols, np.sqrt(sums[words] / sums.max()) / namesakes**0.25)


def _files_of_similar(question: Question, signals: Signals, similar: Similar) -> None:
    files = np.zeros(len(question.corpus.entries), np.float32)
    np.maximum.at(
        files, question.corpus.file_of_function[similar.functions], similar.function_values
    )
    signals.put("similar_file", files[question.corpus.file_of_symbol])


def _same_function(question: Question, signals: Signals) -> None:
    """Lift what functions of the same name use, by the share of them that do."""
    if question.function is None:
        return
    corpus = question.corpus
    symbols = corpus.symbols_by_name.get(code_of(question.function.name))
    symbols = symbols[question.usable_symbols[symbols]]
    functions = np.flatnonzero(np.isin(corpus.columns["function_symbols"], symbols))
    if not 0 < len(functions) <= TOP_FUNCTIONS:
        return
    words, counts = lists_of(corpus, "function_words", "function_ends", functions)
    codes = _codes(question, words, counts, corpus.file_of_function[functions])
    distinct, which = np.unique(codes, return_inverse=True)
    share = np.sqrt(np.bincount(which) / len(functions))
    at, symbols = corpus.symbols_by_name.of_each(distinct)
    keep = question.usable_symbols[symbols]
    at, symbols = at[keep], symbols[keep]
    few = np.bincount(at, minlength=len(distinct))[at] <= 8
    signals.raise_to("same_function", symbols[few], share[at[few]])
