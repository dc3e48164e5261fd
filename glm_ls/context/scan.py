"""Where in the project the words around the cursor stand: files first, then places in them.

Scanning every function and every few lines of a project would take too long for a keystroke, so
the files that share the rarest words are chosen first; this costs nothing in quality.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from glm_ls.context.question import Weights
from glm_ls.index.postings import places_of, ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.context.question import Question
    from glm_ls.index.corpus import Corpus

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
    ends: NDArray[np.intp]
    """Where they end in `positions`."""
    positions: NDArray[np.intp]
    """The words of all places, one place behind the other, as indices in `codes` …"""
    codes: NDArray[np.uint32]
    """… the words of the files."""
    at: NDArray[np.intp]
    """For each hit, the index of its place …"""
    words: NDArray[np.intp]
    """… and of its word in the weights."""
    users: NDArray[np.intp]
    """How many of the places have each word."""


@dataclass(frozen=True, eq=False)
class Scan:
    """What a question's words are looked for in.

    It does not hold the question, which holds it: what is in a circle is freed only by and by.
    """

    corpus: Corpus
    usable: NDArray[np.bool_]
    """Which files may be shown."""
    weights: Weights
    """The words near the cursor and those of its function."""

    @cached_property
    def files(self) -> NDArray[np.int64]:
        """The files that share the rarest words, sorted."""
        usable = self.usable
        which, files = self.corpus.files_by_code.of_each(self.weights.codes)
        keep = usable[files]
        which, files = which[keep], files[keep]
        users = np.bincount(which, minlength=len(self.weights.codes))
        count = max(2, int(usable.sum()))
        rarity = np.log(count / np.maximum(users, 1)) + 0.1
        values = self.weights.values * rarity**2
        scores = np.bincount(files, values[which], minlength=len(usable))
        return np.sort(best(scores, MAX_FILES)[0])

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
        return places_of(self._file_codes, self.weights.codes)

    @cached_property
    def defined(self) -> NDArray[np.bool_]:
        """Which of the words of the files are names of definitions."""
        return self.corpus.symbols_by_name.counts(self._file_codes) > 0

    @cached_property
    def _file_codes(self) -> NDArray[np.uint32]:
        starts = self.corpus.starts["codes"]
        spans = ranges(starts[self.files], starts[self.files + 1] - starts[self.files])
        codes: NDArray[np.uint32] = self.corpus.columns["codes"][spans]
        return codes

    def _hits(self, group: str, column: str, ends: str) -> Hits:
        corpus, files = self.corpus, self.files
        spans = {name: corpus.starts[name][files] for name in (group, column, "codes")}
        sizes = {name: corpus.starts[name][files + 1] - spans[name] for name in spans}
        places = ranges(spans[group], sizes[group])
        bounds = corpus.columns[ends]
        counts = bounds[places].astype(np.int64) - np.where(places > 0, bounds[places - 1], 0)
        # Words are numbered within their file.
        first = np.cumsum(sizes["codes"]) - sizes["codes"]
        positions = corpus.columns[column][ranges(spans[column], sizes[column])]
        positions = positions + np.repeat(first, sizes[column])
        numbers = self._numbers[positions]
        hit = np.flatnonzero(numbers >= 0)
        stops = np.cumsum(counts)
        return Hits(
            places,
            counts,
            stops,
            positions,
            self._file_codes,
            np.searchsorted(stops, hit, "right"),
            numbers[hit],
            np.bincount(numbers[hit], minlength=len(self.weights.codes)),
        )


def scan_of(question: Question) -> Scan:
    """Return where the words of a question are looked for."""
    weights = dict(question.near_words)
    for word in question.function_words:
        weights[word] = weights.get(word, 0.0) + FUNCTION_WEIGHT
    if question.owner:
        weights[question.owner] = weights.get(question.owner, 0.0) + CLASS_WEIGHT
    return Scan(question.corpus, question.usable, Weights.of(weights))


def words_at(hits: Hits, at: NDArray[np.intp]) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    """Return the words of some places behind one another, and how many each has."""
    positions, counts = positions_at(hits, at)
    return hits.codes[positions], counts


def positions_at(hits: Hits, at: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the same words by where they are in the hits' codes."""
    counts = hits.counts[at]
    return hits.positions[ranges(hits.ends[at] - counts, counts)], counts


def best(scores: NDArray[Any], count: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the places with the highest scores, and the scores with 1 for the best."""
    found = np.flatnonzero(scores > 0)
    if len(found) > count:
        least = np.partition(scores[found], -count)[-count]
        found = found[scores[found] >= least]
    order = found[np.argsort(-scores[found], kind="stable")[:count]]
    values = scores[order]
    return order, (values / (values[0] if len(values) else 1)).astype(np.float32)
