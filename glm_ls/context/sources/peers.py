"""What files like the document use: those with the same rare words, and those of its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glm_ls.context.lift import definitions_of, summed
from glm_ls.context.scan import best
from glm_ls.context.sources.similar import TEST_SHARE
from glm_ls.index.postings import ranges, sorted_set

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.context.question import Question
    from glm_ls.context.signals import Signals

TOP = 20
"""Files like the document that are looked at."""
MAX_FOLDER = 200
"""Files of its folder that are looked at."""
FEW_NAMESAKES = 4


def score(question: Question, signals: Signals) -> None:
    """Lift what those files use, and files that define what the document uses."""
    _used_by_peers(question, signals)
    _used_in_folder(question, signals)
    _files_in_use(question, signals)


def _used_by_peers(question: Question, signals: Signals) -> None:
    corpus, usable = question.corpus, question.usable
    total = max(2, int(usable.sum()))
    most = max(20, total // 10)
    # Most are looked up in vain, as words that all files have say nothing.
    which, files = corpus.files_by_code.of_each(
        question.document.codes, most=most + int((~usable).sum())
    )
    keep = usable[files]
    which, files = which[keep], files[keep]
    users = np.bincount(which, minlength=len(question.document.codes))
    rarity = np.where(users <= most, np.log(total / np.maximum(users, 1)) ** 2, 0)
    scores = np.bincount(files, rarity[which], minlength=len(usable))
    scores = scores / np.sqrt(20 + np.diff(corpus.starts["codes"]))
    peers, values = best(scores * np.where(corpus.tests, TEST_SHARE, 1), TOP)
    squared = values.astype(np.float64) ** 2
    codes, counts = _codes(question, peers)
    distinct, sums = summed(codes, np.repeat(squared, counts))
    words, symbols = definitions_of(question, distinct)
    of_file = np.zeros(len(usable))
    of_file[peers] = squared
    # That its own file has a definition's name says nothing of its use.
    own = of_file[corpus.file_of_symbol[symbols]]
    value = np.maximum(sums[words] - own, 0) / (squared.sum() + 0.5)
    signals.raise_to("peers", symbols, value)


def _used_in_folder(question: Question, signals: Signals) -> None:
    files = np.flatnonzero(question.beside & question.usable & ~question.corpus.tests)[:MAX_FOLDER]
    codes, _ = _codes(question, files)
    distinct, users = np.unique(codes, return_counts=True)
    words, symbols = definitions_of(question, distinct)
    share = np.sqrt(np.maximum(users[words] - 1, 0) / (len(files) + 1))
    signals.raise_to("folder", symbols, share)


def _files_in_use(question: Question, signals: Signals) -> None:
    corpus, found = question.corpus, question.named
    few = found.namesakes <= FEW_NAMESAKES
    files = corpus.file_of_symbol[found.symbols[few]].astype(np.int64)
    pairs = sorted_set(files << 32 | found.words[few])
    used = np.bincount(pairs >> 32, minlength=len(corpus.entries))
    signals.put_by_file("file_in_use", np.log1p(used))


def _codes(
    question: Question, files: NDArray[np.intp]
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    starts = question.corpus.starts["codes"]
    counts = starts[files + 1] - starts[files]
    codes: NDArray[np.uint32] = question.corpus.columns["codes"][ranges(starts[files], counts)]
    return codes, counts
