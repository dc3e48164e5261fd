"""Packed records of many files become columns: the arrays of all files behind one another.

bytes of each file ──► one buffer per column ──► ends from the beginning, words as codes
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from glm_ls.index.occurrences import NO_WORD
from glm_ls.index.record import BLOCKS, COUNTED, blocks_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

Columns = dict[str, "NDArray[Any]"]
Starts = dict[str, "NDArray[np.int64]"]
"""Group of columns to where each file begins in it, one more at the end."""

_GROUP = {column: group for group, columns in COUNTED.items() for column in columns}
ABSOLUTE = {
    # Ends that count from the file's beginning, and what they count.
    "bucket_ends": "bucket_words",
    "function_ends": "function_words",
    "signature_ends": "signatures",
    "mention_ends": "mentions",
    "part_ends": "parts",
    "doc_ends": "docs",
    "function_symbols": "symbols",
}
_LOCAL = ("names", "owners", "mentions", "base_types", "bases")
"""Columns that hold numbers of words, which become codes."""
BATCH = 128
"""Records that are taken apart at once."""
SPARE = 8
"""Of so many parts of a column one more is kept free behind it, to grow into."""


class Room:
    """Where a column grows: with what is free behind it, it need not be copied for every file.

    A shorter array of the same place is not changed by what comes behind it. What has grown from
    the same array in two ways is copied once.
    """

    def __init__(self, array: NDArray[Any], length: int) -> None:
        """Keep `length` numbers at the beginning of an array."""
        self._array = array
        self.used = array[:length]
        """The longest array that lies here."""

    @classmethod
    def of(cls, values: NDArray[Any]) -> Self:
        """Copy an array to where it can grow."""
        length = len(values)
        array = np.empty(length + length // SPARE, values.dtype)
        array[:length] = values
        return cls(array, length)

    def grown(self, mine: NDArray[Any], more: NDArray[Any]) -> NDArray[Any]:
        """Return both arrays behind one another."""
        start, end = len(mine), len(mine) + len(more)
        if mine is not self.used or end > len(self._array):
            self._array = np.empty(end + end // SPARE, mine.dtype)
            self._array[:start] = mine
        self._array[start:end] = more
        self.used = self._array[:end]
        return self.used


class _Gathered:
    """Blocks behind one another, in room for as many as seem to come.

    A large array of numpy costs a quarter of the time of a `bytearray` that grows: its pages come
    from the system in large pieces.
    """

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self._bytes = np.empty(0, np.uint8)
        self._end = 0
        self._dtype = dtype

    def add(self, block: bytes, share: float) -> None:
        """Add a block; with it there are one of `share` parts of all bytes that will come."""
        start, self._end = self._end, self._end + len(block)
        if self._end > len(self._bytes):
            rows = self._end // self._dtype.itemsize
            size = int(rows * max(share, 1.0) * (1 + 1 / SPARE)) * self._dtype.itemsize
            grown = np.empty(size, np.uint8)
            grown[:start] = self._bytes[:start]
            self._bytes = grown
        memoryview(self._bytes)[start : self._end] = block  # type: ignore[arg-type]

    @property
    def array(self) -> NDArray[Any]:
        """All rows, with what is free behind them."""
        return self._bytes.view(self._dtype)

    @property
    def length(self) -> int:
        """How many rows there are."""
        return self._end // self._dtype.itemsize


def joined(records: Iterable[bytes], size: int = 0) -> tuple[Starts, dict[str, Room]]:
    """Return the columns of packed records, which are needed only some at a time.

    `size`: bytes of all of them together, where it is known.
    """
    gathered = [_Gathered(dtype) for dtype in BLOCKS.values()]
    counts = [np.zeros((0, len(BLOCKS)), np.int64)]
    rest, done = iter(records), 0
    while batch := list(islice(rest, BATCH)):
        lengths, blocks = blocks_of(batch)
        counts.append(lengths)
        done += sum(map(len, batch))
        for part, block in zip(gathered, blocks, strict=True):
            part.add(block, size / done)
    ends = np.cumsum(np.concatenate(counts), 0)
    starts = {
        group: np.concatenate((np.zeros(1, np.int64), ends[:, at]))
        for at, group in enumerate(BLOCKS)
    }
    rooms: dict[str, Room] = {}
    for group, part in zip(BLOCKS, gathered, strict=True):
        names, array, length = COUNTED[group], part.array, part.length
        if array.dtype.names:
            rooms |= {name: Room.of(array[name][:length]) for name in names}
        else:
            rooms[names[0]] = Room(array, length)
    del gathered, part, array
    codes = rooms["codes"].used
    for name, group in _GROUP.items():
        column = rooms[name].used
        if counted := ABSOLUTE.get(name):
            offsets = np.repeat(starts[counted][:-1], np.diff(starts[group])).astype(np.uint32)
            if column.dtype != np.uint32:
                rooms[name] = Room.of(column + offsets)
            else:
                column += offsets
        elif name in _LOCAL:
            words = column + np.repeat(starts["codes"][:-1], np.diff(starts[group]))
            known = column < NO_WORD
            rooms[name] = Room.of(np.zeros(len(words), np.uint32))
            rooms[name].used[known] = codes[words[known]]
    return starts, rooms
