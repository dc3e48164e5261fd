"""The recipe of docs/emacs.md in a real Emacs: a completion, an action, a rewrite, a review."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editors.answers import Answer, finding, going_on, playing, replacing
from tests.editors.debian import NotHadError, unpack
from tests.editors.missing import missing
from tests.editors.neovim import environment
from tests.editors.terminal import Terminal, start_terminal
from tests.simulator import Script, Simulator

ROOT = Path(__file__).parents[2]
RECIPE = ROOT / "docs" / "emacs.md"
QUIET = """
(setq make-backup-files nil auto-save-default nil create-lockfiles nil inhibit-startup-screen t
      use-short-answers t flymake-no-changes-timeout 0.1 flymake-show-diagnostics-at-end-of-line t)
"""
TEXT = "def total(values):\n    return sum(values)\n"


def find_binary() -> tuple[list[str], dict[str, str]]:
    """Return a newer Debian's Emacs, and the variables that say where its parts are."""
    try:
        root = unpack("emacs-nox", "usr/bin/emacs-nox")
    except NotHadError as error:
        missing("emacs", str(error))
    dump = next(root.glob("usr/libexec/emacs/*/*/*.pdmp"))
    share = next(root.glob("usr/share/emacs/[0-9]*"))
    lisp = sorted({str(file.parent) for file in share.glob("lisp/**/*.el*")}, key=len)
    env = {
        "EMACSLOADPATH": os.pathsep.join(lisp),
        "EMACSDATA": f"{share}/etc",
        "EMACSDOC": f"{share}/etc",
        "EMACSPATH": str(dump.parent),
    }
    return [str(root / "usr/bin/emacs-nox"), f"--dump-file={dump}"], env


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file in a repository: what eglot takes for a project."""
    folder = tmp_path / "work"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    (folder / "a.py").write_text(TEXT)
    return folder / "a.py"


@pytest.fixture
def emacs(tmp_path: Path, endpoint: Simulator, file: Path) -> Iterator[Terminal]:
    command, needed = find_binary()
    (recipe,) = re.findall(r"```elisp\n(.*?)```", RECIPE.read_text("utf-8"), re.S)
    init, programs = tmp_path / "init.el", tmp_path / "bin"
    init.write_text(QUIET + recipe, "utf-8")
    programs.mkdir()
    launcher = programs / "glm-ls"
    launcher.write_text(f"#!/bin/sh\nexec {sys.executable} -m glm_ls\n")
    launcher.chmod(0o755)
    path = {"PATH": f"{programs}:/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    env = {**needed, **path, **environment(endpoint.base_url)}
    with start_terminal(
        tmp_path, file.parent, env, [*command, "-nw", "-Q", "-l", str(init), "a.py"]
    ) as terminal:
        terminal.until(lambda: any("eglot:" in row for row in terminal.rows()))
        yield terminal


def script(endpoint: Simulator, **parts: Answer) -> None:
    endpoint.script = Script(reply=playing(**parts))


def run(emacs: Terminal, command: str) -> None:
    emacs.press("M-x")
    emacs.type(command)
    emacs.press("Enter")


def saves(emacs: Terminal, file: Path, text: str) -> None:
    """Wait until the buffer, saved to its file, is as told."""

    def saved() -> bool:
        emacs.press("C-x", "C-s")
        emacs.settle()
        return file.read_text("utf-8") == text

    emacs.until(saved)


def test_a_completion_is_taken(emacs: Terminal, endpoint: Simulator, file: Path) -> None:
    script(endpoint, ghost=going_on("total_of = total(numbers)"))
    emacs.press("M->")
    emacs.type("total_o")

    def is_taken() -> bool:
        emacs.press("C-M-i")
        emacs.settle()
        return emacs.shows("total_of = total(numbers)")

    emacs.until(is_taken)
    saves(emacs, file, TEXT + "total_of = total(numbers)\n")


def test_an_action_lands(emacs: Terminal, endpoint: Simulator, file: Path) -> None:
    doc = '    """Add up."""\n'
    script(endpoint, action=replacing("    return", f"{doc}    return"))

    def is_asked() -> bool:
        emacs.press("C-g")
        emacs.settle()  # a quit throws away the keys that come right after it
        emacs.press("C-c", "a")
        emacs.settle()
        return emacs.shows("GLM: document")

    emacs.until(is_asked)
    emacs.type("GLM: doc")
    emacs.press("Tab", "Enter")
    saves(emacs, file, TEXT.replace("    return", f"{doc}    return"))


def test_a_rewrite_lands(emacs: Terminal, endpoint: Simulator, file: Path) -> None:
    script(endpoint, action=replacing("sum(values)", "max(values)"))
    emacs.until(lambda: emacs.shows("def total"))
    emacs.press("Down")
    run(emacs, "glm-rewrite")
    emacs.until_shows("Rewrite with GLM:")
    emacs.type("take the greatest")
    emacs.press("Enter")
    saves(emacs, file, TEXT.replace("sum(", "max("))
    assert "take the greatest" in endpoint.log[-1].body["messages"][1]["content"]


def test_a_finding_is_shown(emacs: Terminal, endpoint: Simulator) -> None:
    script(endpoint, review=finding(2, "    return sum(values)", "The total is a sum"))
    run(emacs, "glm-review")
    emacs.until_shows("The total is a sum")
