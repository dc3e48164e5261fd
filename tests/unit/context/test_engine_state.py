"""What answers depend on: the state of documents and of the index, and nothing else."""

from __future__ import annotations

import shutil
import time
import weakref
from pathlib import Path

import pytest

import glm_ls
from glm_ls.context.engine import Answer, Engine, Inquiry, tokens_of
from glm_ls.context.part import Part

from .conftest import OpenEngine, ask
from .projects import CHECKOUT, PYTHON, TOTAL, marked

# -- memory ------------------------------------------------------------------------------


def test_what_was_known_before_a_change_is_free_after_it(
    open_engine: OpenEngine, root: Path
) -> None:
    """A project of 5,000 files has ten megabytes of it, and every saved file is a change."""
    engine = open_engine(PYTHON)
    seen = []
    for number in range(8):
        (root / "shop" / "money.py").write_text(f"{PYTHON['shop/money.py']}# {number}\n")
        engine.index.refresh(["shop/money.py"])
        engine.index.finish()
        ask(engine, f"shop/new{number}.py", marked("        total.‸"), 1000)
        seen.append(weakref.ref(engine.index.corpus))
    assert sum(corpus() is not None for corpus in seen) <= 2, "the last one and one before"


# -- the same for the same ---------------------------------------------------------------

PLACES = ("        ‸", "        total = total.plus(‸)", "        self.basket.‸")


def texts(engine: Engine) -> list[str]:
    return [ask(engine, CHECKOUT, marked(line), budget).text
            for line in PLACES for budget in (60, 300, 1000, 4000)]  # fmt: skip


def test_the_same_state_gives_the_same_bytes(open_engine: OpenEngine) -> None:
    """In another process, from a database that is opened again, and without any."""
    one = open_engine(PYTHON)
    expected = texts(one)
    assert all(expected)
    assert texts(open_engine(cache=None)) == expected
    one.close()
    assert texts(open_engine()) == expected


TYPED_IN = "glm_ls/cli/complete.py"
KEYS = 20


def test_typing_leaves_the_context_as_it_was(open_engine: OpenEngine, root: Path) -> None:
    """So that prefix caches hit: nearly all bytes with nearly every key, in code of our own."""
    shutil.copytree(Path(glm_ls.__file__).parent, root / "glm_ls",
                    ignore=shutil.ignore_patterns("__pycache__"))  # fmt: skip
    engine = open_engine()
    lines = (root / TYPED_IN).read_text().split("\n")
    places = [
        row for row, line in enumerate(lines) if len(line.strip()) >= KEYS and line[:1] == " "
    ]
    shares, same = [], []
    for row in places[::8]:
        indent = len(lines[row]) - len(lines[row].lstrip())
        before = ""
        for column in range(indent, indent + KEYS + 1):
            text = "\n".join((*lines[:row], f"{lines[row][:column]}‸", *lines[row + 1 :]))
            now = ask(engine, TYPED_IN, text, 4000).text
            assert len(now) > 8000
            if column > indent:
                shares.append(_common(before.encode(), now.encode()) / len(now.encode()))
                same.append(before == now)
            before = now
    assert len(same) >= 9 * KEYS
    assert not all(same)  # the words typed count for something
    # The benchmark asks for 99 % and 95 % on many files; on one of them it is a matter of luck.
    assert sum(shares) / len(shares) >= 0.985
    assert sum(same) / len(same) >= 0.93


def _common(left: bytes, right: bytes) -> int:
    pairs = zip(left, right, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(left), len(right)))


# -- documents ---------------------------------------------------------------------------


def test_unsaved_text_is_seen_from_elsewhere(open_engine: OpenEngine) -> None:
    """Until the document is given back to the disk, with no text or by name."""
    engine = open_engine(PYTHON)
    money = PYTHON["shop/money.py"].replace("parse_money", "parse_unsaved")
    asking = marked("        ‸")

    def seen() -> bool:
        engine.index.finish()
        return "def parse_unsaved(text: str)" in ask(engine, CHECKOUT, asking).text

    for give_back in (
        lambda: engine.answer(Inquiry("shop/money.py", None, 0, 0, 100)),
        lambda: engine.release("shop/money.py"),
    ):
        assert not seen()
        ask(engine, "shop/money.py", f"{money}‸")
        assert seen()
        assert seen()
        give_back()
        assert not seen()


