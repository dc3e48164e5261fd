"""Where in the project the words around the cursor stand: files first, then places in them.

Scanning every function and every few lines of a project would take too long for a keystroke, so
the files that share the rarest words are chosen first; this costs nothing in quality.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from glm_ls.context.question import Weights
from glm_ls.index.corpus import lists_of
from glm_ls.index.postings import ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.context.question import Question

MAX_FILES = 40
"""Files that are looked into."""
FUNCTION_WEIGHT, CLASS_WEIGHT = 0.35, 0.2
"""What a word of the function, and the class's name, add to a word's weight."""


@dataclass(frozen=True, eq=False)
class Hits:
    """Places (functions or buckets of lines) and which of the words they hold."""

    places: NDArray[np.int64]
    """Numbers in the corpus."""
    counts: NDArray[np.intp]
    """How many different words each place has."""
    codes: NDArray[np.uint32]
    """The words of all places, one place behind the other."""
    at: NDArray[np.intp]
    """For each hit, the index of its place …"""
    words: NDArray[np.intp]
    """… and of its word in the weights."""
    users: NDArray[np.intp]
    """How many of the places have each word."""


@dataclass(frozen=True, eq=False)
class Scan:
    """What a question's words are looked for in."""

    question: Question

    @cached_property
    def weights(self) -> Weights:
        """The words near the cursor and those of its function."""
        question = self.question
        weights = dict(question.near_words)
        for word in question.function_words:
            weights[word] = weights.get(word, 0.0) + FUNCTION_WEIGHT
        if question.owner:
            weights[question.owner] = weights.get(question.owner, 0.0) + CLASS_WEIGHT
        return Weights.of(weights)

    @cached_property
    def files(self) -> NDArray[np.int64]:
        """The files that share the rarest words, sorted."""
        usable = self.question.usable
        which, files = self.question.corpus.files_by_code.of_each(self.weights.codes)
        keep = usable[files]
        which, files = which[keep], files[keep]
        users = np.bincount(which, minlength=len(self.weights.codes))
        count = max(2, int(usable.sum()))
        rarity = np.log(count / np.maximum(users, 1)) + 0.1
        values = self.weights.values * rarity**2
        scores = np.bincount(files, values[which], minlength=len(usable))
        best = np.argsort(-scores, kind="stable")[:MAX_FILES]
        return np.sort(best[scores[best] > 0])

    @cached_property
    def functions(self) -> Hits:
        """The functions of these files."""
        return self._hits("functions", "function_words", "function_ends")

    @cached_property
    def buckets(self) -> Hits:
        """The lines of these files, a few at a time."""
        return self._hits("buckets", "bucket_words", "bucket_ends")

    @cached_property
    def _numbers(self) -> NDArray[np.intp]:
        """For each word of the files, one file behind the other, its index in the weights or -1."""
        codes, wanted = self._file_codes, self.weights.codes
        if not len(wanted):
            return np.full(len(codes), -1, np.intp)
        place = np.minimum(np.searchsorted(wanted, codes), len(wanted) - 1)
        return np.where(wanted[place] == codes, place, -1)

    @cached_property
    def _file_codes(self) -> NDArray[np.uint32]:
        starts = self.question.corpus.starts["codes"]
        spans = ranges(starts[self.files], starts[self.files + 1] - starts[self.files])
        codes: NDArray[np.uint32] = self.question.corpus.columns["codes"][spans]
        return codes

    def _hits(self, group: str, column: str, ends: str) -> Hits:
        corpus, files = self.question.corpus, self.files
        starts = corpus.starts[group]
        in_file = starts[files + 1] - starts[files]
        places = ranges(starts[files], in_file)
        local, counts = lists_of(corpus, column, ends, places)
        word_starts = corpus.starts["codes"]
        lengths = word_starts[files + 1] - word_starts[files]
        first_word = np.repeat(np.cumsum(lengths) - lengths, in_file)
        position = local + np.repeat(first_word, counts)
        number = self._numbers[position]
        hit = np.flatnonzero(number >= 0)
        words = number[hit]
        return Hits(
            places,
            counts,
            self._file_codes[position],
            np.repeat(np.arange(len(places)), counts)[hit],
            words,
            np.bincount(words, minlength=len(self.weights.codes)),
        )


def words_at(hits: Hits, at: NDArray[np.intp]) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    """Return the words of some places behind one another, and how many each has."""
    ends = np.cumsum(hits.counts)
    counts = hits.counts[at]
    return hits.codes[ranges(ends[at] - counts, counts)], counts
