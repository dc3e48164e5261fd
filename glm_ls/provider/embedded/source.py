"""One text with its index, built in slices: all places where two given tokens stand in a row.

As in LZ77 the index is a table of hash chains: for every pair of neighboring tokens the last
place where it stands, and for every place the one before with the same hash.
A source refers to nothing outside itself, so that replacing or dropping it leaves nothing
behind, and positions of most files fit 16 bits: about three bytes per character in all.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate

from glm_ls.provider.embedded.lexer import BORDER, Lexer

SLICE_CHARS = 6_000
"""Text read between two pauses: about 1 ms of work."""
SLICE_TOKENS = 4_000
"""Tokens indexed between two pauses: about 1 ms of work."""
HASH_FACTOR = 31
"""A pair's hash is `first * HASH_FACTOR + second`; its low bits pick the chain."""

_BEFORE_LINE_END = re.compile(r"(?<=\S)\s*\n")


class Source:
    """A text and its tokens; token 0 is the border before the text."""

    __slots__ = ("chain", "codes", "heads", "starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.codes = array("I", [BORDER])
        """Code of each token."""
        self.starts = array("I", [0])
        """Offset in `text` of each token, and at last the length of the text."""
        self.heads = array("H", [0])
        """Last position of the pairs of each hash, 0: none. Its length is a power of two."""
        self.chain = array("H")
        """For each position the one before whose pair has the same hash, 0: none."""

    def token(self, position: int) -> str:
        return self.text[self.starts[position] : self.starts[position + 1]]

    def position(self, offset: int) -> int:
        """Return the first token that starts at the offset or after it."""
        return bisect_left(self.starts, offset, 1)

    def nbytes(self) -> int:
        """Return the memory of the text (at one byte per character) and of the index."""
        arrays = (self.codes, self.starts, self.heads, self.chain)
        return len(self.text) + sum(len(a) * a.itemsize for a in arrays)


def build_slices(source: Source) -> Iterator[None]:
    """Read and index the source's text, with a pause after every millisecond or so of work."""
    lexer = Lexer()
    for start, stop in _pieces(source.text):
        tokens, codes = lexer.read(source.text[start:stop])
        source.codes.extend(codes)
        source.starts.extend(accumulate(map(len, tokens[:-1]), initial=start))
        yield
    source.starts.append(len(source.text))
    allocate(source)
    # Nothing follows the last token, and nothing stands before the first.
    for first in range(2, len(source.codes) - 1, SLICE_TOKENS):
        link(source, range(first, min(first + SLICE_TOKENS, len(source.codes) - 1)))
        yield


def allocate(source: Source) -> None:
    """Make an empty index that fits the number of tokens."""
    size = len(source.codes)
    empty = array("H" if size <= 0xFFFF else "I", [0])
    source.chain = empty * size
    source.heads = empty * (1 << (size // 2).bit_length())


def link(source: Source, positions: Iterable[int]) -> None:
    """Enter the pairs that end at the positions; those entered last are found first."""
    codes, heads, chain = source.codes, source.heads, source.chain
    mask = len(heads) - 1
    for position in positions:
        slot = (codes[position - 1] * HASH_FACTOR + codes[position]) & mask
        chain[position] = heads[slot]
        heads[slot] = position


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        cut = _BEFORE_LINE_END.search(text, start + SLICE_CHARS, start + 2 * SLICE_CHARS)
        # A line without end is cut anywhere: no person completes in it.
        stop = cut.start() if cut else min(start + 2 * SLICE_CHARS, len(text))
        yield start, stop
        start = stop
