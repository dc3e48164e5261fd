"""What is left of a suggestion when the editor has put closers behind the cursor."""

from __future__ import annotations

import pytest

from glm_ls.postprocess.refit import refit
from glm_ls.postprocess.site import Site
from glm_ls.postprocess.suggestion import Suggestion


@pytest.mark.parametrize(
    ("language", "document", "left", "expected"),
    [
        ("python", "x = f(¦)\n", "a, b)", Suggestion("a, b)", 1)),
        ("python", "x = f(¦\n", "a, b)", Suggestion("a, b)", 0)),
        ("python", "x = f(¦)\n", "a, b)\ny = 1", Suggestion("a, b)\ny = 1", 1)),
        ("python", "x = f([¦])\n", "1, 2])", Suggestion("1, 2])", 2)),
        ("javascript", "f(() => {¦})\n", "\n  g();\n})", Suggestion("\n  g();\n})", 2)),
        ("javascript", 'f("¦")\n', 'a")', Suggestion('a")', 2)),
        ("go", "func f() {\n\tg(¦)\n}\n", "a)\n}", Suggestion("a)", 1)),
        ("go", "func f() {\n\tg(a¦)\n}\n", ")", None),
    ],
)
def test_what_is_left_brings_its_closers_along(
    language: str, document: str, left: str, expected: Suggestion | None
) -> None:
    before, _, after = document.partition("¦")

    assert refit(Site(before, after, language), Suggestion(left)) == expected


def test_a_filter_that_is_off_stays_off() -> None:
    site = Site("x = f(", ")\n", "python", off=frozenset({"junction"}))

    assert refit(site, Suggestion("a, b)")) == Suggestion("a, b)", 0)
