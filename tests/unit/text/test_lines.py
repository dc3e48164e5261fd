"""Line ends of the protocol, and a sequence that shares what does not change."""

from __future__ import annotations

import random

import pytest

from glm_ls.text import lines as lines_module
from glm_ls.text.lines import CHUNK, Lines, line_body, split_lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a\n", ["a\n", ""]),
        ("a\nb", ["a\n", "b"]),
        ("a\r\nb\rc\n", ["a\r\n", "b\r", "c\n", ""]),
        ("\n\r", ["\n", "\r", ""]),
        ("\r\r\n\n", ["\r", "\r\n", "\n", ""]),
        ("a\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029b", ["a\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029b"]),
    ],
)
def test_lines_end_where_the_protocol_says(text: str, lines: list[str]) -> None:
    assert split_lines(text) == lines


@pytest.mark.parametrize("line", ["a", "a\n", "a\r", "a\r\n"])
def test_a_body_has_no_line_end(line: str) -> None:
    assert line_body(line) == "a"


def test_reads_like_a_list() -> None:
    expected = [f"{n}\n" for n in range(5 * CHUNK)]
    lines = Lines(expected)
    assert len(lines) == len(expected)
    assert list(lines) == expected
    assert [lines[n] for n in range(len(lines))] == expected
    assert lines[-1] == expected[-1]
    for start, stop in [(0, 0), (0, 3), (CHUNK - 1, CHUNK + 1), (7, 4 * CHUNK), (9, 10**6), (5, 2)]:
        assert lines.slice(start, stop) == expected[start:stop]
    assert lines.slice(-3, 2) == expected[:2]


@pytest.mark.parametrize("index", [3, -4])
def test_there_is_no_line_outside(index: int) -> None:
    with pytest.raises(IndexError):
        Lines("abc")[index]


def test_an_empty_sequence_can_be_filled() -> None:
    assert list(Lines()) == []
    assert Lines().slice(0, 9) == []
    assert list(Lines().replace(0, 0, ["a"])) == ["a"]


@pytest.mark.parametrize("seed", range(5))
def test_replaces_like_a_list(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_module, "CHUNK", 4)
    rng = random.Random(seed)
    expected = [str(n) for n in range(50)]
    lines = Lines(expected)
    for step in range(400):
        start = rng.randint(0, len(expected))
        stop = min(len(expected), start + rng.choice([0, 0, 1, 1, 2, 9, 30]))
        new = [f"{step}.{n}" for n in range(rng.choice([0, 1, 1, 2, 5, 20]))]
        before, kept = lines, list(lines)
        lines = lines.replace(start, stop, new)
        expected[start:stop] = new
        assert list(lines) == expected
        assert [lines[n] for n in range(len(lines))] == expected
        assert list(before) == kept


def test_a_replacement_shares_the_other_chunks() -> None:
    lines = Lines(f"{n}\n" for n in range(20 * CHUNK))
    changed = lines.replace(3, 4, ["new\n"])
    shared = set(map(id, lines._chunks)) & set(map(id, changed._chunks))
    assert len(shared) == 19


def test_deleting_all_over_leaves_no_crumbs() -> None:
    lines = Lines(f"{n}\n" for n in range(50 * CHUNK))
    while len(lines) > 2 * CHUNK:
        for at in range(len(lines) - 2, 0, -2):
            lines = lines.replace(at, at + 1, [])
    assert len(lines._chunks) <= 8


def test_a_long_last_line_is_one_step() -> None:
    """Each place of it was once tried as a line's beginning: minutes for a minified file."""
    text = "x" * 2_000_000
    assert split_lines(text) == [text]
