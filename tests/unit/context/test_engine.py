"""The whole of context selection, on small projects on a disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glm_ls.context.engine import Engine, Inquiry
from glm_ls.context.surroundings import Spot, Surroundings
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import Roots
from tests.unit.index.conftest import write

from .conftest import OpenEngine, ask
from .projects import CHECKOUT, HIDDEN, PYTHON, SECRETS, TYPESCRIPT, marked

# -- what is chosen ----------------------------------------------------------------------


def test_what_is_imported_appears(open_engine: OpenEngine) -> None:
    """Through the package that hands it on, members with their classes; the document does not."""
    answer = ask(open_engine(PYTHON), CHECKOUT, marked("        ‸"))
    assert "# shop/money.py\n" in answer.text
    assert "def parse_money(text: str) -> Money:" in answer.text
    assert "def shipping_cost(basket: Basket, country: str) -> Money:" in answer.text
    assert "class Basket:\n" in answer.text
    assert " def total(self) -> Money:\n" in answer.text
    assert all(part.path != CHECKOUT for part in answer.parts)
    assert answer.complete
    assert set(answer.timings_ms) >= {"total"}


def test_what_is_imported_appears_in_typescript(open_engine: OpenEngine) -> None:
    """Through a path of tsconfig.json and a barrel."""
    text = TYPESCRIPT["src/app.ts"].replace("plusMoney(\n", "plusMoney(‸\n")
    answer = ask(open_engine(TYPESCRIPT), "src/app.ts", text)
    assert "// src/lib/money.ts\n" in answer.text
    assert "function plusMoney(a: Money, b: Money): Money" in answer.text
    assert "totalOf(country: string): Money" in answer.text


@pytest.mark.parametrize(
    ("line", "member"),
    [
        ("        self.basket.‸", "def clear_all(self) -> None:"),
        ("        basket = Basket('me')\n        basket.cl‸", "def clear_all(self) -> None:"),
        (
            "        money: Money = x\n        money.‸",
            'def shown(self, locale: str = "de") -> str:',
        ),
        ("        Money.‸", 'def times(self, factor: float) -> "Money":'),
    ],
)
def test_members_of_what_stands_before_the_dot(
    open_engine: OpenEngine, line: str, member: str
) -> None:
    """Even where there is hardly room for anything."""
    files = PYTHON | {f"shop/more_{n}.py": f"def more_{n}(x: int) -> int: ...\n" for n in range(40)}
    answer = ask(open_engine(files), CHECKOUT, marked(line), budget=300)
    assert member in answer.text


@pytest.mark.parametrize(
    "line",
    [
        "        total = total.plus(shipping_cost(‸",
        "        x = {[(‸",
        "    def broken(‸",
        '        """‸',
    ],
)
def test_a_broken_line_costs_nothing(open_engine: OpenEngine, line: str) -> None:
    answer = ask(open_engine(PYTHON), CHECKOUT, marked(line))
    assert "def shipping_cost(basket: Basket, country: str) -> Money:" in answer.text


def test_whole_modules_come_first(open_engine: OpenEngine) -> None:
    answer = ask(open_engine(PYTHON), CHECKOUT, marked("‸"), 8000, whole_modules=True)
    whole = [part for part in answer.parts if part.source == "modules"]
    assert answer.parts[: len(whole)] == tuple(whole)
    assert {part.path for part in whole} >= {"shop/money.py", "shop/basket.py", "shop/shipping.py"}
    assert not {part.path for part in whole} & {part.path for part in answer.parts[len(whole) :]}
    assert all(part.text == f"# {part.path}\n{PYTHON[part.path].rstrip()}\n" for part in whole)


def test_documentation_helps_where_there_is_no_grammar(open_engine: OpenEngine) -> None:
    answer = ask(open_engine(PYTHON), "run.lua", "local cost = shipping_cost(1)\nprint(‸)\n", 3000)
    (part,) = answer.parts
    assert (part.source, part.path) == ("documentation", "docs/guide.md")


