"""Whom a file imports, and what: names are followed to where they are defined."""

from __future__ import annotations

import pytest

from glm_ls.index.extract import facts_of
from glm_ls.index.facts import Import, Outline
from glm_ls.index.imports import FOLLOWED, MAX_FANOUT, Imports, Known
from glm_ls.index.languages.table import row_of
from glm_ls.index.project import Project
from glm_ls.index.words import code_of
from glm_ls.syntax.languages import language_of

from .conftest import OpenIndex, write


def imports(files: dict[str, str]) -> Imports:
    """Return the imports of a project that is held in memory."""

    def known(path: str) -> Known | None:
        if path not in files:
            return None
        facts = facts_of(language_of("", path), files[path])
        if facts.row is None:
            return None
        names = frozenset(code_of(one.name) for one in facts.outline.symbols if not one.owner)
        return Known(facts.row, facts.outline, lambda: names)

    return Imports(Project(files), known)


CASES = {
    "a module and a name": (
        {"a.py": "import lib\nfrom util import load\n", "lib.py": "", "util.py": "load = 1\n"},
        {"lib.py": set(), "util.py": {"load"}},
    ),
    "what a package hands on": (
        {
            "a.py": "from pkg import Reader, VERSION\n",
            "pkg/__init__.py": "from .read import Reader\nfrom .write import Writer\nVERSION = 1\n",
            "pkg/read.py": "class Reader: ...\n",
            "pkg/write.py": "class Writer: ...\n",
        },
        {"pkg/__init__.py": {"Reader", "VERSION"}, "pkg/read.py": {"Reader"}},
    ),
    "everything that a package hands on": (
        {
            "a.py": "from pkg import Reader\n",
            "pkg/__init__.py": "from .read import *\n",
            "pkg/read.py": "class Reader: ...\n",
        },
        {"pkg/__init__.py": {"Reader"}, "pkg/read.py": {"Reader"}},
    ),
    "packages in packages": (
        {
            "a.py": "from pkg import Reader\n",
            "pkg/__init__.py": "from .sub import Reader\n",
            "pkg/sub/__init__.py": "from .read import Reader\n",
            "pkg/sub/read.py": "class Reader: ...\n",
        },
        {
            "pkg/__init__.py": {"Reader"},
            "pkg/sub/__init__.py": {"Reader"},
            "pkg/sub/read.py": {"Reader"},
        },
    ),
    "packages that hand on to each other": (
        {
            "a.py": "from one import thing\n",
            "one/__init__.py": "from two import thing\n",
            "two/__init__.py": "from one import thing\n",
        },
        {"one/__init__.py": {"thing"}, "two/__init__.py": {"thing"}},
    ),
    "itself": ({"a.py": "import a\nfrom a import b\n"}, {}),
    "what is not there": ({"a.py": "import json, numpy\nfrom .gone import x\n"}, {}),
    "a barrel": (
        {
            "a.ts": "import { Reader } from './lib';\n",
            "lib/index.ts": "export * from './read';\nexport { Writer } from './write';\n",
            "lib/read.ts": "export class Reader {}\n",
            "lib/write.ts": "export class Writer {}\n",
        },
        {"lib/index.ts": {"Reader"}, "lib/read.ts": {"Reader"}},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_file_takes(name: str) -> None:
    files, expected = CASES[name]
    (asked, *_) = files
    assert {file: set(names) for file, names in imports(files).of(asked).items()} == expected


def test_chains_are_followed_only_so_far() -> None:
    files = {"a.py": "from p0 import deep\n"}
    count = FOLLOWED + 3
    files |= {f"p{n}/__init__.py": f"from p{n + 1} import deep\n" for n in range(count)}
    files[f"p{count}.py"] = "deep = 1\n"
    assert set(imports(files).of("a.py")) == {f"p{n}/__init__.py" for n in range(FOLLOWED + 1)}


def test_files_that_import_each_other() -> None:
    found = imports({"a.py": "import b\n", "b.py": "import c\n", "c.py": "import a\nimport b\n"})
    assert {path: set(found.of(path)) for path in ("a.py", "b.py", "c.py")} == {
        "a.py": {"b.py"},
        "b.py": {"c.py"},
        "c.py": {"a.py", "b.py"},
    }
    assert found.around(found.of("a.py")) == {"c.py"}


def test_too_many_imports_lead_no_further() -> None:
    many = {f"m{n}.py": "import far\n" for n in range(MAX_FANOUT)}
    start = "".join(f"import m{n}\n" for n in range(MAX_FANOUT))
    found = imports({"a.py": start, "b.py": "import m0\n", "far.py": "", **many})
    assert len(found.of("a.py")) == MAX_FANOUT
    assert found.around(found.of("a.py")) == frozenset()
    assert found.around(found.of("b.py")) == {"far.py"}


def test_an_index_knows_the_same_from_its_database(open_index: OpenIndex) -> None:
    files, expected = CASES["what a package hands on"]
    one = open_index()
    write(one.root, files)
    one.finish()
    again = open_index()
    again.finish()
    for index in (one, again):
        assert {file: set(names) for file, names in index.imports.of("a.py").items()} == expected
    assert again.imports.of("unknown.py") == {}


def test_what_a_package_hands_on_now(open_index: OpenIndex) -> None:
    """What is known of a file is read once, and again when the file is another or gone."""
    one, row = open_index(), row_of("python")
    assert row is not None
    write(one.root, {"pkg/old.py": "def run(): ...\n", "pkg/new.py": "def run(): ...\n"})
    package, outline = one.root / "pkg/__init__.py", Outline(imports=(Import("pkg", ("run",)),))
    for module in ("old", "new", ""):
        write(one.root, {"pkg/__init__.py": f"from pkg.{module} import run\n"})
        if not module:
            package.unlink()
        one.refresh(["pkg/__init__.py"])
        one.finish()
        taken = one.imports.of_outline("a.py", row, outline)
        assert set(taken) - {"pkg/__init__.py"} == ({f"pkg/{module}.py"} if module else set())
