"""The command line as a whole: help, exit codes, errors in one line."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

import pytest

from glm_ls import __version__
from glm_ls.cli import config
from glm_ls.cli.main import COMMANDS
from glm_ls.cli.output import Report, Screen

from .conftest import KEY, Run


def test_help_lists_every_command(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert all(f"  {row.name} " in out for row in COMMANDS)


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"glm-ls {__version__}\n", "")


@pytest.mark.parametrize("name", [row.name for row in COMMANDS])
def test_each_command_has_its_help(run: Run, name: str) -> None:
    code, out, _ = run(name, "--help")
    assert (code, out.startswith(f"usage: glm-ls {name}")) == (0, True)
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize(
    "argv",
    [
        (),
        ("no-such-command",),
        ("serve", "--tcp"),
        ("serve",),
        ("demo", "--places", "x"),
        ("demo", "--places", "0"),
        ("complete",),
        ("complete", "shapes.py"),
        ("complete", "shapes.py:0"),
        ("complete", "shapes.py:1:0"),
        ("complete", "shapes.py:1", "--invoked", "9"),
        ("config", "--all", "--path"),
    ],
)
def test_a_command_line_that_cannot_be_understood(run: Run, argv: tuple[str, ...]) -> None:
    code, out, err = run(*argv)
    assert (code, out) == (2, "")
    assert "glm-ls" in err


def test_an_error_is_a_document_too(run: Run) -> None:
    outcome = run("complete", "nowhere.py:1", "--json")
    assert outcome.code == 1
    assert outcome.document["error"]["reason"] == "document"
    assert outcome.err.count("\n") == 1


def test_a_defect_is_one_line_without_a_key(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(options: argparse.Namespace, screen: Screen) -> Report:
        raise ValueError(f"bad header\nAuthorization: Bearer {KEY}")

    monkeypatch.setattr(config, "run", broken)
    code, out, err = run("config")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "ValueError" in err
    assert KEY not in err


def test_the_help_loads_nothing_heavy(plain_env: dict[str, str]) -> None:
    script = (
        "import sys, json; from glm_ls.cli.main import main; main(['--help']);"
        "sys.stderr.write(json.dumps(sorted(sys.modules)))"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, check=True, env=plain_env)
    heavy = {"httpx", "pygls", "lsprotocol", "tree_sitter", "sqlite3", "asyncio"}
    assert heavy.isdisjoint(json.loads(done.stderr))
