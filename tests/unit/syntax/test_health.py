"""Errors in a window, before and after an insertion."""

from __future__ import annotations

import pytest

from glm_ls.syntax.health import added_errors, count_errors
from glm_ls.syntax.languages import language_of


@pytest.mark.parametrize(
    ("language_id", "text", "errors"),
    [
        ("python", "def f():\n    return 1\n", 0),
        ("python", "def f(:\n    return 1\n", 1),
        ("go", "package a\n\nfunc f() {\n", 1),
        ("haskell", "((", None),
    ],
)
def test_errors_are_counted(language_id: str, text: str, errors: int | None) -> None:
    assert count_errors(language_of(language_id), text) == errors


def test_an_insertion_breaks_or_heals() -> None:
    python = language_of("python")

    assert added_errors(python, "x = 1\n", "x = (1\n") == 1
    assert added_errors(python, "x = (1\n", "x = (1)\n") == -1
    assert added_errors(language_of("lua"), "x = (1\n", "x = (1)\n") is None
