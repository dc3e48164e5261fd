"""How lines are compared: forms that forget what models get wrong, from strict to lenient."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from glm_ls.syntax.languages import Language

Form = Callable[[Language, list[str]], list[str]]
"""Lines without their ends to what is compared."""


def _exact(_: Language, lines: list[str]) -> list[str]:
    return lines


def _stripped(_: Language, lines: list[str]) -> list[str]:
    return list(map(str.strip, lines))


def code(language: Language, lines: list[str]) -> list[str]:
    """Return stripped lines without comments; "" for those that hold nothing else.

    Where a string holds a comment's mark, quote and text are cut alike.
    """
    mark, block = language.line_comment, language.block_comment
    starts = tuple(filter(None, (mark, *((block[0], block[1], "* ") if block else ()))))
    if not starts:
        return lines
    bodies = ["" if body.startswith(starts) or body == "*" else body for body in lines]
    for cut in (f" {mark}", " /*") if mark else ():
        bodies = [body[: body.index(cut)].rstrip() if cut in body else body for body in bodies]
    return bodies


def _spacing(_: Language, lines: list[str]) -> list[str]:
    # All lines at once: one by one takes ten times as long.
    return "\n".join(lines).replace(" ", "").replace("\t", "").split("\n") if lines else []


@dataclass(frozen=True, slots=True)
class Tier:
    """One way to look for a quote."""

    name: str
    form: Form
    """Applied to what the tier before compares."""
    skips: bool = True
    """Whether lines whose form is "" are passed over, in the quote and in the text."""


EXACT = Tier("exact", _exact, skips=False)
INDENTATION = Tier("indentation", _stripped, skips=False)
BLANK_LINES = Tier("blank-lines", _exact)
COMMENTS = Tier("comments", code)
SPACING = Tier("spacing", _spacing)

TIERS = (EXACT, INDENTATION, BLANK_LINES, COMMENTS, SPACING)
"""Strict ones first: a tier is asked only where the ones before it find nothing."""

_DOTS = re.compile(
    r"\s*(?:#|//|/\*|--|;|%|<!--)?\s*(?:\(|\[|\{)?\s*(?:\.{3,}|…)"
    r"[^=;{}()\"']{0,60}(?:\.{3,}|…)?\s*(?:\)|\]|\})?\s*(?:\*/|-->)?\s*"
)
_WORDS = re.compile(
    r"\b(?:exist|rest|unchanged|remain|same|code|previous|omitted|elided|as before)"
)


def is_elision(line: str) -> bool:
    """Whether a line can stand for lines that a model did not write out."""
    return ("..." in line or "…" in line) and _DOTS.fullmatch(line) is not None


def is_placeholder(line: str) -> bool:
    """Whether a line can be nothing but that: a bare `...` is code in some languages."""
    said = line.strip().lstrip("#/-*;% ")
    is_comment = len(said) < len(line.strip())
    return is_elision(line) and is_comment and (bool(_WORDS.search(said)) or said in ("...", "…"))


GAP = "\0"
"""Stands between parts of a text that are searched together; equals no line of a quote."""


@dataclass(frozen=True, slots=True)
class Compact:
    """The lines of a form that count, and where they stand."""

    lines: list[str]
    places: Sequence[int]


class Searched:
    """Lines as each tier compares them, made when first asked for."""

    def __init__(self, language: Language, lines: Sequence[str]) -> None:
        """Take lines without their ends."""
        self.language = language
        self.lines = list(lines)
        self._compact: list[Compact] = [Compact(self.lines, range(len(self.lines)))]

    def near(self, lines: Iterable[int], margin: int) -> Searched:
        """Return the same text of which only what is so near to some lines is searched."""
        places: list[int] = []
        chosen: list[str] = []
        for at in sorted(lines):
            first = max(at - margin, places[-1] + 1 if places else 0)
            stop = min(at + margin + 1, len(self.lines))
            if places and first > places[-1] + 1 and first < stop:
                places.append(places[-1])
                chosen.append(GAP)
            places.extend(range(first, stop))
            chosen.extend(self.lines[first:stop])
        narrow = Searched(self.language, self.lines)
        narrow._compact = [Compact(chosen, places)]
        return narrow

    def compact(self, tier: Tier) -> Compact:
        """Return the lines as a tier compares them."""
        depth = TIERS.index(tier)
        while len(self._compact) <= depth:
            self._compact.append(self._next(TIERS[len(self._compact)], self._compact[-1]))
        return self._compact[depth]

    def _next(self, tier: Tier, base: Compact) -> Compact:
        form = tier.form(self.language, base.lines)
        if not tier.skips or "" not in form:
            return Compact(form, base.places)
        kept = [at for at, line in enumerate(form) if line]
        return Compact([form[at] for at in kept], [base.places[at] for at in kept])