# -- what must never appear ---------------------------------------------------------------

EVERYWHERE = Surroundings(
    edits=tuple(Spot(path, 0) for path in ("local_secret.py", ".env", "../x.py", HIDDEN)),
    visits=(Spot("secrets.py", 0),),
    open=("secrets.py", HIDDEN),
    changed=("local_secret.py",),
)


@pytest.mark.parametrize("whole", [False, True])
def test_what_is_hidden_never_appears(open_engine: OpenEngine, whole: bool) -> None:
    engine = open_engine(PYTHON, HIDDEN)
    imports = "import local_secret, secrets, hidden_by_setting\n"
    text = imports + marked("        ignored_secret(denied_secret(setting_secret(‸")
    for budget in (100, 1000, 4000, 20_000):
        answer = ask(engine, CHECKOUT, text, budget, EVERYWHERE, whole_modules=whole)
        assert not [word for word in SECRETS if word in answer.text]
        assert answer.text


def test_what_becomes_hidden_does_not_appear_any_more(open_engine: OpenEngine, root: Path) -> None:
    """Neither from what was read, nor from what is kept on disk, nor from what was chosen."""
    engine = open_engine(PYTHON)
    text = marked("        total = ‸")
    assert "def parse_money" in ask(engine, CHECKOUT, text, 4000).text
    write(root, {".glmignore": "money.py\n"})
    engine.index._ignore.refresh()
    again = open_engine()
    for asked in (engine, again):
        answer = ask(asked, CHECKOUT, text, 4000)
        assert "money.py" not in answer.text
        assert "parse_money(text" not in answer.text
        assert "class Basket" in answer.text


# -- the budget --------------------------------------------------------------------------

FULL = Surroundings(
    edits=(Spot("shop/größen.py", 1), Spot("shop/shipping.py", 9)),
    open=("shop/article.py",),
    diagnostics=('"shipping_cost" is not defined',),
    shown=(20, 40),
)


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An engine that many questions are put to, one after the other."""
    root = Path(tmp_path_factory.mktemp("warm").resolve())
    write(root, PYTHON | TYPESCRIPT)
    engine = Engine(root, Ignore(Roots((root,))), None)
    engine.index.finish()
    return engine


BUDGETS = st.one_of(st.integers(0, 40), st.integers(0, 9000), st.sampled_from((1500, 1501, 2501)))
DOCUMENTS = st.sampled_from(["shop/checkout.py", "shop/money.py", "src/app.ts", "new.go", "a.lua"])


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    DOCUMENTS, BUDGETS, st.integers(-2, 60), st.integers(-2, 50), st.booleans(), st.booleans(),
    st.text(alphabet="xBasket.( \né", max_size=9),
)  # fmt: skip
def test_no_answer_is_over_its_budget(
    warm: Engine, path: str, budget: int, row: int, column: int, whole: bool, full: bool, typed: str
) -> None:
    """Wherever the cursor is, whatever is typed there and whatever was asked before."""
    lines = (PYTHON | TYPESCRIPT).get(path, "Basket\n").split("\n")
    lines.insert(max(0, row), typed)
    around = FULL if full else Surroundings()
    asked = Inquiry(
        path, "\n".join(lines), row, column, budget, surroundings=around, whole_modules=whole
    )
    answer = warm.answer(asked)
    assert answer.tokens == -(-len(answer.text.encode()) // 4) <= budget
    assert answer.text == "".join(part.text for part in answer.parts)
    assert all(part.text.endswith("\n") and part.start < part.stop for part in answer.parts)
    assert warm.answer(asked).text == answer.text


def test_a_larger_budget_is_used(open_engine: OpenEngine) -> None:
    engine = open_engine(PYTHON)
    sizes = [ask(engine, CHECKOUT, marked("‸"), budget).tokens for budget in (0, 1, 50, 200, 1000)]
    assert sizes[:2] == [0, 0]
    assert sizes == sorted(sizes)
    assert sizes[2] > 25
    assert sizes[3] > 100
