"""What simpler ways would send: each a function of the project, the cursor and the budget.

They get what the product gets: the project without the hidden text, the same bytes. `imports` uses
the product's own outlines and import resolution, so that what it lacks is the choosing alone.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from posixpath import dirname

from bench.context.gold import Gold, Source
from bench.context.position import Cursor
from bench.context.score import TOKEN_BYTES, cut_to
from glm_ls.index.extract import facts_of
from glm_ls.index.facts import Outline
from glm_ls.index.imports import Imports, Known
from glm_ls.index.project import distance
from glm_ls.index.words import code_of

CHUNK, STRIDE = 20, 10
"""Lines of a chunk, and from one's start to the next."""
ABOVE, BELOW = 15, 5
"""Lines around the cursor that BM25 asks with."""
K1, B = 1.2, 0.75
TOO_COMMON = 0.3
"""Share of chunks from which on a word says nothing."""

_WORD = re.compile(r"[^\W\d]\w+")


def nothing(gold: Gold, cursor: Cursor, budget: int) -> str:
    """Return no context: what the file itself says is all there is."""
    return ""


def siblings(gold: Gold, cursor: Cursor, budget: int) -> str:
    """Return the nearest files from their beginnings, as an editor's open tabs would be."""
    here = dirname(cursor.path)
    others = sorted(
        (distance(dirname(path), here), path) for path in gold.sources if path != cursor.path
    )
    return _joined((f"# {path}\n{gold.sources[path].text}\n" for _, path in others), budget)


def bm25(gold: Gold, cursor: Cursor, budget: int) -> str:
    """Return the chunks that best match the words around the cursor."""
    chunks = _chunks_of(gold)
    lines = cursor.text.split("\n")
    words = _WORD.findall("\n".join(lines[max(0, cursor.row - ABOVE) : cursor.row + BELOW + 1]))
    scores = chunks.scores(set(words), cursor.path)
    best = heapq.nsmallest(budget, ((-score, at) for at, score in scores.items()))
    found = (chunks.items[at] for _, at in best)
    return _joined((f"# {one.path}:{one.start + 1}\n{one.text}\n" for one in found), budget)


def imports(gold: Gold, cursor: Cursor, budget: int) -> str:
    """Return the outlines of the files the document imports, whole and in the imports' order."""
    source = gold.sources[cursor.path]
    facts = facts_of(source.language, cursor.text)
    if facts.row is None:
        return ""
    taken = _imports_of(gold).of_outline(cursor.path, facts.row, facts.outline)
    return _joined((_outline(gold.sources[path]) for path in taken), budget)


Baseline = Callable[[Gold, Cursor, int], str]

BASELINES: dict[str, Baseline] = {
    "nothing": nothing,
    "siblings": siblings,
    "bm25": bm25,
    "imports": imports,
}


@dataclass(frozen=True, slots=True)
class _Chunk:
    path: str
    start: int
    text: str
    words: Counter[str]
    length: int


class _Chunks:
    """Every file in overlapping chunks; those of the current file are never looked at."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.items = [chunk for source in sources for chunk in _cut(source)]
        self._mean = sum(chunk.length for chunk in self.items) / max(1, len(self.items))
        self._with: dict[str, list[int]] = defaultdict(list)
        for at, chunk in enumerate(self.items):
            for word in chunk.words:
                self._with[word].append(at)

    def scores(self, words: set[str], path: str) -> dict[int, float]:
        """Return the score of each chunk of other files that shares a word."""
        scores: dict[int, float] = defaultdict(float)
        for word in sorted(words):
            having = [at for at in self._with.get(word, ()) if self.items[at].path != path]
            if not 0 < len(having) <= TOO_COMMON * len(self.items):
                continue
            weight = math.log(1 + (len(self.items) - len(having) + 0.5) / (len(having) + 0.5))
            for at in having:
                often, length = self.items[at].words[word], self.items[at].length
                norm = K1 * (1 - B + B * length / self._mean)
                scores[at] += weight * often * (K1 + 1) / (often + norm)
        return scores


def _cut(source: Source) -> Iterable[_Chunk]:
    for start in range(0, max(1, len(source.lines) - STRIDE), STRIDE):
        text = "\n".join(source.lines[start : start + CHUNK])
        words = Counter(_WORD.findall(text))
        yield _Chunk(source.path, start, text, words, words.total())


@lru_cache(maxsize=1)
def _chunks_of(gold: Gold) -> _Chunks:
    return _Chunks(gold.sources.values())


@lru_cache(maxsize=1)
def _imports_of(gold: Gold) -> Imports:
    def known(path: str) -> Known | None:
        source = gold.sources.get(path)
        if source is None or source.facts.row is None:
            return None
        return Known(source.facts.row, source.facts.outline, lambda: _top(source.facts.outline))

    return Imports(gold.project, known)


def _top(outline: Outline) -> frozenset[int]:
    return frozenset(code_of(symbol.name) for symbol in outline.symbols if not symbol.owner)


def _outline(source: Source) -> str:
    symbols = source.facts.outline.symbols
    lines = (f"{' ' if symbol.owner else ''}{symbol.signature}\n" for symbol in symbols)
    return f"# {source.path}\n{''.join(lines)}"


def _joined(pieces: Iterable[str], budget: int) -> str:
    """Return the pieces up to the budget, the last one cut."""
    taken, size = [], 0
    for piece in pieces:
        if size >= budget * TOKEN_BYTES:
            break
        taken.append(piece)
        size += len(piece.encode("utf-8", "replace"))
    return cut_to("".join(taken), budget)
