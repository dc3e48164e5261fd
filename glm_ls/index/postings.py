"""Keys to items by sorted arrays: who has this word, which symbols are called so.

Sorting a million pairs takes a tenth of a second, so pairs that come later wait, unsorted, in a
tail that every look-up scans; it is sorted in when it has grown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_TAIL = 20_000
"""Pairs that a look-up scans; takes about 20 µs."""


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """Pairs of a key (32 bits) and an item; never changes."""

    keys: NDArray[np.uint32]
    """Sorted."""
    items: NDArray[np.int32]
    tail_keys: NDArray[np.uint32]
    tail_items: NDArray[np.int32]

    @classmethod
    def of(cls, keys: NDArray[np.uint32], items: NDArray[np.int32]) -> Self:
        """Return the postings of pairs in any order; items of a key keep theirs."""
        order = np.argsort(keys, kind="stable")
        none = slice(0, 0)
        return cls(keys[order], items[order], keys[none], items[none])

    def with_more(self, keys: NDArray[np.uint32], items: NDArray[np.int32]) -> Self:
        """Return these postings and more pairs."""
        tail_keys = np.concatenate((self.tail_keys, keys))
        tail_items = np.concatenate((self.tail_items, items))
        if len(tail_keys) > MAX_TAIL:
            return self.of(
                np.concatenate((self.keys, tail_keys)), np.concatenate((self.items, tail_items))
            )
        return type(self)(self.keys, self.items, tail_keys, tail_items)

    def get(self, key: int) -> NDArray[np.int32]:
        """Return the items of a key."""
        wanted = np.array([key], np.uint32)
        return self.of_each(wanted)[1]

    def of_each(self, wanted: NDArray[np.uint32]) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """Return, for distinct sorted keys, pairs (index in `wanted`, item), sorted by index."""
        low = np.searchsorted(self.keys, wanted)
        counts = np.searchsorted(self.keys, wanted, "right") - low
        which = np.repeat(np.arange(len(wanted)), counts)
        items = self.items[ranges(low, counts)]
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
        counts = np.searchsorted(self.keys, wanted, "right") - np.searchsorted(self.keys, wanted)
        if len(self.tail_keys):
            tail = np.sort(self.tail_keys)
            counts += np.searchsorted(tail, wanted, "right") - np.searchsorted(tail, wanted)
        return counts


def ranges(starts: NDArray[np.intp], counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return `starts[i], starts[i] + 1, …` for `counts[i]` numbers each, behind one another."""
    total = int(counts.sum())
    before = np.cumsum(counts) - counts
    return np.arange(total) - np.repeat(before - starts, counts)
