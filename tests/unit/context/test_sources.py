"""Each source of context by a small case: what it speaks for, and what it shows."""

from __future__ import annotations

import pytest

from glm_ls.context.question import Question
from glm_ls.context.signals import Signals
from glm_ls.context.sources import (
    diagnostics,
    editing,
    examples,
    following,
    imports,
    parts,
    peers,
    receiver,
    siblings,
    similar,
    tests,
    types,
)
from glm_ls.context.surroundings import Spot, Surroundings
from glm_ls.index.words import code_of

from .conftest import lifted, question

NO_USE = "def no_use(): ...\n"


def beats(spoken: dict[str, float], wanted: str, other: str = "def no_use():") -> bool:
    return spoken[wanted] > spoken[other]


def lines_of(files: dict[str, str]) -> object:
    return lambda path: files[path].split("\n") if path in files else None


# -- what speaks for definitions ---------------------------------------------------------


def test_imports_speak_for_what_is_taken_then_for_what_is_beside_it() -> None:
    files = {
        "lib.py": "def taken(): ...\ndef beside(): ...\n",
        "far.py": NO_USE,
        "hop.py": "def hop(): ...\n",
    }
    files["lib.py"] = "import hop\n" + files["lib.py"]
    asked = question(files, "a.py", "from lib import taken\n‸\n")
    spoken = lifted(imports.score, asked)
    assert spoken["def taken():"] > spoken["def beside():"] > spoken["def no_use():"] == 0
    assert beats(spoken, "def hop():")


def test_siblings_speak_for_what_lies_near() -> None:
    files = {
        "shop/cart/x.py": "def here(): ...\n",
        "shop/y.py": "def above(): ...\n",
        "other/deep/down/z.py": NO_USE,
    }
    spoken = lifted(siblings.score, question(files, "shop/cart/a.py", "‸"))
    assert spoken["def here():"] > spoken["def above():"] > spoken["def no_use():"] > 0


def test_types_speak_for_members_of_what_is_near() -> None:
    """Of types of parameters, and of what these types extend."""
    files = {
        "lib.py": "class Base:\n    def base_one(self): ...\n\n\nclass Reader(Base):\n"
        "    def read_one(self): ...\n\n\nclass Other:\n    def no_use(self): ...\n"
    }
    text = "from lib import Reader\n\n\ndef load(reader: Reader):\n    ‸\n    return reader\n"
    spoken = lifted(types.score, question(files, "a.py", text))
    other = "def no_use(self):"
    assert beats(spoken, "def read_one(self):", other)
    assert beats(spoken, "def base_one(self):", other)
    assert beats(spoken, "class Reader(Base):", other)


def test_the_receiver_speaks_for_its_members() -> None:
    files = {
        "lib.py": "class Base:\n    def base_one(self): ...\n\n\nclass Reader(Base):\n"
        "    def read_one(self): ...\n\n\nclass Other:\n    def no_use(self): ...\n"
    }
    asked = question(files, "a.py", "from lib import Reader\n‸\n")
    behind_dot = Question(asked.corpus, asked.document, asked.row, receiver=("Reader",))
    spoken = lifted(_members, behind_dot)
    assert spoken["def read_one(self):"] > spoken["def base_one(self):"]
    assert beats(spoken, "def base_one(self):", "def no_use(self):")


def _members(asked: Question, signals: Signals) -> None:
    receiver.score(asked, signals)
    types.score(asked, signals)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("x = reader.", "reader"),
        ("x = reader.re", "reader"),
        ("Reader::", "Reader"),
        ("self->", "self"),
        ("open(path).", "open"),
        ("rows[0].", "rows"),
        ("maybe?.", "maybe"),
        ("a.b.c.", "c"),
        ("reader", ""),
        ("x = 1.", ""),
        ("", ""),
        (". " * 5000, ""),
    ],
)
def test_what_stands_before_the_last_dot(line: str, name: str) -> None:
    assert receiver.receiver_before(line) == name


LIB = """\
class Reader:
    def read(self) -> Page: ...


class Page:
    words: int


def open_reader(path) -> Reader: ...


class HttpRequest:
    def send(self): ...
"""


@pytest.mark.parametrize(
    ("above", "name", "expected"),
    [
        ("one = Reader()", "one", "Reader"),
        ("one: Reader = find()", "one", "Reader"),
        ("for one in x: pass\n    one, two = open_reader(path), 1", "one", "Reader"),
        ("with open_reader(path) as one:\n        pass", "one", "Reader"),
        ("pass", "parameter", "Page"),
        ("pass", "Reader", "Reader"),
        ("pass", "http_request", "HttpRequest"),
        ("pass", "self", "Mine"),
        ("one = Reader()\n    one = Page()", "one", "Page"),
        ("one = unknown()", "nobody", None),
    ],
)
def test_types_of_a_receiver(above: str, name: str, expected: str | None) -> None:
    text = (
        "from lib import *\n\n\nclass Mine:\n  def method(self, parameter: Page):\n"
        f"    {above}\n    ‸\n    return 1\n"
    )
    found = receiver.types_of(
        question({"lib.py": LIB}, "a.py", text), name, text.split("‸")[0].split("\n")
    )
    assert (expected in found) if expected else found == ()


