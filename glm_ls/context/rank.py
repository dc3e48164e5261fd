"""All signals to one score per symbol: a weighted sum.

The weights were fitted on positions in open-source projects by logistic regression, on other
projects than those the benchmark reports (docs/benchmarks.md). A sum generalizes where boosted
trees on the same signals learn their training projects by heart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glm_ls.context.facets import facets_of
from glm_ls.context.signals import Signals
from glm_ls.context.sources import (
    editing,
    following,
    imports,
    names,
    parts,
    peers,
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

STEADY = (imports, siblings, peers, tests, editing)
"""The sources that speak of symbols whatever is typed on the cursor's line …"""
SCORED = (names, types, receiver, similar, following, parts)
"""… and those that heed it."""

WEIGHTS = {
    "similar_function": 4.7,
    "parts": 4.2,
    "test": -3.45,
    "beside": 3.39,
    "hop": 2.82,
    "invisible": -2.42,
    "imported": 2.41,
    "parent_share": 1.97,
    "follows": 1.96,
    "owner_parts": 1.92,
    "undotted": -1.85,
    "receiver": 1.76,
    "in_file": -1.62,
    "similar_window": 1.58,
    "ambiguity": -1.51,
    "popular_and_imported": -1.43,
    "reached_share": 1.3,
    "file_parts": 1.28,
    "type": -1.28,
    "peers": 1.13,
    "second_hop": 1.13,
    "fields": 1.09,
    "in_function": -0.99,
    "parent": 0.99,
    "function": 0.83,
    "reached": 0.83,
    "similar_and_imported": 0.75,
    "receiver_share": 0.71,
    "dotted": 0.7,
    "hop_share": 0.65,
    "proximity": -0.51,
    "mentioned_share": 0.49,
    "fields_share": 0.47,
    "same_function": 0.43,
    "const": 0.38,
    "method": 0.34,
    "signature_types": 0.3,
    "file_in_use": 0.28,
    "popularity": 0.24,
    "field": -0.18,
    "mentioned": -0.1,
    # Not in the benchmark, which has no editor and no tests: as much as the strongest of others.
    "subject": 4.0,
    "editing": 1.0,
}
"""Signal to its weight."""


def score(question: Question) -> NDArray[np.float32]:
    """Return the score of every symbol; minus infinity for those that do not count."""
    total = signals_of(question).total(WEIGHTS)
    kinds = np.array([WEIGHTS.get(kind, 0.0) for kind in KINDS], np.float32)
    total += kinds[question.corpus.columns["kinds"]]
    return np.where(question.usable_symbols, total, np.float32(-np.inf))


def signals_of(question: Question) -> Signals:
    """Return what all sources say."""
    signals = Signals(question.corpus, question.steady)
    for source in SCORED:
        source.score(question, signals)
    hop, popularity = signals.row("hop"), signals.row("popularity")
    nearness = np.maximum(hop, signals.row("second_hop") * np.float32(0.5))
    signals.put("similar_and_imported", signals.row("similar_function") * nearness)
    share = popularity / np.log(2 + int(question.corpus.alive.sum()))
    signals.put("popular_and_imported", hop * share)
    return signals


def steady_signals(question: Question) -> Signals:
    """Return what does not depend on what is typed."""
    signals = Signals(question.corpus)
    for source in STEADY:
        source.score(question, signals)
    _standing(question, signals)
    return signals


def _standing(question: Question, signals: Signals) -> None:
    """Say what holds of symbols wherever the cursor is."""
    corpus = question.corpus
    popularity = facets_of(corpus).popularity
    if question.hidden >= 0:
        # The document's own use of a name is no evidence.
        own = np.unique(corpus.columns["codes"][corpus.span("codes", question.hidden)])
        _, symbols = corpus.symbols_by_name.of_each(own)
        popularity = popularity.copy()
        popularity[symbols] = np.log1p(np.maximum(corpus.users[symbols] - 1, 0))
    signals.put("popularity", popularity)
    signals.put("ambiguity", facets_of(corpus).ambiguity)
    signals.put_by_file("test", corpus.tests)
    signals.put("invisible", _invisible(question))


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
