"""A file's facts as bytes."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glm_ls.index.facts import KINDS, Outline, Symbol
from glm_ls.index.occurrences import MAX_WORDS, NO_WORD
from glm_ls.index.record import (
    BLOCKS,
    BUCKET,
    COUNTED,
    MAX_SYMBOLS,
    PRIVATE,
    blocks_of,
    record_of,
)
from glm_ls.index.words import code_of

NONE: frozenset[str] = frozenset()
WORDS = st.sampled_from(["alpha", "beta", "gammaDelta", "größe", "名前", ""])
SYMBOLS = st.builds(
    Symbol,
    name=WORDS,
    kind=st.sampled_from(KINDS),
    owner=WORDS,
    start=st.integers(0, 9),
    body=st.integers(0, 9),
    end=st.integers(0, 9),
    signature=st.text(max_size=9),
    doc=st.text(max_size=9),
    mentions=st.lists(WORDS, max_size=3).map(tuple),
    private=st.booleans(),
)
OUTLINES = st.builds(
    Outline,
    symbols=st.lists(SYMBOLS, max_size=5).map(tuple),
    bases=st.lists(st.tuples(WORDS, WORDS), max_size=3).map(tuple),
)
LINES = st.lists(st.lists(WORDS.filter(bool), max_size=4), min_size=1, max_size=10)


def text_of(words: list[list[str]]) -> str:
    """Return a text with these words on its lines."""
    return "\n".join(" ".join(line) for line in words)


def columns_of(outline: Outline, text: str, keywords: frozenset[str] = NONE) -> SimpleNamespace:
    """Return the columns of the record of a file."""
    data = record_of(outline, text, keywords)
    columns: dict[str, Any] = {}
    for group, block in zip(BLOCKS, blocks_of([data])[1], strict=True):
        rows = np.frombuffer(block, BLOCKS[group])
        names = COUNTED[group]
        columns |= {name: rows[name] if len(names) > 1 else rows for name in names}
    return SimpleNamespace(**columns)


def lists(record: SimpleNamespace, column: str, ends: str) -> list[list[int]]:
    """Return a column of lists as lists."""
    bounds = [0, *getattr(record, ends).tolist()]
    values = getattr(record, column)
    return [values[a:b].tolist() for a, b in pairwise(bounds)]


@settings(max_examples=50)
@given(OUTLINES, LINES)
def test_a_record_holds_what_the_outline_says(outline: Outline, words: list[list[str]]) -> None:
    record = columns_of(outline, text_of(words))
    codes = record.codes.tolist()
    assert len(set(codes)) == len(codes)

    def code(number: int) -> int:
        return codes[number] if number != NO_WORD else 0

    def coded(word: str) -> int:
        return code_of(word) if word else 0

    symbols = outline.symbols
    assert [code(one) for one in record.names.tolist()] == [coded(s.name) for s in symbols]
    assert [code(one) for one in record.owners.tolist()] == [coded(s.owner) for s in symbols]
    assert [KINDS[one] for one in record.kinds.tolist()] == [s.kind for s in symbols]
    assert [bool(one & PRIVATE) for one in record.flags.tolist()] == [s.private for s in symbols]
    assert [bytes(one) for one in lists(record, "signatures", "signature_ends")] == [
        s.signature.encode("utf-8", "replace") for s in symbols
    ]
    assert [bytes(one) for one in lists(record, "docs", "doc_ends")] == [
        s.doc.encode("utf-8", "replace") for s in symbols
    ]
    assert [[code(one) for one in row] for row in lists(record, "mentions", "mention_ends")] == [
        [coded(word) for word in s.mentions] for s in symbols
    ]
    assert [
        (code(one), code(base))
        for one, base in zip(record.base_types.tolist(), record.bases.tolist(), strict=True)
    ] == [(coded(one), coded(base)) for one, base in outline.bases]
    buckets = [
        {code_of(word) for line in words[row : row + BUCKET] for word in line}
        for row in range(0, len(words), BUCKET)
    ]
    assert [
        {codes[one] for one in row} for row in lists(record, "bucket_words", "bucket_ends")
    ] == (buckets)
    bodies = [
        {code_of(word) for line in words[s.body : s.end + 1] for word in line}
        for s in symbols
        if s.kind in ("function", "method")
    ]
    assert [
        {codes[one] for one in row} for row in lists(record, "function_words", "function_ends")
    ] == bodies


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[:-1], id="cut"),
        pytest.param(lambda data: data + b"\0", id="longer"),
        pytest.param(lambda data: data[:40], id="cut in the lengths"),
        pytest.param(lambda data: b"\xff" * len(data), id="other bytes"),
        pytest.param(lambda data: b"", id="empty"),
    ],
)
def test_other_bytes_are_refused(damage: object) -> None:
    assert callable(damage)
    data = damage(record_of(Outline(bases=(("one", "two"),)), "one two", NONE))
    with pytest.raises(ValueError, match=r"."):
        blocks_of([data])


def test_words_beyond_the_limit_are_not_counted() -> None:
    words = [f"word_{n}" for n in range(MAX_WORDS + 10)]
    record = columns_of(Outline((symbol("late"),)), " ".join(words))
    assert len(record.codes) == MAX_WORDS
    assert record.names.tolist() == [NO_WORD]
    assert NO_WORD not in record.bucket_words


def test_definitions_beyond_the_limit_are_left_out() -> None:
    """Data in the clothes of code: a file of 400,000 bytes holds more than 16 bits can number."""
    record = columns_of(Outline((symbol("one"),) * (MAX_SYMBOLS + 10)), "one")
    assert len(record.names) == MAX_SYMBOLS
    assert record.function_symbols[-1] == MAX_SYMBOLS - 1


@pytest.mark.parametrize("word", ["if", "x", "y" * 80])
def test_what_is_no_word_of_the_project_is_not_counted(word: str) -> None:
    """Unless something is called so: a definition always has a name."""
    text, keywords = f"{word} other\n{word}", frozenset({"if"})
    assert columns_of(Outline(), text, keywords).codes.tolist() == [code_of("other")]
    named = columns_of(Outline((symbol(word),)), text, keywords)
    assert named.codes.tolist() == [code_of("other"), code_of(word)]
    assert named.names.tolist() == [1]


def symbol(name: str) -> Symbol:
    return Symbol(name, "function", "", 0, 0, 0, f"def {name}()")
