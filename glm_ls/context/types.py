"""From names of types to their definitions, their members and what they extend.

A name may be defined in several places; those the document imports count first, then those
beside it, then those outside tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glm_ls.context.lift import among
from glm_ls.context.signals import by_group
from glm_ls.index.facts import KINDS
from glm_ls.index.postings import sorted_set

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.context.question import Question

CLASS, TYPE = KINDS.index("class"), KINDS.index("type")
FADE = 0.7
"""What is left of a weight one step up to what a type extends."""
STEPS = 2
"""How far up what types extend is followed."""
OPEN_PACKAGES = ("go", "rust")
"""Families whose types have members in any file of their folder."""


@dataclass(frozen=True, eq=False)
class Reach:
    """Some types and all they extend; indices are into `codes`."""

    codes: NDArray[np.uint32]
    """Sorted."""
    types: NDArray[np.intp]
    """Type of each pair with a definition …"""
    definitions: NDArray[np.int32]
    """… its symbol."""
    owners: NDArray[np.intp]
    """Type of each pair with a member …"""
    members: NDArray[np.int32]
    """… its symbol."""
    counts: NDArray[np.intp]
    """How many members each type has."""
    below: NDArray[np.intp]
    """Type of each pair with one it extends …"""
    above: NDArray[np.intp]
    """… the other."""

    def inherited(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the weights with what types hand on to those they extend."""
        weights = weights.copy()
        for _ in range(STEPS):
            handed = weights[self.below] * np.float32(FADE)
            np.maximum.at(weights, self.above, handed)
        return weights


def reach_of(question: Question, codes: NDArray[np.uint32]) -> Reach:
    """Return what types and those they extend define."""
    codes = sorted_set(codes)
    for _ in range(STEPS):
        codes = sorted_set(np.concatenate((codes, _bases(question, codes)[1])))
    below, bases = _bases(question, codes)
    inside = among(bases, codes)
    below, above = below[inside], np.searchsorted(codes, bases[inside])
    return _members(question, codes, below, above)


def _bases(
    question: Question, codes: NDArray[np.uint32]
) -> tuple[NDArray[np.intp], NDArray[np.uint32]]:
    """Return pairs of a type (index in `codes`) and one that it extends."""
    which, pairs = question.corpus.bases_by_type.of_each(codes)
    bases = question.corpus.columns["bases"][pairs]
    keep = (bases != 0) & (bases != codes[which])
    return which[keep], bases[keep]


def _members(
    question: Question,
    codes: NDArray[np.uint32],
    below: NDArray[np.intp],
    above: NDArray[np.intp],
) -> Reach:
    corpus, usable = question.corpus, question.usable_symbols
    types, definitions = corpus.symbols_by_name.of_each(codes)
    kinds = corpus.columns["kinds"][definitions]
    keep = usable[definitions] & ((kinds == CLASS) | (kinds == TYPE))
    types, definitions = _preferred(question, types[keep], definitions[keep], len(codes))
    owners, members = corpus.symbols_by_owner.of_each(codes)
    keep = usable[members]
    owners, members = owners[keep], members[keep]
    places = _places(question)
    at_home = among(
        _pair(owners, places[corpus.file_of_symbol[members]]),
        sorted_set(_pair(types, places[corpus.file_of_symbol[definitions]])),
    )
    owners, members = owners[at_home], members[at_home]
    counts = np.bincount(owners, minlength=len(codes))
    return Reach(codes, types, definitions, owners, members, counts, below, above)


def _preferred(
    question: Question, types: NDArray[np.intp], definitions: NDArray[np.int32], count: int
) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """Keep the definitions of each type that are nearest."""
    files = question.corpus.file_of_symbol[definitions]
    tests = question.corpus.tests[files]
    near = np.where(question.imported[files], 3, np.where(question.beside[files], 2, ~tests * 1))
    highest = by_group(types, near, count)
    keep = near == highest[types]
    return types[keep], definitions[keep]


def _places(question: Question) -> NDArray[np.int64]:
    """Return where members of a file's types may stand, as numbers: the file, or its folder."""
    row = question.document.facts.row
    if row is not None and row.family in OPEN_PACKAGES:
        return question.corpus.folders
    return np.arange(len(question.corpus.entries))


def _pair(left: NDArray[Any], right: NDArray[Any]) -> NDArray[np.int64]:
    return left.astype(np.int64) << 32 | right.astype(np.int64)
