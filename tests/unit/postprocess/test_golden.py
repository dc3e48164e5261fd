"""What an answer makes of a document: the cases in `tests/cases/completion`, cut anywhere."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.unit.postprocess.golden import CASES, Case, answer_to, document, read_cases

ALL = [case for file in sorted(CASES.glob("*.txt")) for case in read_cases(file)]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_an_answer_becomes_what_fits_its_place(case: Case) -> None:
    suggestion = answer_to(case, [case.said])

    assert document(case.site, suggestion) == case.becomes
    for pieces in cuts(case.said):
        again = answer_to(case, pieces)
        assert document(case.site, again) == case.becomes


def cuts(answer: str) -> Iterator[list[str]]:
    """Yield the pieces that a stream may bring: characters, tokens, lines, and anything between."""
    yield list(answer)
    yield re.findall(r"\w+|\W", answer)
    yield answer.splitlines(keepends=True)
    for size in (2, 3, 7, 50):
        yield [answer[at : at + size] for at in range(0, len(answer), size)]
    rng = random.Random(len(answer))
    ends = sorted(rng.sample(range(len(answer)), len(answer) // 5))
    yield [answer[a:b] for a, b in zip([0, *ends], [*ends, len(answer)], strict=True)]


def test_there_are_cases_enough_in_languages_enough() -> None:
    languages = Counter(case.words[0] for case in ALL)

    assert len(ALL) >= 200
    for language in ("python", "typescript", "go", "rust", "java", "c", "cpp"):
        assert languages[language] >= 10


def test_names_of_cases_are_unique() -> None:
    assert len({case.name for case in ALL}) == len(ALL)
