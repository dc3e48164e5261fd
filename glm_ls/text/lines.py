r"""Text as lines, and a sequence of lines of which a few can be replaced cheaply.

A line ends at `\n`, `\r\n` or `\r` and nowhere else: `str.splitlines` also cuts at form feeds,
U+0085 and U+2028, after which a server and its client no longer agree on line numbers.

Documents are immutable and change with every keystroke, so `Lines` shares what did not change:
a tuple of chunks of some hundred lines each, of which a replacement rebuilds one or two.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain
from typing import Self

CHUNK = 256
"""Lines in a chunk that is cut from a long sequence; a chunk never holds twice as many."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
"""With the end of the text as an end: else each place of a long last line would be tried."""


def split_lines(text: str) -> list[str]:
    """Return the lines with their ends; the last has none and is "" when `text` ends a line."""
    lines: list[str] = _LINE.findall(text)
    if len(lines) > 1 and not lines[-2].endswith(("\n", "\r")):
        lines.pop()  # the empty match behind a last line without an end
    return lines


def line_body(line: str) -> str:
    """Return the line without its end."""
    return line.rstrip("\r\n")


class Lines:
    """An immutable sequence of lines."""

    __slots__ = ("_chunks", "_ends")

    _chunks: tuple[tuple[str, ...], ...]
    _ends: tuple[int, ...]
    """Number of lines up to and including each chunk."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._hold(_cut(tuple(lines)))

    def _hold(self, chunks: tuple[tuple[str, ...], ...]) -> Self:
        self._chunks = chunks
        self._ends = tuple(accumulate(map(len, chunks)))
        return self

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self._chunks)

    def __getitem__(self, index: int) -> str:
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(f"line {index} of {len(self)}")
        chunk, offset = self._find(place)
        return self._chunks[chunk][offset]

    def slice(self, start: int, stop: int) -> list[str]:
        """Return the lines from `start` up to `stop`, both clamped to the sequence."""
        start, stop = self._clamp(start, stop)
        (first, skipped), (last, _) = self._find(start), self._find(stop)
        lines = chain.from_iterable(self._chunks[first : last + 1])
        return list(lines)[skipped : skipped + stop - start]

    def replace(self, start: int, stop: int, new: Iterable[str]) -> Lines:
        """Return the sequence with `new` in place of the lines from `start` up to `stop`."""
        (first, head), (last, tail) = map(self._find, self._clamp(start, stop))
        middle = tuple(new)
        if head:
            middle = self._chunks[first][:head] + middle
        if tail:
            middle += self._chunks[last][tail:]
            last += 1
        if len(middle) < CHUNK // 2 and last < len(self._chunks):
            # A remnant joins its neighbor: deleting all over a document leaves no crumbs.
            middle += self._chunks[last]
            last += 1
        return Lines()._hold(self._chunks[:first] + _cut(middle) + self._chunks[last:])

    def difference(self, old: Lines) -> tuple[int, int, int]:
        """Return (start, old stop, new stop): the old lines in between became the new ones.

        Chunks that both share are skipped whole, so a keystroke costs the lines of a chunk.
        """
        most = min(len(self._chunks), len(old._chunks))
        head = _shared(self._chunks[:most], old._chunks[:most])
        tail = _shared(self._chunks[: head - len(self._chunks) - 1 : -1][: most - head],
                       old._chunks[: head - len(old._chunks) - 1 : -1])  # fmt: skip
        new = list(chain.from_iterable(self._chunks[head : len(self._chunks) - tail]))
        was = list(chain.from_iterable(old._chunks[head : len(old._chunks) - tail]))
        first = _shared(new, was)
        last = _shared(new[: first - len(new) - 1 : -1], was[: first - len(was) - 1 : -1])
        start = self._ends[head - 1] if head else 0
        return start + first, start + len(was) - last, start + len(new) - last

    def _clamp(self, start: int, stop: int) -> tuple[int, int]:
        start = min(max(start, 0), len(self))
        return start, min(max(stop, start), len(self))

    def _find(self, index: int) -> tuple[int, int]:
        """Return the chunk that holds a line and the line's place in it."""
        chunk = bisect_right(self._ends, index)
        return chunk, index - (self._ends[chunk - 1] if chunk else 0)


def _shared(left: Sequence[object], right: Sequence[object]) -> int:
    """Return how many items two sequences of one kind begin with alike.

    By halves, because a slice is compared at the speed of C.
    """
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _cut(lines: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    if not lines:
        return ()
    if len(lines) < 2 * CHUNK:
        return (lines,)
    return tuple(lines[at : at + CHUNK] for at in range(0, len(lines), CHUNK))
