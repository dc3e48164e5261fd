"""Quotes from which a model left lines out and wrote `...` in their place."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from glm_ls.postprocess.edits.forms import BLANK_LINES, Searched, is_elision
from glm_ls.postprocess.edits.place import Pairs, occurrences

MAX_ELIDED = 200
"""Lines that one mark can stand for."""

MAX_BEYOND = 40
"""Lines of a quote that does not stay in one block."""


def elided_places(text: Searched, quote: Searched) -> list[Pairs]:
    """Return where all pieces of a quote follow each other.

    A piece that occurs again within the block that the first one begins leaves open which one
    is meant: each such reading is a place of its own.
    """
    there = text.compact(BLANK_LINES)
    pieces = _pieces(quote)
    if len(pieces) < 2:
        return []
    starts = [list(occurrences(there.lines, lines)) for lines, _ in pieces]
    # A piece that nothing follows within reach begins no place.
    begins = [
        first
        for first in starts[0]
        if any(first < start <= first + MAX_ELIDED for start in starts[1])
    ]
    chains = [
        chain
        for first in begins
        for chain in _chains(
            pieces, starts, (first,), _block_end(text, there.places, first + len(pieces[0][0]))
        )
    ] or [
        chain for first in begins for chain in _chains(pieces, starts, (first,), first + MAX_BEYOND)
    ]
    return [
        tuple(
            (places[at], there.places[start + at])
            for (lines, places), start in zip(pieces, chain, strict=True)
            for at in range(len(lines))
        )
        for chain in chains
    ]


def _pieces(quote: Searched) -> list[tuple[list[str], list[int]]]:
    """Return what stands between the marks: lines as they are compared, and their places."""
    pieces = []
    here = quote.compact(BLANK_LINES)
    for is_mark, group in groupby(
        range(len(here.lines)), key=lambda at: is_elision(here.lines[at])
    ):
        at = list(group)
        if not is_mark:
            pieces.append(([here.lines[each] for each in at], [here.places[each] for each in at]))
    return pieces


def _block_end(text: Searched, places: Sequence[int], at: int) -> int:
    """Return where the lines end that stand as deep as the first of a piece, in compact lines."""
    if at >= len(places):
        return at
    depth = _depth(text.lines[places[at - 1]])
    depth = min(depth, _depth(text.lines[places[at]]))
    stop = at
    while stop < min(len(places), at + MAX_ELIDED) and _depth(text.lines[places[stop]]) >= depth:
        stop += 1
    return min(stop + 1, len(places))


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _chains(
    pieces: list[tuple[list[str], list[int]]],
    starts: list[list[int]],
    chain: tuple[int, ...],
    stop: int,
) -> list[tuple[int, ...]]:
    at = len(chain)
    if at == len(pieces):
        return [chain]
    least = chain[-1] + len(pieces[at - 1][0])
    size = len(pieces[at][0])
    fits = [start for start in starts[at] if least <= start and start + size <= stop]
    if len(fits) > 3:  # Hopeless, and the readings multiply.
        fits = fits[:3]
    return [whole for start in fits for whole in _chains(pieces, starts, (*chain, start), stop)]
