"""A text to the identifiers on each of its lines, as numbers.

A word is known by its code, the CRC-32 of its UTF-8 bytes: files need no common vocabulary, and
two servers agree on it. Among 200,000 words about five share a code with another, which costs no
more than a definition ranked too high.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar, overload
from zlib import crc32

IDENTIFIER = re.compile(r"[^\W\d][\w$]*")
LONGEST = 80
"""Characters; longer words are data."""
_PART = re.compile(r"[A-Z][a-z]{2,}|[a-z]{3,}|[A-Z]{3,}(?![a-z])|\d{3,}")
"""Shorter parts of a word mean nothing."""
KEPT = 1 << 15
"""Words of which answers are kept; some megabytes."""

T = TypeVar("T")


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
    return list(map(_PART_CODES.__getitem__, words))


class _Known(dict[str, T]):
    """What is asked of word after word, kept for the words that come again in the next file."""

    def __init__(self, make: Callable[[str], T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, word: str) -> T:
        if len(self) >= KEPT:
            self.clear()
        made = self[word] = self._make(word)
        return made


def _codes_of_parts(word: str) -> tuple[int, ...]:
    return tuple(codes_of(_parts(word)))


WORD_CODES: Mapping[str, int] = _Known(code_of)
"""Code of each word."""
_PART_CODES: Mapping[str, tuple[int, ...]] = _Known(_codes_of_parts)
