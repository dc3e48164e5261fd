"""Where in the text that the model saw the lines stand that it quotes.

Strict comparisons come first and lenient ones only where nothing was found; a quote has to fit one
place, or the line number the model gave has to single one out. What cannot be told is refused:
a wrong place costs the user more than a second request.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from glm_ls.postprocess.edits.completed import completed
from glm_ls.postprocess.edits.elided import elided_places
from glm_ls.postprocess.edits.forms import (
    BLANK_LINES,
    COMMENTS,
    EXACT,
    INDENTATION,
    TIERS,
    Searched,
    Tier,
    is_elision,
)
from glm_ls.postprocess.edits.fuzzy import MAX_PLACES, fuzzy_place
from glm_ls.postprocess.edits.place import Pairs, Place, by_line, occurrences
from glm_ls.postprocess.edits.refusal import Refusal

MARGIN = 12
"""Lines of comments and blank ones that a quote may lack."""

AN_END = 3
"""Characters at the beginning or the end of a lone line that are right in its quote."""

AT = 3
"""Lines by which a number that means a place is off at most, when it contradicts another one."""


def locate(text: Searched, quote: Sequence[str], line: int | None = None) -> Place | Refusal:
    """Return the one place of a quote; `line` is where the model says that it begins."""
    place = _found(text, Searched(text.language, quote), line)
    if isinstance(place, Refusal):
        return place
    return Place(completed(text, quote, place.pairs), place.tier)


def _found(text: Searched, quote: Searched, line: int | None) -> Place | Refusal:
    is_elided = any(map(is_elision, quote.lines))
    for tier in TIERS:
        if tier is BLANK_LINES and not is_elided:
            text = _narrowed(text, quote)
        if tier is COMMENTS and is_elided:
            return _only(elided_places(text, quote), "elided", quote, line)
        places = _places(text, quote, tier)
        if places:
            places = _likelier(text, quote, places) + _contrary(text, quote, tier, places, line)
            return _only(places, tier.name, quote, line)
    fuzzy = fuzzy_place(text, quote, line)
    return fuzzy if isinstance(fuzzy, Refusal) else Place(fuzzy, "fuzzy")


def _narrowed(text: Searched, quote: Searched) -> Searched:
    """Return the text around the lines that are right in the quote, if there are some.

    What comes now takes time for each line of the text and finds nothing elsewhere.
    """
    there = text.compact(INDENTATION).lines
    found: set[int] = set()
    for line in {line for line in quote.compact(INDENTATION).lines if line}:
        places = list(islice(occurrences(there, [line]), MAX_PLACES + 1))
        found.update(places if len(places) <= MAX_PLACES else ())
    solid = [line for line in quote.compact(BLANK_LINES).lines if line]
    if not found and len(solid) == 1:
        # One slip leaves the beginning or the end as it was.
        head, tail = solid[0][:AN_END], solid[0][-AN_END:]
        found = {
            at for at, line in enumerate(there) if line[:AN_END] == head or line[-AN_END:] == tail
        }
        return text.near(found, 0)
    return text.near(found, len(quote.lines) + MARGIN) if found else text


def _contrary(
    text: Searched, quote: Searched, tier: Tier, places: list[Pairs], line: int | None
) -> list[Pairs]:
    """Return the place that the line number means where the only exact one is elsewhere.

    Models write an indented line at the margin, where another one like it may stand.
    """
    is_doubtful = line is not None and len(places) == 1 and abs(places[0][0][1] - line) > AT
    if line is None or not is_doubtful or tier is not EXACT:
        return []
    others = _places(text, quote, INDENTATION)
    return [pairs for pairs in others if pairs not in places and abs(pairs[0][1] - line) <= AT]


def _places(text: Searched, quote: Searched, tier: Tier) -> list[Pairs]:
    there, here = text.compact(tier), quote.compact(tier)
    if not any(here.lines):
        return []
    return [
        tuple((here.places[at], there.places[start + at]) for at in range(len(here.lines)))
        for start in occurrences(there.lines, here.lines)
    ]


def _likelier(text: Searched, quote: Searched, places: list[Pairs]) -> list[Pairs]:
    """Return the places indented like the quote, or those where all lines are shifted alike."""
    if len(places) == 1:
        return places
    shifts = [_shifts(text, quote, pairs) for pairs in places]
    for fits in (lambda each: each == {0}, lambda each: len(each) == 1):
        likely = [pairs for pairs, each in zip(places, shifts, strict=True) if fits(each)]
        if likely:
            return likely
    return places


def _shifts(text: Searched, quote: Searched, pairs: Pairs) -> set[int]:
    return {_blank(text.lines[there]) - _blank(quote.lines[here]) for here, there in pairs
            if quote.lines[here].strip()}  # fmt: skip


def _blank(line: str) -> int:
    return len(line) - len(line.lstrip())


def _only(places: list[Pairs], tier: str, quote: Searched, line: int | None) -> Place | Refusal:
    if not places:
        return Refusal(
            "missing", "the quoted lines are not in the text", quote="\n".join(quote.lines)
        )
    chosen = places[0] if len(places) == 1 else by_line(places, line)
    if chosen:
        return Place(chosen, tier)
    starts = tuple(pairs[0][1] for pairs in places)
    detail = f"the quoted lines are found {len(places)} times"
    return Refusal("ambiguous", detail, starts, "\n".join(quote.lines))
