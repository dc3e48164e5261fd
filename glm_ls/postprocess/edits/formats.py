"""Which form an answer is asked for in: all lines anew, or quotes of what changes.

Short passages are had whole, long ones by quotes. A model that fails in the form it is asked for
gets the other one: what it did with its last answers is weighed against what models do in general.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from glm_ls.postprocess.edits.refusal import Rule

Format = Literal["whole", "quotes"]
FORMATS: tuple[Format, ...] = get_args(Format)

WHOLE_LINES = 120
"""Lines up to which an answer gives all of them anew; of more, it quotes what changes."""
ALWAYS_WHOLE, MOST_WHOLE = 12, 400
"""Lines up to which nothing else makes sense, and beyond which nobody waits for all of them."""
IN_GENERAL: Mapping[Format, float] = {"whole": 0.996, "quotes": 0.942}
"""Share of well-formed answers, the median of published runs (15 models whole, 47 by quotes)."""
WEIGHT = 20
"""Answers for which that counts."""
TOLERATED = 0.8
"""Share from which on the usual form is kept, whatever the other one brings."""
WINDOW = 100
"""Answers of a model that are remembered for each form."""

MALFORMED: frozenset[Rule] = frozenset({
    "no-block", "too-many-blocks", "unclosed", "empty-quote", "placeholder", "too-long",
    "missing", "ambiguous", "elision", "indentation",
})  # fmt: skip
"""Rules that say something of the form of an answer; the others are about what it wants."""


def form_of(lines: int, seen: Mapping[Format, str]) -> Format:
    """Return the form for a passage of some lines.

    `seen` are the model's last answers in each form, `1` for each well-formed one and `0` else.
    """
    usual: Format = "whole" if lines <= WHOLE_LINES else "quotes"
    other: Format = "quotes" if usual == "whole" else "whole"
    if lines <= ALWAYS_WHOLE or (other == "whole" and lines > MOST_WHOLE):
        return usual
    expected = {each: share(each, seen.get(each, "")) for each in FORMATS}
    is_bad = expected[usual] < TOLERATED and expected[other] > expected[usual]
    return other if is_bad else usual


def share(form: Format, seen: str) -> float:
    """Return the share of answers that is expected to be well-formed, from 0 to 1."""
    return (seen.count("1") + WEIGHT * IN_GENERAL[form]) / (len(seen) + WEIGHT)


def noted(seen: str, *, is_good: bool) -> str:
    """Return a model's last answers with one more."""
    return f"{seen}{int(is_good)}"[-WINDOW:]