def test_similar_code_speaks_for_what_it_uses() -> None:
    body = "    opened = open_store(path)\n    rows = fetch_rows(opened)\n"
    files = {
        "b.py": f"def load_users(path):\n{body}    return sort_rows(rows)\n",
        "lib.py": "def sort_rows(rows): ...\ndef open_store(path): ...\n" + NO_USE,
        **{f"m{n}.py": f"def other_{n}(value_{n}):\n    return value_{n}\n" for n in range(9)},
    }
    asked = question(files, "a.py", f"def load_items(path):\n{body}    ‸\n")
    for source in (similar, following, peers):
        spoken = lifted(source.score, asked)
        assert beats(spoken, "def sort_rows(rows):"), source.__name__
    lines = lines_of(files)
    assert callable(lines)
    (best, *_) = examples.choose(asked, 2000, "#", lines)
    assert best.text.startswith("# b.py:")
    assert "return sort_rows(rows)\n" in best.text


def test_parts_of_names_speak_for_names_with_the_same() -> None:
    files = {
        "lib.py": "def parse_voucher(text): ...\ndef no_use(): ...\n",
        **{f"m{n}.py": f"def other_{n}(): ...\n" for n in range(9)},
    }
    spoken = lifted(parts.score, question(files, "a.py", "voucherText = x\n‸\n"))
    assert beats(spoken, "def parse_voucher(text):")


@pytest.mark.parametrize(
    ("path", "subject"),
    [
        ("tests/test_parser.py", "parser"),
        ("parser_test.go", "parser"),
        ("src/parser.test.ts", "parser"),
        ("spec/parser_spec.rb", "parser"),
        ("ParserTest.java", "Parser"),
        ("TestParser.java", "Parser"),
        ("parser.py", ""),
        ("tests/conftest.py", ""),
        ("tests/testing.py", ""),
    ],
)
def test_what_a_test_is_about(path: str, subject: str) -> None:
    assert tests.subject_of(path) == subject


def test_a_test_speaks_for_its_subject() -> None:
    files = {"src/parser.py": "def parse(): ...\n", "src/other.py": NO_USE}
    assert beats(lifted(tests.score, question(files, "tests/test_parser.py", "‸")), "def parse():")
    for path in ("src/main.py", "tests/test_nothing.py"):
        assert not any(lifted(tests.score, question(files, path, "‸")).values())


@pytest.mark.parametrize(
    "around",
    [
        Surroundings(edits=(Spot("b.py", 0), Spot("c.py", 0))),
        Surroundings(visits=(Spot("b.py", 0), Spot("c.py", 0))),
        Surroundings(open=("b.py", "c.py")),
        Surroundings(changed=("b.py", "c.py", "gone.py")),
    ],
)
def test_work_elsewhere_speaks_for_what_is_there(around: Surroundings) -> None:
    """The latest most."""
    files = {"b.py": "def last(): ...\n", "c.py": "def earlier(): ...\n", "d.py": NO_USE}
    spoken = lifted(editing.score, question(files, "a.py", "‸", around))
    assert spoken["def last():"] > spoken["def earlier():"] > spoken["def no_use():"] == 0
    own = Surroundings(edits=(Spot("a.py", 0),), open=("a.py",))
    assert not any(lifted(editing.score, question(files, "a.py", "‸", own)).values())


def test_messages_name_what_is_needed() -> None:
    messages = ['"parse_voucher" is not defined', "expected Money, got int"]
    assert diagnostics.words_of(messages)[:2] == ("parse_voucher", "is")
    assert len(diagnostics.words_of(["one", *["two"] * 9, "late"])) == 2
    files = {
        "lib.py": "def parse_voucher(text): ...\n" + NO_USE,
        **{f"m{n}.py": f"def other_{n}(): ...\n" for n in range(9)},
    }
    around = Surroundings(diagnostics=tuple(messages))
    asked = question(files, "a.py", "\n‸\n", around)
    assert asked.near_words["parse_voucher"] == 1.0
    assert beats(lifted(parts.score, asked), "def parse_voucher(text):")


# -- all of them -------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["a.py", "a.lua", "tests/test_b.py"])
@pytest.mark.parametrize("text", ["‸", "def f(:\n  x = [‸", "class A(A):\n    def f(self): self.‸"])
@pytest.mark.parametrize("files", [{}, {"b.py": LIB, "c.lua": "x = 1"}])
def test_no_source_fails_on_little(path: str, text: str, files: dict[str, str]) -> None:
    around = Surroundings(edits=(Spot("z.py", -5),), open=("",), diagnostics=("",), shown=(9, 3))
    asked = question(files, path, text, around)
    signals = Signals(asked.corpus)
    for source in (imports, siblings, types, receiver, similar, following, peers, parts, tests,
                   editing):  # fmt: skip
        source.score(asked, signals)
    assert all(len(row) == asked.corpus.symbol_count for row in signals.rows.values())
    assert all((row == row).all() for row in signals.rows.values())  # no NaN
    assert code_of(path) not in asked.document.codes
