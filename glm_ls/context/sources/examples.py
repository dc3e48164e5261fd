"""Examples of usage: the places that resemble the code around the cursor, as text.

An outline says what exists, an example how it is used. Short excerpts around the best matching
lines show more of them for the same budget than whole functions would.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glm_ls.index.record import BUCKET

if TYPE_CHECKING:
    from glm_ls.context.question import Question

WINDOWS, FUNCTIONS = 40, 12
"""How many of the most similar places are considered."""
ABOVE, BELOW = 3, 9
"""Lines shown around a bucket's first line."""
LONGEST_FUNCTION = 30
"""Lines of a function that is shown whole."""
FUNCTION_VALUE = 0.8
"""What a function counts beside a window."""
LEAST = 60
"""Bytes that are worth an example."""
MAX_MISSES = 8
"""Places that do not fit before looking for smaller ones ends."""


@dataclass(frozen=True, slots=True)
class Example:
    """Some lines of a file."""

    path: str
    start: int
    stop: int
    """The line behind the last."""
    text: str
    value: float


def choose(
    question: Question, budget: int, comment: str, lines_of: Callable[[str], Sequence[str] | None]
) -> list[Example]:
    """Return the examples that fit into `budget` bytes, best first; none overlaps another."""
    left, misses = budget, 0
    chosen: list[Example] = []
    for value, file, start, stop in _candidates(question):
        if left < LEAST or misses == MAX_MISSES:
            break
        path = question.corpus.entries[file].path
        if any(one.path == path and start < one.stop and one.start < stop for one in chosen):
            continue
        lines = lines_of(path)
        example = excerpt(path, start, stop, lines, comment, value) if lines else None
        cost = len(example.text.encode("utf-8", "replace")) if example else 0
        if example is not None and cost <= left:
            left -= cost
            chosen.append(example)
        else:
            misses += 1
    return chosen


def _candidates(question: Question) -> list[tuple[float, int, int, int]]:
    """Return (value, file, first line, line behind the last), best first."""
    corpus, similar = question.corpus, question.similar
    found = []
    windows = question.scan.buckets.places[similar.windows[:WINDOWS]]
    for window, value in zip(windows.tolist(), similar.window_values.tolist(), strict=False):
        file = int(corpus.file_of_bucket[window])
        row = (window - int(corpus.starts["buckets"][file])) * BUCKET
        found.append((value, file, max(0, row - ABOVE), row + BELOW))
    functions = question.scan.functions.places[similar.functions[:FUNCTIONS]]
    for function, value in zip(functions.tolist(), similar.function_values.tolist(), strict=False):
        symbol = int(corpus.columns["function_symbols"][function])
        start, end = int(corpus.columns["starts"][symbol]), int(corpus.columns["ends"][symbol])
        if end - start <= LONGEST_FUNCTION:
            file = int(corpus.file_of_function[function])
            found.append((value * FUNCTION_VALUE, file, start, end + 1))
    return sorted(found, key=lambda one: (-one[0], corpus.entries[one[1]].path, one[2]))


def excerpt(
    path: str, start: int, stop: int, lines: Sequence[str], comment: str, value: float
) -> Example | None:
    """Return the lines with the blank ones around them and their common indentation taken off."""
    stop = min(stop, len(lines))
    while start < stop and not lines[start].strip():
        start += 1
    while stop > start and not lines[stop - 1].strip():
        stop -= 1
    if start >= stop:
        return None
    shown = [line.rstrip() for line in lines[start:stop]]
    indent = min(len(line) - len(line.lstrip()) for line in shown if line)
    text = "".join(f"{line[indent:]}\n" for line in shown)
    return Example(path, start, stop, f"{comment} {path}:{start + 1}\n{text}", value)
