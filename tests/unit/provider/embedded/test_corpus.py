"""Sources come, are replaced, and go when there is too much text."""

from __future__ import annotations

import random

import pytest

from glm_ls.provider.embedded.corpus import Corpus
from glm_ls.provider.embedded.lexer import Lexer, word_code
from glm_ls.provider.embedded.source import HASH_FACTOR, SLICE_CHARS, Source, build_slices


def learn(corpus: Corpus, name: str, text: str) -> None:
    for _ in corpus.learn(name, text):
        pass


def texts(corpus: Corpus) -> list[str]:
    return [source.text for source in corpus.newest_first()]


def code(size: int) -> str:
    rng = random.Random(size)
    line = "    def method_{}(self, item): return self.table[item] + {}\n"
    return "".join(line.format(rng.randrange(20), i) for i in range(size))


def test_newest_first_and_the_oldest_go() -> None:
    corpus = Corpus(max_chars=10)
    for name, text in [("a", "aaaa"), ("b", "bbbb"), ("a", "AAAA"), ("c", "cc"), ("d", "d")]:
        learn(corpus, name, text)
    assert texts(corpus) == ["d", "cc", "AAAA"]


def test_a_text_above_the_limit_is_not_kept_in_any_version() -> None:
    corpus = Corpus(max_chars=10)
    learn(corpus, "a", "short")
    learn(corpus, "a", "much too long")
    assert texts(corpus) == []


def test_unchanged_text_is_not_indexed_again() -> None:
    corpus = Corpus(max_chars=1_000)
    learn(corpus, "a", "one")
    learn(corpus, "b", "two")
    assert list(corpus.learn("a", "one")) == []
    assert texts(corpus) == ["one", "two"]


@pytest.mark.parametrize("forget", [False, True], ids=["overtaken", "forgotten"])
def test_learning_under_way_comes_to_nothing(forget: bool) -> None:
    corpus = Corpus(max_chars=100_000)
    slow = corpus.learn("a", code(300))
    next(slow)
    if forget:
        corpus.forget("a")
    else:
        learn(corpus, "a", "new")
    assert list(slow) == []
    assert texts(corpus) == ([] if forget else ["new"])


def test_memory_does_not_grow_with_edits() -> None:
    corpus = Corpus(max_chars=100_000)
    learn(corpus, "a", code(200))
    before = corpus.nbytes()
    for edit in range(50):
        learn(corpus, "a", code(200) + f"# {edit:02}")
    assert before <= corpus.nbytes() <= before * 1.01
    assert before < 6 * len(code(200))


@pytest.mark.parametrize(
    ("path", "found"),
    [("main.py", True), ("my app/main.py", True), ("ain.py", False), ("", False)],
)
def test_finds_the_document_by_its_path(path: str, found: bool) -> None:
    corpus = Corpus(max_chars=100)
    learn(corpus, "file:///code/my%20app/main.py", "x")
    assert (corpus.find(path) is not None) is found


def built(text: str) -> Source:
    source = Source(text)
    for _ in build_slices(source):
        pass
    return source


@pytest.mark.parametrize("size", [0, 1, 3, 700, 5_000])
def test_slices_build_what_one_reading_gives(size: int) -> None:
    source = built(code(size))
    tokens, codes = Lexer().read(source.text)
    assert list(source.codes) == [0, *codes]
    assert [source.token(i + 1) for i in range(len(tokens))] == tokens
    assert source.chain.typecode == ("I" if len(tokens) >= 0xFFFF else "H")


@pytest.mark.parametrize("text", ["", "x", "a" * 3 * SLICE_CHARS, "a b " * SLICE_CHARS])
def test_a_text_without_line_ends_is_read_whole(text: str) -> None:
    source = built(text)
    assert "".join(source.token(i) for i in range(1, len(source.codes))) == text


def test_a_chain_holds_every_place_of_a_pair_last_first() -> None:
    source = built(code(60))
    pairs = list(zip(source.codes, source.codes[1:], strict=False))
    pair = word_code("def"), word_code("method_7")
    position = source.heads[(pair[0] * HASH_FACTOR + pair[1]) & (len(source.heads) - 1)]
    found = []
    while position:
        found.append(position)
        position = source.chain[position]
    of_pair = [at for at in found if pairs[at - 1] == pair]
    assert of_pair == [at + 1 for at in reversed(range(1, len(pairs) - 1)) if pairs[at] == pair]
    assert len(of_pair) > 1
