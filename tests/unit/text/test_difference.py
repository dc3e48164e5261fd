"""The one replacement between two versions of a document."""

from __future__ import annotations

import random

import pytest

from glm_ls.text.difference import STEP, Replacement, common_start
from glm_ls.text.edit import Edit
from glm_ls.text.position import Position, Range, advanced
from glm_ls.text.snapshot import Snapshot


def document(text: str) -> Snapshot:
    return Snapshot.of("file:///a.py", "python", 1, text)


@pytest.mark.parametrize(
    ("old", "new", "replacement"),
    [
        ("ab\n", "aXb\n", ((0, 1), (0, 1), "X", (0, 2))),
        ("ab\n", "a\nb\n", ((0, 1), (0, 1), "\n", (1, 0))),
        ("a\nb\nc", "a\nc", ((1, 0), (2, 0), "", (1, 0))),
        ("aa", "aaa", ((0, 2), (0, 2), "a", (0, 3))),
        ("aaa", "aa", ((0, 2), (0, 3), "", (0, 2))),
        ("a\nb\nc\n", "x\nb\ny\n", ((0, 0), (2, 1), "x\nb\ny", (2, 1))),
        ("a\r\nb\r\n", "a\r\n🙂x\r\nb\r\n", ((1, 0), (1, 0), "🙂x\r\n", (2, 0))),
        ("a\rb\r", "a\rcc\rb\r", ((1, 0), (1, 0), "cc\r", (2, 0))),
        ("", "x", ((0, 0), (0, 0), "x", (0, 1))),
    ],
)
def test_the_smallest_replacement(old: str, new: str, replacement: tuple[object, ...]) -> None:
    assert Replacement.between(document(old), document(new)) == replacement


def test_making_the_replacement_gives_the_new_text() -> None:
    source = random.Random(3)
    for _ in range(500):
        old, new = (
            document("".join(source.choices(["a", "b", "\n", "é"], k=source.randrange(12))))
            for _ in "12"
        )
        change = Replacement.between(old, new)
        edit = Edit(Range(change.start, change.end), change.text)
        assert old.edited(edit, 2).text == new.text
        for row, line in enumerate(old.lines):
            for column in range(len(line.rstrip("\n")) + 1):
                here = Position(row, column)
                if here >= change.end:
                    behind = new.after(change.moved(here), 99)
                    assert behind == old.after(here, 99)


@pytest.mark.parametrize("size", [0, 1, STEP - 1, STEP, STEP + 1, 3 * STEP])
def test_where_texts_begin_to_differ(size: int) -> None:
    same = "x" * size
    assert common_start(same, same) == size
    assert common_start(same, same + "y") == size
    assert common_start(same + "y", same + "z") == size


@pytest.mark.parametrize(
    ("text", "end"), [("", (3, 5)), ("ab", (3, 7)), ("\n", (4, 0)), ("a\r\nbc", (4, 2))]
)
def test_the_place_behind_a_text(text: str, end: tuple[int, int]) -> None:
    assert advanced(Position(3, 5), text) == end
