"""Which line of an old text is which line of a new one.

Lines that occur once in both texts are anchors; between anchors the same is tried again, and what
is left goes to `difflib` where it is small. A line that cannot be told apart has no counterpart:
better none than the wrong one. Ten thousand lines take about ten milliseconds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

SMALL = 40_000
"""Pairs of lines that `difflib` may look at in one gap."""


def map_lines(old: Sequence[str], new: Sequence[str]) -> list[int | None]:
    """Return for each old line its number in the new text, None where it is gone."""
    found: list[int | None] = [None] * len(old)
    gaps = [(0, len(old), 0, len(new))]
    while gaps:
        gaps += _split(old, new, gaps.pop(), found)
    return found


def _split(
    old: Sequence[str], new: Sequence[str], gap: tuple[int, int, int, int], found: list[int | None]
) -> list[tuple[int, int, int, int]]:
    """Write down what a gap has in common at its ends; return the gaps between its anchors."""
    a, a_stop, b, b_stop = gap
    while a < a_stop and b < b_stop and old[a] == new[b]:
        found[a] = b
        a, b = a + 1, b + 1
    while a < a_stop and b < b_stop and old[a_stop - 1] == new[b_stop - 1]:
        a_stop, b_stop = a_stop - 1, b_stop - 1
        found[a_stop] = b_stop
    if a == a_stop or b == b_stop:
        return []
    anchors = _anchors(old[a:a_stop], new[b:b_stop])
    if not anchors:
        if (a_stop - a) * (b_stop - b) <= SMALL:
            matcher = SequenceMatcher(None, old[a:a_stop], new[b:b_stop], autojunk=False)
            for x, y, size in matcher.get_matching_blocks():
                found[a + x : a + x + size] = range(b + y, b + y + size)
        return []
    for x, y in anchors:
        found[a + x] = b + y
    starts = [(a, b), *((a + x + 1, b + y + 1) for x, y in anchors)]
    stops = [*((a + x, b + y) for x, y in anchors), (a_stop, b_stop)]
    return [
        (x, x_stop, y, y_stop)
        for (x, y), (x_stop, y_stop) in zip(starts, stops, strict=True)
        if x < x_stop and y < y_stop
    ]


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return the longest rising run of lines that occur once in both."""
    counts, other = Counter(old), Counter(new)
    places = {line: at for at, line in enumerate(new) if other[line] == 1}
    pairs = [
        (x, places[line]) for x, line in enumerate(old) if counts[line] == 1 and line in places
    ]
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, (_, y) in enumerate(pairs):
        pile = bisect_left(tops, y)
        before.append(ends[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [y]
        ends[pile : pile + 1] = [at]
    run, at = [], ends[-1] if ends else -1
    while at >= 0:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]
