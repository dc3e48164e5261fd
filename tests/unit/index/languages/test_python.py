"""Python files to outlines, their imports to files."""

from __future__ import annotations

import pytest

from glm_ls.index.facts import Import
from glm_ls.index.languages.python import ROW
from glm_ls.index.project import Project
from tests.unit.index.languages.cases import glanced, names, outlined, shown

SOURCE = """\
\"\"\"About the module.

    from documentation import nothing
\"\"\"
import os, a.b as c
from . import x, y as z
from ..p.q import (A, B as C,)
from w import *

try:
    import json
except ImportError:
    json = None
LIMIT: int = 1
left, right = 1, 2
type Alias[T] = list[T]


@dataclass(frozen=True)
@configured("by something that is much too long to be shown")
class Users(Base[T], mod.Other, metaclass=M):
    \"\"\"The users.

    More of it.
    \"\"\"

    x: int
    y: str = "a"

    def __init__(
        self,
        repo: Repo[User],
        size: int = 1,
    ) -> None:
        self.repo = repo
        self.size: int = size  # why
        self._k, self.m = 1, 2
        self.repo.other = 2
        self.y = "b"
        assert self.x == size
        text = "self.quoted = 1"

    @property
    def v(self) -> int:
        \"\"\"Return it.\"\"\"
        local = 1
        return self.repo.v

    async def go(self, a: A, *, b: "B" = None) -> None: self.gone = a

    class Inner:
        def f(self):
            self.inner = 1


if TYPE_CHECKING:
    from q import R

    def conditional(): ...


def run(a, b: int = 1):
    from deep.down import lazy

    class Local: ...


if __name__ == "__main__":
    program = 1
"""


def test_what_a_module_defines() -> None:
    assert shown(outlined(ROW, SOURCE)) == [
        ("const", "", "json", "json = None"),
        ("const", "", "LIMIT", "LIMIT: int = 1"),
        ("const", "", "left", "left, right = 1, 2"),
        ("const", "", "right", "left, right = 1, 2"),
        ("type", "", "Alias", "type Alias[T] = list[T]"),
        ("class", "", "Users", "class Users(Base[T], mod.Other, metaclass=M):"),
        ("field", "Users", "x", "x: int"),
        ("field", "Users", "y", 'y: str = "a"'),
        (
            "method",
            "Users",
            "__init__",
            "def __init__( self, repo: Repo[User], size: int = 1, ) -> None:",
        ),
        ("field", "Users", "repo", "self.repo = repo"),
        ("field", "Users", "size", "self.size: int = size # why"),
        ("field", "Users", "_k", "self._k, self.m = 1, 2"),
        ("field", "Users", "m", "self._k, self.m = 1, 2"),
        ("method", "Users", "v", "@property def v(self) -> int:"),
        ("method", "Users", "go", 'async def go(self, a: A, *, b: "B" = None) -> None:'),
        ("field", "Users", "gone", "self.gone = a"),
        ("class", "Users", "Inner", "class Inner:"),
        ("method", "Inner", "f", "def f(self):"),
        ("field", "Inner", "inner", "self.inner = 1"),
        ("function", "", "conditional", "def conditional():"),
        ("function", "", "run", "def run(a, b: int = 1):"),
    ]


def test_imports_wherever_they_stand_and_bases() -> None:
    found = outlined(ROW, SOURCE)

    assert found.imports == (
        Import("os"),
        Import("a.b"),
        Import(".", ("x", "y"), reexport=True),
        Import("..p.q", ("A", "B"), reexport=True),
        Import("w", reexport=True),
        Import("json"),
        Import("q", ("R",), reexport=True),
        Import("deep.down", ("lazy",), reexport=True),
    )
    assert found.bases == (("Users", "Base"), ("Users", "Other"))


def test_lines_documentation_and_mentions() -> None:
    of = {symbol.name: symbol for symbol in outlined(ROW, SOURCE).symbols}

    assert (of["Users"].start, of["Users"].body, of["Users"].end) == (20, 21, 52)
    assert (of["v"].start, of["v"].body, of["v"].end) == (43, 44, 46)
    assert (of["size"].start, of["m"].start, of["inner"].start) == (35, 36, 52)
    assert (of["Users"].doc, of["v"].doc, of["run"].doc) == ("The users.", "Return it.", "")
    assert of["repo"].mentions == ("Repo", "User")
    assert of["gone"].mentions == ("a", "A")
    assert {name for name in of if of[name].private} == {"_k", "__init__"}


def test_broken_code_keeps_the_definitions_around() -> None:
    text = "class A:\n    def b(self):\n        x = (\n\ndef c(:\n    pass\n\nclass D:\n    e = 1\n"

    assert {"A", "b", "D", "e"} <= set(names(outlined(ROW, text)))


@pytest.mark.parametrize(
    "text", ["", "import", "from", "from . import", "class", "def", "@", "x ="]
)
def test_fragments_are_no_error(text: str) -> None:
    assert names(outlined(ROW, text)) in ([], ["x"])


def test_definitions_in_text_that_is_not_parsed() -> None:
    assert glanced(ROW, SOURCE) == [
        *("Users", "__init__", "v", "go", "Inner", "f", "conditional", "run", "Local")
    ]


PROJECT = Project(
    (
        "top.py",
        "tool.py",
        "src/acme/__init__.py",
        "src/acme/app.py",
        "src/acme/json.py",
        "src/acme/db/__init__.py",
        "src/acme/db/models.py",
        "src/acme/stubs.pyi",
        "scripts/run.py",
        "scripts/helper.py",
        "scripts/types.py",
        "other/helper.py",
        "__init__.py",
    )
)
APP = "src/acme/app.py"
MODELS = "src/acme/db/models.py"


@pytest.mark.parametrize(
    ("wanted", "file", "expected"),
    [
        (Import(".", ("app",)), MODELS, ["src/acme/db/__init__.py"]),
        (Import("..", ("app",)), MODELS, [APP]),
        (Import("..", ("app", "VERSION")), MODELS, ["src/acme/__init__.py", APP]),
        (Import(".models", ("User",)), "src/acme/db/__init__.py", [MODELS]),
        (Import(".db", ("models",)), APP, [MODELS]),
        (Import(".db"), APP, ["src/acme/db/__init__.py"]),
        (Import(".", ("tool", "x")), "top.py", ["__init__.py", "tool.py"]),
        (Import("acme.db.models", ("User",)), "top.py", [MODELS]),
        (Import("acme", ("app",)), "top.py", [APP]),
        (Import("acme.stubs", ("X",)), "top.py", ["src/acme/stubs.pyi"]),
        (Import("top"), APP, ["top.py"]),
        (Import("helper"), "scripts/run.py", ["scripts/helper.py"]),
        (Import("helper"), "other/run.py", ["other/helper.py"]),
        (Import("json"), APP, []),
        (Import("models"), APP, []),
        (Import("types"), "scripts/run.py", ["scripts/types.py"]),
        (Import("types"), APP, []),
        (Import("requests"), APP, []),
        (Import("......far"), APP, []),
        (Import(""), APP, []),
    ],
)
def test_the_modules_an_import_means(wanted: Import, file: str, expected: list[str]) -> None:
    assert list(ROW.resolve(wanted, file, PROJECT)) == expected
