"""Lines are found again where they are now, and never where they only look alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glm_ls.text.edit import Edit
from glm_ls.text.line_map import line_map
from glm_ls.text.lines import split_lines
from glm_ls.text.position import Position, Range
from glm_ls.text.snapshot import Snapshot

TWINS = "a\nsame\nend\nsame\nend\nz\n"


def snapshot(text: str) -> Snapshot:
    return Snapshot.of("file:///t", "python", 1, text)


def cut(before: Snapshot, first: int, stop: int) -> Snapshot:
    return before.edited(Edit(Range(Position(first, 0), Position(stop, 0)), ""), 2)


@pytest.mark.parametrize(
    ("first", "stop", "twin", "now"),
    [(1, 3, (1, 3), None), (1, 3, (3, 5), range(1, 3)), (3, 5, (3, 5), None),
     (3, 5, (1, 3), range(1, 3)), (0, 1, (1, 3), range(2)), (1, 2, (1, 2), None)],
)  # fmt: skip
def test_the_deleted_twin_is_known(
    first: int, stop: int, twin: tuple[int, int], now: range | None
) -> None:
    before = snapshot(TWINS)
    assert line_map(before.lines, cut(before, first, stop).lines).span(*twin) == now


@pytest.mark.parametrize(
    ("old", "new", "span", "now"),
    [
        ("a\nb\nc\n", "a\nb\nc\n", (0, 3), range(3)),
        ("a\nb\nc\n", "x\na\nb\nc\n", (1, 3), range(2, 4)),
        ("a\nb\nc\n", "a\nx\nb\nc\n", (0, 2), None),
        ("a\nb\nc\n", "a\nB\nc\n", (1, 2), None),
        ("a\nb\nc\n", "a\nB\nc\n", (2, 3), range(2, 3)),
        ("a\nb\nc\n", "", (0, 1), None),
        ("a\nb\n", "a\nx\nb\n", (1, 1), None),
        ("a\nb\n", "x\na\nb\n", (1, 1), range(2, 2)),
        ("a\nb\n", "x\na\nb\n", (0, 0), None),
        ("a\nb\n", "a\nb\nx\n", (0, 0), range(0)),
    ],
)
def test_lines_are_compared_when_the_whole_text_is_new(
    old: str, new: str, span: tuple[int, int], now: range | None
) -> None:
    assert line_map(split_lines(old), split_lines(new)).span(*span) == now


TEXT = st.lists(st.sampled_from(["a", "b", "}", "", "long line"]), max_size=20).map("\n".join)
PLACES = st.tuples(st.integers(0, 25), st.integers(0, 12))


@given(TEXT, st.lists(st.tuples(PLACES, PLACES, TEXT), max_size=5))
def test_mapped_lines_are_equal_and_in_order(
    text: str, edits: list[tuple[tuple[int, int], tuple[int, int], str]]
) -> None:
    before = after = snapshot(text)
    for start, end, new in edits:
        after = after.edited(Edit(Range(Position(*start), Position(*end)), new), 2)
    found = line_map(before.lines, after.lines)
    last = -1
    for at, line in enumerate(before.lines):
        now = found.line(at)
        if now is not None:
            assert now > last
            assert after.lines[now] == line
            last = now


@given(TEXT, TEXT)
def test_texts_without_a_common_history_map_equal_lines(old: str, new: str) -> None:
    before, after = split_lines(old), split_lines(new)
    for run in line_map(before, after).runs:
        length = run.length
        assert before[run.old : run.old + length] == after[run.new : run.new + length]
