"""Words, their codes and their parts."""

from __future__ import annotations

from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glm_ls.index.words import (
    LONGEST,
    Words,
    code_of,
    codes_of,
    part_codes,
    parts_of,
    words_by_line,
)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("def read_file(path): return path", ["read_file", "path", "path"]),
        ("a = b1 + 15", ["b1"]),  # single letters and numbers say nothing
        ("größe.naïve = 名前", ["größe", "naïve", "名前"]),
        ("$scope.$$x = jq$", ["scope", "jq$"]),
        ("#!@ 123 'it''s'", ["it"]),
        (f"{'y' * (LONGEST - 1)} {'z' * LONGEST}", ["y" * (LONGEST - 1)]),
        ("", []),
    ],
)
def test_identifiers_of_a_line(line: str, words: list[str]) -> None:
    assert words_by_line([line], {"def", "return"}) == [words]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("readHTTPFile", ("read", "http", "file")),
        ("parse_url", ("parse", "url")),
        ("URL", ("url",)),
        ("HTTP2Server", ("http", "server")),
        ("sha256sum", ("sha", "256", "sum")),
        ("test_test", ("test",)),
        ("to_s", ()),
        ("_", ()),
    ],
)
def test_parts_of_a_word(word: str, parts: tuple[str, ...]) -> None:
    assert parts_of(word) == parts
    assert part_codes([word]) == [tuple(code_of(part) for part in parts)]


@given(st.text())
def test_a_code_is_the_checksum_of_the_word(word: str) -> None:
    """Of any word, also one with half of a character."""
    code = crc32(word.encode("utf-8", "surrogatepass"))
    assert (code_of(word), codes_of([word, word])) == (code, [code, code])


@given(st.lists(st.text(alphabet="ab_1$ é.\r"), max_size=4))
def test_every_line_has_its_own_words(lines: list[str]) -> None:
    found = words_by_line(lines, ())
    assert len(found) == len(lines)
    for line, words in zip(lines, found, strict=True):
        assert all(word in line and 1 < len(word) < LONGEST for word in words)
        assert not words or line.index(words[0]) <= line.index(words[-1])


@given(st.text(alphabet="abif_1$ é٣²—名.\r\n\u2028\x85\xa0\ud800"))
def test_a_text_has_the_words_of_its_lines(text: str) -> None:
    """Only line feeds end a line."""
    lines = text.split("\n")
    words = words_by_line(lines, {"if"})
    asked = Words(text, {"if"})
    assert (len(asked), list(asked), asked[-2:]) == (len(lines), words, words[-2:])
