"""What an insertion does to the syntax around it."""

from __future__ import annotations

import pytest

from glm_ls.syntax.errors import Surroundings
from glm_ls.syntax.languages import language_of


@pytest.mark.parametrize(
    ("language", "document", "text", "replace", "worse"),
    [
        ("python", "def f():\n    ¦\n", "return 1", 0, False),
        ("python", "def f():\n    ¦\n", "return (", 0, False),
        ("python", "def f():\n    ¦\n", "return )", 0, True),
        ("python", "x = f(¦)\n", "a)", 1, False),
        ("python", "x = f(¦)\n", "a)", 0, True),
        ("go", "package a\n\nfunc f() {\n\t¦\n}\n", "g()\n}", 0, True),
        ("go", "package a\n\nfunc f() {\n\t¦\n\n", "g()\n}", 0, False),
        ("markdown", "# ¦\n", "((", 0, False),
    ],
)
def test_errors_are_counted(
    language: str, document: str, text: str, replace: int, worse: bool
) -> None:
    before, _, after = document.partition("¦")
    place = Surroundings.of(language_of(language), before, after)

    assert (place.damage(text, replace).errors > place.errors) == worse


def test_what_cannot_be_read_is_measured() -> None:
    place = Surroundings.of(language_of("python"), "def f():\n    ", "\n")

    assert place.damage("return 1").unread == 0
    assert place.damage("if (a == null) { b(); } else { c(); }").unread > 0.5


def test_only_what_is_near_is_parsed() -> None:
    far = "class A {{{\n" * 10 + "".join(f"x{n} = {n}\n" for n in range(2_000))
    place = Surroundings.of(language_of("python"), far, far)

    assert len(place.before) + len(place.after) < 2_500
    assert place.before.startswith("x")
