"""What a file under review uses of others: the same whatever was asked or indexed before."""

from __future__ import annotations

import pytest

from glm_ls.context.worker import Worker
from tests.unit.index.conftest import write

from .conftest import OpenEngine
from .projects import CHECKOUT, PYTHON, TYPESCRIPT

TEXT = """\
from shop import Basket
from shop.money import Money, parse_money
import shop.basket


def pay(basket, text):
    amount = parse_money(text)
    basket.add(None)
    return shop.basket.Basket("x"), shipping(amount)


def other():
    return Money(3)
"""
LONG = "def long():\n" + "    pass\n" * 30


@pytest.mark.parametrize("indexed", [True, False])
def test_what_lines_use(open_engine: OpenEngine, indexed: bool) -> None:
    engine = open_engine(PYTHON, indexed=indexed)
    found = engine.uses("pay.py", TEXT, [range(5, 9), range(11, 13), range(3)], 1_000)
    first, second, _ = found.definitions
    assert [(each.path, each.text.split("\n")[0]) for each in first] == [
        ("shop/basket.py", "class Basket:"),
        ("shop/basket.py", "    def add(self, article: Article, count: int = 1) -> None:"),
        ("shop/money.py", "def parse_money(text: str) -> Money:"),
    ]
    assert first[-1].text.endswith("    return Money(int(float(number) * 100), currency)\n")
    assert [each.text.split("\n")[0] for each in second] == ["class Money:"]
    assert {"Money", "parse_money", "Basket"} <= found.defined
    assert not found.defined & {"shipping", "pay", "other", "amount"}
    assert engine.uses("pay.py", TEXT, [range(5, 9), range(11, 13), range(3)], 1_000) == found


def test_what_was_read_between_two_questions_counts(open_engine: OpenEngine) -> None:
    engine = open_engine(PYTHON, indexed=False)
    engine.index.relist()
    for path in PYTHON:
        engine.index.take_now(path)  # as a step does, and not joined with the others yet
    (found,) = engine.uses("pay.py", TEXT, [range(5, 9)], 1_000).definitions
    assert "shop/money.py" in {each.path for each in found}


def test_a_budget_is_kept_and_long_definitions_are_cut(open_engine: OpenEngine) -> None:
    engine = open_engine({"a.py": LONG, "b.py": "def short():\n    return 1\n"})
    text = "from a import long\nfrom b import short\nlong()\nshort()\n"
    ((cut, short),) = engine.uses("c.py", text, [range(2, 4)], 100).definitions
    assert cut.text.count("\n") == 9
    assert cut.text.endswith("…\n")
    assert short.text == "def short():\n    return 1\n"
    ((short,),) = engine.uses("c.py", text, [range(2, 4)], 10).definitions
    assert short.path == "b.py"


def test_typescript_and_what_is_no_language(open_engine: OpenEngine) -> None:
    engine = open_engine(TYPESCRIPT)
    text = TYPESCRIPT["src/app.ts"]
    ((*found,),) = engine.uses(
        "src/app.ts", text, [range(len(text.split("\n")))], 1_000
    ).definitions
    assert "src/lib/money.ts" in {each.path for each in found}
    assert engine.uses("notes.txt", "Money\n", [range(1)], 100).definitions == ((),)


@pytest.mark.parametrize(
    ("name", "definition", "shown"),
    [
        ("a.go", "// Total adds up.\n// Slowly.\nfunc Total(a int) int {\n\treturn a\n}\n",
         "// Total adds up.\nfunc Total(a int) int {\n"),
        ("a.py", 'def Total(a):\n    """Add up."""\n    return a\n',
         'def Total(a):\n    """Add up."""\n'),
    ],
)  # fmt: skip
def test_documentation_that_stands_above_is_shown(
    open_engine: OpenEngine, name: str, definition: str, shown: str
) -> None:
    text, other = ("package main\n\n", "b.go") if name == "a.go" else ("", "b.py")
    use = "from a import Total\n" if name == "a.py" else ""
    engine = open_engine({name: text + definition, other: text + use})
    asked = text + use + "var x = Total(1)\n"
    ((found,),) = engine.uses(other, asked, [range(len(asked.split("\n")))], 1_000).definitions
    assert found.text.startswith(shown)


def test_an_ignored_file_defines_nothing(open_engine: OpenEngine) -> None:
    engine = open_engine({"secret.py": "def key():\n    return 1\n"})
    text = "from secret import key\nkey()\n"
    assert engine.uses("a.py", text, [range(1, 2)], 100).definitions != ((),)
    write(engine.index.root, {".glmignore": "secret.py\n"})
    assert engine.uses("a.py", text, [range(1, 2)], 100).definitions == ((),)


def test_whole_modules(open_engine: OpenEngine) -> None:
    engine = open_engine(PYTHON)
    found = engine.modules(CHECKOUT, PYTHON[CHECKOUT], 10_000)
    assert {part.path for part in found} >= {"shop/basket.py", "shop/money.py"}
    assert engine.modules(CHECKOUT, PYTHON[CHECKOUT], 1) == ()


def test_questions_of_a_review_on_the_wire(open_engine: OpenEngine) -> None:
    root = str(open_engine(PYTHON).index.root)
    worker = Worker()
    asked = {"path": "pay.py", "text": TEXT, "spans": [[5, 9]], "budget": 1_000, "modules": 9_000}
    answer = worker.handle({"root": root, "uses": asked}) or {}
    assert [row[0] for row in answer["definitions"][0]] == ["shop/basket.py"] * 2 + [
        "shop/money.py"
    ]
    assert [path for path, _ in answer["modules"]][-1] == "shop/money.py"
    for wrong in (3, {"path": "../x"}, {**asked, "budget": "x"}, {**asked, "text": 1}):
        with pytest.raises(ValueError, match="must be"):
            worker.handle({"root": root, "uses": wrong})
    worker.close()
