"""Where the lines of an old text are in a newer one.

A snapshot shares the strings of the lines that an edit did not touch, so the same object is the
same line: of two equal functions the one that was deleted is known, which no comparison of texts
can tell. Where a client sent the whole text anew, lines are compared: those that occur once on
both sides first (patience), then what is left between them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from operator import is_
from typing import NamedTuple

MAX_CELLS = 40_000
"""Old lines times new ones that are compared one by one; larger gaps count as rewritten."""


class Run(NamedTuple):
    """Lines in a row that stayed together."""

    old: int
    new: int
    length: int


class LineMap:
    """From line numbers of an old text to those of a new one."""

    def __init__(self, runs: Iterable[Run], old_lines: int, new_lines: int) -> None:
        """Take what stayed, in order, and how many lines the whole texts have."""
        self.runs = tuple(runs)
        self._starts = [run.old for run in self.runs]
        self._lines = old_lines, new_lines

    @property
    def old_lines(self) -> int:
        """How many lines the old text has."""
        return self._lines[0]

    def line(self, old: int) -> int | None:
        """Return where a line is now; None when it was changed or deleted."""
        span = self.span(old, old + 1)
        return span.start if span else None

    def span(self, start: int, stop: int) -> range | None:
        """Return where the lines from `start` up to `stop` are now, None unless all stayed.

        Lines put between them count as a change. An empty span is the gap above a line: it stays
        while the lines above and below it stay together.
        """
        if start >= stop:
            return self._gap(start)
        at = bisect_right(self._starts, start) - 1
        if at < 0 or stop > self.runs[at].old + self.runs[at].length:
            return None
        shift = self.runs[at].new - self.runs[at].old
        return range(start + shift, stop + shift)

    def _gap(self, place: int) -> range | None:
        around = self.span(max(place - 1, 0), min(place + 1, self._lines[0]))
        if not around or (place == 0 and around.start > 0):
            return None
        if place == self._lines[0] and around.stop < self._lines[1]:
            return None
        at = around.start + (place > 0)
        return range(at, at)


def line_map(old: Iterable[str], new: Iterable[str]) -> LineMap:
    """Return where the lines of `old` are in `new`, both with their line ends."""
    before = list(old)
    if old is new:
        return LineMap([Run(0, 0, len(before))], len(before), len(before))
    after = list(new)
    return LineMap(_joined(_runs(before, after)), len(before), len(after))


def _runs(old: list[str], new: list[str]) -> Iterator[Run]:
    head = _same(old, new)
    tail = min(_same(reversed(old), reversed(new)), len(old) - head, len(new) - head)
    yield Run(0, 0, head)
    for a, b in _by_identity(old[head : len(old) - tail], new[head : len(new) - tail]):
        yield Run(head + a, head + b, 1)
    yield Run(len(old) - tail, len(new) - tail, tail)


def _same(left: Iterable[str], right: Iterable[str]) -> int:
    """Return how many lines both begin with that are the same objects."""
    flags = bytes(map(is_, left, right))
    at = flags.find(0)
    return len(flags) if at < 0 else at


def _by_identity(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    if not old or not new:
        return []
    # Strings of one character are shared by all of Python.
    places = {id(line): at for at, line in enumerate(old) if len(line) > 1}
    anchors = [(places[id(line)], at) for at, line in enumerate(new) if id(line) in places]
    return _fill(old, new, _rising(anchors))


def _fill(old: list[str], new: list[str], anchors: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the anchors and the equal lines in between."""
    pairs: list[tuple[int, int]] = []
    a = b = 0
    for stop_a, stop_b in (*anchors, (len(old), len(new))):
        gap = match_lines(old[a:stop_a], new[b:stop_b])
        pairs += [(a + x, b + y) for x, y in gap]
        if stop_a < len(old) and stop_b < len(new):
            pairs.append((stop_a, stop_b))
        a, b = stop_a + 1, stop_b + 1
    return pairs


def map_lines(old: Sequence[str], new: Sequence[str]) -> list[int | None]:
    """Return for each old line its number in the new text, None where it is gone."""
    found: list[int | None] = [None] * len(old)
    for a, b in match_lines(old, new):
        found[a] = b
    return found


def match_lines(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return pairs of equal items in rising order, by patience: rare ones bind the others."""
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at] != new[at]), most)
    tail = next((at for at in range(most - head) if old[-1 - at] != new[-1 - at]), most - head)
    pairs = [(at, at) for at in range(head)]
    pairs += [(head + a, head + b) for a, b in _inner(
        old[head : len(old) - tail], new[head : len(new) - tail])]  # fmt: skip
    return pairs + [(len(old) - at, len(new) - at) for at in range(tail, 0, -1)]


def _inner(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    if not old or not new:
        return []
    here, there = _singles(old), _singles(new)
    anchors = _rising([(at, there[item]) for item, at in here.items() if item in there])
    if not anchors:
        return _compared(old, new)
    pairs: list[tuple[int, int]] = []
    a = b = 0
    for stop_a, stop_b in (*anchors, (len(old), len(new))):
        pairs += [(a + x, b + y) for x, y in match_lines(old[a:stop_a], new[b:stop_b])]
        a, b = stop_a + 1, stop_b + 1
        pairs += [(stop_a, stop_b)] if a <= len(old) and b <= len(new) else []
    return pairs


def _compared(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    if len(old) * len(new) > MAX_CELLS:
        return []
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return [(a + at, b + at) for a, b, length in blocks for at in range(length)]


def _singles(items: Sequence[Hashable]) -> dict[Hashable, int]:
    """Return the items that occur once, with their places."""
    places: dict[Hashable, int] = {}
    for at, item in enumerate(items):
        places[item] = -1 if item in places else at
    return {item: at for item, at in places.items() if at >= 0}


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of the pairs in which both numbers rise."""
    pairs.sort()
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, (_, new) in enumerate(pairs):
        place = bisect_left(tails, new)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [new]
        ends[place : place + 1] = [at]
    at, chosen = (ends[-1] if ends else -1), []
    while at >= 0:
        chosen.append(pairs[at])
        at = before[at]
    return chosen[::-1]


def _joined(runs: Iterable[Run]) -> list[Run]:
    """Return the runs that are not empty, neighbors as one."""
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else Run(-1, -1, 0)
        if last.old + last.length == run.old and last.new + last.length == run.new:
            joined[-1] = last._replace(length=last.length + run.length)
        elif run.length:
            joined.append(run)
    return joined
