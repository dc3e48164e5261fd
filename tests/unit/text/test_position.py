"""Columns in code points against units in three encodings."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import pytest

from glm_ls.text.position import Encoding, column_of, units_of


class Case(NamedTuple):
    """Where each character of a line begins, and where the line ends, in units."""

    line: str
    utf8: list[int]
    utf16: list[int]

    def units(self, encoding: Encoding) -> list[int]:
        return {"utf-8": self.utf8, "utf-16": self.utf16, "utf-32": list(range(len(self.utf8)))}[
            encoding
        ]


CASES = {
    "empty": Case("", [0], [0]),
    "ascii": Case("ab\n", [0, 1, 2], [0, 1, 2]),
    "crlf": Case("ab\r\n", [0, 1, 2], [0, 1, 2]),
    "lone cr": Case("ab\r", [0, 1, 2], [0, 1, 2]),
    "two bytes": Case("aéb\n", [0, 1, 3, 4], [0, 1, 2, 3]),
    "three bytes": Case("a補b", [0, 1, 4, 5], [0, 1, 2, 3]),
    "longer from here on": Case(
        "\x7f\x80\u07ff\u0800\uffff\U00010000",
        [0, 1, 3, 5, 8, 11, 15],
        [0, 1, 2, 3, 4, 5, 7],
    ),
    "emoji": Case("a😀b\n", [0, 1, 5, 6], [0, 1, 3, 4]),
    "combining": Case("e\u0301x\r\n", [0, 1, 3, 4], [0, 1, 2, 3]),
    "joined emoji": Case("👩\u200d💻\n", [0, 4, 7, 11], [0, 2, 3, 5]),
    "form feed": Case("a\x0cb\n", [0, 1, 2, 3], [0, 1, 2, 3]),
    "next line": Case("a\x85b\n", [0, 1, 3, 4], [0, 1, 2, 3]),
    "line separator": Case("a\u2028b\n", [0, 1, 4, 5], [0, 1, 2, 3]),
    "lone surrogates": Case("\ud83db\ude00", [0, 3, 4, 7], [0, 1, 2, 3]),
}
ENCODINGS: list[Encoding] = ["utf-8", "utf-16", "utf-32"]
by_encoding = pytest.mark.parametrize("encoding", ENCODINGS)
by_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


@by_encoding
@by_case
def test_each_column_has_its_units_and_back(case: Case, encoding: Encoding) -> None:
    for column, units in enumerate(case.units(encoding)):
        assert units_of(case.line, column, encoding) == units
        assert column_of(case.line, units, encoding) == column


@by_encoding
@by_case
def test_what_lies_outside_the_line_is_clamped(case: Case, encoding: Encoding) -> None:
    units = case.units(encoding)
    last = len(units) - 1
    for beyond in (1, 2, 2**31 - 1):
        assert column_of(case.line, units[last] + beyond, encoding) == last
        assert units_of(case.line, last + beyond, encoding) == units[last]
    assert column_of(case.line, -1, encoding) == 0
    assert units_of(case.line, -1, encoding) == 0


@by_encoding
@by_case
def test_inside_a_character_is_before_it(case: Case, encoding: Encoding) -> None:
    units = case.units(encoding)
    for column, (start, end) in enumerate(pairwise(units)):
        for inside in range(start, end):
            assert column_of(case.line, inside, encoding) == column
