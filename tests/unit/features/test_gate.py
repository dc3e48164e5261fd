"""Where nothing is asked for, and why."""

from __future__ import annotations

import pytest

from glm_ls.config.layers import resolve
from glm_ls.features.gate import silence
from tests.unit.features.conftest import target


@pytest.mark.parametrize(
    ("language", "marked", "why"),
    [
        ("python", "def add(a, b):\n    return ▮\n", None),
        ("python", "total = su▮m(values)\n", "before-word"),
        ("python", "total = ▮sum(values)\n", "before-word"),
        ("python", "x = 1\n▮y = 2\n", "before-word"),
        ("python", "total = sum(▮)\n", None),
        ("python", "a▮ = 1\n", None),
        ("python", "▮", "nothing-before"),
        ("python", "\n\n  ▮\n", "nothing-before"),
        ("python", f"x = {'1, ' * 400}▮\n", "long-line"),
        ("python", f"x = {'1, ' * 400}\ny = ▮\n", None),
        ("java", "int total = 0;▮\n", "statement-ended"),
        ("java", "int total = 0; ▮\n", "statement-ended"),
        ("java", "for (int i = 0;▮)\n", None),
        ("java", "int total = 0;\n▮\n", None),
        ("go", "func f() {▮\n", None),
        ("typescript", "f(() => {}▮);\n", None),
        ("python", "x = 1;▮\n", None),
        ("sql", "select 1;▮\n", "statement-ended"),
    ],
)
def test_where_nobody_waits_nothing_is_asked(language: str, marked: str, why: str | None) -> None:
    place = target(marked, language, "app")
    settings = resolve(user_file=None, client={}, environ={}).settings

    assert silence(place, settings, invoked=False) == why
    assert silence(place, settings, invoked=True) is None


@pytest.mark.parametrize(
    ("settings", "by_itself", "by_hand"),
    [
        ({"enabled": False}, "disabled", "disabled"),
        ({"completion": {"enabled": False}}, "disabled", "disabled"),
        ({"completion": {"mode": "manual"}}, "manual", None),
        ({"completion": {"languages_off": ["python"]}}, "language-off", "language-off"),
    ],
)
def test_settings_silence_it(
    settings: dict[str, object], by_itself: str | None, by_hand: str | None
) -> None:
    known = resolve(user_file=None, client=settings, environ={}).settings
    place = target("x = ▮\n")

    assert silence(place, known, invoked=False) == by_itself
    assert silence(place, known, invoked=True) == by_hand
