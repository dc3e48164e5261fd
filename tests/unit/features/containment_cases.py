"""Hostile plans as data: each would change what it must not, and is refused by the rule named.

`{root}` is the workspace, `{outside}` a folder beside it; the world is laid out in the test.
"""

from __future__ import annotations

from typing import NamedTuple

from glm_ls.postprocess.edits.refusal import Rule
from glm_ls.text.edit import Edit
from glm_ls.text.position import Position, Range

TEXT = '''\
import os


def total(prices, rate):
    """Return the sum."""
    result = 0
    for price in prices:
        # with tax
        result += price * rate
    return result


def untouched():
    return os.getcwd()
'''

BODY = (3, 10)
"""Lines of `TEXT` that edits may fall in."""


def edit(line: int, column: int, end_line: int, end_column: int, text: str) -> Edit:
    return Edit(Range(Position(line, column), Position(end_line, end_column)), text)


class Plan(NamedTuple):
    """Edits of the document that was asked about."""

    name: str
    edits: tuple[Edit, ...]
    rule: Rule
    action: str = "rewrite"


GOOD = edit(5, 4, 5, 14, "result = 1")

OTHER_FILES: tuple[tuple[str, Rule], ...] = (
    # Schemes and hosts
    ("untitled:Untitled-1", "other-file"),
    ("untitled:{root}/app.py", "other-file"),
    ("http://example.com/app.py", "other-file"),
    ("https://example.com/app.py", "other-file"),
    ("data:text/plain,x", "other-file"),
    ("javascript:alert(1)", "other-file"),
    ("command:workbench.action.quit", "other-file"),
    ("vscode-userdata:/User/settings.json", "other-file"),
    ("vscode-remote://ssh-remote+host{root}/app.py", "other-file"),
    ("git:{root}/app.py?ref=HEAD", "other-file"),
    ("ftp://localhost{root}/app.py", "other-file"),
    ("file://host{root}/app.py", "hidden-file"),
    ("file://host/share/app.py", "hidden-file"),
    ("file:////server/share/app.py", "other-file"),
    ("\\\\server\\share\\app.py", "hidden-file"),
    ("//server/share/app.py", "other-file"),
    ("file://server/C$/app.py", "hidden-file"),
    ("file:///%5C%5Cserver%5Cshare%5Capp.py", "other-file"),
    ("\\\\?\\C:\\app.py", "hidden-file"),
    ("\\\\.\\pipe\\app", "hidden-file"),
    ("", "hidden-file"),
    (" ", "hidden-file"),
    # Not declared
    ("file://{root}/other.py", "other-file"),
    ("file://{root}/pkg/missing.py", "other-file"),
    ("file://{outside}/victim.py", "other-file"),
    ("file:///etc/passwd", "other-file"),
    ("file://{root}", "other-file"),
    ("file://{root}/", "other-file"),
    ("file://{root}/pkg", "other-file"),
    # Other spellings of what is
    ("file://{root}/../outside/victim.py", "other-file"),
    ("file://{root}/pkg/../other.py", "other-file"),
    ("file://{root}/pkg/..%2fother.py", "other-file"),
    ("file://{root}/%2e%2e/outside/victim.py", "other-file"),
    ("file://{root}/%252e%252e/outside/victim.py", "other-file"),
    ("file://{root}/pkg/%2e/declared.py", "other-file"),
    ("file://{root}//pkg/declared.py", "other-file"),
    ("file://{root}/pkg/declared.py%00.txt", "hidden-file"),
    ("file://{root}/pkg/declared.py\n", "other-file"),
    ("file://{root}/pkg/declared.py ", "other-file"),
    ("file://{root}/pkg/declared.py/", "other-file"),
    ("file://{root}/pkg/declared.py?x=1", "other-file"),
    ("file://{root}/pkg/declared.py#L1", "other-file"),
    ("file://{root}/pkg/declared.py::$DATA", "other-file"),
    ("file://{root}/PKG/DECLARED.PY", "other-file"),
    ("FILE://{root}/other.py", "other-file"),
    ("file://{root}/app.py.", "other-file"),
    ("file://{root}/App.py", "other-file"),
    ("file:///C:/Windows/win.ini", "other-file"),
    ("{root}/app.py", "other-file"),
    ("app.py", "hidden-file"),
    ("../outside/victim.py", "hidden-file"),
    # Secret and ignored ones
    ("file://{root}/.env", "hidden-file"),
    ("file://{root}/.ENV", "hidden-file"),
    ("file://{root}/.env.local", "hidden-file"),
    ("file://{root}/%2eenv", "hidden-file"),
    ("file://{root}/id_rsa", "hidden-file"),
    ("file://{root}/server.pem", "hidden-file"),
    ("file://{root}/ignored.py", "hidden-file"),
    ("file://{root}/build/out.py", "hidden-file"),
    ("file://{root}/.git/config", "hidden-file"),
)
"""Files that the plan changes although the action declared `pkg/declared.py` and `new.py` only."""

