"""The records of all files behind one another: the arrays that questions are answered from.

A corpus never changes. A file that was edited is appended anew and its old place is marked dead,
so that a save costs a copy of some arrays and no sort; `Corpus.of` builds afresh when too much is
dead.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from posixpath import dirname
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from glm_ls.index.postings import Postings, ranges
from glm_ls.index.record import COLUMNS, NO_WORD, columns_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COUNTED = {
    # What is counted per file, and the columns that are as long.
    "codes": ("codes",),
    "buckets": ("bucket_ends",),
    "bucket_words": ("bucket_words",),
    "functions": ("function_symbols", "function_ends"),
    "function_words": ("function_words",),
    "symbols": ("names", "owners", "kinds", "flags", "starts", "ends", "signature_ends",
                "mention_ends", "part_ends"),
    "signatures": ("signatures",),
    "mentions": ("mentions",),
    "parts": ("parts",),
    "bases": ("base_types", "bases"),
}  # fmt: skip
_GROUP = {column: group for group, columns in _COUNTED.items() for column in columns}
_ABSOLUTE = {
    # Ends that count from the file's beginning, and what they count.
    "bucket_ends": "bucket_words",
    "function_ends": "function_words",
    "signature_ends": "signatures",
    "mention_ends": "mentions",
    "part_ends": "parts",
    "function_symbols": "symbols",
}
_POSTINGS = (
    "files_by_code",
    "symbols_by_name",
    "symbols_by_owner",
    "symbols_by_part",
    "bases_by_type",
)
_LOCAL = ("names", "owners", "mentions", "base_types", "bases")
"""Columns that hold numbers of words, which become codes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as the corpus lists it."""

    path: str
    family: str
    is_test: bool


@dataclass(frozen=True, eq=False)
class Corpus:
    """All files. Symbols, functions and buckets are numbered through."""

    entries: tuple[Entry, ...]
    alive: NDArray[np.bool_]
    starts: dict[str, NDArray[np.int64]]
    """Group of columns to where each file begins in it, one more at the end."""
    columns: dict[str, NDArray[Any]]
    """As in `Record`, but ends count from the beginning and words are codes (0: none)."""
    files_by_code: Postings
    symbols_by_name: Postings
    symbols_by_owner: Postings
    symbols_by_part: Postings
    bases_by_type: Postings
    """Type's code to an index in the columns `base_types` and `bases`."""
    lineage: object = field(default_factory=object)
    """The same for corpora in which a number means the same file, symbol or place."""

    @classmethod
    def of(cls, files: Sequence[tuple[Entry, bytes]]) -> Self:
        """Return the corpus of packed records."""
        return cls._joined([entry for entry, _ in files], [columns_of(data) for _, data in files])

    @classmethod
    def _joined(cls, entries: list[Entry], files: list[list[bytes]]) -> Self:
        raw = {
            name: np.frombuffer(b"".join([columns[at] for columns in files]), dtype)
            for at, (name, dtype) in enumerate(COLUMNS)
        }
        sizes = {name: np.dtype(dtype).itemsize for name, dtype in COLUMNS}
        position = {name: at for at, (name, _) in enumerate(COLUMNS)}
        starts = {}
        for group, names in _COUNTED.items():
            at, size = position[names[0]], sizes[names[0]]
            lengths = np.array([len(columns[at]) // size for columns in files], np.int64)
            starts[group] = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths)))
        columns = _absolute(raw, starts)
        empty = np.zeros(0, np.uint32), np.zeros(0, np.int32)
        nothing = Postings.of(*empty)
        corpus = cls(
            entries=tuple(entries),
            alive=np.ones(len(entries), np.bool_),
            starts=starts,
            columns=columns,
            **dict.fromkeys(_POSTINGS, nothing),
        )
        return corpus._with({
            name: Postings.of(keys, items)
            for name, (keys, items) in corpus._pairs(0, 0, 0).items()
        })  # fmt: skip

    def with_files(self, files: Sequence[tuple[Entry, bytes]]) -> Self:
        """Return the corpus with more files, which take the place of those of the same paths."""
        more = self.of(files)
        starts = {
            group: np.concatenate((mine, more.starts[group][1:] + mine[-1]))
            for group, mine in self.starts.items()
        }
        columns = {}
        for name, mine in self.columns.items():
            new = more.columns[name]
            if counted := _ABSOLUTE.get(name):
                new = new + self.starts[counted][-1].astype(new.dtype)
            columns[name] = np.concatenate((mine, new))
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

    def of_family(self, family: str) -> NDArray[np.bool_]:
        """Return which files are of a family."""
        return np.array([entry.family == family for entry in self.entries], np.bool_)

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
        ends = self.columns["signature_ends"]
        start = int(ends[symbol - 1]) if symbol else 0
        return self.columns["signatures"][start : int(ends[symbol])].tobytes().decode("utf-8")

    @cached_property
    def users(self) -> NDArray[np.int64]:
        """In how many files each symbol's name occurs, dead ones included."""
        names, which = np.unique(self.columns["names"], return_inverse=True)
        return self.files_by_code.counts(names)[which]

    @cached_property
    def namesakes(self) -> NDArray[np.int64]:
        """How many symbols have each symbol's name, itself and dead ones included."""
        names, which = np.unique(self.columns["names"], return_inverse=True)
        return self.symbols_by_name.counts(names)[which]

    @cached_property
    def signature_bytes(self) -> NDArray[np.int64]:
        """The length of each symbol's signature in bytes."""
        return self.counts("signature_ends", "signatures")

    def list_of(self, column: str, ends: str, at: int) -> NDArray[Any]:
        """Return one list of a column of lists."""
        bounds = self.columns[ends]
        return self.columns[column][int(bounds[at - 1]) if at else 0 : int(bounds[at])]


def _absolute(
    raw: dict[str, NDArray[Any]], starts: dict[str, NDArray[np.int64]]
) -> dict[str, NDArray[Any]]:
    """Return columns whose ends count from the beginning and whose words are codes."""
    columns = dict(raw)
    for name, counted in _ABSOLUTE.items():
        files = np.diff(starts[_GROUP[name]])
        offsets = np.repeat(starts[counted][:-1], files).astype(np.uint32)
        columns[name] = raw[name].astype(np.uint32) + offsets
    for name in _LOCAL:
        local = raw[name].astype(np.int64)
        offsets = np.repeat(starts["codes"][:-1], np.diff(starts[_GROUP[name]]))
        known = local != NO_WORD
        codes = np.zeros(len(local), np.uint32)
        codes[known] = raw["codes"][(local + offsets)[known]]
        columns[name] = codes
    return columns


def lists_of(
    corpus: Corpus, column: str, ends: str, which: NDArray[np.integer[Any]]
) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the lists of several owners behind one another, and how long each is."""
    bounds = corpus.columns[ends].astype(np.int64)
    stops = bounds[which]
    begins = np.where(which > 0, bounds[np.maximum(which, 1) - 1], 0)
    counts = stops - begins
    return corpus.columns[column][ranges(begins, counts)], counts
