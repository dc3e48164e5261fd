"""Quotes with slips: a character too many, too few, or another one.

Guarded, because code is full of lines that differ by one character on purpose: most lines have to
be right, the others similar, one place clearly better than every other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import islice
from operator import eq

from glm_ls.postprocess.edits.forms import BLANK_LINES, COMMENTS, Compact, Searched
from glm_ls.postprocess.edits.place import Pairs, by_line, occurrences
from glm_ls.postprocess.edits.refusal import Refusal

MIN_SIMILAR = 0.6
"""Similarity, from 0 to 1, of each line that is not equal."""
MIN_EQUAL = 0.5
"""Share of the lines that are equal."""
MIN_LEAD = 0.05
"""Mean similarity by which the best place leads."""
MIN_SINGLE = 12
"""Characters of a lone quoted line below which a slip leaves too little to know it by."""
MAX_PLACES = 20
"""Places that are looked at; a line that occurs more often tells nothing."""


def fuzzy_place(text: Searched, quote: Searched, line: int | None) -> Pairs | Refusal:
    """Return the pairs of lines of the one place that a quote with slips fits."""
    tier = COMMENTS if quote.compact(COMMENTS).lines else BLANK_LINES
    here, there = quote.compact(tier), text.compact(tier)
    if not here.lines:
        return _missing(quote)
    scored = sorted(
        ((score, start) for start in _starts(here, there)
         if (score := _score(here.lines, there.lines[start : start + len(here.lines)]))),
        reverse=True,
    )  # fmt: skip
    if not scored:
        return _missing(quote)
    best = scored[0][0]
    rivals = [_pairs(here, there, start) for score, start in scored if score > best - MIN_LEAD]
    chosen = rivals[0] if len(rivals) == 1 else by_line(rivals, line)
    if chosen:
        return chosen
    starts = tuple(pairs[0][1] for pairs in rivals)
    detail = f"the quoted lines resemble {len(rivals)} places"
    return Refusal("ambiguous", detail, starts, "\n".join(quote.lines))


def _pairs(here: Compact, there: Compact, start: int) -> Pairs:
    return tuple((here.places[at], there.places[start + at]) for at in range(len(here.lines)))


def _missing(quote: Searched) -> Refusal:
    return Refusal("missing", "the quoted lines are not in the text", quote="\n".join(quote.lines))


def _starts(here: Compact, there: Compact) -> Iterable[int]:
    """Return where a quote can begin, judged by its equal lines."""
    size = len(here.lines)
    if size == 1:
        return _one_slip_away(here.lines[0], there.lines)
    votes: dict[int, int] = {}
    for at, line in enumerate(here.lines):
        places = list(islice(occurrences(there.lines, [line]), MAX_PLACES + 1))
        if len(places) <= MAX_PLACES:
            for place in places:
                votes[place - at] = votes.get(place - at, 0) + 1
    last = len(there.lines) - size
    return [start for start in votes if 0 <= start <= last]


def _one_slip_away(line: str, lines: list[str]) -> Iterator[int]:
    """Yield the places of lines that share one half with a line."""
    half = len(line) // 2
    if len(line) < MIN_SINGLE:
        return
    head, tail = line[:half], line[half + 1 :]
    for at, other in enumerate(lines):
        if (other.startswith(head) or other.endswith(tail)) and abs(len(other) - len(line)) <= 2:
            yield at


def _score(quote: list[str], lines: list[str]) -> float | None:
    """Return the mean similarity of lines; None where they are no candidate."""
    size = len(quote)
    if size == 1:
        return similarity(quote[0], lines[0]) if slips(quote[0], lines[0]) <= 1 else None
    equal = sum(map(eq, quote, lines))
    if equal < MIN_EQUAL * size:
        return None
    others = [similarity(a, b) for a, b in zip(quote, lines, strict=True) if a != b]
    return (equal + sum(others)) / size if all(others) else None


def similarity(left: str, right: str) -> float:
    """Return how alike two lines are, from 0 to 1; 0 where they are not similar."""
    if slips(left, right) <= 1:  # By far the most frequent, and a hundredth of the price.
        return 1 - abs(len(left) - len(right) or 2) / max(len(left) + len(right), 3)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < MIN_SIMILAR:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= MIN_SIMILAR else 0.0


def slips(left: str, right: str) -> int:
    """Return 0 for equal lines, 1 where one slip of a key makes one the other, else 2."""
    most = min(len(left), len(right))
    head = next((at for at in range(most) if left[at] != right[at]), most)
    a, b = left[head:], right[head:]
    if not a and not b:
        return 0
    swapped = a[:2] == b[1::-1] and len(a) > 1 and a[2:] == b[2:]
    return 1 if swapped or a[1:] == b[1:] or a[1:] == b or a == b[1:] else 2
