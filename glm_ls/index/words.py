"""A text to the identifiers on each of its lines, as numbers.

A word is known by its code, the CRC-32 of its UTF-8 bytes: files need no common vocabulary, and
two servers agree on it. Among 200,000 words about five share a code with another, which costs no
more than a definition ranked too high.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from zlib import crc32

IDENTIFIER = re.compile(r"[^\W\d][\w$]*")
LONGEST = 80
"""Characters; longer words are data."""
_HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
SHORTEST_PART = 3
"""Characters of a part of a word that mean something."""


@lru_cache(maxsize=1 << 17)
def code_of(word: str) -> int:
    """Return the number a word is known by."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def words_by_line(lines: Iterable[str], keywords: Collection[str]) -> list[list[str]]:
    """Return the identifiers of each line, keywords and single letters left out."""
    find = IDENTIFIER.findall
    return [
        [word for word in find(line) if 1 < len(word) < LONGEST and word not in keywords]
        for line in lines
    ]


@lru_cache(maxsize=1 << 15)
def parts_of(word: str) -> tuple[str, ...]:
    """Return the parts of a compound word in lower case: `readHTTPFile` is read, http, file."""
    found = (part.lower() for part in _HUMP.findall(word) if len(part) >= SHORTEST_PART)
    return tuple(dict.fromkeys(found))


def part_codes(words: Sequence[str]) -> list[list[int]]:
    """Return the codes of the parts of each word."""
    return [[code_of(part) for part in parts_of(word)] for word in words]
