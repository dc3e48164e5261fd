"""A file's facts as a few arrays of numbers, small to keep and quick to join with others.

    text ──► Outline (tree-sitter walk) + words per line ──► Record ──► bytes in the database

Words are numbered within the file in the order of their first use; everything else refers to
those numbers in 16 bits. Files are looked at in buckets of BUCKET lines, and each function by the
words of its body: what stands near what is how definitions are found that no import leads to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from glm_ls.index.facts import KINDS, Outline
from glm_ls.index.words import code_of, part_codes

if TYPE_CHECKING:
    from numpy.typing import NDArray

BUCKET = 4
"""Lines."""
NO_WORD = 0xFFFF
"""In place of a word's number: there is none."""
MAX_WORDS = NO_WORD - 1
"""Different words of one file that are counted; more are data."""
PRIVATE = 1
"""Flag of a symbol that others should not see."""


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """The arrays of one file, or of many behind one another (see `corpus`)."""

    codes: NDArray[np.uint32]
    """Code of each different word, in the order of first use."""
    bucket_ends: NDArray[np.uint32]
    """Where each bucket's words end in `bucket_words`."""
    bucket_words: NDArray[np.uint16]
    function_symbols: NDArray[np.uint16]
    """Which symbol each function is."""
    function_ends: NDArray[np.uint32]
    function_words: NDArray[np.uint16]
    names: NDArray[np.uint16]
    owners: NDArray[np.uint16]
    kinds: NDArray[np.uint8]
    """Index in `facts.KINDS`."""
    flags: NDArray[np.uint8]
    starts: NDArray[np.uint32]
    """First line of each symbol."""
    ends: NDArray[np.uint32]
    """Last line."""
    signature_ends: NDArray[np.uint32]
    """Where each symbol's signature ends in `signatures`, in bytes."""
    signatures: NDArray[np.uint8]
    """UTF-8."""
    mention_ends: NDArray[np.uint32]
    mentions: NDArray[np.uint16]
    part_ends: NDArray[np.uint32]
    parts: NDArray[np.uint32]
    """Codes of the parts of each symbol's name."""
    base_types: NDArray[np.uint16]
    bases: NDArray[np.uint16]
    """What each of `base_types` extends."""


_DTYPES = "u4 u4 u2 u2 u4 u2 u2 u2 u1 u1 u4 u4 u4 u1 u4 u2 u4 u4 u2 u2"
COLUMNS: tuple[tuple[str, str], ...] = tuple(
    (entry.name, dtype) for entry, dtype in zip(fields(Record), _DTYPES.split(), strict=True)
)
"""Each column and the type of its numbers, in the order they are kept in."""


class _Numbering:
    """Words to their numbers within a file."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __call__(self, word: str) -> int:
        numbers = self.numbers
        number = numbers.get(word)
        if number is None:
            if len(numbers) >= MAX_WORDS or not word:
                return NO_WORD
            number = numbers[word] = len(numbers)
        return number


def record_of(outline: Outline, words: Sequence[Sequence[str]]) -> Record:
    """Return the record of a file with this outline and these words per line."""
    number = _Numbering()
    lines = [list(dict.fromkeys(map(number, line))) for line in words]
    symbols = outline.symbols
    functions = [at for at, symbol in enumerate(symbols) if symbol.kind in ("function", "method")]
    bodies = [_distinct(lines[symbols[at].body : symbols[at].end + 1]) for at in functions]
    buckets = [_distinct(lines[row : row + BUCKET]) for row in range(0, len(lines), BUCKET)]
    signatures = [symbol.signature.encode("utf-8", "replace") for symbol in symbols]
    mentions = [list(map(number, symbol.mentions)) for symbol in symbols]
    parts = part_codes([symbol.name for symbol in symbols])
    columns: dict[str, Sequence[int] | bytes] = {
        "bucket_ends": _ends(buckets),
        "bucket_words": _joined(buckets),
        "function_symbols": functions,
        "function_ends": _ends(bodies),
        "function_words": _joined(bodies),
        "names": [number(symbol.name) for symbol in symbols],
        "owners": [number(symbol.owner) for symbol in symbols],
        "kinds": [KINDS.index(symbol.kind) for symbol in symbols],
        "flags": [PRIVATE if symbol.private else 0 for symbol in symbols],
        "starts": [symbol.start for symbol in symbols],
        "ends": [symbol.end for symbol in symbols],
        "signature_ends": _ends(signatures),
        "signatures": b"".join(signatures),
        "mention_ends": _ends(mentions),
        "mentions": _joined(mentions),
        "part_ends": _ends(parts),
        "parts": _joined(parts),
        "base_types": [number(name) for name, _ in outline.bases],
        "bases": [number(base) for _, base in outline.bases],
        "codes": [code_of(word) for word in number.numbers],
    }
    return Record(**{name: _array(columns[name], dtype) for name, dtype in COLUMNS})


def _array(values: Sequence[int] | bytes, dtype: str) -> NDArray[Any]:
    if isinstance(values, bytes):
        return np.frombuffer(values, dtype)
    return np.array(values, dtype)


def _distinct(lines: Iterable[list[int]]) -> list[int]:
    found = {word for line in lines for word in line}
    found.discard(NO_WORD)
    return sorted(found)


def _joined(lists: Iterable[Sequence[int]]) -> list[int]:
    return [item for items in lists for item in items]


def _ends(lists: Iterable[Sequence[int] | bytes]) -> list[int]:
    total = 0
    return [total := total + len(items) for items in lists]


def packed(record: Record) -> bytes:
    """Return the record as bytes: the length of each column, then the columns."""
    columns = [getattr(record, name) for name, _ in COLUMNS]
    lengths = np.array([len(column) for column in columns], "<u4")
    return b"".join((lengths.tobytes(), *(column.tobytes() for column in columns)))


_SIZES = tuple(np.dtype(dtype).itemsize for _, dtype in COLUMNS)


def columns_of(data: bytes) -> list[bytes]:
    """Return the bytes of each column; raises ValueError for what `packed` did not write."""
    at = 4 * len(COLUMNS)
    columns = []
    for size, length in zip(_SIZES, np.frombuffer(data[:at], "<u4").tolist(), strict=True):
        columns.append(data[at : at + size * length])
        at += size * length
    if at != len(data):
        raise ValueError("a record of another size")
    return columns
