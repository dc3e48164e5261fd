"""Packed records of many files become columns: the arrays of all files behind one another.

bytes of each file ──► one buffer per column ──► ends from the beginning, words as codes
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from glm_ls.index.occurrences import NO_WORD
from glm_ls.index.record import BLOCKS, COUNTED, blocks_of, lengths_of

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
    "function_symbols": "symbols",
}
_LOCAL = ("names", "owners", "mentions", "base_types", "bases")
"""Columns that hold numbers of words, which become codes."""
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


def joined(records: Iterable[bytes]) -> tuple[Starts, dict[str, Room]]:
    """Return the columns of packed records, which are needed only one at a time."""
    buffers = [bytearray() for _ in BLOCKS]
    counts = []
    for record in records:
        lengths = lengths_of(record)
        counts.append(lengths)
        for buffer, data in zip(buffers, blocks_of(record, lengths), strict=True):
            buffer += data
    ends = np.cumsum(np.array(counts, np.int64).reshape(-1, len(BLOCKS)), 0)
    starts = {
        group: np.concatenate((np.zeros(1, np.int64), ends[:, at]))
        for at, group in enumerate(BLOCKS)
    }
    rooms: dict[str, Room] = {}
    for (group, dtype), buffer in zip(BLOCKS.items(), buffers, strict=True):
        length = len(buffer) // dtype.itemsize
        if dtype.names:
            block = np.frombuffer(buffer, dtype)
            rooms |= {name: Room.of(block[name]) for name in dtype.names}
        else:
            buffer += bytes(len(buffer) // SPARE // 4 * 4)
            rooms[COUNTED[group][0]] = Room(np.frombuffer(buffer, dtype), length)
    del buffers
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
