"""How much of a text is still there in another: a longest common subsequence of words.

Words, because the letters of any two pieces of code have half of themselves in common. A word
counts with its letters or not at all, a mark of punctuation alone; blanks do not count, so that
a formatter or another indentation takes nothing away.

Bit-parallel (Hyyrö's form): one addition on a long integer for each letter of the second text.
"""

from __future__ import annotations

import re
from collections import defaultdict

_WORD = re.compile(r"\w+|[^\w\s]")

Letter = tuple[str, int]
"""A word and the place of the letter in it: letters match only within the same word."""


def weight(text: str) -> int:
    """Return how many characters of a text count: all but blanks."""
    return len("".join(text.split()))


def surviving(text: str, now: str) -> int:
    """Return how many of the characters of `text` that count are still there in `now`."""
    places: defaultdict[Letter, int] = defaultdict(int)
    letters = _letters(text)
    for at, letter in enumerate(letters):
        places[letter] |= 1 << at
    row = every = (1 << len(letters)) - 1
    for letter in _letters(now):
        if found := row & places.get(letter, 0):
            row = ((row + found) | (row - found)) & every
    return len(letters) - row.bit_count()


def _letters(text: str) -> list[Letter]:
    return [(word, at) for word in _WORD.findall(text) for at in range(len(word))]
