"""Types within reach of the cursor and their members: one and two hops from what is written.

A type is reached by the signature of something the document mentions (`reached`), by its own name
(`mentioned`), as the type of a field of the class around the cursor (`fields`), or from members of
reached types (`further`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glm_ls.context.types import bases_of, members_of, strongest
from glm_ls.index.corpus import lists_of
from glm_ls.index.words import code_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.context.question import Question
    from glm_ls.context.signals import Signals

FEW_NAMESAKES = 4
"""Definitions of a mentioned name whose signatures are read."""
STEPS = 2
"""How far up what types extend is followed."""
FROM_SIGNATURE = 0.8
"""Weight of the types in the signature of the function around the cursor."""
WORTH_A_HOP = 0.3
MAX_FURTHER = 60


def score(question: Question, signals: Signals) -> None:
    """Lift types in reach and their members."""
    reached, mentioned = _reached(question), _mentioned(question)
    _spread(question, signals, "reached", *reached)
    _spread(question, signals, "mentioned", *mentioned)
    named = np.isin(mentioned[0], _imported_codes(question))
    _members(
        question, signals, "parent", mentioned[0][named], np.ones(int(named.sum()), np.float32)
    )
    _further(question, signals, reached, mentioned)
    _fields(question, signals)


Types = tuple["NDArray[np.uint32]", "NDArray[np.float32]"]


def _mentioned(question: Question) -> Types:
    """Return the classes the document names."""
    found = question.named
    words = np.unique(found.words[found.classes])
    return question.document.codes[words], question.word_weights[words]


def _reached(question: Question) -> Types:
    """Return the types in signatures of what the document mentions and of what it defines."""
    found, corpus, weights = question.named, question.corpus, question.word_weights
    keep = ~found.classes & (found.namesakes <= FEW_NAMESAKES)
    codes, counts = lists_of(corpus, "mentions", "mention_ends", found.symbols[keep])
    outer = np.repeat(weights[found.words[keep]], counts)
    inner: dict[str, float] = {}
    for name, symbols in question.document.local.items():
        weight = question.weight_of(name)
        for symbol in symbols:
            if symbol.kind != "class":
                for mention in symbol.mentions:
                    inner[mention] = max(inner.get(mention, 0.0), weight)
    for mention in question.function.mentions if question.function else ():
        inner[mention] = max(inner.get(mention, 0.0), FROM_SIGNATURE)
    local = np.fromiter(map(code_of, inner), np.uint32, len(inner))
    return strongest(
        np.concatenate((codes, local)),
        np.concatenate((outer, np.fromiter(inner.values(), np.float32, len(inner)))),
    )


def _spread(
    question: Question,
    signals: Signals,
    name: str,
    codes: NDArray[np.uint32],
    weights: NDArray[np.float32],
) -> None:
    """Lift members of types and, a little less, of what these extend."""
    for _ in range(STEPS + 1):
        _members(question, signals, name, codes, weights)
        codes, weights = bases_of(question, codes, weights)


def _members(
    question: Question,
    signals: Signals,
    name: str,
    codes: NDArray[np.uint32],
    weights: NDArray[np.float32],
) -> None:
    found = members_of(question, codes)
    signals.raise_to(name, found.definitions, weights[found.types])
    signals.raise_to(name, found.members, weights[found.owners])
    share = weights / np.log(3 + found.counts)
    signals.raise_to(f"{name}_share", found.members, share[found.owners])


def _imported_codes(question: Question) -> NDArray[np.uint32]:
    return question.document.codes[question.document.codes_by_name]


def _further(question: Question, signals: Signals, reached: Types, mentioned: Types) -> None:
    """Lift types in signatures of members of reached types."""
    codes, weights = strongest(
        np.concatenate((reached[0], mentioned[0])), np.concatenate((reached[1], mentioned[1]))
    )
    near = members_of(question, codes[weights >= WORTH_A_HOP])
    types, _ = lists_of(question.corpus, "mentions", "mention_ends", near.members)
    known = question.corpus.symbols_by_owner.counts(further := np.unique(types)) > 0
    further = further[known & ~np.isin(further, codes)][:MAX_FURTHER]
    _members(question, signals, "further", further, np.ones(len(further), np.float32))


def _fields(question: Question, signals: Signals) -> None:
    """Lift the types of the fields of the class around the cursor."""
    mentions = {
        mention
        for symbol in question.document.facts.outline.symbols
        if symbol.kind == "field" and symbol.owner and symbol.owner == question.owner
        for mention in symbol.mentions
    }
    codes = np.unique(np.fromiter(map(code_of, mentions), np.uint32, len(mentions)))
    _members(question, signals, "fields", codes, np.ones(len(codes), np.float32))
