from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from glm_ls import log
from glm_ls.cli.main import main

KEY = "k3y-canary-0123456789-abcdefghij"
"""A good key of the simulator; nothing may ever print it."""


class Outcome(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on standard output."""
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value


Run = Callable[..., Outcome]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository with two files, as current folder; no key and no setting of the machine."""
    for name in [n for n in os.environ if n.endswith(("_KEY", "_proxy", "_PROXY"))]:
        monkeypatch.delenv(name)
    for name in [n for n in os.environ if n.startswith("GLM_LS_")]:
        monkeypatch.delenv(name)
    for name in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"GLM_LS_{name}_DIR", str(tmp_path / name.lower()))
    (tmp_path / "config").mkdir()
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    body = "".join(
        f"def area_{n}(width, height):\n    surface_area = width * height\n"
        f"    return surface_area * {n}\n\n\n"
        for n in range(12)
    )
    (folder / "shapes.py").write_text(body)
    (folder / ".gitignore").write_text("private.py\n")
    (folder / "private.py").write_text("token_of_mine = my_own_value\n")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Run]:
    """Run a command line in this process, in the project."""
    monkeypatch.setattr(log, "_protected", {})
    levels = {name: logging.getLogger(name).level for name in ("glm_ls", "pygls", "httpx")}

    def run_command(*argv: str) -> Outcome:
        code = main(argv)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Outcome(code, out, err)

    yield run_command
    log.configure("warning")
    for handler in log._handlers:
        logging.getLogger().removeHandler(handler)
    log._handlers.clear()
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set settings through the environment, as a user would."""

    def set_all(**settings: str) -> None:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)

    return set_all
