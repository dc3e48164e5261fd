"""Imports run one way: every package imports only what its row allows, libraries have one room.

The rows are those of docs/architecture.md. The checker reads the source, so an import inside a
function or under TYPE_CHECKING counts as well.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]

LEVELS = (
    {"errors", "log", "memory"},
    {"text"},
    {"config"},
    {"syntax", "workspace", "index"},
    {"provider"},
    {"context", "prompt", "postprocess", "store"},
    {"features"},
    {"lsp", "cli"},
    {"__main__"},
)
"""A package imports itself and what stands in an earlier row."""

SIDEWAYS = {
    ("prompt", "context"),
    ("index", "syntax"),
    ("index", "workspace"),
    ("store", "postprocess"),  # It keeps findings.
}
"""Arrows within a row."""

NEVER = {
    *(("provider", below) for below in LEVELS[3]),  # It sees messages, never documents.
    ("prompt", "provider"),
}
"""Arrows down that are closed all the same."""

ROOMS = {
    "cattrs": {"lsp"},
    "httpx": {"provider"},
    "keyring": {"provider.keys"},
    "lsprotocol": {"lsp"},
    "numpy": {"index", "context"},
    "platformdirs": {"config"},
    "pygls": {"lsp"},
    "tree_sitter*": {"syntax"},
    "truststore": {"provider"},
    "argparse": {"cli", "__main__"},
    "asyncio.create_subprocess_*": {"provider.keys", "context.child", "lsp.reports", "cli"},
    "os.popen": set[str](),
    "os.system": set[str](),
    "subprocess": {"workspace.git", "provider.keys", "cli"},
    "sqlite3": {"index", "store"},
    "http*": {"provider"},
    "socket": {"provider"},
    "ssl": {"provider"},
    "urllib.request": {"provider"},
}
"""Who may import what is no part of glm-ls. Libraries not named here are allowed nowhere, modules
of the standard library everywhere."""


def imports(source: str) -> Iterator[str]:
    """Yield the full name of everything a module imports, `os.system` and the like included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports are not used here"
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = f"{node.value.id}.{node.attr}"
            if any(fnmatchcase(name, room) for room in ROOMS if "." in room):
                yield name
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (str(name.value) for name in node.args if isinstance(name, ast.Constant))


def level(package: str) -> int:
    """Return the row of a package, -1 when it has none."""
    return next((at for at, row in enumerate(LEVELS) if package in row), -1)


def objection(module: str, imported: str) -> str:
    """Return why a module, named from glm_ls on, may not import something; "" if it may."""
    package = module.partition(".")[0]
    if imported.partition(".")[0] == "glm_ls":
        return inner_objection(package, (*imported.split("."), "")[1])
    for name, rooms in ROOMS.items():
        if fnmatchcase(imported, name) or fnmatchcase(imported, f"{name}.*"):
            allowed = any(module == room or module.startswith(f"{room}.") for room in rooms)
            return "" if allowed else f"{name} belongs to {' and '.join(sorted(rooms)) or 'nobody'}"
    known = imported.partition(".")[0] in sys.stdlib_module_names
    return "" if known else "the library has no room"


def inner_objection(package: str, other: str) -> str:
    """Return why one package of glm_ls may not import another."""
    if package == other or level(other) == -1:  # A name of glm_ls itself, such as the version.
        return ""
    if level(package) == -1:
        return "the package has no row"
    if (package, other) in NEVER:
        return "the arrow is closed"
    upward = level(other) >= level(package) and (package, other) not in SIDEWAYS
    return "the arrow runs up" if upward else ""


def violations(root: Path) -> list[str]:
    """Return every import below the package folder `root` that breaks a rule."""
    found = []
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        module = ".".join(part for part in parts if part != "__init__")
        found += [
            f"{module} imports {imported}: {reason}"
            for imported in dict.fromkeys(imports(path.read_text(encoding="utf-8")))
            if (reason := objection(module, imported))
        ]
    return found


def test_every_import_of_glm_ls_keeps_the_rules() -> None:
    assert violations(REPOSITORY / "glm_ls") == []


def test_every_package_has_a_row() -> None:
    rows = set[str]().union(*LEVELS)
    parts = (path for path in (REPOSITORY / "glm_ls").iterdir() if not path.name.startswith("__p"))
    names = {path.stem for path in parts if path.is_dir() or path.suffix == ".py"}
    assert names - {"__init__"} <= rows


