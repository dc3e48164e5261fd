"""Keys to items by sorted arrays: who has this word, which symbols are called so.

Sorting a million pairs takes some hundredths of a second, so pairs that come later wait, unsorted,
in a tail that every look-up scans; it is sorted in when it has grown, in a third of that time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_TAIL = 20_000
"""Pairs that a look-up scans; takes about 20 µs."""


_ITEM = np.uint64(32)
_LAST = np.uint64((1 << 32) - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """Pairs of a key (32 bits) and an item; never changes.

    Items of a key are sorted: later ones have higher numbers.
    """

    pairs: NDArray[np.uint64]
    """Key and item in one number each, sorted: ten times as fast as to order keys apart."""
    tail_keys: NDArray[np.uint32]
    tail_items: NDArray[np.int32]

    @classmethod
    def of(cls, keys: NDArray[np.uint32], items: NDArray[np.int32]) -> Self:
        """Return the postings of pairs in any order."""
        return cls(np.sort(_pairs(keys, items)), keys[:0], items[:0])

    def with_more(self, keys: NDArray[np.uint32], items: NDArray[np.int32]) -> Self:
        """Return these postings and more pairs, whose items are higher."""
        keys = np.concatenate((self.tail_keys, keys))
        items = np.concatenate((self.tail_items, items))
        if len(keys) <= MAX_TAIL:
            return type(self)(self.pairs, keys, items)
        more = np.sort(_pairs(keys, items))
        pairs = np.insert(self.pairs, np.searchsorted(self.pairs, more), more)
        return type(self)(pairs, keys[:0], items[:0])

    def get(self, key: int) -> NDArray[np.int32]:
        """Return the items of a key."""
        wanted = np.array([key], np.uint32)
        return self.of_each(wanted)[1]

    def of_each(self, wanted: NDArray[np.uint32]) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """Return, for distinct sorted keys, pairs (index in `wanted`, item), sorted."""
        low, counts = self._ranges(wanted)
        which = np.repeat(np.arange(len(wanted)), counts)
        items = self.pairs[ranges(low, counts)].astype(np.int32)
        if not len(self.tail_keys) or not len(wanted):
            return which, items
        place = np.minimum(np.searchsorted(wanted, self.tail_keys), len(wanted) - 1)
        hit = np.flatnonzero(wanted[place] == self.tail_keys)
        if not len(hit):
            return which, items
        which = np.concatenate((which, place[hit]))
        order = np.argsort(which, kind="stable")
        return which[order], np.concatenate((items, self.tail_items[hit]))[order]

    def counts(self, wanted: NDArray[np.uint32]) -> NDArray[np.intp]:
        """Return how many items each key has, the tail included."""
        _, counts = self._ranges(wanted)
        if len(self.tail_keys):
            tail = np.sort(self.tail_keys)
            counts += np.searchsorted(tail, wanted, "right") - np.searchsorted(tail, wanted)
        return counts

    def _ranges(self, wanted: NDArray[np.uint32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return where each key's pairs begin, and how many there are."""
        first = wanted.astype(np.uint64) << _ITEM
        low = np.searchsorted(self.pairs, first)
        return low, np.searchsorted(self.pairs, first | _LAST, "right") - low


def _pairs(keys: NDArray[np.uint32], items: NDArray[np.int32]) -> NDArray[np.uint64]:
    pairs = keys.astype(np.uint64)
    pairs <<= _ITEM
    pairs |= items.astype(np.uint64)
    return pairs


def distinct(values: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """Return the distinct values, sorted, and which of them each value is."""
    pairs = np.sort(_pairs(values, np.arange(len(values), dtype=np.int32)))
    ordered = (pairs >> _ITEM).astype(np.uint32)
    is_first = np.ones(len(pairs), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    which = np.empty(len(pairs), np.int32)
    which[pairs.astype(np.int32)] = np.cumsum(is_first, dtype=np.int32) - 1
    return ordered[is_first], which


def ranges(starts: NDArray[np.intp], counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return `starts[i], starts[i] + 1, …` for `counts[i]` numbers each, behind one another."""
    total = int(counts.sum())
    before = np.cumsum(counts) - counts
    return np.arange(total) - np.repeat(before - starts, counts)
