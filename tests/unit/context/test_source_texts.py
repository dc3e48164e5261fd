"""The sources of context that show text: each by a small case, none over its room."""

from __future__ import annotations

from itertools import pairwise

import pytest

from glm_ls.context.part import bytes_of
from glm_ls.context.sources import (
    documentation,
    editing,
    examples,
    scope,
)
from glm_ls.context.surroundings import Spot, Surroundings
from glm_ls.index.database import Passage

from .conftest import question


def lines_of(files: dict[str, str]) -> object:
    return lambda path: files[path].split("\n") if path in files else None


# -- what is shown as text ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (None, []),
        ((0, 100), []),
        ((6, 9), ["class Mine(Base):", " def first(self) -> Page:"]),
        ((0, 5), [" def second(self, count: int):"]),
    ],
)
def test_what_encloses_the_cursor_is_shown_where_the_prompt_does_not_reach(
    shown: tuple[int, int] | None, expected: list[str]
) -> None:
    text = (
        "def far(): ...\n\n\nclass Mine(Base):\n    def first(self) -> Page: ...\n\n"
        "    def second(self, count: int):\n        ‸\n        return 1\n"
    )
    asked = question({}, "a.py", text, Surroundings(shown=shown))
    found = scope.parts(asked, 1000, "#")
    lines = [line for part in found for line in part.text.splitlines()]
    assert lines[1:] == expected
    for room in range(0, 140, 7):
        assert sum(map(bytes_of, scope.parts(asked, room, "#"))) <= room


def test_the_latest_edits_are_shown() -> None:
    """One of each file, with the lines around, as many as fit; never of the document itself."""
    files = {f"{name}.py": "\n".join(f"{name}_{n} = {n}" for n in range(30)) for name in "bcde"}
    edits = [Spot("a.py", 0), Spot("b.py", 12), Spot("b.py", 2), Spot("gone.py", 1)]
    edits += [Spot("c.py", 9999), Spot("d.py", 0), Spot("e.py", 1)]
    asked = question(files, "a.py", "‸", Surroundings(edits=tuple(edits)))
    lines = lines_of(files)
    assert callable(lines)
    found = editing.parts(asked, 4000, "#", lines)
    assert [(part.path, part.start) for part in found] == [("b.py", 9), ("d.py", 0)]
    assert "\nb_12 = 12\n" in found[0].text
    for room in range(0, 300, 20):
        assert sum(map(bytes_of, editing.parts(asked, room, "#", lines))) <= room


def test_passages_with_the_words_near_the_cursor_are_shown() -> None:
    asked_for: list[str] = []

    def search(words: object) -> list[Passage]:
        assert isinstance(words, list)
        asked_for.extend(words)
        return [
            Passage("a.md", 0, "itself"),
            Passage("long.md", 0, "much " * 100),
            Passage("guide.md", 4, "\nCall this.\nThen that.\n"),
        ]

    asked = question({}, "a.md", "near_word\n‸\nbelow\n")
    (part,) = documentation.parts(asked, 100, "#", search)
    assert (part.path, part.text) == ("guide.md", "# guide.md:5\nCall this.\nThen that.\n")
    assert asked_for == ["below", "near_word"]
    assert documentation.parts(asked, 0, "#", search) == ()
    assert documentation.parts(question({}, "a.md", "‸"), 100, "#", search) == ()


def test_an_excerpt_stands_at_the_left_without_blank_lines_around() -> None:
    lines = ["x", "", "    def one():", "", "        return größe  ", "  ", "y"]
    found = examples.excerpt("a.py", 1, 6, lines, "#", 1.0)
    assert found is not None
    assert (found.start, found.stop) == (2, 5)
    assert found.text == "# a.py:3\ndef one():\n\n    return größe\n"
    assert examples.excerpt("a.py", 5, 6, lines, "#", 1.0) is None
    assert examples.excerpt("a.py", 50, 60, lines, "#", 1.0) is None


def loading(n: int) -> str:
    """Return lines that share some words with each other, and have more of their own."""
    return (
        "    opened = open_store(path)\n"
        f"    rows{n} = fetch{n}(opened, kind{n}, limit{n})\n"
        f"    return sort{n}(rows{n}, key{n})\n"
    )


def test_examples_that_repeat_another_are_left_out() -> None:
    files = {f"m{n}.py": f"def load_{n}(path):\n{loading(1)}" for n in range(5)}
    asked = question(files, "a.py", f"def load_items(path):\n{loading(1)}    ‸\n")
    lines = lines_of(files)
    assert callable(lines)
    assert len(examples.choose(asked, 2000, "#", lines)) == 1


def test_examples_are_within_their_bytes_and_do_not_overlap() -> None:
    files = {f"m{n}.py": f"def load_{n}(path):\n{loading(n)}\n\ndef é_{n}(x):\n" for n in range(5)}
    asked = question(files, "a.py", f"def load_items(path):\n{loading(9)}    ‸\n")
    lines = lines_of(files)
    assert callable(lines)
    for room in (0, 59, 60, 100, 333, 2000):
        found = examples.choose(asked, room, "#", lines)
        assert sum(len(one.text.encode()) for one in found) <= room
        ranges = sorted((one.path, one.start, one.stop) for one in found)
        assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(ranges))
    assert len(found) > 3
