"""What usually stands behind the words near the cursor.

`follows`: how often a word follows another within a few lines, wherever the other one stands.
`beside`: the words of the lines that continue code like that above the cursor, or lead to code
like that below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glm_ls.context.lift import lift, strongest
from glm_ls.context.scan import best, positions_at, words_at
from glm_ls.context.sources.similar import NEAR_ENOUGH, TEST_SHARE, moved, overlap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.context.question import Question
    from glm_ls.context.signals import Signals

RARE, MOST, SHARE = 80, 400, 0.02
"""Buckets a word may stand in to say what follows it: at least, at most, and of all."""
OFTEN = 20
"""Buckets from which on following once is chance."""
TOP = 100
"""Continuations that are looked at."""
BELOW_SHARE = 0.7
"""What words below the cursor count."""


def score(question: Question, signals: Signals) -> None:
    """Lift what follows and what stands beside."""
    _follows(question, signals)
    _beside(question, signals)


def _follows(question: Question, signals: Signals) -> None:
    corpus, hits = question.corpus, question.scan.buckets
    near = question.near.at(question.scan.weights.codes)
    total = int(np.diff(corpus.starts["buckets"])[question.usable].sum())
    most = max(RARE, min(MOST, total * SHARE))
    counts = (near >= NEAR_ENOUGH) & (hits.users <= most)
    chosen = counts[hits.words]
    at, words = hits.at[chosen], hits.words[chosen]
    files = corpus.file_of_bucket[hits.places]
    next_at = np.minimum(at + 1, len(files) - 1)
    has_next = (at + 1 < len(files)) & (files[next_at] == files[at]) if len(at) else at > 0
    at = np.concatenate((at, next_at[has_next]))
    words = np.concatenate((words, words[has_next]))
    if not len(at):
        return
    positions, lengths = positions_at(hits, at)
    # Most words define nothing; without them there is less to sort.
    names = question.scan.defined[positions].nonzero()[0]
    pairs = words.repeat(lengths)[names].astype(np.uint64) << np.uint64(32)
    pairs |= hits.codes[positions[names]]
    pairs, together = np.unique(pairs, return_counts=True)
    first = (pairs >> np.uint64(32)).astype(np.intp)
    second = pairs.astype(np.uint32)
    users = hits.users[first]
    keep = ((together >= 2) | (users <= OFTEN)) & (question.scan.weights.codes[first] != second)
    values = near[first] * np.minimum(together, users) / (users + 4)
    lift(question, signals, "follows", *strongest(second[keep], values[keep]))


def continuations(question: Question) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the buckets that continue code like that around the cursor, best first.

    Indices in the hits of the scan, and values with 1 for the best.
    """
    corpus, hits = question.corpus, question.scan.buckets
    codes = question.scan.weights.codes
    total = max(2, int(np.diff(corpus.starts["buckets"])[question.usable].sum()))
    most = max(60, min(600, total * 0.016))
    files = corpus.file_of_bucket[hits.places]
    above = overlap(hits, question.above.at(codes), most, total)
    below = overlap(hits, question.below.at(codes), most, total) * BELOW_SHARE
    scores = above + below + 0.8 * (moved(above, files, 1) + moved(below, files, -1))
    scores += 0.3 * (moved(above, files, -1) + moved(below, files, 1))
    scores *= np.where(corpus.tests[files], TEST_SHARE, 1)
    return best(scores, TOP)


def _beside(question: Question, signals: Signals) -> None:
    places, values = question.continuations
    words, lengths = words_at(question.scan.buckets, places)
    lift(question, signals, "beside", *strongest(words, np.repeat(values, lengths)))
