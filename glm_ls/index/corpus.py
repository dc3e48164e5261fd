"""The records of all files behind one another: the arrays that questions are answered from.

A corpus never changes. A file that was edited is appended anew, behind what the older corpus
sees, and its old place is marked dead, so that a save copies and sorts little;
`Corpus.of` builds afresh when too much is dead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from posixpath import dirname
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from glm_ls.index.joined import ABSOLUTE, Columns, Room, Starts, joined
from glm_ls.index.postings import Postings, distinct, ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray

_POSTINGS = (
    "files_by_code",
    "symbols_by_name",
    "symbols_by_owner",
    "symbols_by_part",
    "bases_by_type",
)


class Entry(NamedTuple):
    """A file as the corpus lists it."""

    path: str
    family: str
    is_test: bool


@dataclass(frozen=True, eq=False)
class Corpus:
    """All files. Symbols, functions and buckets are numbered through."""

    entries: tuple[Entry, ...]
    alive: NDArray[np.bool_]
    starts: Starts
    columns: Columns
    """As in `Record`, but ends count from the beginning and words are codes (0: none)."""
    files_by_code: Postings
    symbols_by_name: Postings
    symbols_by_owner: Postings
    symbols_by_part: Postings
    bases_by_type: Postings
    """Type's code to an index in the columns `base_types` and `bases`."""
    lineage: dict[str, Room]
    """The same for corpora in which a number means the same file, symbol or place; where the
    columns grow."""

    @classmethod
    def of(cls, files: Iterable[tuple[Entry, bytes]], size: int = 0) -> Self:
        """Return the corpus of packed records; `size`: bytes of all, where it is known."""
        entries: list[Entry] = []

        def records() -> Iterable[bytes]:
            for entry, record in files:
                entries.append(entry)
                yield record

        starts, rooms = joined(records(), size)
        empty = Postings.of(np.zeros(0, np.uint32), np.zeros(0, np.int32))
        nothing: dict[str, Any] = dict.fromkeys(_POSTINGS, empty)
        corpus = cls(
            entries=tuple(entries),
            alive=np.ones(len(entries), np.bool_),
            starts=starts,
            columns={name: room.used for name, room in rooms.items()},
            lineage=rooms,
            **nothing,
        )
        return corpus._with({
            name: Postings.of(keys, items)
            for name, (keys, items) in corpus._pairs(0, 0, 0).items()
        })  # fmt: skip

    def with_files(self, files: Collection[tuple[Entry, bytes]]) -> Self:
        """Return the corpus with more files, which take the place of those of the same paths."""
        more = self.of(files, sum(len(record) for _, record in files))
        starts = {
            group: np.concatenate((mine, more.starts[group][1:] + mine[-1]))
            for group, mine in self.starts.items()
        }
        columns = {}
        for name, mine in self.columns.items():
            new = more.columns[name]
            if counted := ABSOLUTE.get(name):
                new = new + self.starts[counted][-1].astype(new.dtype)
            columns[name] = self.lineage[name].grown(mine, new)
        joined = replace(
            self.without({entry.path for entry, _ in files}),
            entries=(*self.entries, *more.entries),
            starts=starts,
            columns=columns,
        )
        joined = replace(joined, alive=np.concatenate((joined.alive, more.alive)))
        first = len(self.entries), self.symbol_count, int(self.starts["bases"][-1])
        return joined._with({
            name: getattr(self, name).with_more(keys, items)
            for name, (keys, items) in joined._pairs(*first).items()
        })  # fmt: skip

    def _with(self, postings: dict[str, Postings]) -> Self:
        changes: dict[str, Any] = {**postings}
        return replace(self, **changes)

    def without(self, paths: Collection[str]) -> Self:
        """Return the corpus without some files."""
        dead = [at for path in paths if (at := self.at.get(path)) is not None]
        if not dead:
            return self
        alive = self.alive.copy()
        alive[dead] = False
        return replace(self, alive=alive)

    def _pairs(
        self, file: int, symbol: int, base: int
    ) -> dict[str, tuple[NDArray[np.uint32], NDArray[np.int32]]]:
        """Return what the postings hold of files, symbols and bases from these on."""
        columns, part_counts = self.columns, self.counts("part_ends", "parts")[symbol:]
        codes = columns["codes"][self.starts["codes"][file] :]
        of_file = np.repeat(
            np.arange(file, len(self.entries), dtype=np.int32), np.diff(self.starts["codes"])[file:]
        )
        symbols = np.arange(symbol, self.symbol_count, dtype=np.int32)
        owned = columns["owners"][symbol:] != 0
        parts = columns["parts"][len(columns["parts"]) - int(part_counts.sum()) :]
        types = columns["base_types"][base:]
        return {
            "files_by_code": (codes, of_file),
            "symbols_by_name": (columns["names"][symbol:], symbols),
            "symbols_by_owner": (columns["owners"][symbol:][owned], symbols[owned]),
            "symbols_by_part": (parts, np.repeat(symbols, part_counts)),
            "bases_by_type": (types, np.arange(base, base + len(types), dtype=np.int32)),
        }

    # -- files -------------------------------------------------------------------------

    @cached_property
    def at(self) -> dict[str, int]:
        """Path to the number of its file, dead ones left out."""
        return {entry.path: at for at, entry in enumerate(self.entries) if self.alive[at]}

    @property
    def dead(self) -> int:
        """How many places are taken by what is no longer true."""
        return len(self.alive) - int(self.alive.sum())

    @property
    def symbol_count(self) -> int:
        """How many symbols there are, the dead included."""
        return int(self.starts["symbols"][-1])

    @cached_property
    def file_of_symbol(self) -> NDArray[np.int32]:
        """The file of each symbol."""
        return self._file_of("symbols")

    @cached_property
    def tests(self) -> NDArray[np.bool_]:
        """Which files are tests."""
        return np.array([entry.is_test for entry in self.entries], np.bool_)

    @cached_property
    def folder_names(self) -> list[str]:
        """The folders that files lie in."""
        return list(dict.fromkeys(dirname(entry.path) for entry in self.entries))

    @cached_property
    def folders(self) -> NDArray[np.int64]:
        """The folder of each file, as an index in `folder_names`."""
        number = {name: at for at, name in enumerate(self.folder_names)}
        return np.array([number[dirname(entry.path)] for entry in self.entries], np.int64)

    @cached_property
    def path_order(self) -> NDArray[np.int64]:
        """The rank of each file in the order of paths."""
        order = sorted(range(len(self.entries)), key=lambda at: self.entries[at].path)
        ranks = np.empty(len(order), np.int64)
        ranks[order] = np.arange(len(order))
        return ranks

    def of_family(self, family: str) -> NDArray[np.bool_]:
        """Return which files are of a family."""
        found: NDArray[np.bool_] = self._families == family
        return found

    @cached_property
    def _families(self) -> NDArray[np.str_]:
        return np.array([entry.family for entry in self.entries], np.str_)

    @cached_property
    def file_of_function(self) -> NDArray[np.int32]:
        """The file of each function."""
        return self._file_of("functions")

    @cached_property
    def file_of_bucket(self) -> NDArray[np.int32]:
        """The file of each bucket."""
        return self._file_of("buckets")

    def _file_of(self, group: str) -> NDArray[np.int32]:
        counts = np.diff(self.starts[group])
        return np.repeat(np.arange(len(self.entries), dtype=np.int32), counts)

    def span(self, group: str, file: int) -> slice:
        """Return where a file's part of a group of columns is."""
        starts = self.starts[group]
        return slice(int(starts[file]), int(starts[file + 1]))

    def counts(self, ends: str, group: str) -> NDArray[np.int64]:
        """Return how long each list is whose ends are in a column."""
        lengths: NDArray[np.int64] = np.diff(self.columns[ends], prepend=np.uint32(0)).astype(
            np.int64
        )
        return lengths

    # -- symbols -----------------------------------------------------------------------

    def signature(self, symbol: int) -> str:
        """Return what a symbol is shown as."""
        return self._text("signatures", "signature_ends", symbol)

    def doc(self, symbol: int) -> str:
        """Return the first line of a symbol's documentation, "" for none."""
        return self._text("docs", "doc_ends", symbol)

    def _text(self, column: str, ends: str, symbol: int) -> str:
        return self.list_of(column, ends, symbol).tobytes().decode("utf-8")

    @cached_property
    def _names(self) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
        return distinct(self.columns["names"])

    @cached_property
    def users(self) -> NDArray[np.int64]:
        """In how many files each symbol's name occurs, dead ones included."""
        names, which = self._names
        return self.files_by_code.counts(names)[which]

    @cached_property
    def namesakes(self) -> NDArray[np.int64]:
        """How many symbols have each symbol's name, itself and dead ones included."""
        names, which = self._names
        return self.symbols_by_name.counts(names)[which]

    @cached_property
    def signature_bytes(self) -> NDArray[np.int64]:
        """The length of each symbol's signature in bytes."""
        return self.counts("signature_ends", "signatures")

    def list_of(self, column: str, ends: str, at: int) -> NDArray[Any]:
        """Return one list of a column of lists."""
        bounds = self.columns[ends]
        return self.columns[column][int(bounds[at - 1]) if at else 0 : int(bounds[at])]


def lists_of(
    corpus: Corpus, column: str, ends: str, which: NDArray[np.integer[Any]]
) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the lists of several owners behind one another, and how long each is."""
    bounds = corpus.columns[ends]
    stops = bounds[which].astype(np.int64)
    begins = np.where(which > 0, bounds[np.maximum(which, 1) - 1].astype(np.int64), 0)
    counts = stops - begins
    return corpus.columns[column][ranges(begins, counts)], counts
