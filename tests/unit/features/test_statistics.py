"""What becomes of suggestions: editors, edits and clocks as data, events as they are booked."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from glm_ls.features.followed import LONGEST, WIDEST
from glm_ls.features.offers import KEPT, Offer
from glm_ls.features.statistics import FOLLOWED, LATE_S, Statistics
from glm_ls.store.statistics import Event
from glm_ls.text.edit import Edit
from glm_ls.text.position import Position, Range, advanced
from glm_ls.text.snapshot import Snapshot

URI = "file:///a.py"


class Clock:
    """Stands for the event loop."""

    def __init__(self) -> None:
        self.now = 100.0
        self._due: list[tuple[float, int, Callable[..., object], tuple[object, ...]]] = []

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, callback: Callable[..., object], *args: object) -> None:
        heapq.heappush(self._due, (self.now + delay, len(self._due), callback, args))

    def wait(self, seconds: float, *, asleep: bool = False) -> None:
        """Let time pass; `asleep`: what is due comes after it."""
        end = self.now + seconds
        while self._due and self._due[0][0] <= end:
            at, _, callback, args = heapq.heappop(self._due)
            self.now = end if asleep else max(at, self.now)
            callback(*args)
        self.now = end


@dataclass
class Desk:
    """A client with one document at a time, and what was booked."""

    clock: Clock = field(default_factory=Clock)
    events: list[Event] = field(default_factory=list)
    documents: dict[str, Snapshot] = field(default_factory=dict)
    parts: bool = False

    def __post_init__(self) -> None:
        self.statistics = Statistics(
            self.clock, self.documents.get, self.events.append, parts=self.parts
        )

    @property
    def text(self) -> str:
        return self.documents[URI].text

    @property
    def booked(self) -> list[str]:
        """Kind, characters and what is kept of them, in short."""
        return [
            f"{event.kind} {event.chars}" + (f" {event.kept}" if "kept" in event.kind else "")
            for event in self.events
        ]

    def open(self, text: str, uri: str = URI) -> None:
        self.documents[uri] = Snapshot.of(uri, "python", 1, text)

    def edit(self, span: Range | None, text: str, uri: str = URI) -> None:
        old = self.documents[uri]
        self.documents[uri] = old.edited(Edit(span, text), old.version + 1)
        self.statistics.changed(old, self.documents[uri])

    def change(self, was: str, now: str) -> None:
        """Put text in place of the only text like it."""
        head, found, _ = self.text.partition(was)
        assert found
        start = advanced(Position(0, 0), head)
        self.edit(Range(start, advanced(start, was)), now)

    def cursor(self) -> Position:
        """Take the mark out of the document and return where it stood."""
        place = advanced(Position(0, 0), self.text.partition("¦")[0])
        self.documents[URI] = self.documents[URI].edited(
            Edit(Range(place, advanced(place, "¦")), ""), 1
        )
        return place

    def offer(self, place: Position, text: str, **more: Any) -> int:
        snapshot = self.documents[URI]
        before = snapshot.before(place, 300)
        offer = Offer(URI, "python", "glm-4.6", "zai", place, text, before, **more)
        return self.statistics.offer(offer)

    def show(self, place: Position, text: str) -> int:
        number = self.offer(place, text)
        self.statistics.answered(number)
        return number

    def insert(self, place: Position, text: str) -> Position:
        self.edit(Range(place, place), text)
        return advanced(place, text)


@pytest.fixture
def desk() -> Desk:
    return Desk()


TEXT = "def area(w, h):\n    ¦\n\nprint(1)\n"
SUGGESTION = "total = w * h\n    return total"
"""20 characters that are not blank."""


def accept(desk: Desk, marked: str = TEXT, text: str = SUGGESTION) -> None:
    desk.open(marked)
    place = desk.cursor()
    number = desk.show(place, text)
    desk.insert(place, text)
    desk.statistics.accepted(number, len(text))
    size = len(text)
    assert desk.booked == [f"shown {size}", f"whole {size}"]
    desk.events.clear()


UNTOUCHED = ["kept_20 20 20", "kept_60 20 20", "kept_300 20 20"]
WIPED = ["kept_20 20 0", "kept_60 20 0", "kept_300 20 0"]


@pytest.mark.parametrize(
    ("edits", "booked"),
    [
        pytest.param([], UNTOUCHED, id="left alone"),
        pytest.param([("def area", "# what it is\n\ndef area")], UNTOUCHED, id="lines above"),
        pytest.param([("print(1)", "")], UNTOUCHED, id="lines below"),
        pytest.param([("    total = w", "    now = total = w")], UNTOUCHED, id="typed before"),
        pytest.param([("return total\n", "return total / 2\n")], UNTOUCHED, id="typed behind"),
        pytest.param([("w * h\n", "w * h\n    check(total)\n")], UNTOUCHED, id="typed within"),
        pytest.param([("    return", "        return")], UNTOUCHED, id="indented anew"),
        pytest.param([("w * h", "w + h")], [e[:-2] + "19" for e in UNTOUCHED], id="one mark"),
        pytest.param([(SUGGESTION, "")], WIPED, id="deleted"),
        pytest.param([(SUGGESTION, "pass")], WIPED, id="replaced"),
        pytest.param([(SUGGESTION, ""), ("    \n", f"    {SUGGESTION}\n")], UNTOUCHED, id="undone"),
        pytest.param(
            [(f"def area(w, h):\n    {SUGGESTION}\n", ""), ("\n", "pass\n\n")],
            WIPED,
            id="deleted with what is around it",
        ),
        pytest.param(
            [(f"area(w, h):\n    {SUGGESTION}", f"size(w, h):\n    {SUGGESTION}  # done")],
            UNTOUCHED,
            id="replaced with what is around it by the same",
        ),
        pytest.param(
            [("return total\n\nprint(1)", "print(2)")],
            [f"kept_{mark} 20 9" for mark in (20, 60, 300)],
            id="the end deleted with what is behind",
        ),
        pytest.param(
            [("h):\n    total = w", "h):\n    return w")],
            [f"kept_{mark} 20 14" for mark in (20, 60, 300)],
            id="the beginning replaced with what is before",
        ),
        pytest.param([(SUGGESTION, "x" * 900)], [], id="lost sight of"),
        pytest.param([("w * h", "w * h" + "\n" * WIDEST)], [], id="too wide"),
        pytest.param([("w * h", "w * h" + "+ 1 " * WIDEST)], [], id="too long"),
    ],
)
def test_edits_before_the_first_mark(
    desk: Desk, edits: list[tuple[str, str]], booked: list[str]
) -> None:
    accept(desk)
    for was, now in edits:
        desk.change(was, now)
    desk.clock.wait(1000)
    assert desk.booked == booked


def test_each_mark_sees_the_document_of_its_time(desk: Desk) -> None:
    accept(desk)
    desk.clock.wait(20)
    desk.change("return total", "")
    desk.clock.wait(39.9)
    assert desk.booked == ["kept_20 20 20"]
    desk.clock.wait(0.1)
    desk.change("total = w * h", "")
    desk.clock.wait(1000)
    assert desk.booked == ["kept_20 20 20", "kept_60 20 9", "kept_300 20 0"]


def test_a_whole_text_sent_anew_is_read_as_the_edit_it_is(desk: Desk) -> None:
    accept(desk)
    desk.edit(None, "import os\n" + desk.text.replace("w * h", "w ** h"))
    desk.clock.wait(20)
    assert desk.booked == ["kept_20 20 20"]


def test_what_was_not_observed_is_not_booked(desk: Desk) -> None:
    accept(desk)
    desk.clock.wait(30)
    desk.statistics.closed(URI)
    del desk.documents[URI]
    desk.clock.wait(1000)
    assert desk.booked == ["kept_20 20 20"]


def test_a_document_opened_again_is_another(desk: Desk) -> None:
    accept(desk)
    desk.statistics.closed(URI)
    desk.open("print(2)\n")
    desk.clock.wait(1000)
    assert desk.booked == []


def test_a_mark_that_is_slept_through_is_not_booked(desk: Desk) -> None:
    accept(desk)
    desk.clock.wait(20 + 2 * LATE_S, asleep=True)
    assert desk.booked == []
    desk.clock.wait(1000)
    assert desk.booked == ["kept_60 20 20", "kept_300 20 20"]


def test_of_a_long_text_the_beginning_is_followed(desk: Desk) -> None:
    text = "x = 1\n" * LONGEST
    accept(desk, "¦", text)
    desk.clock.wait(20)
    [event] = desk.events
    assert LONGEST // 3 < event.chars == event.kept < LONGEST


# Shown: once, however often it is sent.


@pytest.mark.parametrize(
    ("steps", "shown"),
    [
        pytest.param([("", SUGGESTION)] * 3, 1, id="sent again"),
        pytest.param([("", "a + b"), ("a", " + b"), (" +", " b"), (" ", "b")], 1, id="typed"),
        pytest.param([("", "a + b"), ("a +", " b"), ("\b\b", " + b")], 1, id="backspace"),
        pytest.param([("xy", "a + b"), ("\b", "ya + b"), ("y", "a + b")], 1, id="before its start"),
        pytest.param([("", "a\n  b\n  c"), ("a\n", "  b\n  c")], 1, id="lines"),
        pytest.param([("", "a\n  b"), ("a\n    ", "b")], 1, id="indented otherwise"),
        pytest.param([("", "a + b"), ("", "a + c")], 2, id="another text"),
        pytest.param([("", "a + b"), ("a + b", " + c")], 2, id="what comes after it"),
        pytest.param([("", "a"), ("\n", "a")], 2, id="another line"),
    ],
)
def test_shown_once(desk: Desk, steps: list[tuple[str, str]], shown: int) -> None:
    desk.open("def f():\n    ¦\n")
    place = desk.cursor()
    for typed, text in steps:
        for key in typed:
            if key == "\b":
                left = Position(place.line, place.column - 1)
                desk.edit(Range(left, place), "")
                place = left
            else:
                place = desk.insert(place, key)
        desk.show(place, text)
    assert [event.kind for event in desk.events] == ["shown"] * shown


def test_a_line_above_changes_nothing(desk: Desk) -> None:
    desk.open("x\ny = ¦\n")
    place = desk.cursor()
    desk.show(place, "a + b")
    desk.change("x\n", "x\nxx\n")
    desk.show(Position(2, place.column), "a + b")
    assert desk.booked == ["shown 5"]


def test_another_model_is_another_suggestion(desk: Desk) -> None:
    desk.open("x")
    offers = [Offer(URI, "python", model, "zai", Position(0, 1), "yz", "x") for model in ("a", "b")]
    assert [desk.statistics.offer(offer) for offer in offers] == [1, 2]


def test_a_client_that_tells_what_it_shows_is_believed(desk: Desk) -> None:
    desk.open("")
    first, second, third = (desk.offer(Position(0, 0), text) for text in ("a()", "b()", "c()"))
    desk.statistics.answered(first)
    desk.statistics.shown(first)
    desk.statistics.answered(second)
    desk.statistics.shown(third)
    desk.statistics.shown(third)
    desk.statistics.shown(99)
    assert desk.booked == ["shown 3", "shown 3"]


def test_a_foreign_item_says_nothing_of_the_client(desk: Desk) -> None:
    desk.open("")
    desk.statistics.shown(99)
    desk.show(Position(0, 0), "a()")
    assert desk.booked == ["shown 3"]


# Accepted.


def test_what_is_accepted_was_shown(desk: Desk) -> None:
    desk.open("")
    first, second = (desk.offer(Position(0, 0), text) for text in ("a()", "bb()"))
    assert desk.statistics.accepted(second, 4)
    assert not desk.statistics.accepted(99, 4)
    assert desk.booked == ["shown 4", "whole 4"]
    assert first == 1


def test_it_is_accepted_once(desk: Desk) -> None:
    accept(desk)
    desk.statistics.accepted(1, len(SUGGESTION))
    assert desk.booked == []


@pytest.mark.parametrize("at_once", [True, False])
def test_the_text_may_come_before_or_after_the_command(desk: Desk, at_once: bool) -> None:
    desk.open("x = ¦")
    place = desk.cursor()
    number = desk.show(place, "f(1)")
    desk.statistics.accepted(number, 4)
    if not at_once:
        desk.clock.wait(60)  # it is not expected any more
    desk.insert(place, "f(1)")
    desk.clock.wait(20)
    assert desk.booked == ["shown 4", "whole 4"] + ["kept_20 4 4"] * at_once


def test_what_was_typed_through_is_not_accepted(desk: Desk) -> None:
    desk.open("x = ¦")
    place = desk.cursor()
    desk.show(place, "compute(1)")
    place = desk.insert(place, "com")
    number = desk.show(place, "pute(1)")
    desk.insert(place, "pute(1)")
    desk.statistics.accepted(number, 7)
    desk.clock.wait(20)
    assert desk.booked == ["shown 10", "whole 7", "kept_20 7 7"]


def test_parts(desk: Desk) -> None:
    desk.open("x = ¦")
    place = desk.cursor()
    text = "one + two + three"
    number = desk.show(place, text)
    place = desk.insert(place, "one ")
    desk.statistics.accepted_part(number, len(text), 4)
    place = desk.insert(place, "+ ")
    desk.statistics.accepted_part(number, len(text), 6)
    desk.statistics.accepted_part(number, len(text), 6)
    desk.statistics.accepted_part(number, len(text), -3)
    assert desk.show(place, text[6:]) == number
    desk.insert(place, text[6:])
    desk.statistics.accepted(number, len(text[6:]))
    assert desk.booked == ["shown 17", "part 4", "more 2", "rest 11"]
    desk.events.clear()
    desk.change("two", "2")
    desk.clock.wait(20)
    assert desk.booked == ["kept_20 3 3", "kept_20 1 1", "kept_20 9 6"]


def test_beside_a_menu_its_item_is_no_part_of_the_suggestion(desk: Desk) -> None:
    desk.open("x.ap")
    start = Position(0, 2)
    offer = Offer(URI, "python", "m", "e", start, "(1)", "x.append", lead="append")
    number = desk.statistics.offer(offer)
    desk.edit(Range(start, Position(0, 4)), "append(1)")
    desk.statistics.accepted(number, 3)
    desk.clock.wait(20)
    assert desk.booked == ["shown 3", "whole 3", "kept_20 3 3"]


@pytest.mark.parametrize(
    ("marked", "text", "typed", "inserted", "booked"),
    [
        pytest.param("x = ¦", "f(1, 2)", "", ["f(1, 2)"], ["whole 7"], id="by one change"),
        pytest.param("x = ¦", "f(1, 2)", "f(", ["1, 2)"], ["whole 5"], id="typed a little"),
        pytest.param("x = ¦", "f(1, 2)", "", ["f", "(1, 2)"], ["whole 6"], id="most of it"),
        pytest.param("x = ¦", "f(1, 2)", "", ["f(1", ", 2)"], ["whole 4"], id="half"),
        pytest.param("x = ¦", "f(1, 2, 3)", "", ["f(1, 2", ", 3)"], [], id="less than half"),
        pytest.param("x = ¦", "f(1, 2)", "", list("f(1, 2)"), [], id="typed"),
        pytest.param("x = ¦", "f(1)", "", ["f(1)"], ["whole 4"], id="short"),
        pytest.param("x = ¦", "f()", "", ["f()"], [], id="so short that a key can bring it"),
        pytest.param("x = ¦", "f(1, 2)", "", ["f(1, 2)\ng(3)"], [], id="more than it"),
        pytest.param("x = ¦\r\n", "a +\n  b", "", ["a +\r\n  b"], ["whole 7"], id="CRLF"),
        pytest.param("f(¦)", "f(1)", "", ["f(1)"], ["whole 4"], id="the same behind it"),
    ],
)
def test_a_change_that_brings_it_accepts_it(
    desk: Desk, marked: str, text: str, typed: str, inserted: list[str], booked: list[str]
) -> None:
    desk.open(marked)
    place = desk.cursor()
    number = desk.show(place, text)
    for piece in [*typed, *inserted]:
        place = desk.insert(place, piece)
    assert desk.booked[1:] == booked
    if booked:
        desk.statistics.accepted(number, int(booked[0].split()[1]))  # the command comes as well
        assert desk.booked[1:] == booked


@pytest.mark.parametrize(
    ("marked", "text", "inserted", "booked"),
    [
        pytest.param("x = ¦", "first + second", ["first"], ["part 5"], id="a word"),
        pytest.param("x = ¦", "first + second", ["first", " + "], ["part 5"], id="a sign"),
        pytest.param(
            "x = ¦", "first + second + third", ["first", " + second"], ["part 5", "more 9"],
            id="two words",
        ),
        pytest.param("x = ¦", "first + second", ["fir", "st +"], ["part 4"], id="typed before"),
        pytest.param("x = ¦", "first + second", ["other"], [], id="another word"),
        pytest.param("x = ¦", "first + second", ["firstly"], [], id="more than a word"),
        pytest.param("x = ¦", "one + two + six", [*"one + "], [], id="typed"),
        pytest.param("if x:¦", "\n    return first", ["\n    "], [], id="Enter"),
        pytest.param(
            "if x:¦", "\n    return first + second", ["\r\n    return"], ["part 11"], id="a line"
        ),
    ],
)  # fmt: skip
def test_where_there_is_ghost_text_a_change_that_brings_a_part_accepts_it(
    marked: str, text: str, inserted: list[str], booked: list[str]
) -> None:
    desk = Desk(parts=True)
    desk.open(marked)
    place = desk.cursor()
    number = desk.show(place, text)
    for piece in inserted:
        place = desk.insert(place, piece)
    assert desk.booked[1:] == booked
    if booked:
        desk.statistics.accepted(number, len(text))  # what is left comes with the command
        assert desk.booked[-1].startswith("rest ")


def test_of_two_the_one_that_came_is_accepted(desk: Desk) -> None:
    desk.open("")
    for text in ("one(1)", "one(1) + two(2)", "one(2)"):
        desk.offer(Position(0, 0), text)
    desk.insert(Position(0, 0), "one(1) + two(2)")
    assert desk.booked == ["shown 15", "whole 15"]


# Bounds.


def test_few_offers_and_pieces_are_kept(desk: Desk) -> None:
    for at in range(2 * FOLLOWED + 2 * KEPT):
        uri = f"file:///{at}.py"
        desk.open(f"word{at}(1)", uri)
        text = f"word{at}(1)"
        number = desk.statistics.offer(Offer(uri, "python", "m", "e", Position(0, 0), text, ""))
        desk.statistics.accepted(number, len(text))
    assert not desk.statistics.accepted(1, 8)
    desk.events.clear()
    desk.clock.wait(20)
    assert len(desk.events) == FOLLOWED


def test_no_text_is_in_any_event(desk: Desk) -> None:
    canary = "canary_in_code(1)"
    desk.open(f"{canary}\n¦\n{canary}")
    place = desk.cursor()
    number = desk.show(place, canary)
    desk.statistics.accepted_part(number, len(canary), 4)
    desk.insert(place, canary)
    desk.statistics.accepted(number, len(canary))
    desk.clock.wait(1000)
    assert {event.kind for event in desk.events} >= {"shown", "part", "rest", "kept_300"}
    assert "canary" not in repr(desk.events)
