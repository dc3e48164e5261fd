"""Scored symbols to an outline within a budget: signatures under their file and their class.

A signature costs a tenth of the code it stands for, so many definitions fit; the one that is
needed is among them more often than in any other form of context (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from glm_ls.context.facets import facets_of
from glm_ls.context.part import Part
from glm_ls.index.facts import KINDS
from glm_ls.index.words import IDENTIFIER, code_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.index.corpus import Corpus
    from glm_ls.index.languages.row import Row

DENSITY = 0.7
"""Exponent of the cost: 0 takes the best whatever they cost, 1 the most per token."""
MAX_MISSES = 25
"""Symbols in a row that do not fit any more before looking for smaller ones ends."""


@dataclass(frozen=True, eq=False)
class Layout:
    """How symbols are shown, and what that costs in bytes."""

    corpus: Corpus
    row: Row | None
    comment: str
    """How a line comment begins."""

    @cached_property
    def owners(self) -> NDArray[np.int64]:
        """For each symbol the one it is shown under, -1 for none in its file."""
        return facets_of(self.corpus).owners


def select(
    layout: Layout,
    scores: NDArray[np.float32],
    budget: int,
    *,
    without: Collection[int] = (),
) -> list[int]:
    """Return the symbols that fit into `budget` bytes, the most valuable per byte first."""
    corpus = layout.corpus
    values = scores - DENSITY * facets_of(corpus).log_costs
    count = min(len(values), budget // 16 + 300)
    best = np.argpartition(-values, count - 1)[:count] if count < len(values) else None
    best = np.arange(len(values)) if best is None else best
    # Of equals the first in the order of paths, which does not depend on what was read first.
    place = corpus.path_order[corpus.file_of_symbol[best]]
    order = best[np.lexsort((best, place, -values[best]))]
    order = order[scores[order] > -np.inf]
    packing = Packing(layout, order, budget)
    misses = 0
    for at, symbol in enumerate(order.tolist()):
        if symbol in without:
            continue
        if packing.add(at, symbol):
            misses = 0
        elif (misses := misses + 1) > MAX_MISSES:
            break
    return packing.chosen


class Packing:
    """Symbols chosen so far and the bytes their outline takes."""

    def __init__(self, layout: Layout, order: NDArray[np.int64], budget: int) -> None:
        """`order` are the symbols that will be offered; what is asked of each becomes a list."""
        corpus = layout.corpus
        self._layout = layout
        self._left = budget
        self.chosen: list[int] = []
        self._files: set[int] = set()
        self._shown: set[int] = set()
        """Symbols with a line of their own, owners included."""
        self._orphans: set[tuple[int, int]] = set()
        self._file_of = corpus.file_of_symbol[order].tolist()
        self._cost_of = (corpus.signature_bytes[order] + 1).tolist()
        self._owner_of = layout.owners[order].tolist()
        self._has_header = has_headers(layout, order).tolist()

    def add(self, at: int, symbol: int) -> bool:
        """Take a symbol in, the one at a place of the order, if it fits."""
        if symbol in self._shown:
            self.chosen.append(symbol)
            return True
        file, cost, owner, orphan = self._file_of[at], self._cost_of[at], -1, None
        if file not in self._files:
            cost += len(path_line(self._layout, file).encode()) + 1
        if self._has_header[at]:
            cost += 1
            owner = self._owner_of[at]
            if owner >= 0 and owner not in self._shown:
                cost += int(self._layout.corpus.signature_bytes[owner]) + 1
            elif owner < 0:
                orphan = file, int(self._layout.corpus.columns["owners"][symbol])
                if orphan not in self._orphans:
                    cost += len(orphan_line(self._layout, symbol).encode()) + 1
        if cost > self._left:
            return False
        self._left -= cost
        self._files.add(file)
        self._shown.update((symbol, owner))
        if orphan is not None:
            self._orphans.add(orphan)
        self.chosen.append(symbol)
        return True


def has_headers(layout: Layout, symbols: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which symbols are shown below the line of what they are members of."""
    columns = layout.corpus.columns
    headless = layout.row.headless if layout.row else ()
    by_kind = np.array([kind != "class" and kind not in headless for kind in KINDS])
    headed: NDArray[np.bool_] = by_kind[columns["kinds"][symbols]] & (
        columns["owners"][symbols] != 0
    )
    return headed


def path_line(layout: Layout, file: int) -> str:
    """Return the line that names a file."""
    return f"{layout.comment} {layout.corpus.entries[file].path}"


def orphan_line(layout: Layout, symbol: int) -> str:
    """Return the line for an owner that is defined in another file; "" where none can be said."""
    corpus, code = layout.corpus, int(layout.corpus.columns["owners"][symbol])
    for same in corpus.symbols_by_name.get(code):
        for word in IDENTIFIER.findall(corpus.signature(int(same))):
            if code_of(word) == code:
                template = layout.row.orphan if layout.row else ""
                return template.format(word) or f"{layout.comment} {word}"
    return ""


def outline_parts(
    layout: Layout, symbols: Collection[int], scores: NDArray[np.float32], source: str
) -> tuple[Part, ...]:
    """Return the outline of symbols, a part for each file, in the order of their paths."""
    corpus = layout.corpus
    headed = headed_among(layout, symbols)
    every = np.array(sorted(symbols), np.int64)
    # What is asked of each becomes a list at once.
    columns = (every, corpus.columns["starts"][every], corpus.columns["ends"][every], scores[every])
    files: dict[int, list[tuple[int, int, int, float]]] = {}
    for file, *of_symbol in zip(
        corpus.file_of_symbol[every].tolist(), *(column.tolist() for column in columns), strict=True
    ):
        files.setdefault(file, []).append(tuple(of_symbol))
    parts = []
    for file in sorted(files, key=lambda at: corpus.entries[at].path):
        shown, starts, ends, values = zip(*files[file], strict=True)
        lines = [path_line(layout, file), *_file_lines(layout, shown, headed)]
        parts.append(
            Part(
                source,
                corpus.entries[file].path,
                min(starts),
                max(ends) + 1,
                "".join(f"{line}\n" for line in lines),
                round(max(values), 3),
                f"{len(shown)} definitions",
            )
        )
    return tuple(parts)


def headed_among(layout: Layout, symbols: Collection[int]) -> set[int]:
    """Return those of the symbols that are shown below a line for their owner."""
    every = np.array(list(symbols), np.int64)
    return set(every[has_headers(layout, every)].tolist())


def _file_lines(layout: Layout, symbols: Sequence[int], headed: Collection[int]) -> list[str]:
    corpus = layout.corpus
    groups: dict[object, list[str]] = {}
    for symbol in symbols:
        if symbol not in headed:
            groups.setdefault(symbol, [corpus.signature(symbol)])
            continue
        owner = int(layout.owners[symbol])
        key: object = owner if owner >= 0 else f"{corpus.columns['owners'][symbol]}"
        if key not in groups:
            groups[key] = [corpus.signature(owner) if owner >= 0 else orphan_line(layout, symbol)]
        groups[key].append(f" {corpus.signature(symbol)}")
    return [line for lines in groups.values() for line in lines if line]
