"""Types within reach of the cursor and their members: one and two hops from what is written.

A type is reached by the signature of something the document mentions (`reached`), by its own name
(`mentioned`), or as the type of a field of the class around the cursor (`fields`); what has such
a type in its own signature is of use with it (`signature_types`). What a type extends is reached
with it, a little less. Members of all of them are looked up in one go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from glm_ls.context.facets import facets_of
from glm_ls.context.lift import among, strongest
from glm_ls.context.question import Weights
from glm_ls.context.types import Reach, reach_of
from glm_ls.index.corpus import lists_of
from glm_ls.index.postings import sorted_set
from glm_ls.index.words import codes_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.context.question import Question
    from glm_ls.context.signals import Signals

FEW_NAMESAKES = 4
"""Definitions of a mentioned name whose signatures are read."""
FROM_SIGNATURE = 0.8
"""Weight of the types in the signature of the function around the cursor."""
INSIDE = 0.4
"""What a type in the function counts beside one near the cursor."""


@dataclass(frozen=True, slots=True)
class _Signal:
    """Types that are reached in one way."""

    name: str
    weights: Weights
    inherited: bool = True
    """Whether what the types extend is reached too."""


def score(question: Question, signals: Signals) -> None:
    """Lift types in reach and their members."""
    mentioned = _mentioned(question)
    named = among(mentioned.codes, question.document.codes[question.document.codes_by_name])
    ways = (
        _Signal("reached", _reached(question)),
        _Signal("mentioned", mentioned),
        _Signal("parent", _all(mentioned.codes[named]), inherited=False),
        _Signal("fields", _all(_field_types(question)), inherited=False),
        _Signal("receiver", _all(sorted_set(_codes(question.receiver)))),
    )
    reach = reach_of(question, np.concatenate([way.weights.codes for way in ways]))
    for way in ways:
        if len(way.weights.codes):
            _raise(reach, way, signals)
    _signatures(question, signals)


def _raise(reach: Reach, way: _Signal, signals: Signals) -> None:
    weights = way.weights.at(reach.codes)
    if way.inherited:
        weights = reach.inherited(weights)
    signals.raise_to(way.name, reach.definitions, weights[reach.types])
    signals.raise_to(way.name, reach.members, weights[reach.owners])
    share = weights / np.log(3 + reach.counts)
    signals.raise_to(f"{way.name}_share", reach.members, share[reach.owners])


def _mentioned(question: Question) -> Weights:
    """Return the classes the document names."""
    found = question.named
    words = sorted_set(found.words[found.classes])
    return Weights(question.document.codes[words], question.word_weights[words])


def _reached(question: Question) -> Weights:
    """Return the types in signatures of what the document mentions and of what it defines."""
    found, corpus, weights = question.named, question.corpus, question.word_weights
    keep = ~found.classes & (found.namesakes <= FEW_NAMESAKES)
    codes, counts = lists_of(corpus, "mentions", "mention_ends", found.symbols[keep])
    outer = np.repeat(weights[found.words[keep]], counts)
    inner: dict[str, float] = {}
    for name, mentions in question.document.local_mentions.items():
        weight = question.weight_of(name)
        for mention in mentions:
            if inner.get(mention, -1.0) < weight:
                inner[mention] = weight
    for mention in question.function.mentions if question.function else ():
        inner[mention] = max(inner.get(mention, 0.0), FROM_SIGNATURE)
    local = np.fromiter(inner.values(), np.float32, len(inner))
    every = np.concatenate((codes, _codes(tuple(inner)))), np.concatenate((outer, local))
    return Weights(*strongest(*every))


def _field_types(question: Question) -> NDArray[np.uint32]:
    """Return the types of the fields of the class around the cursor."""
    mentions = {
        mention
        for symbol in question.document.facts.outline.symbols
        if symbol.kind == "field" and symbol.owner and symbol.owner == question.owner
        for mention in symbol.mentions
    }
    return sorted_set(_codes(tuple(mentions)))


def _signatures(question: Question, signals: Signals) -> None:
    """Lift what has a type in its signature that stands near the cursor or in its function."""
    codes = sorted_set(np.concatenate((question.near.codes, question.function_codes)))
    inside = among(codes, question.function_codes) * np.float32(INSIDE)
    values = np.maximum(question.near.at(codes), inside)
    which, symbols = facets_of(question.corpus).symbols_by_type.of_each(codes)
    signals.raise_to("signature_types", symbols, values[which])


def _all(codes: NDArray[np.uint32]) -> Weights:
    return Weights(codes, np.ones(len(codes), np.float32))


def _codes(words: tuple[str, ...]) -> NDArray[np.uint32]:
    return np.array(codes_of(words), np.uint32)
