"""A cursor and the index, prepared: what every source of context asks about.

    Document (path, facts) + row + words typed on its line  ──►  Question

The document's own entry in the index is hidden: what the user has in front of them counts, not
what was saved. Words are codes (`index.words`).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from posixpath import dirname
from typing import TYPE_CHECKING

import numpy as np

from glm_ls.context.lift import among
from glm_ls.context.sources.diagnostics import words_of
from glm_ls.context.surroundings import NOTHING, Surroundings
from glm_ls.index.facts import Symbol
from glm_ls.index.postings import places_of, sorted_set
from glm_ls.index.words import codes_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.context.scan import Scan
    from glm_ls.context.signals import Signals
    from glm_ls.context.sources.names import Named
    from glm_ls.context.sources.similar import Similar
    from glm_ls.index.corpus import Corpus
    from glm_ls.index.extract import Facts
    from glm_ls.index.imports import Taken

ABOVE, BELOW = 12, 6
"""Lines around the cursor whose words count as near."""
DECAY = 5.0
"""Lines over which a word's weight falls to 1/e."""
IN_FUNCTION = 0.6
"""Weight of a word of the function that is not near the cursor."""


@dataclass(frozen=True, eq=False)
class Document:
    """A document as it is now, the cursor's line left blank, and what it imports."""

    path: str
    """In the project, with forward slashes."""
    facts: Facts
    taken: Taken
    around: frozenset[str]
    """Files that the imported files import."""

    @property
    def comment(self) -> str:
        """How a line comment begins in the document's language."""
        return self.facts.language.comment_mark

    @cached_property
    def codes(self) -> NDArray[np.uint32]:
        """Every word of the document, sorted."""
        return sorted_set(np.array(self.facts.codes, np.uint32))

    @cached_property
    def codes_by_name(self) -> NDArray[np.bool_]:
        """Which of `codes` are imported by name."""
        return among(self.codes, code_set(self.imported_names))

    @cached_property
    def local(self) -> dict[str, list[Symbol]]:
        """What the document itself defines, by name."""
        found: dict[str, list[Symbol]] = {}
        for symbol in self.facts.outline.symbols:
            found.setdefault(symbol.name, []).append(symbol)
        return found

    @cached_property
    def local_mentions(self) -> dict[str, tuple[str, ...]]:
        """What the signatures of the document's own definitions mention, by name."""
        return {
            name: tuple({m: None for one in symbols if one.kind != "class" for m in one.mentions})
            for name, symbols in self.local.items()
        }

    @cached_property
    def imported_names(self) -> frozenset[str]:
        """Everything that is imported by name."""
        return frozenset[str]().union(*self.taken.values())

    def function_at(self, row: int) -> Symbol | None:
        """Return the innermost function or method around a line."""
        around = [
            symbol
            for symbol in self.facts.outline.symbols
            if symbol.kind in ("function", "method") and symbol.start <= row <= symbol.end
        ]
        return max(around, key=lambda symbol: symbol.start, default=None)

    def class_at(self, row: int) -> str:
        """Return the class around a line, also that of the method around it; "" for none."""
        function = self.function_at(row)
        if function is not None and function.owner:
            return function.owner
        around = (
            symbol.name
            for symbol in reversed(self.facts.outline.symbols)
            if symbol.kind == "class" and symbol.start <= row <= symbol.end
        )
        return next(around, "")


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked of the sources."""

    corpus: Corpus
    document: Document
    row: int
    typed: tuple[str, ...] = ()
    """Words on the cursor's line, the one being typed left out."""
    receiver: tuple[str, ...] = ()
    """Types that what stands before the last `.` may have."""
    dotted: bool | None = None
    """Whether a member is awaited behind a dot; None on a line with nothing before the cursor."""
    surroundings: Surroundings = NOTHING
    without: frozenset[str] = frozenset()
    """Files that are shown anyway."""

    def asked_with(
        self, typed: tuple[str, ...], receiver: tuple[str, ...], dotted: bool | None
    ) -> Question:
        """Return the question with what is typed on the line; what that leaves as it is is kept."""
        asked = replace(self, typed=typed, receiver=receiver, dotted=dotted)
        vars(asked).update({name: vars(self)[name] for name in _SAME if name in vars(self)})
        return asked

    def is_like(self, other: Question) -> bool:
        """Whether another question has the same answer."""
        return (
            self.corpus is other.corpus
            and self.document is other.document
            and (self.row, self.typed, self.receiver, self.dotted, self.without, self.surroundings)
            == (other.row, other.typed, other.receiver, other.dotted, other.without,
                other.surroundings)
        )  # fmt: skip

    @cached_property
    def hidden(self) -> int:
        """The number of the document's own file in the index, -1 for none."""
        return self.corpus.at.get(self.document.path, -1)

    @cached_property
    def function(self) -> Symbol | None:
        """The function around the cursor."""
        return self.document.function_at(self.row)

    @cached_property
    def owner(self) -> str:
        """The class around the cursor."""
        return self.document.class_at(self.row)

    @cached_property
    def near_words(self) -> dict[str, float]:
        """Words near the cursor, weighted by the distance of their nearest line."""
        words = self.document.facts.words
        near = dict.fromkeys((*self.typed, *words_of(self.surroundings.diagnostics)), 1.0)
        for row in range(max(0, self.row - ABOVE), min(len(words), self.row + BELOW + 1)):
            weight = math.exp(-abs(row - self.row) / DECAY)
            for word in words[row]:
                if near.get(word, 0.0) < weight:
                    near[word] = weight
        return near

    @cached_property
    def near(self) -> Weights:
        """`near_words` by code."""
        return Weights.of(self.near_words)

    @cached_property
    def function_words(self) -> frozenset[str]:
        """Words of the function around the cursor."""
        if self.function is None:
            return frozenset(self.typed)
        rows = self.document.facts.words[self.function.start : self.function.end + 1]
        return frozenset(word for row in rows for word in row).union(self.typed)

    @cached_property
    def usable(self) -> NDArray[np.bool_]:
        """Which files count: alive, not the document's own, of a family that is of use to it."""
        row = self.document.facts.row
        family = row.family if row else self.document.facts.language.id
        usable: NDArray[np.bool_] = self.corpus.of_family(family) & self.corpus.alive
        usable &= ~self._marked((self.document.path, *self.without))
        return usable

    @cached_property
    def usable_symbols(self) -> NDArray[np.bool_]:
        """Which symbols count."""
        return self.usable[self.corpus.file_of_symbol]

    @cached_property
    def imported(self) -> NDArray[np.bool_]:
        """Which files the document imports."""
        return self._marked(self.document.taken)

    @cached_property
    def around(self) -> NDArray[np.bool_]:
        """Which files those import in turn."""
        return self._marked(self.document.around)

    @cached_property
    def beside(self) -> NDArray[np.bool_]:
        """Which files lie in the document's folder."""
        names = self.corpus.folder_names
        folder = dirname(self.document.path)
        at = names.index(folder) if folder in names else -1
        beside: NDArray[np.bool_] = self.corpus.folders == at
        return beside

    @cached_property
    def narrowed(self) -> NDArray[np.bool_]:
        """Files that the document takes only some names from."""
        return self._marked(path for path, names in self.document.taken.items() if names)

    @cached_property
    def named(self) -> Named:
        """What the words of the document may mean."""
        from glm_ls.context.sources.names import named

        return named(self)

    @cached_property
    def above(self) -> Weights:
        """Words above the cursor and on its line, weighted by distance."""
        words = self.document.facts.words[max(0, self.row - ABOVE) : self.row]
        return self._weighted(reversed(words), dict.fromkeys(self.typed, 1.0))

    @cached_property
    def below(self) -> Weights:
        """Words below the cursor, weighted by distance."""
        return self._weighted(self.document.facts.words[self.row + 1 : self.row + BELOW + 1], {})

    def _weighted(self, rows: Iterable[list[str]], weights: dict[str, float]) -> Weights:
        for steps, words in enumerate(rows, 1):
            weight = math.exp(-steps / DECAY)
            for word in words:
                weights.setdefault(word, weight)
        return Weights.of(weights)

    @cached_property
    def scan(self) -> Scan:
        """The places of the project that have words of these."""
        from glm_ls.context.scan import scan_of

        return scan_of(self)

    @cached_property
    def continuations(self) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Places that continue code like that around the cursor."""
        from glm_ls.context.sources.following import continuations

        return continuations(self)

    @cached_property
    def similar(self) -> Similar:
        """Places that resemble the code around the cursor."""
        from glm_ls.context.sources.similar import find

        return find(self)

    @cached_property
    def steady(self) -> Signals:
        """What sources say whatever is typed."""
        from glm_ls.context.rank import steady_signals

        return steady_signals(self)

    @cached_property
    def folder(self) -> str:
        """The document's folder."""
        return dirname(self.document.path)

    @cached_property
    def function_codes(self) -> NDArray[np.uint32]:
        """`function_words` by code."""
        return code_set(self.function_words)

    @cached_property
    def word_weights(self) -> NDArray[np.float32]:
        """How much each word of the document matters here: near, in the function, or barely."""
        in_function = among(self.document.codes, self.function_codes)
        return np.maximum(self.near.at(self.document.codes), in_function * np.float32(IN_FUNCTION))

    def weight_of(self, word: str) -> float:
        """Return how much one word matters here."""
        in_function = IN_FUNCTION if word in self.function_words else 0.0
        return max(self.near_words.get(word, 0.0), in_function)

    def _marked(self, paths: Iterable[str]) -> NDArray[np.bool_]:
        marked = np.zeros(len(self.corpus.entries), np.bool_)
        at = self.corpus.at
        marked[[at[path] for path in paths if path in at]] = True
        return marked


_SAME = frozenset(
    """hidden function owner usable usable_symbols imported around beside narrowed named
    folder steady""".split()
)
"""What does not depend on the words that are typed on the line."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Words with weights, as arrays."""

    codes: NDArray[np.uint32]
    """Sorted, distinct."""
    values: NDArray[np.float32]

    @classmethod
    def of(cls, weights: dict[str, float]) -> Weights:
        """Return the weights by code."""
        codes = np.array(codes_of(weights), np.uint32)
        values = np.fromiter(weights.values(), np.float32, len(weights))
        codes, first = np.unique(codes, return_index=True)
        return cls(codes, values[first])

    def at(self, codes: NDArray[np.uint32]) -> NDArray[np.float32]:
        """Return the weight of each code, 0 for a word that has none."""
        return np.append(self.values, np.float32(0))[places_of(codes, self.codes)]


def code_set(words: Collection[str]) -> NDArray[np.uint32]:
    """Return the codes of words, sorted."""
    return sorted_set(np.array(codes_of(words), np.uint32))