DECLARED: tuple[tuple[str, Rule], ...] = (
    ("file://{outside}/victim.py", "outside-workspace"),
    ("file://{root}/../outside/victim.py", "outside-workspace"),
    ("file://{root}/%2e%2e/outside/victim.py", "outside-workspace"),
    ("file://{root}/pkg/../other.py", "outside-workspace"),
    ("file://{root}/link_out.py", "outside-workspace"),
    ("file://{root}/link_in.py", "outside-workspace"),
    ("file://{root}/linked_folder/victim.py", "outside-workspace"),
    ("file://{root}/loop.py", "outside-workspace"),
    ("file://{root}/link_env", "hidden-file"),
    ("file://{root}/.env", "hidden-file"),
    ("file://{root}/ignored.py", "hidden-file"),
    ("file://{root}/.git/hooks/pre-commit", "hidden-file"),
    ("file://{root}/.GIT/hooks/pre-commit", "hidden-file"),
    ("file://{root}/linked_git/hooks/pre-commit", "hidden-file"),
    ("file://{root}/.vscode/tasks.json", "hidden-file"),
    ("file://{root}/.github/workflows/ci.yml", "hidden-file"),
    ("file://{root}/.glm-ls.toml", "hidden-file"),
    ("file://{root}/.gitignore", "hidden-file"),
    ("file://{root}/.envrc", "hidden-file"),
    ("file://{root}/pkg", "other-file"),
    ("file://{root}/pkg/missing.py", "other-file"),
    ("untitled:Untitled-1", "other-file"),
    ("http://example.com/app.py", "other-file"),
)
"""Files that the action itself declares, however it came to, and that exist as text."""

CREATED: tuple[tuple[str, Rule], ...] = (
    ("file://{root}/other.py", "other-file"),
    ("file://{root}/undeclared.py", "other-file"),
    ("file://{outside}/new.py", "outside-workspace"),
    ("file://{root}/linked_folder/new.py", "outside-workspace"),
    ("file://{root}/../outside/new.py", "outside-workspace"),
    ("file://{root}/dangling.py", "outside-workspace"),
    ("file://{root}/.git/hooks/post-commit", "hidden-file"),
    ("file://{root}/pkg/.git", "hidden-file"),
    ("file://{root}/pkg/.GIT", "hidden-file"),
    ("file://{root}/.vscode/settings.json", "hidden-file"),
    ("file://{root}/new.pem", "hidden-file"),
    ("file://{root}/build/new.py", "hidden-file"),
)
"""Files that the plan makes; all but `undeclared.py` are declared."""

