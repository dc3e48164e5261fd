"""What an answer makes of a document: the cases in `cases/`, each as a whole and cut anywhere."""

from __future__ import annotations

import re

import pytest

from tests.unit.postprocess.golden import CASES, Case, answer_to, document, read_cases

ALL = [case for file in sorted(CASES.glob("*.txt")) for case in read_cases(file)]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_an_answer_becomes_what_fits_its_place(case: Case) -> None:
    suggestion = answer_to(case, [case.answer])

    assert document(case.site, suggestion) == case.becomes
    for pieces in (list(case.answer), re.findall(r"\w+|\W", case.answer)):
        again = answer_to(case, pieces)
        assert document(case.site, again) == case.becomes


def test_names_of_cases_are_unique() -> None:
    assert len({case.name for case in ALL}) == len(ALL)
