"""A file's facts as a few arrays of numbers, small to keep and quick to join with others.

    text ──► Outline (tree-sitter walk) + words per line ──► bytes in the database

Words are numbered within the file in the order of their first use; everything else refers to
those numbers in 16 bits. Files are looked at in buckets of BUCKET lines, and each function by the
words of its body: what stands near what is how definitions are found that no import leads to.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, pairwise
from struct import Struct
from typing import TYPE_CHECKING, Any

import numpy as np

from glm_ls.index.facts import KINDS, Outline
from glm_ls.index.occurrences import MAX_WORDS, NO_WORD, occurrences
from glm_ls.index.postings import ranges
from glm_ls.index.words import WORD_CODES, part_codes

if TYPE_CHECKING:
    from numpy.typing import NDArray

BUCKET = 4
"""Lines."""
MAX_SYMBOLS = NO_WORD
"""Definitions of one file that are counted: they are numbered in 16 bits too."""
PRIVATE = 1
"""Flag of a symbol that others should not see."""

COLUMNS: dict[str, dict[str, str]] = {
    # What is counted per file, and the columns that are as long with the type of their numbers.
    # Ends say where a list stops in the column that it is part of.
    "codes": {"codes": "u4"},  # of each different word, in the order of first use
    "buckets": {"bucket_ends": "u4"},
    "bucket_words": {"bucket_words": "u2"},
    "functions": {"function_symbols": "u2", "function_ends": "u4"},
    "function_words": {"function_words": "u2"},
    "symbols": {
        "names": "u2",
        "owners": "u2",
        "kinds": "u1",  # index in `facts.KINDS`
        "flags": "u1",
        "starts": "u4",  # first line
        "ends": "u4",  # last line
        "signature_ends": "u4",
        "mention_ends": "u4",
        "part_ends": "u4",
        "doc_ends": "u4",
    },
    "signatures": {"signatures": "u1"},  # UTF-8
    "docs": {"docs": "u1"},  # the same
    "mentions": {"mentions": "u2"},
    "parts": {"parts": "u4"},  # codes of the parts of each symbol's name
    "bases": {"base_types": "u2", "bases": "u2"},  # a type, and what it extends
}
COUNTED = {group: tuple(columns) for group, columns in COLUMNS.items()}
BLOCKS: dict[str, np.dtype[Any]] = {
    group: np.dtype(list(columns.items()) if len(columns) > 1 else next(iter(columns.values())))
    for group, columns in COLUMNS.items()
}
"""Each group of columns and the type of its rows, in the order they are kept in: to take a record
apart costs by the piece."""
_SIZES = tuple(dtype.itemsize for dtype in BLOCKS.values())
_CODE = {"u1": "B", "u2": "H", "u4": "I"}
_ROWS = {
    group: Struct("=" + "".join(map(_CODE.__getitem__, columns.values()))).pack
    for group, columns in COLUMNS.items()
}
"""Numbers of a row to its bytes."""
_LENGTHS = Struct(f"<{len(BLOCKS)}I")
_KIND = {kind: at for at, kind in enumerate(KINDS)}


class _Numbering:
    """Words to their numbers within a file; what the text does not say gets one when asked for."""

    def __init__(self, numbers: dict[int, int]) -> None:
        """`numbers`: those of codes, to be added to."""
        self.numbers = numbers

    def __call__(self, words: Iterable[str]) -> list[int]:
        """Return the numbers of words, whatever they are; NO_WORD for none."""
        codes = list(map(WORD_CODES.__getitem__, words))
        found = list(map(self.numbers.get, codes))
        return [
            self._added(code) if number is None else number
            for code, number in zip(codes, found, strict=True)
        ]

    def _added(self, code: int) -> int:
        """Return the number of a word that may not have one yet."""
        if not code or len(self.numbers) >= MAX_WORDS:
            return self.numbers.get(code, NO_WORD)
        return self.numbers.setdefault(code, len(self.numbers))


def record_of(outline: Outline, text: str, keywords: frozenset[str]) -> bytes:
    """Return the record of a file with this outline and this text.

    The length of each block comes first, then the blocks.
    """
    found = occurrences(text, keywords)
    number, rows = _Numbering(found.codes), found.rows
    symbols = outline.symbols[:MAX_SYMBOLS]
    functions = [at for at, symbol in enumerate(symbols) if symbol.kind in ("function", "method")]
    function_ends, function_words = _of_functions(
        rows, found.numbers, [(symbols[at].body, symbols[at].end) for at in functions]
    )
    buckets = (found.lines - 1) // BUCKET + 1
    bucket_ends, bucket_words = _distinct(rows // BUCKET, found.numbers, buckets)
    signatures = [symbol.signature.encode("utf-8", "replace") for symbol in symbols]
    docs = [symbol.doc.encode("utf-8", "replace") for symbol in symbols]
    mentions = [symbol.mentions for symbol in symbols]
    names = [symbol.name for symbol in symbols]
    parts = part_codes(names)
    of_symbols = (
        number(names),
        number([symbol.owner for symbol in symbols]),
        [_KIND[symbol.kind] for symbol in symbols],
        [PRIVATE if symbol.private else 0 for symbol in symbols],
        [symbol.start for symbol in symbols],
        [symbol.end for symbol in symbols],
        _ends(signatures),
        _ends(mentions),
        _ends(parts),
        _ends(docs),
    )
    blocks = {
        "buckets": bucket_ends.astype(np.uint32).tobytes(),
        "bucket_words": bucket_words.tobytes(),
        "functions": _rows("functions", functions, function_ends.tolist()),
        "function_words": function_words.tobytes(),
        "symbols": _rows("symbols", *of_symbols),
        "signatures": b"".join(signatures),
        "docs": b"".join(docs),
        "mentions": array("H", number(chain.from_iterable(mentions))).tobytes(),
        "parts": array("I", chain.from_iterable(parts)).tobytes(),
        "bases": _rows(
            "bases",
            number([name for name, _ in outline.bases]),
            number([base for _, base in outline.bases]),
        ),
        "codes": array("I", number.numbers).tobytes(),
    }
    lengths = (len(blocks[group]) // size for group, size in zip(BLOCKS, _SIZES, strict=True))
    return b"".join((_LENGTHS.pack(*lengths), *(blocks[group] for group in BLOCKS)))


def _rows(group: str, *columns: Sequence[int]) -> bytes:
    """Return columns of one length as the rows of a table."""
    return b"".join(map(_ROWS[group], *columns))


def _of_functions(
    rows: NDArray[np.intp], numbers: NDArray[np.uint16], spans: Sequence[tuple[int, int]]
) -> tuple[NDArray[np.intp], NDArray[np.uint16]]:
    """Return `_distinct` of the words between the first and the last row of each function."""
    bounds = rows.searchsorted([row for first, last in spans for row in (first, last + 1)])
    firsts, stops = bounds[::2], bounds[1::2]
    lengths = np.maximum(stops - firsts, 0)
    inside = np.arange(len(spans)).repeat(lengths)
    return _distinct(inside, numbers[ranges(firsts, lengths)], len(spans))


def _distinct(
    owners: NDArray[np.intp], words: NDArray[np.uint16], count: int
) -> tuple[NDArray[np.intp], NDArray[np.uint16]]:
    """Return where each of `count` owners' words end, and the words, once each and sorted."""
    pairs = np.sort(owners << 16 | words)
    is_first = np.ones(len(pairs), np.bool_)
    np.not_equal(pairs[1:], pairs[:-1], out=is_first[1:])
    pairs = pairs[is_first]
    ends = pairs.searchsorted(np.arange(1, count + 1) << 16)
    return ends, pairs.astype(np.uint16)


def _ends(lists: Iterable[Sequence[object]]) -> list[int]:
    return list(accumulate(map(len, lists)))


def blocks_of(records: Sequence[bytes]) -> tuple[NDArray[np.int64], list[bytes]]:
    """Return how many rows each block of each record has, and the blocks of all behind one another.

    Raises ValueError for what `record_of` did not write.
    """
    heads = b"".join([record[: _LENGTHS.size] for record in records])
    if len(heads) != _LENGTHS.size * len(records):
        raise ValueError("a record without a beginning")
    lengths = np.frombuffer(heads, "<u4").reshape(-1, len(BLOCKS)).astype(np.int64)
    bounds = np.full((len(BLOCKS) + 1, len(records)), _LENGTHS.size)
    bounds[1:] += (lengths * _SIZES).cumsum(1).T
    if bounds[-1].tolist() != list(map(len, records)):
        raise ValueError("a record of another size")
    blocks = [
        b"".join([record[a:b] for record, a, b in zip(records, *ends, strict=True)])
        for ends in pairwise(bounds.tolist())
    ]
    return lengths, blocks
