"""Examples of usage: what continues code like that around the cursor, and similar functions.

An outline says what exists, an example how it is used. Many short excerpts that differ from each
other show more than a few long ones for the same budget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glm_ls.index.record import BUCKET
from glm_ls.index.words import IDENTIFIER

if TYPE_CHECKING:
    from glm_ls.context.question import Question

WINDOWS, FUNCTIONS = 100, 12
"""How many of the best places are considered."""
ABOVE, BELOW = 2, 6
"""Lines shown before the first of a bucket, and from it on."""
LONGEST_FUNCTION = 16
"""Lines of a function that is shown whole."""
FUNCTION_VALUE = 0.8
"""What a function counts beside a window."""
ALIKE = 0.5
"""Share of common words from which on an excerpt repeats another."""
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
    """Return the examples that fit into `budget` bytes, best first; none repeats another."""
    left, misses = budget, 0
    chosen: list[Example] = []
    words: list[set[str]] = []
    for value, file, start, stop in _candidates(question):
        if left < LEAST or misses == MAX_MISSES:
            break
        path = question.corpus.entries[file].path
        if any(one.path == path and start < one.stop and one.start < stop for one in chosen):
            continue
        example = excerpt(path, start, stop, lines_of(path) or (), comment, value)
        if example is None:
            continue
        used = set(IDENTIFIER.findall(example.text.partition("\n")[2]))
        if any(len(used & other) >= ALIKE * len(used | other) for other in words):
            continue
        cost = len(example.text.encode("utf-8", "replace"))
        if cost > left:
            misses += 1
            continue
        left -= cost
        chosen.append(example)
        words.append(used)
    return chosen


def _candidates(question: Question) -> list[tuple[float, int, int, int]]:
    """Return (value, file, first line, line behind the last), best first."""
    found = [*_windows(question), *_functions(question)]
    return sorted(found, key=lambda one: (-one[0], question.corpus.entries[one[1]].path, one[2]))


def _windows(question: Question) -> Iterator[tuple[float, int, int, int]]:
    corpus, (places, values) = question.corpus, question.continuations
    buckets = question.scan.buckets.places[places[:WINDOWS]]
    for bucket, value in zip(buckets.tolist(), values.tolist(), strict=False):
        file = int(corpus.file_of_bucket[bucket])
        row = (bucket - int(corpus.starts["buckets"][file])) * BUCKET
        yield value, file, max(0, row - ABOVE), row + BELOW


def _functions(question: Question) -> Iterator[tuple[float, int, int, int]]:
    corpus, similar = question.corpus, question.similar
    functions = question.scan.functions.places[similar.functions[:FUNCTIONS]]
    for function, value in zip(functions.tolist(), similar.function_values.tolist(), strict=False):
        symbol = int(corpus.columns["function_symbols"][function])
        start, end = int(corpus.columns["starts"][symbol]), int(corpus.columns["ends"][symbol])
        if end - start <= LONGEST_FUNCTION:
            yield value * FUNCTION_VALUE, int(corpus.file_of_function[function]), start, end + 1


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
