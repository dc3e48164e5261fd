"""Predict the next token from the places that match, and how sure that is.

The blend is prediction by partial matching, method C: places with the longest match speak
first, and at each length as much probability is left to shorter matches as the number of
different followers suggests. Long matches leave less, since a copy seldom ends by chance.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from glm_ls.provider.embedded.lexer import SAME, is_line_end
from glm_ls.provider.embedded.match import Candidate

HALF_ESCAPE_LENGTHS = (8, 16)
"""From each of these match lengths on, half the probability is left to shorter matches."""
NEGLIGIBLE = 1e-3
"""Shorter matches that share less probability are not looked at."""

_LENGTH = attrgetter("length")


class Prediction(NamedTuple):
    """The likeliest next token."""

    probability: float
    example: Candidate
    """The place with the longest match, then the nearest, where it stands."""


def predict(candidates: Iterable[Candidate]) -> Prediction | None:
    """Return the likeliest token, all line ends counting as one; None without candidates."""
    by_length = groupby(sorted(candidates, key=_LENGTH, reverse=True), _LENGTH)
    examples: dict[int, Candidate] = {}
    counts: dict[int, int] = {}
    shares: dict[int, float] = {}
    left = 1.0
    for length, places in by_length:
        for place in places:
            code = place.source.codes[place.position]
            if is_line_end(code):
                code = SAME
            counts[code] = counts.get(code, 0) + place.weight
            examples.setdefault(code, place)
        total = sum(counts.values())
        escape = len(counts) / (total + len(counts))
        escape *= 0.5 ** sum(length >= bound for bound in HALF_ESCAPE_LENGTHS)
        for code, count in counts.items():
            shares[code] = shares.get(code, 0.0) + left * (1 - escape) * count / total
        left *= escape
        if left < NEGLIGIBLE:
            break
    if not shares:
        return None
    best = max(shares, key=shares.__getitem__)
    return Prediction(shares[best], examples[best])
