"""What is known of the machine without asking anybody."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from glm_ls.cli.checks.machine import EDITORS, SNIPPETS, editor_hint, editors, grammars
from glm_ls.syntax.languages import LANGUAGES

BY_PROGRAM = {editor.program: editor for editor in EDITORS}


@pytest.mark.parametrize(
    ("program", "version", "words"),
    [
        ("nvim", "0.12", "Neovim 0.12 shows ghost text by itself"),
        ("nvim", "1.0", "by itself"),
        ("nvim", "0.11", "editors/neovim"),
        ("nvim", "0.9", "too old"),
        ("nvim", "", "Neovim (version unknown)"),
        ("hx", "25.7", "menu items"),
        ("emacs", "30.1", "built-in eglot"),
        ("emacs", "28.2", "once eglot is installed"),
    ],
)
def test_the_hint_fits_the_version(program: str, version: str, words: str) -> None:
    assert words in editor_hint(BY_PROGRAM[program], version)


@pytest.mark.skipif(os.name == "nt", reason="the editor is a shell script")
@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo NVIM v0.11.4; echo Build type: Release 0.12", "Neovim 0.11 shows"),
        ("exit 1", "Neovim (version unknown)"),
        ("echo no number", "Neovim (version unknown)"),
    ],
)
def test_an_editor_on_path_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, words: str
) -> None:
    program = tmp_path / "nvim"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    (check,) = editors()
    assert words in check.text


def test_no_editor_is_no_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [check.verdict for check in editors()] == ["hint"]


def test_every_grammar_has_a_snippet_and_parses_it() -> None:
    assert set(SNIPPETS) == {row.id for row in LANGUAGES if row.grammar}
    assert grammars().verdict == "ok"


def test_a_grammar_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SNIPPETS, "go", "package {{{")
    check = grammars()
    assert (check.verdict, check.text.endswith(": go")) == ("warning", True)
