"""Edits land where the model meant them, or a rule refuses: cases are data."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glm_ls.postprocess.edits.blocks import Block
from glm_ls.postprocess.edits.landing import applied, is_applied
from glm_ls.postprocess.edits.refusal import Refusal
from glm_ls.postprocess.edits.resolve import Sent, resolve
from glm_ls.syntax.languages import language_of
from glm_ls.text.edit import Edit
from glm_ls.text.position import Position, Range
from glm_ls.text.snapshot import Snapshot

DATA = tomllib.loads(Path(__file__).with_name("cases").joinpath("python.toml").read_text("utf-8"))
TEXT: str = DATA["text"]["main"]
ENDS = ["\n", "\r\n", "\r"]


def snapshot(text: str, version: int = 1) -> Snapshot:
    return Snapshot.of("file:///t.py", "python", version, text)


def sent(before: Snapshot, given: range | None = None) -> Sent:
    every = range(len(before.lines))
    return Sent(before, language_of("python"), every, range(0) if given is None else given)


def lines(text: str) -> tuple[str, ...]:
    return tuple(text.removesuffix("\n").split("\n")) if text else ()


def becomes(changes: dict[str, str]) -> str:
    text = TEXT
    for old, new in changes.items():
        assert text.count(old) == 1 or text.startswith(old), old
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("line_end", ENDS, ids=["unix", "windows", "old mac"])
@pytest.mark.parametrize("case", DATA["case"], ids=lambda case: case["name"])
def test_case(case: dict[str, Any], line_end: str) -> None:
    before = snapshot(TEXT.replace("\n", line_end))
    line = case["line"] - 1 if "line" in case else None
    block = Block(lines(case["new"]), lines(case["old"]), line=line)
    found = resolve(sent(before), [block], before)
    if "rule" in case:
        assert isinstance(found, Refusal)
        assert found.rule == case["rule"]
        return
    assert not isinstance(found, Refusal), found
    assert applied(before, found, 2).text == becomes(case["becomes"]).replace("\n", line_end)


def test_edits_are_the_smallest() -> None:
    before = snapshot("a = 1\nb = 2\nc = 3\n")
    new = ("a = 1", "b = 20", "c = 3", "d = 4")
    found = resolve(sent(before, range(3)), [Block(new)], before)
    assert found == (
        Edit(Range(Position(1, 5), Position(1, 5)), "0"),
        Edit(Range(Position(3, 0), Position(3, 0)), "d = 4\n"),
    )


@pytest.mark.parametrize(
    ("text", "given", "new", "result"),
    [
        ("a\nb", range(1, 2), ("c",), "a\nc"),
        ("a\nb", range(1, 2), ("b", "c"), "a\nb\nc"),
        ("a\nb", range(1, 2), (), "a"),
        ("a\r\nb\n", range(1), ("x", "y"), "x\r\ny\r\nb\n"),
        ("a\r\nb\nc\r", range(3), ("A", "B", "C"), "A\r\nB\nC\r"),
        ("a\n", range(1, 1), ("b",), "a\nb\n"),
        ("\n\nx = 1\n", range(1, 1), ("b",), "\nb\n\nx = 1\n"),
        ("if x:\n    a\n    b\n", range(1, 3), ("a", "if b:", "    b"),
         "if x:\n    a\n    if b:\n        b\n"),
        ("if x:\n    a\n    b\n", range(1, 3), ("c", "    b"), "if x:\n    c\n    b\n"),
        ("x", range(1), ("y",), "y"),
    ],
)  # fmt: skip
def test_a_given_range_is_replaced(
    text: str, given: range, new: tuple[str, ...], result: str
) -> None:
    before = snapshot(text)
    found = resolve(sent(before, given), [Block(new)], before)
    assert not isinstance(found, Refusal), found
    assert applied(before, found, 2).text == result


def test_blocks_that_meet_are_refused() -> None:
    before = snapshot(TEXT)
    block = Block(("import sys",), ("import os",))
    found = resolve(sent(before), [block, block], before)
    assert isinstance(found, Refusal)
    assert found.rule == "overlap"


TYPED = st.tuples(st.integers(0, 16), st.integers(0, 16), st.sampled_from(["", "x\n", "x", "\n"]))
BLOCK = Block(("            result += price * 2", "        return result"),
              ("            result += price", "        return result"))  # fmt: skip


@given(st.lists(TYPED, max_size=4))
def test_what_was_typed_meanwhile_is_never_lost(typed: list[tuple[int, int, str]]) -> None:
    before = live = snapshot(TEXT)
    for start, size, text in typed:
        end = min(start + size % 3, len(live.lines) - 1)
        span = Range(Position(start, 0), Position(end, 0))
        live = live.edited(Edit(span, text), live.version + 1)
    found = resolve(sent(before), [BLOCK], live)
    if isinstance(found, Refusal):
        assert found.rule == "changed-meanwhile"
        return
    after = applied(live, found, live.version + 1)
    assert after.text.replace("result += price * 2", "result += price", 1) == live.text


def test_an_edit_that_a_client_dropped_is_noticed() -> None:
    before = snapshot(TEXT)
    edits = resolve(sent(before), [BLOCK], before)
    assert not isinstance(edits, Refusal)
    done = applied(before, edits, 2)
    typing = Edit(Range(Position(0, 0), Position(0, 0)), "# typed\n")
    assert is_applied(before, edits, done)
    assert is_applied(before, edits, done.edited(typing, 3))
    assert not is_applied(before, edits, before)
    assert not is_applied(before, edits, before.edited(typing, 3))


LINE = st.sampled_from(["a", "    b", "", "c = 1", "c = 2  "])
DOCUMENT = st.lists(st.tuples(LINE, st.sampled_from(ENDS)), max_size=12)


@given(DOCUMENT, LINE, st.data())
def test_landing_makes_exactly_the_new_lines(
    document: list[tuple[str, str]], last: str, data: st.DataObject
) -> None:
    before = snapshot("".join(map("".join, document)) + last)
    start = data.draw(st.integers(0, len(before.lines) - 1))
    stop = data.draw(st.integers(start + 1, len(before.lines)))
    new = tuple(data.draw(st.lists(LINE.filter(lambda line: not line.startswith(" ")), min_size=1)))
    found = resolve(sent(before, range(start, stop)), [Block(new)], before)
    assert not isinstance(found, Refusal), found
    after = applied(before, found, 2)
    bodies = [after.line(at).rstrip() for at in range(len(after.lines))]
    expected = [before.line(at).rstrip() for at in range(len(before.lines))]
    expected[start:stop] = [line.rstrip() for line in new]
    assert [line.strip() for line in bodies] == [line.strip() for line in expected]