PLANS: tuple[Plan, ...] = (
    # Outside the range
    Plan("above", (edit(0, 0, 0, 9, "import sys"),), "outside-range"),
    Plan("below", (edit(13, 4, 13, 10, "return"),), "outside-range"),
    Plan("across the start", (edit(2, 0, 4, 0, "def total(prices, rate):\n"),), "outside-range"),
    Plan("across the end", (edit(9, 0, 12, 0, "    return 1\n\n\n"),), "outside-range"),
    Plan("one line too far", (edit(11, 0, 11, 0, "x = 1\n"), GOOD), "outside-range"),
    Plan("whole document", (Edit(None, "x = 1\n"),), "outside-range"),
    Plan("line beyond the end", (edit(99, 0, 99, 0, "x"),), "outside-range"),
    Plan("column beyond the line", (edit(5, 4, 5, 99, "x"),), "outside-range"),
    Plan("huge column", (edit(5, 4, 5, 2**31 - 1, "x"),), "outside-range"),
    Plan("negative line", (edit(-1, 0, 5, 0, "x"),), "outside-range"),
    Plan("negative column", (edit(5, -4, 5, 4, "x"),), "outside-range"),
    Plan("backwards", (edit(6, 0, 5, 0, "x"),), "outside-range"),
    Plan("one good, one bad", (GOOD, edit(0, 0, 0, 0, "import sys\n")), "outside-range"),
    # Line ends: a place in the middle of one, or one that takes in the next line
    Plan("behind the line's end", (edit(5, 14, 5, 15, ""),), "outside-range"),
    Plan("behind the last line's end", (edit(9, 17, 9, 19, "\r\n"),), "outside-range"),
    Plan("the range's end and a line more", (edit(9, 0, 11, 0, "    return 0\r\n"),),
         "outside-range"),
    Plan("a line end before the range", (edit(2, 0, 3, 0, ""),), "outside-range"),
    # Overlapping
    Plan("same place twice", (GOOD, GOOD), "overlap"),
    Plan("nested", (edit(5, 4, 7, 0, "x = 1\n"), edit(6, 4, 6, 7, "for")), "overlap"),
    Plan("crossing", (edit(5, 4, 6, 7, "x"), edit(6, 4, 6, 10, "y")), "overlap"),
    Plan("two insertions", (edit(5, 0, 5, 0, "    a = 1\n"), edit(5, 0, 5, 0, "    b = 1\n")),
         "overlap"),
    # Sizes
    Plan("huge text", (edit(5, 0, 5, 0, "    x = 1\n" * 30_000),), "too-large"),
    Plan("huge line", (edit(5, 14, 5, 14, " + 1" * 6_000),), "too-large"),
    Plan("many edits", tuple(edit(5, 0, 5, 0, "") for _ in range(501)), "too-large"),
    # Characters
    Plan("bidi", (edit(7, 10, 7, 10, "\u202e xat"),), "hidden-characters"),
    Plan("isolate", (edit(7, 10, 7, 10, "\u2066"),), "hidden-characters"),
    Plan("zero width", (edit(5, 4, 5, 4, "a\u200b"),), "hidden-characters"),
    Plan("tag characters", (edit(7, 10, 7, 10, "\U000e0041"),), "hidden-characters"),
    Plan("escape", (edit(7, 10, 7, 10, "\x00"),), "hidden-characters"),
    Plan("lone surrogate", (edit(7, 10, 7, 10, "\ud800"),), "hidden-characters"),
    Plan("byte order mark", (edit(5, 4, 5, 4, "\ufeff"),), "hidden-characters"),
    # Code
    Plan("document deletes", (edit(5, 0, 9, 0, ""),), "deletes-code", "document"),
    Plan("document adds", (edit(5, 0, 5, 0, "    os.remove('x')\n"),), "deletes-code", "document"),
    Plan("document changes", (edit(5, 13, 5, 14, "1"),), "deletes-code", "document"),
    Plan("document comments out", (edit(8, 8, 8, 8, "# "), edit(8, 30, 8, 30, "\n        pass")),
         "deletes-code", "document"),
    Plan("tests delete", (edit(5, 0, 9, 0, ""),), "deletes-code", "tests"),
    Plan("tests reorder", (edit(5, 0, 6, 0, ""), edit(9, 0, 9, 0, "    result = 0\n")),
         "deletes-code", "tests"),
    Plan("fix guts", (edit(4, 4, 9, 17, "pass"),), "deletes-code", "fix"),
    Plan("types gut", (edit(5, 0, 9, 0, ""),), "deletes-code", "types"),
    Plan("unbalanced", (edit(8, 18, 8, 23, "(price"),), "breaks-syntax"),
    Plan("prose", (edit(5, 0, 5, 14, "    Here is the fixed code you asked for:"),),
         "breaks-syntax"),
    Plan("fence", (edit(5, 0, 5, 0, "```python\n"),), "breaks-syntax"),
    Plan("conflict marks", (edit(5, 0, 5, 0, "<<<<<<< SEARCH\n"),), "breaks-syntax"),
    # Nothing
    Plan("no edit", (), "no-op"),
    Plan("same text", (edit(5, 4, 5, 14, "result = 0"),), "no-op"),
    Plan("empty for empty", (edit(5, 4, 5, 4, ""),), "no-op"),
    Plan("unknown action", (GOOD,), "other-file", "explain"),
)  # fmt: skip

FINE: tuple[Plan, ...] = (
    Plan("rewrite", (GOOD,), "no-op"),
    Plan("at the edges", (edit(3, 0, 10, 0, "def total(prices, rate):\n    return 0\n"),), "no-op"),
    Plan("next to each other", (edit(5, 4, 5, 10, "sums"), edit(5, 10, 5, 14, " = 1")), "no-op"),
    Plan("document", (edit(4, 7, 4, 22, "Return the sum of prices."),), "no-op", "document"),
    Plan("document, comment", (edit(5, 0, 5, 0, "    # from zero\n"),), "no-op", "document"),
    Plan("tests add", (edit(10, 0, 10, 0, "\n\ndef more():\n    return 1\n"),), "no-op", "tests"),
    Plan("fix", (edit(8, 18, 8, 30, "price * (1 + rate)"),), "no-op", "fix"),
    Plan("types", (edit(3, 10, 3, 22, "prices: list[float], rate: float"),), "no-op", "types"),
    Plan("emoji", (edit(7, 10, 7, 10, "\U0001f600 "),), "no-op"),
)
"""Plans that pass; their rule does not count."""
