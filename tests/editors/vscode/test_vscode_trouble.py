"""A real VS Code when something is wrong: one clear message, and a way on."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.editors.answers import going_on
from tests.editors.neovim import make_workspace
from tests.editors.vscode.conftest import ADD, KEY, Window
from tests.editors.vscode.window import Code, environment_of, server_of, servers_below
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.timeout(900)


def test_a_rejected_key_is_one_message(code: Code, service: Simulator, folder: Path) -> None:
    code.run("GLM: Set API Key")
    code.answer("bad-key")
    code.until(lambda: b"GLM_LS_API_KEY=bad-key" in environment_of(server_of(code)))
    code.until(lambda: code.status() == "GLM")
    code.open(folder / "rejected.py", "import math\n")
    code.type("math.fl")
    code.until(lambda: code.status() == "GLM: key-rejected")
    code.type("oor")
    code.until(lambda: len(code.messages()) == 1)
    code.press("F7")
    code.run("GLM: Set API Key")
    code.answer(KEY)
    code.until(lambda: code.status() == "GLM")


@pytest.mark.usefixtures("add")
def test_a_server_that_dies_while_typing_comes_back(code: Code, folder: Path) -> None:
    code.open(folder / "dying.py", "import math\n")
    code.type("def a")
    dead = server_of(code)
    os.kill(dead, signal.SIGKILL)
    code.type("dd(")
    code.until(lambda: servers_below(code.home) not in ([], [dead]) and code.status() == "GLM")
    code.type("a")
    code.shows("return a + b")
    assert code.messages() == []


def test_a_server_that_keeps_dying_is_one_message_with_a_way_on(code: Code, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho no such luck >&2\nexit 3\n")
    broken.chmod(0o755)
    code.configure(server__path=str(broken))
    code.until(lambda: code.status() == "GLM: stopped")
    told = ["GLM: The server stopped 4 times in a row. no such luck"]
    assert code.until(code.messages) == told
    code.configure(server__path=sys.executable)
    code.until(lambda: code.status() == "GLM")


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("/nowhere/glm-ls", None, "glm-ls.server.path: there is no file /nowhere/glm-ls."),
        ("{tmp}/glm-ls", "no program", "The server does not start. spawn {tmp}/glm-ls EACCES"),
    ],
)
def test_a_wrong_path_is_one_clear_message(
    code: Code, tmp_path: Path, path: str, text: str | None, message: str
) -> None:
    if text is not None:
        (tmp_path / "glm-ls").write_text(text)
    code.configure(server__path=path.format(tmp=tmp_path))
    code.until(lambda: code.status() == "GLM: stopped")
    assert code.until(code.messages) == [f"GLM: {message.format(tmp=tmp_path)}"]
    code.configure(server__path=sys.executable)
    code.until(lambda: code.status() == "GLM")


def test_two_folders_in_one_window_share_a_server(
    window: Window, tmp_path: Path, folder: Path, code: Code, service: Simulator
) -> None:
    service.script = Script(reply=going_on("\n".join(ADD)))
    folders = [folder, make_workspace(tmp_path)]
    file = tmp_path / "two.code-workspace"
    file.write_text(json.dumps({"folders": [{"path": str(path)} for path in folders]}))
    before = servers_below(code.home)
    other = window(f"workspace={file}")
    other.until(lambda: other.status() == "GLM")
    for number, path in enumerate(folders):
        other.open(path / f"two{number}.py", "import math\n")
        other.type("def add(a")
        other.shows("return a + b")
        other.press("Escape")
    assert len(servers_below(code.home)) == len(before) + 1
    other.close_all()
    other.page.close()
