"""What is derived from a corpus for ranking, once per corpus."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from posixpath import basename
from typing import TYPE_CHECKING
from weakref import ReferenceType, WeakKeyDictionary, ref

import numpy as np

from glm_ls.context.lift import among
from glm_ls.index.postings import Postings
from glm_ls.index.words import codes_of, parts_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.index.corpus import Corpus


@dataclass(frozen=True, eq=False)
class Facets:
    """Arrays with a value for each symbol or file.

    They are kept beside the corpus and must not keep it alive.
    """

    _corpus: ReferenceType[Corpus]

    @property
    def corpus(self) -> Corpus:
        """Whose facets these are; whoever asks for one has it."""
        corpus = self._corpus()
        assert corpus is not None
        return corpus

    @cached_property
    def owners(self) -> NDArray[np.int64]:
        """For each symbol the symbol of the class it is a member of, in the same file; else -1."""
        columns, files = self.corpus.columns, self.corpus.file_of_symbol.astype(np.int64)
        holders = np.flatnonzero(columns["kinds"] <= 1)
        keys = files[holders] << 32 | columns["names"][holders]
        order = np.argsort(keys, kind="stable")
        keys, holders = keys[order], holders[order]
        wanted = files << 32 | columns["owners"]
        if not len(keys):
            return np.full(len(wanted), -1)
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        known = (keys[place] == wanted) & (columns["owners"] != 0)
        return np.where(known, holders[place], -1)

    @cached_property
    def log_costs(self) -> NDArray[np.float32]:
        """The logarithm of what each symbol's line costs in tokens, with some for its header."""
        tokens = (self.corpus.signature_bytes + 5) // 4 + 5
        return np.log(tokens).astype(np.float32)

    @cached_property
    def part_roots(self) -> NDArray[np.float64]:
        """The square root of how many parts each symbol's name has."""
        return np.sqrt(np.maximum(self.corpus.counts("part_ends", "parts"), 1))

    @cached_property
    def stems(self) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.float64]]:
        """The parts of each file's name, their number per file, and the rarity of each part."""
        stems = [_stem_codes(entry.path) for entry in self.corpus.entries]
        counts = np.fromiter(map(len, stems), np.int64, len(stems))
        parts = np.fromiter(chain.from_iterable(stems), np.uint32)
        _, which, users = np.unique(parts, return_inverse=True, return_counts=True)
        rarity = np.log(len(stems) / np.maximum(users, 1) + 1) / 5
        return parts, counts, rarity[which] if len(parts) else np.zeros(0)

    @cached_property
    def symbols_by_type(self) -> Postings:
        """A type, by its code, to the symbols whose signatures mention it."""
        columns = self.corpus.columns
        types = np.concatenate((columns["owners"], columns["names"][columns["kinds"] <= 1]))
        counts = self.corpus.counts("mention_ends", "mentions")
        symbols = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
        named = among(columns["mentions"], np.unique(types))
        return Postings.of(columns["mentions"][named], symbols[named])

    @cached_property
    def popularity(self) -> NDArray[np.float32]:
        """The logarithm of how many files use each symbol's name."""
        return np.log1p(self.corpus.users).astype(np.float32)

    @cached_property
    def ambiguity(self) -> NDArray[np.float32]:
        """The logarithm of how many symbols have each symbol's name."""
        return np.log(self.corpus.namesakes).astype(np.float32)


@lru_cache(maxsize=1 << 16)
def _stem_codes(path: str) -> tuple[int, ...]:
    return tuple(codes_of(parts_of(basename(path).partition(".")[0])))


_KEPT: WeakKeyDictionary[Corpus, Facets] = WeakKeyDictionary()


def facets_of(corpus: Corpus) -> Facets:
    """Return the facets of a corpus; they live as long as it does."""
    if corpus not in _KEPT:
        _KEPT[corpus] = Facets(ref(corpus))
    return _KEPT[corpus]
