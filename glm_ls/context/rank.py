"""All signals to one score per symbol: a weighted sum.

The weights were fitted on positions in open-source projects by logistic regression, on other
projects than those the benchmark reports (docs/benchmarks.md). A sum generalizes where boosted
trees on the same signals learn their training projects by heart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glm_ls.context.signals import Signals
from glm_ls.context.sources import (
    editing,
    imports,
    parts,
    receiver,
    siblings,
    similar,
    tests,
    types,
)
from glm_ls.index.facts import KINDS
from glm_ls.index.record import PRIVATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.context.question import Question

SCORED = (imports, siblings, types, receiver, similar, parts, tests, editing)
"""The sources that speak of symbols."""

WEIGHTS = {
    "similar_function": 2.42,
    "similar_window": 1.61,
    "same_function": 0.82,
    "similar_file": 0.47,
    "receiver": 1.98,
    "receiver_share": 2.06,
    "reached": 0.17,
    "reached_share": 1.34,
    "mentioned": 0.18,
    "mentioned_share": 1.19,
    "further": 0.29,
    "fields": 0.14,
    "imported": 1.37,
    "parent": 0.44,
    "hop": 1.75,
    "hop_share": 0.64,
    "second_hop": 0.80,
    "proximity": 0.49,
    "parts": 1.73,
    # Not in the benchmark, which has no editor: weighed like an import of a neighbor.
    "subject": 1.5,
    "editing": 0.5,
}
"""Signal to its weight."""
KIND_WEIGHTS = {
    "class": -0.70,
    "type": -0.62,
    "function": 0.64,
    "method": 0.65,
    "field": -0.24,
    "const": 0.27,
}
USERS = 0.19
"""Weight of the logarithm of how many files use the name, and of its share of all files."""
NAMESAKES = -0.98
"""Weight of the logarithm of how many symbols have the name."""
TEST = -2.85
INVISIBLE = -0.93
"""Weight of being private elsewhere."""


def score(question: Question) -> NDArray[np.float32]:
    """Return the score of every symbol; minus infinity for those that do not count."""
    signals = Signals(question.corpus.symbol_count)
    for source in SCORED:
        source.score(question, signals)
    total = _standing(question)
    for name, row in signals.rows.items():
        if weight := WEIGHTS.get(name):
            total += np.float32(weight) * row
    return np.where(question.usable_symbols, total, np.float32(-np.inf))


def _standing(question: Question) -> NDArray[np.float32]:
    """Return what holds of symbols wherever the cursor is."""
    corpus = question.corpus
    kinds = np.array([KIND_WEIGHTS[kind] for kind in KINDS], np.float32)
    users = corpus.users
    if question.hidden >= 0:
        # The document's own use of a name is no evidence.
        own = corpus.columns["codes"][corpus.span("codes", question.hidden)]
        users = users - np.isin(corpus.columns["names"], own)
    popularity = np.log1p(np.maximum(users, 0)).astype(np.float32)
    share = popularity / np.log(2 + int(corpus.alive.sum()))
    total: NDArray[np.float32] = (
        kinds[corpus.columns["kinds"]]
        + np.float32(USERS) * (popularity + share)
        + np.float32(NAMESAKES) * np.log(corpus.namesakes).astype(np.float32)
        + np.float32(TEST) * question.tests[corpus.file_of_symbol]
        + np.float32(INVISIBLE) * _invisible(question)
    )
    return total


def _invisible(question: Question) -> NDArray[np.bool_]:
    """Return which symbols are private to a place the document is not in."""
    corpus = question.corpus
    private = (corpus.columns["flags"] & PRIVATE) != 0
    row = question.document.facts.row
    family = row.family if row else ""
    visible = np.zeros(len(corpus.entries), np.bool_)
    if family == "go":
        visible = question.beside
    elif family == "rust":
        visible = np.array(
            [_is_above(entry.path, question.document.path) for entry in corpus.entries], np.bool_
        )
    invisible: NDArray[np.bool_] = private & ~visible[corpus.file_of_symbol]
    return invisible


def _is_above(path: str, below: str) -> bool:
    """Whether a Rust module contains another, which then sees what is private in it."""
    folder, _, name = path.rpartition("/")
    if name in ("lib.rs", "mod.rs", "main.rs"):
        return below.startswith(f"{folder}/")
    return below.startswith(path.removesuffix(".rs") + "/")
