"""Recent edits: keystrokes become one edit, places move along, and memory stays bounded."""

from __future__ import annotations

import pytest

from glm_ls.text.edit import Edit
from glm_ls.text.position import Position, Range
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.edits import KEPT, MOST_LINES, Edits

URI = "file:///a.py"


class Typist:
    """A document and somebody who types in it."""

    def __init__(self, text: str, edits: Edits | None = None, uri: str = URI) -> None:
        self.snapshot = Snapshot.of(uri, "python", 1, text)
        self.edits = edits or Edits()
        self.now_s = 0.0

    def put(self, row: int, start: int, end: int, text: str, after_s: float = 0.1) -> None:
        self.now_s += after_s
        span = Range(Position(row, start), Position(row, end))
        after = self.snapshot.edited(Edit(span, text), self.snapshot.version + 1)
        self.edits.note(self.snapshot, after, self.now_s)
        self.snapshot = after

    def lines(self) -> list[tuple[int, tuple[str, ...], tuple[str, ...]]]:
        return [(edit.row, edit.old, edit.new) for edit in self.edits.of(self.snapshot.uri)]


TEXT = "".join(f"line {n}\n" for n in range(40))


def test_keystrokes_are_one_edit() -> None:
    typist = Typist(TEXT)
    for at, letter in enumerate("abc"):
        typist.put(3, at, at, letter, after_s=60)
    assert typist.lines() == [(3, ("line 3",), ("abcline 3",))]
    [edit] = typist.edits.of(URI)
    assert (edit.above, edit.below) == (("line 1", "line 2"), ("line 4", "line 5"))


@pytest.mark.parametrize(
    ("row", "after_s", "count"), [(4, 60, 1), (6, 1, 1), (6, 60, 2), (9, 1, 2), (1, 1, 1)]
)
def test_changes_close_by_are_one_edit(row: int, after_s: float, count: int) -> None:
    typist = Typist(TEXT)
    typist.put(3, 0, 0, "x")
    typist.put(row, 0, 0, "y", after_s=after_s)
    assert len(typist.lines()) == count


def test_what_is_taken_back_is_no_edit() -> None:
    typist = Typist(TEXT)
    typist.put(3, 0, 0, "x")
    typist.put(3, 0, 1, "")
    assert typist.lines() == []


def test_a_line_more_above_moves_an_edit_and_a_change_of_it_takes_its_place() -> None:
    typist = Typist(TEXT)
    typist.put(20, 0, 0, "x")
    typist.put(3, 0, 0, "new\n", after_s=60)
    assert [row for row, _, _ in typist.lines()] == [21, 3]
    typist.put(30, 0, 0, "z", after_s=60)
    typist.put(21, 0, 0, "y", after_s=60)
    assert [row for row, _, _ in typist.lines()] == [-1, 3, 30, 21]


def test_an_edit_of_many_lines_is_cut() -> None:
    typist = Typist(TEXT)
    typist.put(3, 0, 0, "pasted\n" * 500)
    [edit] = typist.edits.of(URI)
    assert (edit.rows, len(edit.new)) == (500, MOST_LINES)


def test_the_older_half_goes_when_there_are_too_many() -> None:
    typist = Typist("x\n" * 1000)
    counts = set()
    for row in range(0, 800, 10):
        typist.put(row, 0, 0, "y")
        counts.add(len(typist.lines()))
    assert max(counts) == KEPT + 1
    assert typist.lines()[-1][0] == 790


def test_documents_are_kept_apart_in_one_order() -> None:
    edits = Edits()
    first, second = Typist(TEXT, edits), Typist(TEXT, edits, "file:///b.py")
    first.put(3, 0, 0, "x")
    second.put(3, 0, 0, "y")
    first.put(3, 0, 0, "z")
    assert [edit.uri for edit in edits.all()] == [URI, "file:///b.py", URI]
    edits.forget(URI)
    assert [edit.uri for edit in edits.all()] == ["file:///b.py"]
