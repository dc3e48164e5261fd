"""Ghost text in a real Neovim, as a person who types sees it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.editors.answers import count_generating, going_on
from tests.editors.conftest import Start
from tests.editors.neovim import Neovim, make_workspace, start_neovim
from tests.simulator import Script, Simulator

ADD = ("def add(a, b):", "    return a + b")
BEYOND = "~"
"""What Neovim shows below the last line."""

COUNT = """
_G.answered = 0
vim.api.nvim_create_autocmd('LspRequest', {
  callback = function(event)
    local request = event.data.request
    if request.method == 'textDocument/inlineCompletion' and request.type == 'complete' then
      _G.answered = _G.answered + 1
    end
  end,
})
"""

WATCH_PARTS = """
_G.parts = {}
local client = vim.lsp.get_clients({ name = 'glm_ls', bufnr = 0 })[1]
_G.notify = _G.notify or client.notify
client.notify = function(self, method, params)
  if method == 'textDocument/didPartiallyAcceptCompletion' then
    table.insert(_G.parts, params.acceptedLength)
  end
  return _G.notify(self, method, params)
end
"""


def is_native(nvim: Neovim) -> bool:
    return bool(nvim.lua("return vim.lsp.inline_completion ~= nil"))


@pytest.fixture
def add(endpoint: Simulator) -> None:
    """The endpoint completes `def add`."""
    endpoint.script = Script(reply=going_on("\n".join(ADD)))


@pytest.mark.usefixtures("add")
def test_ghost_text_is_seen_followed_and_taken(
    nvim: Neovim, endpoint: Simulator, workspace: Path
) -> None:
    nvim.open(workspace / "a.py", "import math\n")
    nvim.type("o<CR>def add(a")
    nvim.until_shows(*ADD, BEYOND)
    assert nvim.lines() == ["import math", "", "def add(a"]

    asked = count_generating(endpoint)
    for typed in ("def add(a,", "def add(a, ", "def add(a, b"):
        nvim.type(typed[-1])
        nvim.until_holds(2, typed)
        assert nvim.shows(*ADD, BEYOND), nvim.screen()

    nvim.type("<Tab>")
    nvim.until(lambda: nvim.lines()[2:] == list(ADD))
    nvim.type("!")
    nvim.until(lambda: nvim.lines() == ["import math", "", ADD[0], ADD[1] + "!"])
    assert count_generating(endpoint) == asked
    assert (nvim.prompts(), nvim.status()) == (0, "ready")


@pytest.mark.parametrize("key", ["a", "<Esc>"])
@pytest.mark.usefixtures("add")
def test_a_request_is_given_up_at_the_next_key(
    nvim: Neovim, endpoint: Simulator, workspace: Path, key: str
) -> None:
    asked = count_generating(endpoint)
    endpoint.queue(Script(reply="stale", ttfb_s=60))
    nvim.open(workspace / "a2.py", "import math\n")
    nvim.type("odef add(")
    nvim.until(lambda: count_generating(endpoint) > asked)
    pending = endpoint.log[-1]
    nvim.type(key)
    nvim.until(lambda: pending.gone)
    if key == "a":
        nvim.until_shows(*ADD, BEYOND)


@pytest.mark.parametrize(
    ("typed", "then", "rows"),
    [
        ("print(", "to", ("print(total, count)",)),
        ("show({", "", ("show({", "    total: count,", "})")),
    ],
)
def test_a_bracket_that_the_editor_closed_is_not_left_behind(
    nvim: Neovim,
    endpoint: Simulator,
    workspace: Path,
    typed: str,
    then: str,
    rows: tuple[str, ...],
) -> None:
    if is_native(nvim) and len(rows) > 1:
        pytest.skip("this Neovim does not cover what a first line without more text replaces")
    endpoint.script = Script(reply=going_on("\n".join(rows)))
    nvim.open(workspace / "b.py", "total = 1\ncount = 2\n")
    nvim.api.command("inoremap <buffer> ( ()<Left>| inoremap <buffer> { {}<Left>")
    nvim.type("Go" + typed)
    nvim.until_shows(*rows, BEYOND)
    nvim.type(then)
    nvim.until(lambda: nvim.lines()[2].startswith(typed + then))
    assert nvim.shows(*rows, BEYOND), nvim.screen()
    nvim.type("<Tab>;")
    nvim.until(lambda: nvim.lines()[2:] == [*rows[:-1], rows[-1] + ";"])


def test_text_behind_the_cursor_stays_in_sight(
    nvim: Neovim, endpoint: Simulator, workspace: Path
) -> None:
    if is_native(nvim):
        pytest.skip("this Neovim draws over what stands behind the cursor")
    endpoint.script = Script(reply=going_on("total = 1 + 2"))
    nvim.open(workspace / "b2.py", "import math\n")
    nvim.type("o  # sum<Home>total = ")
    nvim.until_shows("total = 1 + 2  # sum", BEYOND)
    nvim.type("<Tab>")
    nvim.until_holds(1, "total = 1 + 2  # sum")


@pytest.mark.parametrize("leave", ["<Esc>", "<C-]>", "<C-o>:new<CR>", "<F2>", "<BS><BS>x", "<Up>"])
@pytest.mark.usefixtures("add")
def test_nothing_is_left_behind(nvim: Neovim, workspace: Path, leave: str) -> None:
    if is_native(nvim) and leave == "<F2>":
        pytest.skip("this Neovim leaves its ghost text in a buffer that a command has left")
    nvim.open(workspace / "c.py", "import math\n")
    nvim.api.command("inoremap <buffer> <F2> <Cmd>new<CR>")
    nvim.type("odef add(a")
    nvim.until_shows(*ADD, BEYOND)
    nvim.type(leave)
    nvim.until(lambda: not any("return" in row for row in nvim.screen()))


@pytest.mark.usefixtures("add")
def test_keys_do_what_they_did_where_there_is_no_ghost_text(nvim: Neovim, workspace: Path) -> None:
    nvim.open(workspace / "d.py", "x = 1\n")
    nvim.api.command("setlocal noexpandtab")
    nvim.type("o<Tab>")
    nvim.until_holds(1, "\t")
    nvim.api.command("inoremap <expr> <Tab> 'own'")
    nvim.type("<Tab>")
    nvim.until_holds(1, "\town")
    nvim.api.command("iunmap <Tab>")


def test_another_suggestion_is_asked_for(
    nvim: Neovim, endpoint: Simulator, workspace: Path
) -> None:
    endpoint.script = Script(reply=going_on("value = first", "value = second"))
    nvim.open(workspace / "e.py", "first = second = 1\n")
    nvim.type("ovalue = ")
    nvim.until_shows("value = first", BEYOND)
    asked = count_generating(endpoint)
    nvim.type("<M-]>")
    nvim.until(lambda: count_generating(endpoint) > asked)
    nvim.until(partial(has_answered, nvim))
    nvim.until_shows("value = first", BEYOND)
    nvim.type("<M-]>")
    nvim.until(lambda: nvim.screen()[1].startswith("value = second"))
    nvim.type("<Tab>")
    nvim.until_holds(1, "value = second")


def has_answered(nvim: Neovim) -> bool:
    """Whether the server has nothing to answer any more."""
    return bool(nvim.lua("return next(vim.lsp.get_clients()[1].requests) == nil"))


@pytest.mark.parametrize(
    ("keys", "steps"),
    [
        ("<M-Right>", ["print(total", "print(total,", "print(total, count"]),
        ("<M-Down>", ["print(total, count)", "print(total, count)\n    print(count)"]),
    ],
)
def test_a_part_is_taken_and_told(
    nvim: Neovim, endpoint: Simulator, workspace: Path, keys: str, steps: list[str]
) -> None:
    whole = "print(total, count)\n    print(count)\n    print(total)"
    endpoint.script = Script(reply=going_on(whole))
    nvim.open(workspace / "e2.py", "def f(total, count):\n")
    nvim.lua(WATCH_PARTS)
    nvim.type("oprint(")
    nvim.until(lambda: any("print(count)" in row for row in nvim.screen()))
    for step in steps:
        nvim.type(keys)
        nvim.until(partial(ends_with, nvim, step))
        nvim.until(lambda: any("print(total)" in row for row in nvim.screen()))
    asked = count_generating(endpoint)
    nvim.type("<Tab>")
    nvim.until(partial(ends_with, nvim, whole))
    assert count_generating(endpoint) == asked
    told = nvim.lua("return _G.parts")
    assert told == [len("    " + step) for step in steps]


def ends_with(nvim: Neovim, text: str) -> bool:
    return "\n".join(nvim.lines()).endswith("    " + text)


def test_line_ends_and_tabs_are_the_file_s_own(
    nvim: Neovim, endpoint: Simulator, workspace: Path
) -> None:
    file = workspace / "f.go"
    endpoint.script = Script(reply=going_on("\tfor {\n\t\tbreak\n\t}"))
    nvim.open(file, "package f\r\n\r\nfunc f() {\r\n\tg()\r\n}\r\n")
    nvim.api.command("setlocal tabstop=4 noexpandtab noautoindent indentexpr=")
    nvim.type("3jo")
    nvim.until(lambda: any("break" in row for row in nvim.screen()))
    if not is_native(nvim):
        assert nvim.shows("    g()", "    for {", "        break", "    }", "}")
    nvim.type("<Tab><Esc>")
    nvim.until(lambda: "\t\tbreak" in nvim.lines())
    nvim.api.command("silent write")
    code = b"package f\n\nfunc f() {\n\tg()\n\tfor {\n\t\tbreak\n\t}\n}\n"
    assert file.read_bytes() == code.replace(b"\n", b"\r\n")


def test_health_tells_engine_and_address(
    nvim: Neovim, endpoint: Simulator, workspace: Path
) -> None:
    nvim.open(workspace / "g.py", "x = 1\n")
    nvim.api.command("checkhealth glm_ls")
    report = "\n".join(nvim.lines())
    assert endpoint.base_url in report
    assert "(ready)" in report


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_columns_are_counted_as_the_server_does(
    start: Start, endpoint: Simulator, workspace: Path, encoding: str
) -> None:
    endpoint.script = Script(reply=going_on("x = ('é🎉', 'größe')"))
    offer = f"{{ general = {{ positionEncodings = {{ '{encoding}' }} }} }}"
    more = f"vim.lsp.config('glm_ls', {{ capabilities = {offer} }})"
    with start(more) as nvim:
        nvim.open(workspace / "h.py", "größe = 1\n")
        nvim.api.command("inoremap <buffer> ( ()<Left>")
        nvim.type("ox = ('é🎉', ")
        nvim.until_shows("x = ('é🎉', 'größe')", BEYOND)
        nvim.type("'<Tab>")
        nvim.until_holds(1, "x = ('é🎉', 'größe')")


def test_a_wrong_key_is_told_once_and_quietly(start: Start, workspace: Path) -> None:
    with start(COUNT, GLM_LS_API_KEY="bad-key") as nvim:
        nvim.open(workspace / "i.py", "import math\n")
        nvim.type("o")
        for answered, keys in enumerate(("math.", "f", "l"), 1):
            nvim.type(keys)
            nvim.until(partial(nvim.lua, "return _G.answered >= ...", answered))
        nvim.until(lambda: nvim.status() == "key-rejected")
        assert nvim.messages() == []
        nvim.type("<Esc>")
        nvim.until(lambda: nvim.screen()[-1].startswith("glm-ls: "))
        assert (len(nvim.messages()), nvim.prompts()) == (1, 0)
        assert "key" in nvim.status("message")


def test_the_embedded_engine_needs_neither_key_nor_network(version: str, tmp_path: Path) -> None:
    line = "    return os.path.join(path, 'data')"
    code = "".join(f"def folder_{n}(path):\n{line}\n" for n in range(6))
    with start_neovim(version, tmp_path, {}) as nvim:
        nvim.open(make_workspace(tmp_path) / "k.py", f"import os\n\n{code}")
        nvim.until(lambda: not status_report(nvim)["learning"])
        nvim.type("Godef folder(path):<CR>return os.pa")
        nvim.until_shows(line, BEYOND)
        nvim.type("<Tab>")
        nvim.until_holds(-1, line)
        assert (nvim.status(), nvim.messages(), nvim.prompts()) == ("embedded", [], 0)


def status_report(nvim: Neovim) -> Any:
    """Return what the server tells of itself."""
    return nvim.lua(
        "return vim.lsp.get_clients({ name = 'glm_ls' })[1]"
        ":request_sync('workspace/executeCommand', { command = 'glm-ls.status' }, 5000).result"
    )
