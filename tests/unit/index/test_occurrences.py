"""All words of a text at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glm_ls.index import occurrences as module
from glm_ls.index.occurrences import occurrences
from glm_ls.index.words import code_of, words_by_line

KEYWORDS = frozenset({"if"})


def said(text: str) -> list[list[int]]:
    """Return the codes of the words on each line."""
    found = occurrences(text, KEYWORDS)
    codes = list(found.codes)
    assert list(found.codes.values()) == list(range(len(codes)))
    lines: list[list[int]] = [[] for _ in range(found.lines)]
    for number, row in zip(found.numbers.tolist(), found.rows.tolist(), strict=True):
        lines[row].append(codes[number])
    return lines


def coded(text: str) -> list[list[int]]:
    lines = words_by_line(text.split("\n"), KEYWORDS)
    return [[code_of(word) for word in line] for line in lines]


@given(st.text(alphabet="abif_1$ é٣²—名.\r\n\u2028\x85\xa0\ud800"))
def test_a_text_has_the_words_of_its_lines(text: str) -> None:
    """As they are found line by line; only line feeds end a line."""
    assert said(text) == coded(text)


@given(st.lists(st.tuples(st.integers(1, 90), st.integers(0, 90), st.sampled_from("xyé"))))
def test_words_of_all_lengths_that_differ_in_one_place(shapes: list[tuple[int, int, str]]) -> None:
    words = ["a" * min(at, length) + mark + "a" * (length - at) for length, at, mark in shapes]
    text = "\n".join((" ".join(words), " ".join(reversed(words))))
    assert said(text) == coded(text)


@pytest.mark.parametrize("count", [10, 1_000, 40_000])
def test_many_words(count: int) -> None:
    """More than are looked up at once by a part of their hash, more than are kept."""
    text = "\n".join(f"word{at} again" for at in range(count))
    assert said(text) == coded(text)
    assert said(text) == coded(text)


def test_numbers_count_from_the_first_use() -> None:
    found = occurrences("beta alpha if beta\n x gamma alpha", KEYWORDS)
    assert list(found.codes) == [code_of(word) for word in ("beta", "alpha", "gamma")]
    assert found.numbers.tolist() == [0, 1, 0, 2, 1]
    assert found.rows.tolist() == [0, 0, 0, 1, 1]


def test_no_text() -> None:
    found = occurrences("", KEYWORDS)
    assert (found.codes, len(found.numbers), len(found.rows), found.lines) == ({}, 0, 0, 1)


def test_what_is_kept_of_other_texts_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_KNOWN", 3)
    for text in ("one two three", "four one", "two five six seven", "one two"):
        assert said(text) == coded(text)
