"""From names of types to their definitions, their members and what they extend.

A name may be defined in several places; those the document imports count first, then those
beside it, then those outside tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glm_ls.context.signals import by_group
from glm_ls.index.facts import KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.context.question import Question

CLASS, TYPE = KINDS.index("class"), KINDS.index("type")
FADE = 0.7
"""What is left of a weight one step up to what a type extends."""
OPEN_PACKAGES = ("go", "rust")
"""Families whose types have members in any file of their folder."""


@dataclass(frozen=True, eq=False)
class Members:
    """What there is of some types; indices are into `codes`."""

    codes: NDArray[np.uint32]
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


def members_of(question: Question, codes: NDArray[np.uint32]) -> Members:
    """Return definitions and members of types by their codes, which are sorted and distinct."""
    corpus, usable = question.corpus, question.usable_symbols
    types, definitions = corpus.symbols_by_name.of_each(codes)
    kinds = corpus.columns["kinds"][definitions]
    keep = usable[definitions] & ((kinds == CLASS) | (kinds == TYPE))
    types, definitions = _preferred(question, types[keep], definitions[keep], len(codes))
    owners, members = corpus.symbols_by_owner.of_each(codes)
    places = _places(question)
    keep = usable[members] & np.isin(
        _pair(owners, places[corpus.file_of_symbol[members]]),
        _pair(types, places[corpus.file_of_symbol[definitions]]),
    )
    owners, members = owners[keep], members[keep]
    return Members(
        codes, types, definitions, owners, members, np.bincount(owners, minlength=len(codes))
    )


def _preferred(
    question: Question, types: NDArray[np.intp], definitions: NDArray[np.int32], count: int
) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """Keep the definitions of each type that are nearest."""
    files = question.corpus.file_of_symbol[definitions]
    tests = question.tests[files]
    near = np.where(question.imported[files], 3, np.where(question.beside[files], 2, ~tests * 1))
    best = by_group(types, near, count)
    keep = near == best[types]
    return types[keep], definitions[keep]


def _places(question: Question) -> NDArray[np.int64]:
    """Return where members of a file's types may stand, as numbers: the file, or its folder."""
    row = question.document.facts.row
    if row is not None and row.family in OPEN_PACKAGES:
        return question.corpus.folders
    return np.arange(len(question.corpus.entries))


def _pair(left: NDArray[Any], right: NDArray[Any]) -> NDArray[np.int64]:
    return left.astype(np.int64) << 32 | right.astype(np.int64)


def bases_of(
    question: Question, codes: NDArray[np.uint32], weights: NDArray[np.float32]
) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """Return what types extend, sorted, with the weight that is left there."""
    which, pairs = question.corpus.bases_by_type.of_each(codes)
    bases = question.corpus.columns["bases"][pairs]
    keep = (bases != 0) & (bases != codes[which])
    return strongest(bases[keep], weights[which[keep]] * np.float32(FADE))


def strongest(
    codes: NDArray[np.uint32], weights: NDArray[np.float32]
) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """Return the distinct codes, sorted, each with its highest weight."""
    distinct, which = np.unique(codes, return_inverse=True)
    return distinct, by_group(which, weights, len(distinct))
