"""Where the demo types: code, spread over the file, cut where tokens begin."""

from __future__ import annotations

import pytest

from glm_ls.cli.places import KEYS, LINE_START_EVERY, MIN_TRUTH, choose_places
from glm_ls.text.snapshot import Snapshot

CODE = "".join(f"value_{n} = compute(first_{n}, second)\n" for n in range(40))


def snapshot(text: str, language: str = "python") -> Snapshot:
    return Snapshot.of("file:///a.py", language, 1, text)


def test_places_are_spread_and_in_order() -> None:
    lines = [place.line for place in choose_places(snapshot(CODE), 8)]
    assert lines == [2, 7, 12, 17, 22, 27, 32, 37]


def test_typed_and_truth_are_the_rest_of_the_line() -> None:
    document = snapshot(CODE)
    for number, place in enumerate(choose_places(document, 12)):
        line = document.line(place.line)
        assert line[place.column :] == place.typed + place.truth
        assert len(place.typed) in KEYS
        assert len(place.truth) >= MIN_TRUTH
        at_start = number % LINE_START_EVERY == LINE_START_EVERY - 1
        assert (place.column == 0) == at_start
        assert not (line[place.column - 1 : place.column + 1]).isidentifier() or at_start


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x = 1\n",
        "# a comment that is long enough\n",
        '"""A docstring, long enough."""\n',
        'x = """\nlong enough but inside a string\n"""\n',
    ],
)
def test_what_is_no_code_is_passed_over(text: str) -> None:
    assert choose_places(snapshot(text), 4) == []


def test_fewer_lines_than_wanted() -> None:
    assert len(choose_places(snapshot("alpha = beta + gamma\n"), 12)) == 1


def test_a_language_without_grammar_will_do() -> None:
    assert choose_places(snapshot("local total = price * count\n", "lua"), 1)
