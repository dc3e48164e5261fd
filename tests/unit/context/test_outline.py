"""Scored definitions to an outline that never takes more bytes than it may."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glm_ls.context.outline import Layout, outline_parts, select
from glm_ls.context.part import bytes_of
from glm_ls.index.corpus import Corpus
from glm_ls.index.languages.table import row_of
from tests.unit.index.conftest import entry_of

FILES = {
    "shop/größe.py": (
        "class Größe:\n    länge: int = 0\n    def 測る(self, 名前: str) -> int: ...\n"
    ),
    "shop/read.py": (
        "class Reader(Base):\n    def read(self, path: Path) -> str: ...\n"
        "    def close(self) -> None: ...\n\n\ndef open_reader(path): ...\n"
    ),
    "src/lib.rs": (
        "pub struct Shop { pub name: String }\n"
        "impl Shop {\n    pub fn open(&self) -> bool { true }\n    pub fn close(&self) {}\n}\n"
    ),
    "src/more.rs": "impl Shop {\n    pub fn sell(&self, what: &str) -> u32 { 1 }\n}\n",
    "shop/long.py": f"def long({', '.join(f'argument_{n}: int' for n in range(12))}): ...\n",
}
CORPUS = Corpus.of([entry_of(path, text) for path, text in FILES.items()])
COUNT = CORPUS.symbol_count
SCORES = st.lists(
    st.one_of(st.floats(-5, 10, width=32), st.just(float("-inf"))), min_size=COUNT, max_size=COUNT
).map(lambda values: np.array(values, np.float32))
LANGUAGES = st.sampled_from(["python", "rust", "lua"])


def layout(language: str) -> Layout:
    return Layout(CORPUS, row_of(language), "#" if language == "python" else "//")


def outline(language: str, scores: object, budget: int) -> tuple[list[int], str]:
    assert isinstance(scores, np.ndarray)
    chosen = select(layout(language), scores, budget)
    parts = outline_parts(layout(language), chosen, scores, "definitions")
    assert sum(map(bytes_of, parts)) == len("".join(part.text for part in parts).encode())
    return chosen, "".join(part.text for part in parts)


@settings(max_examples=40, deadline=None)
@given(LANGUAGES, SCORES, st.integers(0, 700))
def test_an_outline_is_within_its_bytes(language: str, scores: object, budget: int) -> None:
    """Each definition once, each file and each class named once, by rule and not by chance."""
    chosen, text = outline(language, scores, budget)
    assert len(text.encode()) <= budget
    assert len(set(chosen)) == len(chosen)
    lines = text.splitlines()
    assert len(set(lines)) == len(lines)
    assert outline(language, scores, budget) == (chosen, text)
    shown = {line.strip() for line in lines}
    assert {CORPUS.signature(one) for one in chosen} <= shown
    assert isinstance(scores, np.ndarray)
    assert all(scores[one] > -np.inf for one in chosen)


@settings(max_examples=30, deadline=None)
@given(LANGUAGES, SCORES, st.integers(0, 400), st.integers(0, 400))
def test_what_is_chosen_already_is_left_out(
    language: str, scores: object, first: int, then: int
) -> None:
    assert isinstance(scores, np.ndarray)
    taken = select(layout(language), scores, first)
    more = select(layout(language), scores, then, without=set(taken))
    assert not set(taken) & set(more)
    parts = outline_parts(layout(language), more, scores, "definitions")
    assert sum(map(bytes_of, parts)) <= then


def test_members_stand_below_their_class() -> None:
    assert outline("python", np.zeros(COUNT, np.float32), 10_000)[1].startswith(
        "# shop/größe.py\nclass Größe:\n länge: int = 0\n def 測る(self, 名前: str) -> int:\n"
        "# shop/long.py\ndef long("
    )


def test_members_whose_class_is_elsewhere_name_it() -> None:
    (sell,) = [n for n in range(COUNT) if "sell" in CORPUS.signature(n)]
    scores = np.full(COUNT, -np.inf, np.float32)
    scores[sell] = 1
    assert outline("rust", scores, 200)[1] == (
        "// src/more.rs\nimpl Shop\n fn sell(&self, what: &str) -> u32\n"
    )


@pytest.mark.parametrize("order", [list(FILES), list(reversed(FILES)), sorted(FILES)])
def test_of_equals_the_first_by_path_is_taken(order: list[str]) -> None:
    """Not the one that was read first: a database that is opened again gives the same."""
    corpus = Corpus.of([entry_of(path, FILES[path]) for path in order])
    scores = np.zeros(COUNT, np.float32)
    at = Layout(corpus, row_of("python"), "#")
    texts = [
        "".join(part.text for part in outline_parts(at, select(at, scores, room), scores, "x"))
        for room in (60, 120, 240, 480)
    ]
    assert texts == [outline("python", scores, room)[1] for room in (60, 120, 240, 480)]


def test_what_is_small_fits_where_the_best_does_not() -> None:
    scores = np.zeros(COUNT, np.float32)
    (long,) = [n for n in range(COUNT) if "def long" in CORPUS.signature(n)]
    scores[long] = 50
    chosen, text = outline("python", scores, 100)
    assert chosen
    assert "def long" not in text


def test_nothing_to_choose_from() -> None:
    empty = Layout(Corpus.of([]), None, "#")
    assert select(empty, np.zeros(0, np.float32), 100) == []
    assert outline_parts(empty, [], np.zeros(0, np.float32), "definitions") == ()