@pytest.mark.parametrize(
    ("module", "source", "reason"),
    [
        ("text.edit", "from glm_ls.config.schema import Settings", "the arrow runs up"),
        ("text.edit", "from glm_ls import config", "the arrow runs up"),
        ("text.edit", "import glm_ls.lsp.server as s", "the arrow runs up"),
        ("text.edit", "def f():\n    import glm_ls.features", "the arrow runs up"),
        ("text.edit", "if TYPE_CHECKING:\n    from glm_ls.lsp import x", "the arrow runs up"),
        ("text.edit", "import_module('glm_ls.lsp')", "the arrow runs up"),
        ("errors", "import glm_ls.log", "the arrow runs up"),
        ("syntax.outline", "from glm_ls.workspace.roots import Roots", "the arrow runs up"),
        ("context.gather", "from glm_ls.prompt.value import Prompt", "the arrow runs up"),
        ("postprocess.gate", "from glm_ls.store.ledger import Ledger", "the arrow runs up"),
        ("store.ledger", "from glm_ls.prompt.value import Prompt", "the arrow runs up"),
        ("features.review", "from glm_ls.lsp.session import Session", "the arrow runs up"),
        ("lsp.server", "from glm_ls.cli.doctor import doctor", "the arrow runs up"),
        ("cli.review", "from glm_ls.lsp.server import serve", "the arrow runs up"),
        ("lsp.server", "import glm_ls.__main__", "the arrow runs up"),
        ("prompt.fim", "from glm_ls.provider.request import Fim", "the arrow is closed"),
        ("provider.client", "from glm_ls.workspace.documents import x", "the arrow is closed"),
        ("manager.x", "import glm_ls.text", "the package has no row"),
        ("features.inline", "import httpx", "httpx belongs to provider"),
        ("features.inline", "from lsprotocol import types", "lsprotocol belongs to lsp"),
        ("cli.doctor", "from pygls.server import x", "pygls belongs to lsp"),
        ("context.rank", "from tree_sitter import Node", "tree_sitter* belongs to syntax"),
        ("context.rank", "import tree_sitter_python", "tree_sitter* belongs to syntax"),
        ("context.rank", "import sqlite3", "sqlite3 belongs to index and store"),
        ("syntax.parser", "from glm_ls.index.facts import Symbol", "the arrow runs up"),
        ("provider.wire", "from glm_ls.index.facts import Symbol", "the arrow is closed"),
        ("workspace.files", "import subprocess", "subprocess belongs to cli and "),
        ("workspace.git", "import os\nos.system('x')", "os.system belongs to nobody"),
        ("lsp.x", "asyncio.create_subprocess_exec('x')", "asyncio.create_subprocess_* belongs"),
        ("store.x", "from urllib.request import urlopen", "urllib.request belongs to provider"),
        ("store.x", "from http.client import HTTPSConnection", "http* belongs to provider"),
        ("store.x", "import numpy as np", "numpy belongs to context and index"),
        ("store.x", "import pandas", "the library has no room"),
    ],
)
def test_a_planted_import_is_found(tmp_path: Path, module: str, source: str, reason: str) -> None:
    plant(tmp_path, module, source)
    assert [reason in violation for violation in violations(tmp_path)] == [True]


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("text.edit", "import re, glm_ls.errors\nfrom glm_ls.log import logger"),
        ("prompt.value", "from glm_ls.context.bundle import Bundle"),
        ("store.ledger", "import sqlite3\nfrom glm_ls.provider.attempts import Booking"),
        ("provider.client", "import httpx, ssl\nfrom glm_ls.text.tokens import count"),
        ("workspace.git", "import subprocess"),
        ("lsp.server", "from glm_ls import __version__\nfrom glm_ls.features.inline import x"),
        ("__main__", "from glm_ls.cli.main import main\nfrom glm_ls.lsp.server import serve"),
        ("features.__init__", "from glm_ls.features.inline import x"),
    ],
)
def test_an_allowed_import_passes(tmp_path: Path, module: str, source: str) -> None:
    plant(tmp_path, module, source)
    assert violations(tmp_path) == []


def plant(root: Path, module: str, source: str) -> None:
    path = root / f"{module.replace('.', '/')}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(source)
