"""The context benchmark's own arithmetic: what counts as shown, as leaked, as kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.context.gold import Source, definition_of
from bench.context.position import Definition, Position, Target
from bench.context.score import (
    common_share,
    cut_to,
    percentile,
    score_of,
    size_of,
    support_of,
    tokens_of,
)
from glm_ls.syntax.languages import language_of

PYTHON = """class Store:
    def put(self, key: str,
            value: int) -> bool:
        return True
"""
RUST = "impl Store {\n    pub(crate) fn put(&self, key: u8) -> bool {\n        true\n    }\n}\n"
GO = "package p\n\nconst (\n\tLimit = 3\n)\n"
JAVA = "class A {\n  static public int size(A a) {\n    return 1;\n  }\n}\n"


def gold(path: str, text: str, name: str) -> Definition:
    source = Source(path, text, language_of("", path))
    return next(
        definition_of(source, one) for one in source.facts.outline.symbols if one.name == name
    )


def position(hidden: str, *targets: Target, is_unique: bool = True) -> Position:
    return Position("a.py", "line", "def f(s):\n    ", hidden, "\n", targets, is_unique)


PUT = Target("put", (gold("b.py", PYTHON, "put"),))
CALL = position("s.put(first_key, second_value)", PUT)

WHOLE = "# b.py\nclass Store:\n put(self, key: str, value: int) -> bool\n"


@pytest.mark.parametrize(
    ("context", "signature", "line", "named"),
    [
        ("", 0, 0, 0),
        ("# b.py\nclass Store:\n def put(self, key: str, value: int) -> bool:", 1, 1, 1),
        (PYTHON, 1, 1, 1),  # the source itself, broken over lines
        ("".join(f"# {line}\n" for line in PYTHON.splitlines()), 1, 1, 1),  # in comments
        ("│    def put(self, key: str,\n│            ...", 0, 1, 1),  # its first line only
        ("x = put(a)", 0, 0, 1),
        ("def put(self, key)", 0, 0, 1),
        ("def puts(self, key: str, value: int) -> bool:", 0, 0, 0),  # another name
        ("def output(self, key: str, value: int) -> bool:", 0, 0, 0),
    ],
)
def test_what_counts_as_shown(context: str, signature: int, line: int, named: int) -> None:
    score = score_of(CALL, context, 1000)
    assert (score.def_sig, score.def_line, score.id_recall) == (signature, line, named)


@pytest.mark.parametrize(
    ("path", "text", "name", "context"),
    [
        ("a.rs", RUST, "put", RUST),
        ("a.rs", RUST, "put", "impl Store { fn put(&self, key: u8) -> bool }"),
        ("a.go", GO, "Limit", GO),  # worded otherwise by the outline: both count
        ("a.go", GO, "Limit", "const Limit = 3"),
        ("A.java", JAVA, "size", JAVA),
        ("A.java", JAVA, "size", "static int size(A a)"),
    ],
)
def test_source_and_outline_both_show_a_definition(
    path: str, text: str, name: str, context: str
) -> None:
    place = position("there is a call", Target(name, (gold(path, text, name),)))
    assert score_of(place, context, 1000).def_sig == 1
    assert score_of(place, context.replace(name, "other"), 1000).def_sig == 0


def test_shares_are_of_the_targets_and_any_definition_of_one_will_do() -> None:
    size = Target("size", (gold("A.java", JAVA, "size"), gold("b.py", PYTHON, "put")))
    unseen = Target("Limit", (gold("a.go", GO, "Limit"),))
    score = score_of(position("whatever", PUT, size, unseen), PYTHON, 1000)
    assert score.def_sig == pytest.approx(2 / 3)
    assert score.id_recall == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("spent", "over", "shown"), [(13, True, 0), (14, True, 0), (len(PYTHON), False, 1)]
)
def test_what_is_over_the_budget_is_told_and_not_scored(spent: int, over: bool, shown: int) -> None:
    score = score_of(CALL, PYTHON, spent)
    assert (score.over, score.def_sig, score.tokens) == (over, shown, size_of(PYTHON))


@pytest.mark.parametrize(
    ("context", "is_unique", "leaks"),
    [
        ("    s.put(first_key, second_value)\n", True, True),
        ("// s.put(first_key,\n//     second_value)", True, True),
        ("s.put(first_key, second_value)", False, False),  # stands elsewhere, too
        ("s.put(first_key, third_value)", True, False),
    ],
)
def test_the_hidden_text_in_a_context_is_a_leak(context: str, is_unique: bool, leaks: bool) -> None:
    assert score_of(replace(CALL, is_unique=is_unique), context, 1000).leak is leaks


def test_a_leak_beyond_the_budget_is_one() -> None:
    assert score_of(CALL, f"{' ' * 400}{CALL.hidden}", 10).leak


@pytest.mark.parametrize(
    ("hidden", "context", "share"),
    [
        ("store.put(key)", "another.store.put(key, 1)", 3 / 4),
        ("store.put(key)", "store.put(key)", 0),  # too short a line to say anything
        ("store.put(key)\nx", "self.store.put(key, value=key)", 3 / 5),  # `x` asks for nothing
        (
            "store.put(key)\nlog.info(key)",
            "    store.put(key)  # once more",
            1 / 2 * (3 / 5 + 1 / 7),
        ),
        ("store.put(key)", "", 0),
        ("x", "self.store.put(key, value)", None),
    ],
)
def test_support_is_the_best_overlap_of_each_line(
    hidden: str, context: str, share: float | None
) -> None:
    assert support_of(hidden, context) == (share if share is None else pytest.approx(share))


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [
        ("abcd", "abcd", 1),
        ("abcd", "abxd", 1 / 2),
        ("ab", "abcd", 1 / 2),  # what is new behind a prefix was not kept
        ("abcd", "ab", 1),
        ("", "abcd", 0),
        ("abcd", "", 1),
        ("xbcd", "abcd", 0),
    ],
)
def test_the_share_of_a_context_that_was_there_before(
    before: str, after: str, share: float
) -> None:
    assert common_share(before, after) == share


@pytest.mark.parametrize(
    ("text", "size"), [("", 0), ("a", 1), ("abcd", 1), ("abcde", 2), ("ééé", 2)]
)
def test_a_token_is_four_bytes(text: str, size: int) -> None:
    assert size_of(text) == size
    assert size_of(cut_to(text + "é" * 9, size)) <= size


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("f(a,\n  b)", "f(a, b)", True),
        ("x=1", "x = 1", True),
        ("  # a + b", "a + b", True),
        ("│def f():", "def f():", True),
        ("#[derive(A)]", "[derive(A)]", False),  # an attribute is no comment
        ("ab", "a b", False),
    ],
)
def test_texts_are_compared_by_their_tokens(one: str, other: str, alike: bool) -> None:
    assert (tokens_of(one) == tokens_of(other)) is alike


def test_a_cursor_counts_utf_16_units() -> None:
    place = Position("a.py", "mid", "é = 1\n𝒳 = s.", "put(1)", "\n", (), True)
    assert (place.cursor().row, place.cursor().column, place.cursor().units) == (1, 6, 7)
    typed = place.cursor("pu")
    assert (typed.text, typed.units) == ("é = 1\n𝒳 = s.pu\n", 9)


@pytest.mark.parametrize(("share", "value"), [(0, 1), (0.5, 3), (0.95, 4), (1, 4)])
def test_percentiles(share: float, value: float) -> None:
    assert percentile([3, 1, 4, 2], share) == value
    assert percentile([], share) == 0
