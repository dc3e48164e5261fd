"""The machine itself: Python, the grammars, the place for state, the editors."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import glm_ls
from glm_ls.cli.checks.check import Check
from glm_ls.config.paths import user_state_dir
from glm_ls.syntax.languages import LANGUAGES, Language

VERSION_S = 5.0
"""How long an editor may take to tell its version."""

SNIPPETS = {
    "python": "def f():\n    return 1\n",
    "javascript": "const f = () => 1;\n",
    "javascriptreact": "const a = <b>1</b>;\n",
    "typescript": "const a: number = 1;\n",
    "typescriptreact": "const a = <b>1</b>;\n",
    "go": "package main\n",
    "rust": "fn main() {}\n",
    "java": "class A {}\n",
    "c": "int main(void) { return 0; }\n",
    "cpp": "class A {};\n",
    "csharp": "class A {}\n",
    "ruby": "def f\n  1\nend\n",
    "php": "<?php echo 1;\n",
    "shellscript": "echo 1\n",
}
"""Valid code by language id; an empty text is valid everywhere."""


class Editor(NamedTuple):
    """An editor and what it does with glm-ls, from which version on, the newest first."""

    program: str
    title: str
    hints: tuple[tuple[tuple[int, int], str], ...]


EDITORS = (
    Editor(
        "nvim",
        "Neovim",
        (
            ((0, 12), "shows ghost text by itself: vim.lsp.inline_completion.enable()"),
            ((0, 11), "shows ghost text with the module in editors/neovim"),
            ((0, 0), "is too old: glm-ls needs 0.11"),
        ),
    ),
    Editor("hx", "Helix", (((0, 0), "shows suggestions as menu items"),)),
    Editor("code", "VS Code", (((0, 0), "shows ghost text once an extension starts `glm-ls`"),)),
    Editor(
        "emacs",
        "Emacs",
        (
            ((29, 0), "shows suggestions as menu items through the built-in eglot"),
            ((0, 0), "shows suggestions as menu items once eglot is installed"),
        ),
    ),
)


def machine_checks() -> list[Check]:
    """Return everything that needs neither settings nor network."""
    return [_python(), _installed(), grammars(), state(), *editors()]


def _python() -> Check:
    name = f"{platform.python_implementation()} {platform.python_version()}"
    return Check("python", "ok", f"{name} on {platform.system()} {platform.machine()}")


def _installed() -> Check:
    folder = Path(glm_ls.__file__).parent
    return Check("glm-ls", "ok", f"{glm_ls.__version__} in {folder}, run by {sys.executable}")


def grammars() -> Check:
    """Return whether every language with a grammar parses a snippet."""
    rows = [row for row in LANGUAGES if row.grammar]
    broken = [row.id for row in rows if not _parses(row)]
    if not broken:
        return Check("grammars", "ok", f"{len(rows)} languages parse")
    return Check(
        "grammars",
        "warning",
        f"cannot be parsed, so completed as plain text: {', '.join(broken)}",
        "Install glm-ls again, with its dependencies.",
    )


def _parses(language: Language) -> bool:
    from glm_ls.syntax.parser import parse

    try:
        tree = parse(language, SNIPPETS.get(language.id, ""))
    except Exception:  # a grammar built for another tree-sitter raises what it likes
        return False
    return tree is not None and not tree.root_node.has_error


def state() -> Check:
    """Return whether the ledger has a place."""
    folder = user_state_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Check(
            "state",
            "warning",
            f"{folder} cannot be written: {error.strerror}",
            "Usage and caps are forgotten at exit; set GLM_LS_STATE_DIR to another folder.",
        )
    return Check("state", "ok", f"{folder} can be written")


def editors() -> list[Check]:
    """Return what each editor on PATH does with glm-ls."""
    found = [(editor, path) for editor in EDITORS if (path := shutil.which(editor.program))]
    if not found:
        names = ", ".join(editor.title for editor in EDITORS)
        return [Check("editors", "hint", f"none of {names} is on PATH; others that speak LSP work")]
    return [Check("editor", "ok", editor_hint(editor, _version(path))) for editor, path in found]


def editor_hint(editor: Editor, version: str) -> str:
    """Return what an editor of a version, which may be unknown, does with glm-ls."""
    major, _, minor = version.partition(".")
    known = (int(major), int(minor)) if version else (0, 0)
    hint = next(words for least, words in editor.hints if known >= least)
    return f"{editor.title} {version or '(version unknown)'} {hint}"


def _version(program: str) -> str:
    """Return `major.minor`; empty where the program does not tell."""
    try:
        done = subprocess.run(
            [program, "--version"],
            capture_output=True,
            timeout=VERSION_S,
            stdin=subprocess.DEVNULL,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    match = re.search(rb"(\d+)\.(\d+)", done.stdout.partition(b"\n")[0])
    return b".".join(match.groups()).decode() if match else ""
