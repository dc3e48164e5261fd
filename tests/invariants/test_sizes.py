"""Modules and functions stay small enough to be read in one go."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

import pytest

PACKAGE = Path(__file__).parents[2] / "glm_ls"
EDITORS = Path(__file__).parents[2] / "editors"

MAX_LINES = 400
MAX_MEDIAN_LINES = 120
MAX_MEDIAN_FUNCTION_LINES = 12
MAX_EDITOR_LINES = {"vscode/src": 600, "neovim": 600}
"""Of each part, without help and read-me."""
PROSE = (".md", ".txt", "tags")
MAX_EDITOR_COLUMNS = 120


def module_lines(root: Path) -> dict[str, int]:
    """Return the number of lines of each module that has any."""
    sizes = {
        path.relative_to(root).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in root.rglob("*.py")
    }
    return {name: lines for name, lines in sizes.items() if lines}


def function_lines(root: Path) -> list[int]:
    """Return the number of lines of each function, from `def` to the end of its body."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in root.rglob("*.py"))
    return [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_no_module_is_long() -> None:
    sizes = module_lines(PACKAGE)
    assert {name: lines for name, lines in sizes.items() if lines > MAX_LINES} == {}


def test_most_modules_are_short() -> None:
    assert median(module_lines(PACKAGE).values()) <= MAX_MEDIAN_LINES


def test_most_functions_are_short() -> None:
    assert median(function_lines(PACKAGE)) <= MAX_MEDIAN_FUNCTION_LINES


def test_sizes_are_counted(tmp_path: Path) -> None:
    (tmp_path / "empty.py").touch()
    (tmp_path / "some").mkdir()
    (tmp_path / "some/three.py").write_text("@cache\ndef f():\n    return 1\n")
    assert module_lines(tmp_path) == {"some/three.py": 3}
    assert function_lines(tmp_path) == [2]


@pytest.mark.parametrize("folder", MAX_EDITOR_LINES)
def test_parts_for_editors_are_thin(folder: str) -> None:
    files = [file for file in (EDITORS / folder).rglob("*") if is_code(file)]
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    assert len(lines) <= MAX_EDITOR_LINES[folder]
    assert [line for line in lines if len(line) > MAX_EDITOR_COLUMNS] == []


def is_code(file: Path) -> bool:
    return file.is_file() and not file.name.endswith(PROSE)
