"""A text to where it says which word, as arrays: all words at once, without a string for each.

    bytes ──► which of them belong to words ──► a hash of each word ──► its number, its code

Words are compared by hashes of 64 bits that never leave the process. Only words that were not
seen in a file before are looked at one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import numpy as np

from glm_ls.index.words import LONGEST, word_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_WORD = 0xFFFF
"""In place of a word's number: there is none."""
MAX_WORDS = NO_WORD - 1
"""Different words of one file that are counted; more are data."""
MAX_KNOWN = 1 << 15
"""Words whose codes are kept for the next file; some megabytes."""

_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$")
_IN_WORD = bytes(byte in _LETTERS or byte > 0x7F for byte in range(256))
_LINE_FEED = ord("\n")

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""Odd, so that no two stretches of eight bytes have one hash."""
_HALF = np.uint64(32)
_WHOLE = (1 << 64) - 1
_CHUNK = 8
_CHUNKS = 3
"""Of so many bytes a hash is made at once; for a few longer words one by one."""
_MASKS = np.array([(1 << 8 * count) - 1 for count in range(_CHUNK + 1)], np.uint64)
"""What the first bytes of eight are, lowest first."""
_SLOT_BITS = 14
"""A word's first place is looked up by so many bits of its hash."""


class Occurrences(NamedTuple):
    """The words of a text, keywords, single letters and what is too long left out."""

    codes: dict[int, int]
    """Code of each different word to its number, which is its place in the order of first use."""
    numbers: NDArray[np.uint16]
    """Number of each word of the text."""
    rows: NDArray[np.intp]
    """Line of each, from 0."""
    lines: int


def occurrences(text: str, keywords: frozenset[str]) -> Occurrences:
    """Return the words of a text; only line feeds end a line."""
    data = (text if text.isascii() else _FOREIGN.sub(_letters, text)).encode()
    mask = np.frombuffer(b"\0" + data.translate(_IN_WORD) + b"\0", np.uint8)
    edges = (mask[1:] != mask[:-1]).nonzero()[0]
    starts, stops = edges[::2], edges[1::2]
    hashes = _hashes(data, starts, stops)
    first = _first_places(hashes)
    is_first = first == np.arange(len(first))
    distinct = is_first.nonzero()[0]

    def tokens(which: list[int]) -> Iterator[bytes]:
        places = distinct[which]
        spans = map(slice, starts[places].tolist(), stops[places].tolist())
        return map(data.__getitem__, spans)

    codes = _known(keywords).of(hashes[distinct].tolist(), tokens)
    counted = dict.fromkeys(codes)
    counted.pop(0, None)
    number = dict(zip(counted, range(MAX_WORDS), strict=False))
    of_distinct = np.fromiter(map(number.get, codes, repeat(NO_WORD)), np.uint16, len(codes))
    numbers = of_distinct[is_first.cumsum()[first] - 1]
    counts = numbers != NO_WORD
    line_ends = (np.frombuffer(data, np.uint8) == _LINE_FEED).nonzero()[0]
    rows = line_ends.searchsorted(starts[counts])
    return Occurrences(number, numbers[counts], rows, len(line_ends) + 1)


class _Known:
    """Codes of tokens by their hashes; 0 for a token without a word that says something."""

    def __init__(self, keywords: frozenset[str]) -> None:
        self._keywords = frozenset(word.encode() for word in keywords)
        self._codes: dict[int, int] = {}

    def of(self, keys: list[int], tokens: Callable[[list[int]], Iterator[bytes]]) -> list[int]:
        """Return the codes of tokens with these hashes; `tokens` tells some by their places."""
        known = self._codes
        codes = list(map(known.get, keys, repeat(-1)))
        if -1 in codes:
            missing = [at for at, code in enumerate(codes) if code < 0]
            for at, token in zip(missing, tokens(missing), strict=True):
                codes[at] = self._code(token)
            new = {keys[at]: codes[at] for at in missing}
            self._codes = new if len(known) > MAX_KNOWN else known
            self._codes.update(new)
        return codes

    def _code(self, token: bytes) -> int:
        """Return the code of a token; it holds at most one word."""
        if not token.isascii() or not token[:1].isalpha():
            return self._code_of_word(word_in(token.decode()))
        return crc32(token) if 1 < len(token) < LONGEST and token not in self._keywords else 0

    def _code_of_word(self, word: str) -> int:
        data = word.encode()
        return crc32(data) if 1 < len(word) < LONGEST and data not in self._keywords else 0


_known = cache(_Known)


def _letters(run: re.Match[str]) -> str:
    """Return characters beyond ASCII with spaces for those that words do not have."""
    text = run[0]
    return text if text.isalnum() else "".join(one if one.isalnum() else " " for one in text)


def _hashes(data: bytes, starts: NDArray[np.intp], stops: NDArray[np.intp]) -> NDArray[np.uint64]:
    """Return the hash of each stretch of bytes."""
    padded = np.frombuffer(data + bytes(_CHUNK), np.uint8)
    chunks = np.ndarray((len(data) + 1,), "<u8", padded, strides=(1,))
    lengths = stops - starts
    found: NDArray[np.uint64] = chunks[starts] & _MASKS[np.minimum(lengths, _CHUNK)]
    found *= _FACTOR
    for done in range(_CHUNK, _CHUNK * _CHUNKS, _CHUNK):
        more = (lengths > done).nonzero()[0]
        mine = found[more]
        mine ^= mine >> _HALF
        mine ^= chunks[starts[more] + done] & _MASKS[np.minimum(lengths[more] - done, _CHUNK)]
        mine *= _FACTOR
        found[more] = mine
    for at in (lengths > _CHUNK * _CHUNKS).nonzero()[0].tolist():
        found[at] = hash(data[starts[at] : stops[at]]) & _WHOLE
    return found


def _first_places(hashes: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Return where each value is for the first time."""
    slots = (hashes >> np.uint64(64 - _SLOT_BITS)).astype(np.intp)
    first_in = np.empty(1 << _SLOT_BITS, np.intp)
    first_in[slots[::-1]] = np.arange(len(slots) - 1, -1, -1)  # What is written last stays.
    first: NDArray[np.intp] = first_in[slots]
    others = (hashes[first] != hashes).nonzero()[0]  # Another value was first in the slot.
    if len(others):
        _, at, which = np.unique(hashes[others], return_index=True, return_inverse=True)
        first[others] = others[at[which]]
    return first
