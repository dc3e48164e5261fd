"""How lines are compared: forms that forget what models get wrong, from strict to lenient."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from glm_ls.syntax.languages import Language

Form = Callable[[Language, Iterable[str]], list[str]]
"""Lines without their ends to what is compared; "" where a line does not count."""


def _exact(_: Language, lines: Iterable[str]) -> list[str]:
    return list(lines)


def _trailing(_: Language, lines: Iterable[str]) -> list[str]:
    return [line.rstrip() for line in lines]


def stripped(_: Language, lines: Iterable[str]) -> list[str]:
    """Forget indentation and trailing space."""
    return [line.strip() for line in lines]


def _spacing(_: Language, lines: Iterable[str]) -> list[str]:
    return [line.replace(" ", "").replace("\t", "").rstrip() for line in lines]


def code(language: Language, lines: Iterable[str]) -> list[str]:
    """Forget comments, too; where a string holds a comment's mark, both sides are cut alike."""
    mark, block = language.line_comment, language.block_comment
    starts = tuple(filter(None, (mark, *((block[0], block[1], "* ") if block else ()))))
    if not starts:
        return stripped(language, lines)
    cuts = [f" {mark}"] if mark else []
    if block and block[0] == "/*":
        cuts.append(" /*")
    bodies = ["" if (body := line.strip()).startswith(starts) or body == "*" else body
              for line in lines]  # fmt: skip
    for cut in cuts:
        bodies = [body[: body.index(cut)].rstrip() if cut in body else body for body in bodies]
    return bodies


@dataclass(frozen=True, slots=True)
class Tier:
    """One way to look for a quote."""

    name: str
    form: Form
    skips: bool = False
    """Whether lines whose form is "" are passed over, in the quote and in the text."""


TIERS = (
    Tier("exact", _exact),
    Tier("trailing-space", _trailing),
    Tier("indentation", stripped),
    Tier("spacing", _spacing),
    Tier("blank-lines", stripped, skips=True),
    Tier("comments", code, skips=True),
)
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


@dataclass(frozen=True, slots=True)
class Compact:
    """The lines of a form that count, and where they stand."""

    lines: list[str]
    places: Sequence[int]


class Searched:
    """A text that quotes are looked for in; its forms are made when first asked for."""

    def __init__(self, language: Language, lines: Sequence[str]) -> None:
        """Take lines without their ends."""
        self.language = language
        self.lines = lines
        self._compact: dict[str, Compact] = {}

    def compact(self, tier: Tier) -> Compact:
        """Return the lines as a tier compares them."""
        if tier.name not in self._compact:
            self._compact[tier.name] = compact(tier, self.language, self.lines)
        return self._compact[tier.name]

    @cached_property
    def code_places(self) -> dict[str, list[int]]:
        """Places in the compact code form by line."""
        places: dict[str, list[int]] = {}
        for at, line in enumerate(self.compact(TIERS[-1]).lines):
            places.setdefault(line, []).append(at)
        return places


def compact(tier: Tier, language: Language, lines: Sequence[str]) -> Compact:
    """Return the lines of a tier that count."""
    form = tier.form(language, lines)
    if not tier.skips:
        return Compact(form, range(len(form)))
    places = [at for at, line in enumerate(form) if line]
    return Compact([form[at] for at in places], places)
