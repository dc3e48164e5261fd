"""Windows of lines, and parsing them."""

from __future__ import annotations

import threading

import pytest

from glm_ls.syntax.languages import LANGUAGES, language_of
from glm_ls.syntax.parser import parse, window

FUNCTION = ["def f():", "    a = 1", "", "    return a", ""]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (0, range(21)),
        (9, range(30)),
        (12, range(5, 33)),
        (499, range(490, 500)),
    ],
)
def test_a_window_starts_at_a_top_level_line(line: int, expected: range) -> None:
    lines = FUNCTION * 100

    assert window(lines, line, above=10, below=20) == expected


def test_a_window_in_one_long_block_starts_where_it_must() -> None:
    lines = ["class A:", *["    a = 1"] * 100]

    assert window(lines, 90, above=10, below=5) == range(80, 96)


def test_closers_at_the_margin_start_no_window() -> None:
    lines = ["void f() {", "  g();", "}", "", "void h() {", "  g();", "}"]

    assert window(lines, 5, above=4, below=1) == range(4, 7)


def test_languages_without_a_grammar_have_no_tree() -> None:
    assert parse(language_of("haskell"), "main = 1") is None
    assert all(parse(row, "") is None for row in LANGUAGES if row.grammar is None)


def test_lone_surrogates_are_parsed() -> None:
    tree = parse(language_of("python"), "x = '\ud800'\n")

    assert tree is not None
    assert not tree.root_node.has_error


def test_threads_do_not_share_a_parser() -> None:
    kinds: list[str] = []

    def work() -> None:
        tree = parse(language_of("go"), "package a\n")
        kinds.append(tree.root_node.type if tree else "")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert kinds == ["source_file"] * 4
