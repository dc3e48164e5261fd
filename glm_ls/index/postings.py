"""Keys to items by sorted arrays: who has this word, which symbols are called so.

Sorting a million pairs takes some hundredths of a second, so pairs that come later wait in a tail
of their own, where look-ups search too; it is merged when it has grown, in a third of that time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

MAX_TAIL = 20_000
"""Pairs that are sorted again with every few that come; takes a fraction of a millisecond."""
SLOTS = 1 << 16
"""Values by their last bits, of which a look-up rules out most at a tenth of a search's cost."""

_ITEM = np.uint64(32)


@dataclass(frozen=True, slots=True, eq=False)
class _Sorted:
    """The items of each key behind one another."""

    keys: NDArray[np.uint32]
    """Distinct, sorted."""
    starts: NDArray[np.int64]
    """Where the items of each key begin, and a last 0 for a key that has none …"""
    lengths: NDArray[np.int64]
    """… and how many there are, likewise."""
    items: NDArray[np.int32]

    @classmethod
    def of(cls, pairs: NDArray[np.uint64]) -> Self:
        keys = (pairs >> _ITEM).astype(np.uint32)
        starts = np.flatnonzero(_is_first(keys))
        lengths = np.diff(starts, append=len(keys))
        items = pairs.astype(np.int32)
        return cls(keys[starts], np.append(starts, 0), np.append(lengths, 0), items)

    @property
    def pairs(self) -> NDArray[np.uint64]:
        return _pairs(np.repeat(self.keys, self.lengths[:-1]), self.items)


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """Pairs of a key (32 bits) and an item; never changes.

    Items of a key are sorted: later ones have higher numbers.
    """

    main: _Sorted
    tail: _Sorted

    @classmethod
    def of(cls, keys: NDArray[np.uint32], items: NDArray[np.int32]) -> Self:
        """Return the postings of pairs in any order."""
        return cls(_Sorted.of(np.sort(_pairs(keys, items))), _Sorted.of(np.zeros(0, np.uint64)))

    def with_more(self, keys: NDArray[np.uint32], items: NDArray[np.int32]) -> Self:
        """Return these postings and more pairs, whose items are higher."""
        more = np.sort(np.concatenate((self.tail.pairs, _pairs(keys, items))))
        if len(more) <= MAX_TAIL:
            return type(self)(self.main, _Sorted.of(more))
        mine = self.main.pairs
        pairs = np.insert(mine, np.searchsorted(mine, more), more)
        return type(self)(_Sorted.of(pairs), _Sorted.of(more[:0]))

    def get(self, key: int) -> NDArray[np.int32]:
        """Return the items of a key."""
        wanted = np.array([key], np.uint32)
        return self.of_each(wanted)[1]

    def of_each(
        self, wanted: NDArray[np.uint32], most: int | None = None
    ) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """Return, for distinct sorted keys, pairs (index in `wanted`, item), sorted.

        Keys with more than `most` items are left out.
        """
        main, tail = self.main, self.tail
        at, late = places_of(wanted, main.keys), places_of(wanted, tail.keys)
        counts, more = main.lengths[at], tail.lengths[late]
        if most is not None:
            few = counts + more <= most
            counts, more = counts * few, more * few
        items = main.items[ranges(main.starts[at], counts)]
        if more.any():
            behind = np.repeat(np.cumsum(counts), more)
            items = np.insert(items, behind, tail.items[ranges(tail.starts[late], more)])
        return np.arange(len(wanted)).repeat(counts + more), items

    def counts(self, wanted: NDArray[np.uint32]) -> NDArray[np.intp]:
        """Return how many items each key has, the tail included."""
        main, tail = self.main, self.tail
        late = tail.lengths[places_of(wanted, tail.keys)]
        return main.lengths[places_of(wanted, main.keys)] + late


def _pairs(keys: NDArray[np.uint32], items: NDArray[np.int32]) -> NDArray[np.uint64]:
    pairs = keys.astype(np.uint64)
    pairs <<= _ITEM
    pairs |= items.astype(np.uint64)
    return pairs


def distinct(values: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """Return the distinct values, sorted, and which of them each value is."""
    pairs = np.sort(_pairs(values, np.arange(len(values), dtype=np.int32)))
    ordered = (pairs >> _ITEM).astype(np.uint32)
    is_first = _is_first(ordered)
    which = np.empty(len(pairs), np.int32)
    which[pairs.astype(np.int32)] = np.cumsum(is_first, dtype=np.int32) - 1
    return ordered[is_first], which


def folded(
    values: NDArray[np.uint32], weights: NDArray[Any], by: np.ufunc
) -> tuple[NDArray[np.uint32], NDArray[Any]]:
    """Return the distinct values, sorted, and what `by` makes of the weights of each."""
    pairs = np.sort(_pairs(values, np.arange(len(values), dtype=np.int32)))
    ordered = (pairs >> _ITEM).astype(np.uint32)
    starts = np.flatnonzero(_is_first(ordered))
    if not len(starts):
        return ordered, weights[:0]
    return ordered[starts], by.reduceat(weights[pairs.astype(np.int32)], starts)


def sorted_set(values: NDArray[Any]) -> NDArray[Any]:
    """Return the distinct values, sorted; several times as fast as `np.unique`."""
    ordered = np.sort(values)
    return ordered[_is_first(ordered)]


def _is_first(ordered: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which of sorted values differ from the one before."""
    is_first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return is_first


def places_of(values: NDArray[Any], wanted: NDArray[Any]) -> NDArray[np.intp]:
    """Return the index of each value among sorted, distinct ones; -1 for one that is not there."""
    if len(wanted) * 4 >= min(len(values), SLOTS):
        return _searched(values, wanted)
    likely = np.zeros(SLOTS, np.bool_)
    likely[wanted & (SLOTS - 1)] = True
    at = likely[values & (SLOTS - 1)].nonzero()[0]
    places = np.full(len(values), -1, np.intp)
    places[at] = _searched(values[at], wanted)
    return places


def _searched(values: NDArray[Any], wanted: NDArray[Any]) -> NDArray[np.intp]:
    if not len(wanted):
        return np.full(len(values), -1, np.intp)
    places: NDArray[np.intp] = wanted.searchsorted(values)
    places[places == len(wanted)] = 0
    places[wanted[places] != values] = -1
    return places


def ranges(starts: NDArray[np.intp], counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return `starts[i], starts[i] + 1, …` for `counts[i]` numbers each, behind one another."""
    ends = counts.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    found: NDArray[np.intp] = np.arange(total) + (starts - ends + counts).repeat(counts)
    return found
