"""Edits that wait, while the user types: `[old|new]` waits, `{old|new}` is what is typed."""

from __future__ import annotations

import re

import pytest

from glm_ls.text.edit import Edit
from glm_ls.text.position import Position, Range
from glm_ls.text.rebase import Waiting, left_of, rebased
from glm_ls.text.snapshot import Snapshot

_WAITS = re.compile(r"\[(?P<old>[^|\]]*)\|(?P<new>[^\]]*)\]")


def opened(marked: str) -> tuple[Snapshot, list[Waiting]]:
    """Return the document, and the edits that are marked in it."""
    plain = _WAITS.sub(lambda found: found["old"], marked)
    waiting, shift = [], 0
    for found in _WAITS.finditer(marked):
        start = found.start() - shift
        shift += len(found[0]) - len(found["old"])
        span = Range(place(plain, start), place(plain, start + len(found["old"])))
        waiting.append(Waiting(span, found["old"], found["new"]))
    return Snapshot.of("file:///a", "", 1, plain), waiting


def place(text: str, at: int) -> Position:
    lines = text[:at].replace("\r\n", "\n").split("\n")
    return Position(len(lines) - 1, len(lines[-1]))


def typed(snapshot: Snapshot, old: str, new: str) -> Snapshot:
    """Return the document with the only place of `old` replaced, as if it was typed."""
    text = snapshot.text
    assert text.count(old) == 1
    at = text.index(old)
    span = Range(place(text, at), place(text, at + len(old)))
    return snapshot.edited(Edit(span, new), snapshot.version + 1)


def shown(snapshot: Snapshot, waiting: tuple[Waiting, ...] | None) -> str:
    """Return the document with what is left of the edits marked in it, `-` where there is none."""
    if waiting is None:
        return "-"
    lines = [*snapshot.lines]
    for edit in reversed([left for one in waiting if (left := left_of(one, snapshot))]):
        assert edit.range is not None
        (row, start), (last, end) = edit.range
        old = snapshot.slice(edit.range)
        lines[row : last + 1] = [f"{lines[row][:start]}[{old}|{edit.text}]{lines[last][end:]}"]
    return "".join(lines)


@pytest.mark.parametrize(
    ("before", "old", "new", "after"),
    [
        pytest.param("x = [|foo()]\n", "x = ", "x = f", "x = f[|oo()]\n", id="a key of it"),
        pytest.param("x = [|foo()]\n", "x = ", "x = foo(", "x = foo([|)]\n", id="several keys"),
        pytest.param("x = [|foo()]\n", "x = ", "x = foo()", "x = foo()\n", id="all of it"),
        pytest.param("x = [|f(a)]\n", "x = ", "x = f()", "x = f([|a])\n", id="a closer put in"),
        pytest.param("x = [|foo()]\n", "x = ", "x = b", "-", id="something else"),
        pytest.param("x = [foo|bar]\n", "foo", "", "x = [|bar]\n", id="the old text goes"),
        pytest.param("x = [foo|bar]\n", "foo", "bar", "x = bar\n", id="replaced by hand"),
        pytest.param(
            "x = [foo|bar]\n", "foo", "bfoo", "x = b[foo|ar]\n", id="typed before the old"
        ),
        pytest.param("x = [foo|bar]\n", "foo", "fozo", "-", id="the old text becomes another"),
        pytest.param("x = [foo|bar]\n", "x = foo", "y", "-", id="the place goes"),
        pytest.param("a\nx = [1|2]\n", "a\n", "a\nb\n", "a\nb\nx = [1|2]\n", id="a line above"),
        pytest.param("x = [1|2]\na\n", "a\n", "b\nc\n", "x = [1|2]\nb\nc\n", id="a line below"),
        pytest.param("x = [1|2]\n", "x", "long", "long = [1|2]\n", id="before it in its line"),
        pytest.param("x = [1|2] # a\n", "a", "b", "x = [1|2] # b\n", id="behind it in its line"),
        pytest.param("x = [1|2] # a\n", "1 ", "1  ", "x = [1|2]  # a\n", id="right behind it"),
        pytest.param("[a|b]+[a2|b2]\n", "a+", "b+", "b+[a|b]2\n", id="one of two is made"),
        pytest.param("f([a|b])[a2|b2]\n", "a)", "q)", "-", id="one of two is contradicted"),
        pytest.param("x:[|\n  a]\ny\n", "x:", "x:\n  ", "x:\n  [|a]\ny\n", id="Enter and indent"),
        pytest.param("a\nx = [1|2]\n", "a\n", "", "x = [1|2]\n", id="the line above goes"),
        pytest.param("a\n[b|c]", "b", "", "a\n[|c]", id="the last line is emptied"),
        pytest.param("x:[|\r\n  a]\r\ny\r\n", "x:", "x:\r\n", "x:\r\n[|  a]\r\ny\r\n", id="CRLF"),
    ],
)
def test_typing_moves_makes_or_drops_what_waits(
    before: str, old: str, new: str, after: str
) -> None:
    snapshot, waiting = opened(before)
    later = typed(snapshot, old, new)
    assert shown(later, rebased(waiting, snapshot, later)) == after


def test_a_key_that_is_taken_back_leaves_the_edit_as_it_was() -> None:
    snapshot, waiting = opened("x = [|foo()]\n")
    later = typed(snapshot, "x = ", "x = fo")
    moved = rebased(waiting, snapshot, later)
    assert moved is not None
    again = typed(later, "fo", "f")
    moved = rebased(moved, later, again)
    assert shown(again, moved) == "x = f[|oo()]\n"
    assert moved is not None
    empty = typed(again, "f", "")
    assert shown(empty, rebased(moved, again, empty)) == "x = [|foo()]\n"


def test_a_version_without_a_change_changes_nothing() -> None:
    snapshot, waiting = opened("x = [1|2]\n")
    later = snapshot.edited(Edit(Range(Position(0, 0), Position(0, 0)), ""), 2)
    assert rebased(waiting, snapshot, later) == tuple(waiting)
