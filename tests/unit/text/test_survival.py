"""How much of a text is still there."""

from __future__ import annotations

import random
from functools import cache

import pytest

from glm_ls.text.survival import surviving, weight


@pytest.mark.parametrize(
    ("text", "now", "kept"),
    [
        ("return a + b", "return a + b", 9),
        ("return a + b", "", 0),
        ("", "return a + b", 0),
        ("return a + b", "    return a+b  # sum", 9),
        ("return a + b", "return a - b", 8),
        ("return a + b", "return total + b", 8),
        ("if x:\n    go(x)", "if x:\n\tgo(x)\n", 9),
        ("if x:\r\n    go(x)", "if x:\n    go(x)", 9),
        ("total = width * height", "area = width * height", 13),
        ("one two three", "three two one", 5),
        ("compute", "computer", 0),
        ("x = 'ä🙂'", "x = 'ä🙂'", 6),
    ],
)
def test_words_that_stay_count_with_their_letters(text: str, now: str, kept: int) -> None:
    assert surviving(text, now) == kept


@pytest.mark.parametrize(("text", "count"), [("", 0), (" \t\n", 0), ("a + b", 3), ("ä🙂 b", 3)])
def test_blanks_have_no_weight(text: str, count: int) -> None:
    assert weight(text) == count == surviving(text, text)


def test_it_is_a_longest_common_subsequence() -> None:
    source = random.Random(7)
    for _ in range(200):
        one, other = ("".join(source.choices("ab(+ ", k=source.randrange(14))) for _ in "12")
        one, other = " ".join(one), " ".join(other)
        assert surviving(one, other) == longest(one.split(), other.split())


def longest(one: list[str], other: list[str]) -> int:
    @cache
    def of(at: int, there: int) -> int:
        if at == len(one) or there == len(other):
            return 0
        skipped = max(of(at + 1, there), of(at, there + 1))
        return max(skipped, 1 + of(at + 1, there + 1)) if one[at] == other[there] else skipped

    return of(0, 0)
