"""A text to the identifiers on each of its lines, as numbers.

A word is known by its code, the CRC-32 of its UTF-8 bytes: files need no common vocabulary, and
two servers agree on it. Among 200,000 words about five share a code with another, which costs no
more than a definition ranked too high.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import overload
from zlib import crc32

IDENTIFIER = re.compile(r"[^\W\d][\w$]*")
LINE_END = "."
"""Stands for the end of a line among tokens."""
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_KEPT = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$")
_BYTES = bytes(
    byte if byte in _KEPT or byte > 0x7F else ord(LINE_END if byte == 0x0A else " ")
    for byte in range(256)
)
"""Bytes to what separates tokens; to split takes a quarter of the time of a regular expression."""
LONGEST = 80
"""Characters; longer words are data."""
_PART = re.compile(r"[A-Z][a-z]{2,}|[a-z]{3,}|[A-Z]{3,}(?![a-z])|\d{3,}")
"""Shorter parts of a word mean nothing."""


def code_of(word: str) -> int:
    """Return the number a word is known by."""
    try:
        return crc32(word.encode())
    except UnicodeEncodeError:  # Half of a character; asking for it at once takes twice the time.
        return crc32(word.encode("utf-8", "surrogatepass"))


def codes_of(words: Collection[str]) -> list[int]:
    """Return the numbers of words."""
    try:
        return list(map(crc32, map(str.encode, words)))
    except UnicodeEncodeError:
        return list(map(code_of, words))


def tokens_of(text: str) -> list[str]:
    """Return what a text has between its signs and spaces, and LINE_END where its lines end.

    Each token holds at most one word, see `word_in`.
    """
    if not text.isascii():
        text = _FOREIGN.sub(_letters, text)
    data = text.encode().translate(_BYTES).replace(b".", b" . ")
    return data.decode().split()


def _letters(run: re.Match[str]) -> str:
    """Return characters beyond ASCII with spaces for those that words do not have."""
    text = run[0]
    return text if text.isalnum() else "".join(one if one.isalnum() else " " for one in text)


def word_in(token: str) -> str:
    """Return the identifier a token ends with, "" where it has none."""
    if "A" <= token < "\x7f":
        return token
    found = IDENTIFIER.search(token)
    return found[0] if found else ""


def words_by_line(lines: Iterable[str], keywords: Collection[str]) -> list[list[str]]:
    """Return the identifiers of each line, keywords and single letters left out."""
    find = IDENTIFIER.findall
    return [
        [word for word in find(line) if 1 < len(word) < LONGEST and word not in keywords]
        for line in lines
    ]


class Words(Sequence[list[str]]):
    """`words_by_line` of a text, looked for only on the lines that are asked for."""

    def __init__(self, text: str, keywords: Collection[str]) -> None:
        self._lines = text.split("\n")
        self._keywords = keywords

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, rows: int) -> list[str]: ...

    @overload
    def __getitem__(self, rows: slice) -> list[list[str]]: ...

    def __getitem__(self, rows: int | slice) -> list[str] | list[list[str]]:
        if isinstance(rows, slice):
            return words_by_line(self._lines[rows], self._keywords)
        return words_by_line((self._lines[rows],), self._keywords)[0]


@lru_cache(maxsize=1 << 12)
def parts_of(word: str) -> tuple[str, ...]:
    """Return the parts of a compound word in lower case: `readHTTPFile` is read, http, file."""
    return _parts(word)


def _parts(word: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(str.lower, _PART.findall(word))))


def part_codes(words: Iterable[str]) -> list[tuple[int, ...]]:
    """Return the codes of the parts of each word."""
    return list(map(_codes_of_parts, words))


@lru_cache(maxsize=1 << 12)
def _codes_of_parts(word: str) -> tuple[int, ...]:
    return tuple(codes_of(_parts(word)))
