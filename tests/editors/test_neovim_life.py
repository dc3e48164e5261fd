"""The server's life in a real Neovim: it starts, comes back after a crash, and is given up."""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.editors.answers import count_generating, going_on
from tests.editors.conftest import Start
from tests.editors.neovim import Neovim, make_workspace
from tests.simulator import Script, Simulator

ADD = ("def add(a, b):", "    return a + b")
BEYOND = "~"
SERVERS = "return vim.api.nvim_get_proc_children(vim.fn.getpid())"
FASTER = """
_G.pauses = {}
local defer = vim.defer_fn
vim.defer_fn = function(act, pause)
  if pause >= 500 then table.insert(_G.pauses, pause) end
  return defer(act, pause / 10)
end
"""
"""Keeps the pauses before a new start, and shortens them."""


@pytest.fixture(autouse=True)
def add(endpoint: Simulator) -> None:
    """The endpoint completes `def add`."""
    endpoint.script = Script(reply=going_on("\n".join(ADD)))


def command(*words: str) -> str:
    """Return the Lua that sets the server's command."""
    listed = ", ".join(f"[[{word}]]" for word in words)
    return f"vim.lsp.config('glm_ls', {{ cmd = {{ {listed} }} }})"


def test_a_server_that_dies_while_typing_comes_back(nvim: Neovim, workspace: Path) -> None:
    nvim.open(workspace / "a.py", "import math\n")
    nvim.type("odef ad")
    nvim.until_shows(*ADD, BEYOND)
    (server,) = nvim.lua(SERVERS)
    os.kill(server, signal.SIGKILL)
    nvim.until(lambda: nvim.status() == "restarting")
    nvim.type("d(a<Tab>")
    nvim.until_holds(1, "def add(a   ")
    nvim.until(lambda: nvim.status() == "ready")
    nvim.type("<BS>")
    nvim.until_shows(*ADD, BEYOND)
    nvim.type("<Tab>")
    nvim.until(lambda: nvim.lines()[1:] == list(ADD))
    assert (nvim.messages(), nvim.prompts()) == ([], 0)


def test_a_server_that_crashes_at_its_start_is_given_up_in_one_message(
    start: Start, workspace: Path
) -> None:
    dying = command(sys.executable, "-c", "raise SystemExit(3)")
    with start(FASTER + dying) as nvim:
        (workspace / "b.py").write_text("x = 1\n")
        nvim.api.command(f"edit {workspace / 'b.py'}")
        nvim.until(lambda: nvim.status() == "stopped")
        assert nvim.lua("return _G.pauses") == [500, 2000, 5000]
        nvim.api.command(f"edit {workspace / 'b2.py'}")
        nvim.until(nvim.messages)
        (message,) = nvim.messages()
        assert message.startswith("glm-ls: it stopped 4 times in a row (exit code 3)")
        assert (nvim.lua(SERVERS), nvim.prompts()) == ([], 0)


def test_a_server_that_keeps_dying_is_given_up_and_can_be_restarted(
    start: Start, workspace: Path
) -> None:
    with start(FASTER) as nvim:
        nvim.open(workspace / "b3.py", "import math\n")
        for status in ("restarting", "restarting", "restarting", "stopped"):
            (server,) = nvim.until(partial(nvim.lua, SERVERS))
            os.kill(server, signal.SIGKILL)
            nvim.until(partial(is_gone, nvim, server))
            nvim.until(partial(has_status, nvim, status))
        nvim.type("odef ad<Esc>:Glm restart<CR>")
        nvim.until(lambda: nvim.status() == "ready")
        nvim.type("ad(a")
        nvim.until_shows(*ADD, BEYOND)
        nvim.type("<Tab>")
        nvim.until(lambda: nvim.lines()[1:] == list(ADD))
        assert (len(nvim.messages()), nvim.prompts()) == (1, 0)


def is_gone(nvim: Neovim, server: int) -> bool:
    return server not in nvim.lua(SERVERS)


def has_status(nvim: Neovim, reason: str) -> bool:
    return nvim.status() == reason


def test_a_wrong_path_is_told_once_and_can_be_mended(start: Start, workspace: Path) -> None:
    with start(command("/no/such/glm-ls")) as nvim:
        for name in ("c.py", "c2.py", "c3.py"):
            (workspace / name).write_text("import math\n")
            nvim.api.command(f"edit {workspace / name}")
        nvim.until(nvim.messages)
        assert nvim.status() == "stopped"
        (message,) = nvim.messages()
        assert message.startswith("glm-ls: there is no program /no/such/glm-ls")
        nvim.api.command("checkhealth glm_ls")
        assert any("/no/such/glm-ls" in line for line in nvim.lines())
        nvim.api.command("bdelete")
        nvim.lua(command(sys.executable, "-m", "glm_ls"))
        nvim.api.command("Glm restart")
        nvim.until(lambda: nvim.status() == "ready")
        assert nvim.prompts() == 0


def test_switched_off_it_stays_off(nvim: Neovim, workspace: Path) -> None:
    nvim.open(workspace / "d.py", "import math\n")
    nvim.lua("vim.lsp.enable('glm_ls', false)")
    nvim.until(lambda: nvim.lua(SERVERS) == [])
    nvim.api.command(f"edit {workspace / 'd2.py'}")
    assert (nvim.status(), nvim.lua(SERVERS), nvim.messages()) == ("", [], [])
    nvim.lua("vim.lsp.enable('glm_ls')")
    nvim.until(lambda: nvim.status() == "ready")


def test_an_untitled_document_is_completed(nvim: Neovim) -> None:
    nvim.api.command("enew")
    nvim.api.command("set filetype=python")
    nvim.until(lambda: nvim.status() == "ready")
    nvim.type("idef add(a")
    nvim.until_shows(*ADD, BEYOND)
    nvim.type("<Tab>")
    nvim.until(lambda: nvim.lines() == list(ADD))


def test_manual_mode_asks_nothing_until_asked(
    nvim: Neovim, endpoint: Simulator, workspace: Path
) -> None:
    nvim.open(workspace / "e.py", "import math\n")
    nvim.api.command("Glm manual")
    nvim.until(lambda: nvim.lua("return next(vim.lsp.get_clients()[1].requests) == nil"))
    asked = count_generating(endpoint)
    nvim.type("odef add(a")
    nvim.lua("vim.wait(1500)")
    assert not nvim.shows(*ADD, BEYOND)
    assert count_generating(endpoint) == asked
    nvim.type("<M-]>")
    nvim.until_shows(*ADD, BEYOND)
    nvim.type("<Tab><Esc>")
    nvim.until(lambda: nvim.lines()[1:] == list(ADD))
    nvim.api.command("Glm auto")
    nvim.type("odef add(")
    nvim.until(lambda: any(row.startswith("def add(a, b)") for row in nvim.screen()[3:]))


def test_two_workspaces_are_served_side_by_side(
    nvim: Neovim, endpoint: Simulator, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        place = make_workspace(tmp_path / name)
        nvim.open(place / f"{name}.py", "import math\n")
        nvim.type("odef add(")
        nvim.until_shows(*ADD, BEYOND)
        nvim.type("<Esc>")
    roots = nvim.lua("return vim.tbl_map(function(c) return c.root_dir end, vim.lsp.get_clients())")
    assert {str(tmp_path / name / "workspace") for name in ("one", "two")} <= set(roots)
