"""Tokens cover the text; codes ignore layout."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glm_ls.provider.embedded.lexer import DEEPER, LESS, SAME, Lexer, word_code


def codes(text: str) -> list[int]:
    return list(Lexer().read(text)[1])


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("x1 += foo_bar(3.5)", ["x1", " +=", " foo_bar", "(", "3", ".", "5", ")"]),
        ("a\n\n  \n    b  ", ["a", "\n\n  \n    ", "b", "  "]),
        ("a \r\n\tb", ["a", " \r\n\t", "b"]),
        ("p->q && ü", ["p", "->", "q", " &&", " ü"]),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert Lexer().read(text)[0] == tokens


@given(st.text(alphabet=st.sampled_from("ab_1 \t\r\n\f\v(=+-\u2028é😀\ud800")))
def test_tokens_join_to_the_text(text: str) -> None:
    tokens, found = Lexer().read(text)
    assert "".join(tokens) == text
    assert len(found) == len(tokens)


def test_spacing_has_no_code() -> None:
    assert codes("f(x, y)") == codes("f( x,y )")
    assert codes("f(x, y)") != codes("f(x, z)")


def test_line_ends_tell_the_direction_of_the_indentation() -> None:
    a = word_code("a")
    assert codes("a\n  a\n  a\na") == [a, DEEPER, a, SAME, a, LESS, a]
    assert codes("    a\n\n        a") == codes("a\n    a")