def test_a_document_that_was_never_left_is_released(open_engine: OpenEngine) -> None:
    engine = open_engine(PYTHON)
    ask(engine, "shop/money.py", "def parse_unsaved(text: str) -> Money: ...\n‸")
    engine.release("shop/money.py")
    assert "parse_unsaved" not in ask(engine, CHECKOUT, marked("‸")).text


@pytest.mark.parametrize("path", ["shop/new.py", "new/folder/x.py", "x.unknown", "Makefile"])
def test_a_document_without_a_file(open_engine: OpenEngine, path: str) -> None:
    engine = open_engine(PYTHON)
    answer = ask(engine, path, "from shop.money import Money\nx = Money.‸\n")
    assert ("class Money:" in answer.text) == path.endswith(".py")
    assert engine.answer(Inquiry(path, None, 5, 5, 1000)).tokens <= 1000


def test_a_document_on_disk(open_engine: OpenEngine) -> None:
    engine = open_engine(PYTHON)
    row = PYTHON[CHECKOUT].split("\n").index(TOTAL.rstrip("\n"))
    answer = engine.answer(Inquiry(CHECKOUT, None, row, 8, 1000))
    assert "def parse_money(text: str) -> Money:" in answer.text
    assert engine.answer(Inquiry("secrets.py", None, 0, 0, 1000)).text.count("denied_secret") == 0


# -- before everything is known ----------------------------------------------------------


def test_an_unindexed_project_answers_from_what_it_reads_first(open_engine: OpenEngine) -> None:
    """Imported files and neighbors; the rest is left to the index."""
    far = {f"far/m{n}.py": f"def far_{n}(): ...\n" for n in range(30)}
    engine = open_engine(PYTHON | far, indexed=False)
    answer = ask(engine, CHECKOUT, marked("‸"))
    assert "def parse_money(text: str) -> Money:" in answer.text
    assert not answer.complete
    assert engine.index.waiting >= len(far)
    while engine.step():
        pass
    assert ask(engine, CHECKOUT, marked("‸")).complete


@pytest.mark.parametrize("wall_s", [0.0, -1.0, 1e-9])
def test_without_time_there_is_still_an_answer(open_engine: OpenEngine, wall_s: float) -> None:
    engine = open_engine(PYTHON, indexed=False)
    assert not ask(engine, CHECKOUT, marked("‸"), wall_s=wall_s).complete
    engine.index.finish()
    assert "parse_money" in ask(engine, CHECKOUT, marked("‸"), wall_s=wall_s).text


def test_a_glance_is_worth_something(
    open_engine: OpenEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time that is too short for reading may do for that."""
    clock = iter([0.0, 0.6, *[0.7] * 99])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    answer = ask(open_engine(PYTHON, indexed=False), CHECKOUT, marked("‸"), wall_s=1.0)
    assert "def parse_money(text: str) -> Money" in answer.text


@pytest.mark.parametrize("files", [{}, {"a.txt": "words"}, {"shop/checkout.py": ""}])
def test_a_project_without_code(open_engine: OpenEngine, files: dict[str, str]) -> None:
    answer: Answer = ask(open_engine(files), CHECKOUT, marked("‸"), 3000)
    assert (answer.text, answer.tokens, answer.complete) == ("", 0, True)


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("abcd", 1), ("abcde", 2), ("é" * 4, 2), ("\ud800", 1)]
)
def test_tokens_are_four_bytes(text: str, tokens: int) -> None:
    assert tokens_of(text) == tokens
    assert Answer((Part("x", "a", 0, 1, text, 0.0, ""),), True, {}).tokens == tokens
