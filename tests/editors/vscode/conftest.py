"""The VS Code that all test modules share: one browser, one server of pages, one main window.

The window begins without a key and in a folder that is not trusted; `keyed` changes both.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.editors.answers import going_on
from tests.editors.neovim import make_workspace
from tests.editors.service import running_endpoint
from tests.editors.vscode.tools import ROOT
from tests.editors.vscode.window import SERVER_LOG, Code, start_browser, start_code
from tests.simulator import Script, Simulator

ADD = ("def add(a, b):", "    return a + b")
KEY = "good-key"
Window = Callable[[str], Code]


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    with start_browser() as browser:
        yield browser


@pytest.fixture(scope="package")
def service() -> Iterator[Simulator]:
    with running_endpoint() as endpoint:
        yield endpoint


@pytest.fixture(scope="package")
def code_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("code")


@pytest.fixture(scope="package")
def window(browser: Any, code_home: Path, service: Simulator) -> Iterator[Window]:
    settings = {
        "glm-ls.server.path": sys.executable,
        "glm-ls.provider": "zai",
        "glm-ls.base_url": service.base_url,
        "glm-ls.completion.debounce_ms": 0,
    }
    log = {"GLM_LS_LOG_FILE": str(code_home / SERVER_LOG), "GLM_LS_LOG_LEVEL": "info"}
    env = {"PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1", **log}
    with start_code(browser, code_home, settings, env) as open_window:
        yield open_window


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose settings would start another server and send code elsewhere."""
    place = make_workspace(tmp_path_factory.mktemp("vscode"))
    settings = {"glm-ls.server.path": "/untrusted/glm-ls", "glm-ls.base_url": "http://127.0.0.1:9"}
    (place / ".vscode").mkdir()
    (place / ".vscode" / "settings.json").write_text(json.dumps(settings))
    return place


@pytest.fixture(scope="package")
def keyless(window: Window, folder: Path) -> Code:
    """The main window, as it begins."""
    return window(f"folder={folder}")


@pytest.fixture(scope="package")
def keyed(keyless: Code, folder: Path) -> Code:
    """The main window with a key, in a trusted folder that sets nothing."""
    keyless.trust()
    (folder / ".vscode" / "settings.json").write_text("{}")
    keyless.until(lambda: keyless.status() == "GLM: key-missing")
    keyless.close_all()
    keyless.run("GLM: Set API Key")
    keyless.answer(KEY)
    keyless.until(lambda: keyless.status() == "GLM")
    return keyless


@pytest.fixture
def code(keyed: Code) -> Iterator[Code]:
    yield keyed
    keyed.close_all()


@pytest.fixture
def add(service: Simulator) -> None:
    service.script = Script(reply=going_on("\n".join(ADD)))
