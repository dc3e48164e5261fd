"""A file's facts as a few arrays of numbers, small to keep and quick to join with others.

    text ──► Outline (tree-sitter walk) + words per line ──► Record ──► bytes in the database

Words are numbered within the file in the order of their first use; everything else refers to
those numbers in 16 bits. Files are looked at in buckets of BUCKET lines, and each function by the
words of its body: what stands near what is how definitions are found that no import leads to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import accumulate, pairwise
from operator import mul
from struct import Struct
from typing import TYPE_CHECKING, Any

import numpy as np

from glm_ls.index.facts import KINDS, Outline
from glm_ls.index.postings import ranges
from glm_ls.index.words import LONGEST, codes_of, part_codes

if TYPE_CHECKING:
    from numpy.typing import NDArray

BUCKET = 4
"""Lines."""
NO_WORD = 0xFFFF
"""In place of a word's number: there is none."""
LINE_END = NO_WORD - 1
"""In place of a word's number: the line ends here."""
MAX_WORDS = LINE_END
"""Different words of one file that are counted; more are data."""
MAX_SYMBOLS = NO_WORD
"""Definitions of one file that are counted: they are numbered in 16 bits too."""
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
_KIND = {kind: at for at, kind in enumerate(KINDS)}


class _Numbering:
    """Words to their numbers within a file."""

    def __init__(self, tokens: Sequence[str], keywords: Collection[str]) -> None:
        """Keywords, single letters and what is too long have no number as tokens."""
        self._tokens = dict.fromkeys(tokens, NO_WORD)
        words = [word for word in self._tokens if 1 < len(word) < LONGEST and word not in keywords]
        self.words = dict(zip(words, range(MAX_WORDS), strict=False))
        self._tokens.update(self.words)
        self._tokens["\n"] = LINE_END

    def of_tokens(self, tokens: Sequence[str]) -> NDArray[np.uint16]:
        """Return the numbers of tokens, looked up at the speed of C."""
        return np.fromiter(map(self._tokens.__getitem__, tokens), np.uint16, len(tokens))

    def __call__(self, word: str) -> int:
        """Return the number of a word, whatever it is; NO_WORD for none."""
        number = self.words.get(word)
        if number is None:
            if len(self.words) >= MAX_WORDS or not word:
                return NO_WORD
            number = self.words[word] = len(self.words)
        return number


def record_of(outline: Outline, tokens: Sequence[str], keywords: Collection[str] = ()) -> Record:
    """Return the record of a file with this outline and these tokens (see `tokens_of`)."""
    number = _Numbering(tokens, keywords)
    numbers = number.of_tokens(tokens)
    line_ends, is_word = numbers == LINE_END, numbers < LINE_END
    rows, numbers = np.cumsum(line_ends)[is_word], numbers[is_word]
    symbols = outline.symbols[:MAX_SYMBOLS]
    functions = [at for at, symbol in enumerate(symbols) if symbol.kind in ("function", "method")]
    firsts = np.searchsorted(rows, [symbols[at].body for at in functions])
    stops = np.searchsorted(rows, [symbols[at].end for at in functions], "right")
    lengths = np.maximum(stops - firsts, 0)
    inside = np.repeat(np.arange(len(functions)), lengths)
    function_ends, function_words = _distinct(
        inside, numbers[ranges(firsts, lengths)], len(functions)
    )
    buckets = int(np.count_nonzero(line_ends)) // BUCKET + 1
    bucket_ends, bucket_words = _distinct(rows // BUCKET, numbers, buckets)
    signatures = [symbol.signature.encode("utf-8", "replace") for symbol in symbols]
    mentions = [list(map(number, symbol.mentions)) for symbol in symbols]
    parts = part_codes([symbol.name for symbol in symbols])
    columns: dict[str, Sequence[int] | bytes | NDArray[Any]] = {
        "bucket_ends": bucket_ends,
        "bucket_words": bucket_words,
        "function_symbols": functions,
        "function_ends": function_ends,
        "function_words": function_words,
        "names": [number(symbol.name) for symbol in symbols],
        "owners": [number(symbol.owner) for symbol in symbols],
        "kinds": [_KIND[symbol.kind] for symbol in symbols],
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
        "codes": codes_of(number.words),
    }
    return Record(**{name: _array(columns[name], dtype) for name, dtype in COLUMNS})


def _distinct(
    owners: NDArray[np.intp], words: NDArray[np.uint16], count: int
) -> tuple[NDArray[np.intp], NDArray[np.uint16]]:
    """Return where each of `count` owners' words end, and the words, once each and sorted."""
    pairs = np.sort(owners << 16 | words)
    is_first = np.ones(len(pairs), np.bool_)
    np.not_equal(pairs[1:], pairs[:-1], out=is_first[1:])
    pairs = pairs[is_first]
    ends = np.searchsorted(pairs, np.arange(1, count + 1) << 16)
    return ends, pairs.astype(np.uint16)


def _array(values: Sequence[int] | bytes | NDArray[Any], dtype: str) -> NDArray[Any]:
    if isinstance(values, bytes):
        return np.frombuffer(values, dtype)
    return np.asarray(values, dtype)


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
_LENGTHS = Struct(f"<{len(COLUMNS)}I")


def lengths_of(data: bytes) -> tuple[int, ...]:
    """Return how many numbers each column has; raises ValueError for what cannot be a record."""
    if len(data) < _LENGTHS.size:
        raise ValueError("a record without a beginning")
    return _LENGTHS.unpack_from(data)


def columns_of(data: bytes) -> list[bytes]:
    """Return the bytes of each column; raises ValueError for what `packed` did not write."""
    sizes = map(mul, lengths_of(data), _SIZES)
    ends = list(accumulate(sizes, initial=_LENGTHS.size))
    if ends[-1] != len(data):
        raise ValueError("a record of another size")
    return [data[start:end] for start, end in pairwise(ends)]
