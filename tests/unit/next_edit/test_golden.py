"""What an answer makes of a document, with the edits before it: the cases as data."""

from __future__ import annotations

import pytest

from tests.unit.next_edit.golden import CASES, Case, document, outcome, read_cases

ALL = [case for file in sorted(CASES.glob("*.txt")) for case in read_cases(file)]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_an_answer_becomes_edits_that_follow_from_the_recent_ones(case: Case) -> None:
    assert document(case) == case.becomes


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_no_edit_lies_outside_the_windows(case: Case) -> None:
    _, windows, made = outcome(case)
    for hunk in made.hunks:
        span = hunk.edit.range
        assert span is not None
        assert any(span.start.line in rows and span.end.line <= rows.stop for rows in windows)


def test_there_are_enough_cases_and_their_names_are_unique() -> None:
    assert len({case.name for case in ALL}) == len(ALL) >= 40
