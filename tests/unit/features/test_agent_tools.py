"""What a model may look at: files of the workspace that may be shown, and nothing else."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from glm_ls.features.agent_tools import LONGEST_LINE, MISSING, MOST_LINES, TOOLS, Toolbox, tools
from glm_ls.features.files import Files
from glm_ls.provider.request import ToolCall
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import Roots, path_to_uri

FILES = {
    "src/a.py": "from b import helper\n\n\ndef work(x):\n    return helper(x)\n",
    "src/b.py": 'def helper(x):\n    """Help."""\n    return x\n\n\nclass Helper: ...\n',
    "broken.py": "def f(:\n    pass\n",
    "long.py": "".join(f"x{n} = {n}\n" for n in range(1000)),
    "wide.py": f"x = '{'y' * 10_000}'\n",
    ".env": "CANARY=1\n",
    ".glmignore": "private/\n",
    "private/c.py": "CANARY = helper\n",
}


@pytest.fixture
def box(tmp_path: Path) -> Toolbox:
    root = (tmp_path / "work").resolve()
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "outside.py").write_text("CANARY = helper\n")
    os.symlink(tmp_path / "outside.py", root / "link.py")
    os.symlink(root / ".env", root / "env.txt")
    os.symlink(tmp_path, root / "up")
    roots = Roots.of([path_to_uri(root)])
    live = Snapshot.of(path_to_uri(root / "src/b.py"), "python", 7, "def helper(y): ...\n")
    files = Files(roots, Ignore(roots, ()), lambda uri: live if uri == live.uri else None)
    return Toolbox(files, root, {path_to_uri(root / "src/a.py"): ["line 5: wrong"]})


def run(box: Toolbox, tool: str, /, **given: object) -> str:
    return box.run(ToolCall("1", tool, json.dumps(given)))


def test_a_file_is_read_with_numbers(box: Toolbox) -> None:
    assert run(box, "read_file", path="src/a.py", first_line=4, last_line=5) == (
        "4|def work(x):\n5|    return helper(x)\n[6 lines in all]"
    )


def test_an_open_document_is_read_as_it_is(box: Toolbox) -> None:
    assert run(box, "read_file", path="src/b.py").startswith("1|def helper(y): ...")


def test_what_was_shown_stays_as_it_was(box: Toolbox) -> None:
    run(box, "read_file", path="src/a.py")
    (box.root / "src/a.py").write_text("gone\n")
    assert "helper" in run(box, "read_file", path="src/a.py")


def test_what_a_call_returns_is_limited(box: Toolbox) -> None:
    assert len(run(box, "read_file", path="long.py").split("\n")) == MOST_LINES + 1
    assert len(run(box, "read_file", path="wide.py").split("\n")[0]) <= LONGEST_LINE + 2


@pytest.mark.parametrize(
    "path",
    [".env", "private/c.py", "link.py", "env.txt", "up/outside.py", "../outside.py", "/etc/passwd",
     "src/../.env", "src\\..\\.env", "no.py", "src", "", "a\0b", "file:///etc/passwd", "~/x"],
)  # fmt: skip
@pytest.mark.parametrize("tool", ["read_file", "diagnostics"])
def test_what_may_not_be_shown_is_not_there(box: Toolbox, tool: str, path: str) -> None:
    assert run(box, tool, path=path) == MISSING
    assert box.seen == {}


@pytest.mark.parametrize(
    ("tool", "given", "told"),
    [
        ("list_files", {"pattern": "src/*"}, "src/a.py\nsrc/b.py"),
        ("list_files", {"pattern": "*.env"}, "Nothing was found."),
        ("list_files", {"pattern": "private/*"}, "Nothing was found."),
        ("find_symbol", {"name": "work"}, "src/a.py:4: def work(x):"),
        ("find_symbol", {"name": "CANARY"}, "Nothing was found."),
        ("find_symbol", {"name": ""}, "Nothing was found."),
        ("find_references", {"name": "helper"},
         "src/a.py:1: from b import helper\nsrc/a.py:5: return helper(x)\n"
         "src/b.py:1: def helper(y): ..."),
        ("find_references", {"name": ".*"}, "Nothing was found."),
        ("diagnostics", {"path": "src/a.py"}, "line 5: wrong"),
        ("diagnostics", {"path": "broken.py"}, "line 1: syntax error"),
        ("diagnostics", {"path": "src/b.py"}, "Nothing was found."),
        ("run_shell", {"command": "id"},
         f"There is no such function; there are {', '.join(TOOLS)}."),
        ("read_file", {"path": 3}, "read_file needs path, first_line, last_line."),
        ("find_symbol", {}, "find_symbol needs name."),
    ],
)  # fmt: skip
def test_a_tool_tells(box: Toolbox, tool: str, given: dict[str, object], told: str) -> None:
    assert run(box, tool, **given) == told


@pytest.mark.parametrize("arguments", ["", "no json", "[1]", "null", "[" * 100_000])
def test_odd_arguments_are_answered(box: Toolbox, arguments: str) -> None:
    assert "needs" in box.run(ToolCall("1", "read_file", arguments))


def test_a_step_is_told_in_plain_words(box: Toolbox) -> None:
    call = ToolCall("1", "read_file", json.dumps({"path": "[x](http://evil.example)\u202e a.py"}))
    assert box.step_of(call) == "reads x a.py"


def test_every_tool_has_a_schema_that_endpoints_take() -> None:
    assert [tool.name for tool in tools()] == list(TOOLS)
    for tool in tools():
        assert tool.name.isidentifier()
        assert tool.description
        assert tool.parameters["type"] == "object"
