"""What a document looks like, and what edits make of it, against a document kept as one string."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import pytest

from glm_ls.text import lines as lines_module
from glm_ls.text.edit import Change, Edit
from glm_ls.text.position import Encoding, Position, Range
from glm_ls.text.snapshot import Snapshot

FAR = 2**31 - 1


def snapshot_of(text: str) -> Snapshot:
    return Snapshot.of("file:///a.py", "python", 1, text)


def span(start: tuple[int, int], end: tuple[int, int]) -> Range:
    return Range(Position(*start), Position(*end))


# --- looking ---------------------------------------------------------------------------------


def test_knows_its_text_and_lines() -> None:
    snapshot = snapshot_of("a\r\nbc\n\x0cd\u2028e")
    assert snapshot.text == "a\r\nbc\n\x0cd\u2028e"
    assert [snapshot.line(n) for n in range(-1, 5)] == ["", "a", "bc", "\x0cd\u2028e", "", ""]
    assert snapshot.end == Position(2, 4)
    assert snapshot_of("").end == Position(0, 0)
    assert snapshot_of("a\n").end == Position(1, 0)


@pytest.mark.parametrize(
    ("position", "clamped"),
    [
        ((0, 0), (0, 0)),
        ((0, 2), (0, 2)),
        ((0, 3), (0, 2)),  # between \r and \n
        ((0, FAR), (0, 2)),
        ((1, 9), (1, 1)),
        ((0, -1), (0, 0)),
        ((-1, 5), (0, 0)),
        ((2, 0), (1, 1)),
        ((FAR, FAR), (1, 1)),
    ],
)
def test_positions_are_clamped(position: tuple[int, int], clamped: tuple[int, int]) -> None:
    assert snapshot_of("ab\r\nc").clamp(Position(*position)) == clamped
    assert snapshot_of("ab\r\nc").locate(*position, "utf-16") == clamped


@pytest.mark.parametrize(("encoding", "units"), [("utf-8", 5), ("utf-16", 3), ("utf-32", 2)])
def test_places_are_counted_as_the_client_does(encoding: Encoding, units: int) -> None:
    snapshot = snapshot_of("\nx😀y\n")
    assert snapshot.units(Position(1, 2), encoding) == units
    assert snapshot.locate(1, units, encoding) == Position(1, 2)
    assert snapshot.units(Position(9, 9), encoding) == 0


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ((0, 1), (0, 2), "b"),
        ((0, 1), (1, 1), "b\r\nc"),
        ((0, 1), (2, 0), "b\r\ncd\n"),
        ((1, 2), (2, 0), "\n"),
        ((1, 1), (1, 1), ""),
        ((2, 1), (1, 1), "d\ne"),
        ((0, 0), (FAR, FAR), "ab\r\ncd\nef"),
    ],
)
def test_a_range_is_cut_out(start: tuple[int, int], end: tuple[int, int], text: str) -> None:
    assert snapshot_of("ab\r\ncd\nef").slice(span(start, end)) == text


@pytest.mark.parametrize("max_chars", [0, 1, 2, 3, 5, 8, 100])
@pytest.mark.parametrize("place", [(0, 0), (0, 2), (1, 1), (2, 0), (3, 2), (9, 9)])
def test_prefix_and_suffix_are_as_long_as_wanted(place: tuple[int, int], max_chars: int) -> None:
    snapshot = snapshot_of("ab\r\ncd\n\nef")
    position = Position(*place)
    prefix = snapshot.slice(Range(Position(0, 0), position))
    suffix = snapshot.slice(Range(position, snapshot.end))
    assert snapshot.before(position, max_chars) == prefix[max(len(prefix) - max_chars, 0) :]
    assert snapshot.after(position, max_chars) == suffix[:max_chars]


# --- editing ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "start", "end", "text", "after"),
    [
        ("ab", (0, 1), (0, 1), "x", "axb"),
        ("a\nb\nc", (0, 1), (2, 0), "", "ac"),
        ("a\nb", (0, 1), (0, 1), "\r", "a\r\nb"),
        ("a\rb", (1, 0), (1, 0), "\n", "a\r\nb"),
        ("a\rb\nc", (1, 0), (1, 1), "", "a\r\nc"),
        ("a\r\nb", (0, 2), (0, 2), "x", "ax\r\nb"),
        ("a\n", (0, 0), (0, FAR), "", "\n"),
        ("b", (0, 0), (0, FAR), "", ""),
        ("a\n", (FAR, 0), (FAR, FAR), "z", "a\nz"),
        ("abc", (0, 2), (0, 1), "x", "axc"),
    ],
)
def test_an_edit_replaces_a_range(
    before: str, start: tuple[int, int], end: tuple[int, int], text: str, after: str
) -> None:
    edited = snapshot_of(before).edited(Edit(span(start, end), text), version=2)
    assert edited.text == after
    assert list(edited.lines) == list(snapshot_of(after).lines)
    assert edited.version == 2


def test_an_edit_may_replace_everything() -> None:
    assert snapshot_of("a\nb").edited(Edit(None, "c\r"), 7).text == "c\r"
    assert snapshot_of("a\nb").changed([Change(None, None, "c\r")], 7, "utf-8").text == "c\r"


def test_each_change_sees_the_one_before() -> None:
    changes = [
        Change((0, 0), (0, 0), "😀\n"),
        Change((0, 2), (0, 2), "!"),
        Change((1, 0), (1, 1), ""),
    ]
    changed = snapshot_of("ab").changed(changes, 5, "utf-16")
    assert (changed.text, changed.version) == ("😀!\nb", 5)
    assert (changed.uri, changed.language_id) == ("file:///a.py", "python")


def test_no_change_is_a_new_version() -> None:
    assert snapshot_of("ab").changed([], 2, "utf-16").version == 2


# --- random editing --------------------------------------------------------------------------

ALPHABETS = [
    "ab \n",
    "ab\r\n",
    ["a", "\r\n", "\r", "\n"],
    "a\u0301é補😀👩\u200d💻\n",
    "a\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\n\r",
    "a\ud83d\ude00\udfff😀\n\r",
]
UNIT = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
EDITS_EACH = 600


class Plain(NamedTuple):
    """A document as one string: slow, and simple enough to be right at sight."""

    text: str
    encoding: Encoding

    def lines(self) -> list[str]:
        return self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def units(self, text: str) -> int:
        codec, size = UNIT[self.encoding]
        return len(text.encode(codec, "surrogatepass")) // size

    def line_start(self, line: int) -> int:
        offset = 0
        for body in self.lines()[:line]:
            offset += len(body)
            offset += 2 if self.text.startswith("\r\n", offset) else 1
        return offset

    def column(self, line: int, units: int) -> int:
        body = self.lines()[line]
        column = 0
        while column < len(body) and self.units(body[: column + 1]) <= units:
            column += 1
        return column

    def offset(self, line: int, units: int) -> int:
        if line >= len(self.lines()):
            return len(self.text)
        return self.line_start(line) + self.column(line, units)

    def changed(self, change: Change) -> Plain:
        if change.start is None or change.end is None:
            return self._replace(text=change.text)
        start, end = self.offset(*change.start), self.offset(*change.end)
        return self._replace(text=self.text[:start] + change.text + self.text[end:])


def random_changes(rng: random.Random, alphabet: str | list[str]) -> Iterator[Change]:
    """Yield changes anywhere in a document of about 12 lines and past its end."""

    def some_text(longest: int) -> str:
        return "".join(rng.choices(alphabet, k=rng.randint(0, longest)))

    def place() -> tuple[int, int]:
        return rng.randint(0, 14), FAR if rng.random() < 0.05 else rng.randint(0, 12)

    while True:
        if rng.random() < 0.02:
            yield Change(None, None, some_text(80))
            continue
        start, end = sorted([place(), place()])
        if rng.random() < 0.7:  # Mostly small edits, so that the document lives.
            end = (start[0], start[1] + rng.randint(0, 2))
        yield Change(start, end, some_text(6))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("alphabet", ALPHABETS, ids=repr)
def test_random_edits_agree_with_one_string(
    alphabet: str | list[str], encoding: Encoding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines_module, "CHUNK", 3)
    rng = random.Random(f"{alphabet!a}{encoding}")
    plain, snapshot = Plain("", encoding), snapshot_of("")
    history: list[tuple[Snapshot, str]] = []
    changes = random_changes(rng, alphabet)
    for version in range(EDITS_EACH):
        batch = list(islice(changes, rng.choice([1, 1, 1, 2, 3])))
        if len(plain.text) > 150:
            batch.insert(0, Change(None, None, "\r"))
        for change in batch:
            plain = plain.changed(change)
        snapshot = snapshot.changed(batch, version, encoding)
        bodies = plain.lines()

        assert snapshot.text == plain.text
        assert [snapshot.line(n) for n in range(len(snapshot.lines))] == bodies

        line, units = rng.randrange(len(bodies)), rng.randint(0, 14)
        position = snapshot.locate(line, units, encoding)
        assert position == (line, plain.column(line, units))
        assert snapshot.units(position, encoding) == plain.units(bodies[line][: position.column])
        assert snapshot.locate(line, snapshot.units(position, encoding), encoding) == position

        offset = plain.offset(line, units)
        assert snapshot.before(position, 9) == plain.text[max(offset - 9, 0) : offset]
        assert snapshot.after(position, 9) == plain.text[offset : offset + 9]
        assert snapshot.slice(Range(position, snapshot.end)) == plain.text[offset:]
        history.append((snapshot, plain.text))

    for kept, text in history:
        assert "".join(kept.lines) == text
