"""A file's facts as a few arrays of numbers, small to keep and quick to join with others.

    text ──► Outline (tree-sitter walk) + words per line ──► Record ──► bytes in the database

Words are numbered within the file in the order of their first use; everything else refers to
those numbers in 16 bits. Files are looked at in buckets of BUCKET lines, and each function by the
words of its body: what stands near what is how definitions are found that no import leads to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import accumulate, chain, count, pairwise
from operator import mul
from struct import Struct
from typing import TYPE_CHECKING, Any

import numpy as np

from glm_ls.index.facts import KINDS, Outline
from glm_ls.index.postings import ranges
from glm_ls.index.words import LINE_END, LONGEST, codes_of, part_codes, word_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

BUCKET = 4
"""Lines."""
NO_WORD = 0xFFFF
"""In place of a word's number: there is none."""
NEW_LINE = NO_WORD - 1
"""In place of a word's number: the line ends here."""
MAX_WORDS = NEW_LINE
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
"""Each column and the type of its numbers."""
COUNTED = {
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
BLOCKS: dict[str, np.dtype[Any]] = {
    group: np.dtype([(name, dict(COLUMNS)[name]) for name in names])
    if len(names) > 1
    else np.dtype(dict(COLUMNS)[names[0]])
    for group, names in COUNTED.items()
}
"""Each group of columns and the type of its rows, in the order they are kept in: to take a record
apart costs by the piece."""
_SIZES = tuple(dtype.itemsize for dtype in BLOCKS.values())
_LENGTHS = Struct(f"<{len(BLOCKS)}I")
_KIND = {kind: at for at, kind in enumerate(KINDS)}


class _Numbering:
    """Words to their numbers within a file."""

    def __init__(self, tokens: Sequence[str], keywords: Collection[str]) -> None:
        """Keywords, single letters and what is too long have no number as tokens."""
        seen: defaultdict[str, int] = defaultdict(count().__next__)
        # Each token is looked up once, at the speed of C, and all else asked of different ones.
        order = np.fromiter(map(seen.__getitem__, tokens), np.intp, len(tokens))
        words = [token if "A" <= token < "\x7f" else word_in(token) for token in seen]
        numbers = dict.fromkeys(words, NO_WORD)
        kept = [word for word in numbers if 1 < len(word) < LONGEST and word not in keywords]
        self.words = dict(zip(kept, range(MAX_WORDS), strict=False))
        numbers.update(self.words)
        of_seen = np.fromiter(map(numbers.__getitem__, words), np.uint16, len(words))
        if LINE_END in seen:
            of_seen[seen[LINE_END]] = NEW_LINE
        self.of_tokens: NDArray[np.uint16] = of_seen[order]
        """Number of each token."""

    def __call__(self, words: Sequence[str]) -> list[int]:
        """Return the numbers of words, whatever they are; NO_WORD for none."""
        found = list(map(self.words.get, words))
        return [
            self._added(word) if number is None else number
            for word, number in zip(words, found, strict=True)
        ]

    def _added(self, word: str) -> int:
        """Return the number of a word that may not have one yet."""
        if not word or len(self.words) >= MAX_WORDS:
            return self.words.get(word, NO_WORD)
        return self.words.setdefault(word, len(self.words))


def record_of(outline: Outline, tokens: Sequence[str], keywords: Collection[str] = ()) -> Record:
    """Return the record of a file with this outline and these tokens (see `tokens_of`)."""
    number = _Numbering(tokens, keywords)
    numbers = number.of_tokens
    line_ends, is_word = numbers == NEW_LINE, numbers < NEW_LINE
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
    mentions = [symbol.mentions for symbol in symbols]
    names = [symbol.name for symbol in symbols]
    parts = part_codes(names)
    columns: dict[str, Sequence[int] | bytes | NDArray[Any]] = {
        "bucket_ends": bucket_ends,
        "bucket_words": bucket_words,
        "function_symbols": functions,
        "function_ends": function_ends,
        "function_words": function_words,
        "names": number(names),
        "owners": number([symbol.owner for symbol in symbols]),
        "kinds": [_KIND[symbol.kind] for symbol in symbols],
        "flags": [PRIVATE if symbol.private else 0 for symbol in symbols],
        "starts": [symbol.start for symbol in symbols],
        "ends": [symbol.end for symbol in symbols],
        "signature_ends": _ends(signatures),
        "signatures": b"".join(signatures),
        "mention_ends": _ends(mentions),
        "mentions": number(list(chain.from_iterable(mentions))),
        "part_ends": _ends(parts),
        "parts": list(chain.from_iterable(parts)),
        "base_types": number([name for name, _ in outline.bases]),
        "bases": number([base for _, base in outline.bases]),
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


def _ends(lists: Iterable[Sequence[object]]) -> list[int]:
    return list(accumulate(map(len, lists)))


def packed(record: Record) -> bytes:
    """Return the record as bytes: the length of each block, then the blocks."""
    blocks = [_block(record, group) for group in BLOCKS]
    lengths = _LENGTHS.pack(*map(len, blocks))
    return b"".join((lengths, *(block.tobytes() for block in blocks)))


def _block(record: Record, group: str) -> NDArray[Any]:
    """Return columns of one length as rows of a table."""
    names = COUNTED[group]
    first: NDArray[Any] = getattr(record, names[0])
    if len(names) == 1:
        return first
    block = np.empty(len(first), BLOCKS[group])
    for name in names:
        block[name] = getattr(record, name)
    return block


def lengths_of(data: bytes) -> tuple[int, ...]:
    """Return how many rows each block has; raises ValueError for what cannot be a record."""
    if len(data) < _LENGTHS.size:
        raise ValueError("a record without a beginning")
    return _LENGTHS.unpack_from(data)


def blocks_of(data: bytes, lengths: Iterable[int]) -> list[bytes]:
    """Return the bytes of each block; raises ValueError for what `packed` did not write."""
    ends = list(accumulate(map(mul, lengths, _SIZES), initial=_LENGTHS.size))
    if ends[-1] != len(data):
        raise ValueError("a record of another size")
    return [data[start:end] for start, end in pairwise(ends)]
