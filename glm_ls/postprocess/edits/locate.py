"""Where in the text that the model saw the lines stand that it quotes.

Strict comparisons come first and lenient ones only where nothing was found; a quote has to fit one
place, or the line number the model gave has to single one out. What cannot be told is refused:
a wrong place costs the user more than a second request.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from glm_ls.postprocess.edits.completed import completed
from glm_ls.postprocess.edits.elided import elided_places
from glm_ls.postprocess.edits.forms import TIERS, Searched, Tier, compact, is_elision
from glm_ls.postprocess.edits.fuzzy import fuzzy_place
from glm_ls.postprocess.edits.place import NEAR, Pairs, Place, by_line
from glm_ls.postprocess.edits.refusal import Refusal

_INDENTATION = next(at for at, tier in enumerate(TIERS) if tier.name == "indentation")


def locate(text: Searched, quote: Sequence[str], line: int | None = None) -> Place | Refusal:
    """Return the one place of a quote; `line` is where the model says that it begins."""
    place = _found(text, quote, line)
    if isinstance(place, Refusal):
        return place
    return Place(completed(text, quote, place.pairs), place.tier)


def _found(text: Searched, quote: Sequence[str], line: int | None) -> Place | Refusal:
    for tier in TIERS:
        if tier.name == "comments" and any(map(is_elision, quote)):
            return _only(elided_places(text, quote), "elided", quote, line)
        places = _places(text, quote, tier)
        if places:
            places = _likelier(text, quote, places) + _contrary(text, quote, tier, places, line)
            return _only(places, tier.name, quote, line)
    fuzzy = fuzzy_place(text, quote, line)
    return fuzzy if isinstance(fuzzy, Refusal) else Place(fuzzy, "fuzzy")


def _contrary(
    text: Searched, quote: Sequence[str], tier: Tier, places: list[Pairs], line: int | None
) -> list[Pairs]:
    """Return the place that the line number means where the only exact one is elsewhere.

    Models write an indented line at the margin, where another one like it may stand.
    """
    if line is None or len(places) > 1 or abs(places[0][0][1] - line) <= NEAR:
        return []
    if tier not in TIERS[:_INDENTATION]:
        return []
    others = _places(text, quote, TIERS[_INDENTATION])
    return [pairs for pairs in others if pairs not in places and abs(pairs[0][1] - line) <= NEAR]


def _places(text: Searched, quote: Sequence[str], tier: Tier) -> list[Pairs]:
    there, here = text.compact(tier), compact(tier, text.language, quote)
    if not any(here.lines):
        return []
    return [
        tuple((here.places[at], there.places[start + at]) for at in range(len(here.lines)))
        for start in occurrences(there.lines, here.lines)
    ]


def occurrences(lines: list[str], part: list[str]) -> Iterable[int]:
    """Yield where a part begins in lines."""
    anchor = max(range(len(part)), key=lambda at: len(part[at]))
    at = anchor
    last = len(lines) - len(part) + anchor
    while at <= last:
        try:
            at = lines.index(part[anchor], at, last + 1)
        except ValueError:
            return
        if lines[at - anchor : at - anchor + len(part)] == part:
            yield at - anchor
        at += 1


def _likelier(text: Searched, quote: Sequence[str], places: list[Pairs]) -> list[Pairs]:
    """Return the places where all lines are shifted alike, if there are some."""
    if len(places) == 1:
        return places
    even = [pairs for pairs in places if len(_shifts(text, quote, pairs)) == 1]
    return even or places


def _shifts(text: Searched, quote: Sequence[str], pairs: Pairs) -> set[int]:
    return {_blank(text.lines[there]) - _blank(quote[here]) for here, there in pairs
            if quote[here].strip()}  # fmt: skip


def _blank(line: str) -> int:
    return len(line) - len(line.lstrip())


def _only(
    places: list[Pairs], tier: str, quote: Sequence[str], line: int | None
) -> Place | Refusal:
    if not places:
        return Refusal("missing", "the quoted lines are not in the text", quote="\n".join(quote))
    chosen = places[0] if len(places) == 1 else by_line(places, line)
    if chosen:
        return Place(chosen, tier)
    starts = tuple(pairs[0][1] for pairs in places)
    detail = f"the quoted lines are found {len(places)} times"
    return Refusal("ambiguous", detail, starts, "\n".join(quote))
