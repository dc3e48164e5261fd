"""Whole modules, as many as fit."""

from __future__ import annotations

import pytest

from glm_ls.context.modules import whole_modules
from glm_ls.context.part import bytes_of

TEXTS = {"a.py": "x = 1\n", "big.py": "y = 'ü'\n" * 20, "b.py": "\nz = 3\n\n\n", "empty.py": ""}


@pytest.mark.parametrize(
    ("room", "paths"),
    [
        (10_000, ["a.py", "big.py", "b.py"]),
        (60, ["a.py", "b.py"]),  # what does not fit makes room for what does
        (len("# a.py\nx = 1\n"), ["a.py"]),
        (len("# a.py\nx = 1\n") - 1, []),
        (0, []),
    ],
)
def test_modules_in_the_order_given_as_far_as_they_fit(room: int, paths: list[str]) -> None:
    order = ["a.py", "gone.py", "empty.py", "big.py", "a.py", "b.py"]
    parts = whole_modules(order, room, "#", TEXTS.get)
    assert [part.path for part in parts] == paths
    assert sum(map(bytes_of, parts)) <= room


def test_a_module_is_named_and_ends_with_its_last_line() -> None:
    (part,) = whole_modules(["b.py"], 100, "//", TEXTS.get)
    assert part.text == "// b.py\n\nz = 3\n"
    assert (part.source, part.start) == ("modules", 0)
