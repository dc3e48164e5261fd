"""Next edits, code actions and reviews in a real Neovim, as a person sees them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.editors.answers import Answer, finding, going_on, playing, predicting, replacing
from tests.editors.neovim import Neovim
from tests.simulator import Script, Simulator
from tests.simulator.log import Exchange

BEYOND = "~"
TEXT = "def total(values):\n    return sum(values)\n\n\nother = 1\n"
LINES = TEXT.splitlines()
LANDED = TEXT.replace("sum(", "max(").splitlines()
KEYS = "typing goes on "
SLOW_S = 3.0
EXPLANATION = "# Why\n\nIt adds *all* values."
RUN_ACTION = """
local title = ...
vim.lsp.buf.code_action({
  apply = true,
  filter = function(action) return action.title:find(title, 1, true) ~= nil end,
})
"""
HEAR = """
_G.notify, _G.told = vim.notify, {}
vim.notify = function(message) table.insert(_G.told, message) end
"""


def script(endpoint: Simulator, *, ttfb_s: float = 0, **parts: Answer) -> None:
    endpoint.script = Script(reply=playing(**parts), ttfb_s=ttfb_s)


def marks(nvim: Neovim) -> str:
    """Return what is shown of a next edit: the new text."""
    return str(
        nvim.lua("""
        local space = vim.api.nvim_get_namespaces()['glm_ls.next_edit']
        local text = {}
        for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })) do
          local lines = vim.list_extend({ mark[4].virt_text or {} }, mark[4].virt_lines or {})
          for _, line in ipairs(lines) do
            for _, chunk in ipairs(line) do table.insert(text, chunk[1]) end
          end
        end
        return table.concat(text, '|')
        """)
    )


# -- next edit -----------------------------------------------------------------------------


def rename(nvim: Neovim, endpoint: Simulator, file: Path, gap: int = 0) -> None:
    """Rename a parameter, and have its use predicted, `gap` lines below."""
    script(endpoint, next_edit=predicting("sum(values)", "sum(prices)"))
    nvim.open(file, TEXT.replace("    return", "    pass\n" * gap + "    return"))
    nvim.type("/values<CR>cwprices<Esc>")
    nvim.until(lambda: "prices" in marks(nvim))


def test_the_next_edit_is_shown_and_made(
    nvim: Neovim, endpoint: Simulator, workspace: Path
) -> None:
    rename(nvim, endpoint, workspace / "a.py")
    nvim.type("<Tab>")
    nvim.until_holds(1, "    return sum(prices)")
    assert (marks(nvim), nvim.prompts()) == ("", 0)
    nvim.type("u")
    nvim.until_holds(1, "    return sum(values)")


def test_a_far_edit_is_gone_to_first(nvim: Neovim, endpoint: Simulator, workspace: Path) -> None:
    rename(nvim, endpoint, workspace / "b.py", gap=12)
    nvim.type("<Tab>")
    nvim.until(lambda: nvim.api.current.window.cursor[0] == 14)
    assert nvim.lines()[13] == "    return sum(values)"
    nvim.type("<Tab>")
    nvim.until_holds(13, "    return sum(prices)")
    nvim.type("<C-o>")
    nvim.until(lambda: nvim.api.current.window.cursor[0] == 1)


@pytest.mark.parametrize("keys", ["ix", "x", ":new<CR>", "i<C-]>"])
def test_an_edit_that_is_passed_over_goes_away(
    nvim: Neovim, endpoint: Simulator, workspace: Path, keys: str
) -> None:
    rename(nvim, endpoint, workspace / f"c{len(keys)}.py")
    endpoint.script = Script(reply="")
    nvim.type(keys)
    nvim.until(lambda: not any("sum(prices)" in row or "prices|" in row for row in nvim.screen()))
    nvim.type("<Esc>")
    nvim.until(lambda: "sum(values)" in "".join(nvim.lines()) or keys.startswith(":"))


def test_keys_in_normal_mode_do_what_they_did(nvim: Neovim, workspace: Path) -> None:
    nvim.open(workspace / "d.py", TEXT)
    nvim.type("Ggg<C-o><Tab>")  # forward in the list of jumps
    nvim.until(lambda: nvim.api.current.window.cursor[0] == 1)


# -- actions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("goes", "lines", "lands"),
    [
        ("ggO", ["{typed}", *LANDED], True),
        ("Go", [*LANDED, "{typed}"], True),
        ("Gofirst<Esc>ggO", ["{typed}", *LANDED, "first"], True),
        ("ggA  # ", [LINES[0] + "  # {typed}", *LINES[1:]], False),
        ("2GA  # ", [LINES[0], LINES[1] + "  # {typed}", *LINES[2:]], False),
    ],
    ids=["above", "below", "both", "inside", "on the line that changes"],
)
def test_typing_goes_on_while_a_slow_rewrite_is_made(
    nvim: Neovim,
    told: Callable[[], list[str]],
    endpoint: Simulator,
    workspace: Path,
    goes: str,
    lines: list[str],
    lands: bool,
) -> None:
    """It lands where its lines are by then, or is refused in one message; no key is ever lost."""
    script(endpoint, ttfb_s=SLOW_S, action=replacing("sum(values)", "max(values)"))
    nvim.open(workspace / "e.py", TEXT)
    before = len(endpoint.log)
    begun = time.monotonic()
    nvim.api.command("1,2Glm rewrite use max")
    nvim.until(lambda: len(endpoint.log) > before)
    nvim.type(goes)
    typed = type_on(nvim, endpoint.log[before])
    assert time.monotonic() - begun >= SLOW_S
    wanted = [line.format(typed=typed) for line in lines]
    nvim.until(lambda: nvim.lines() == wanted and len(told()) == (not lands))
    assert all("nothing was changed" in message for message in told())
    assert nvim.prompts() == 0


@pytest.fixture
def told(nvim: Neovim) -> Iterator[Callable[[], list[str]]]:
    """What the user has been told in the course of a test."""
    nvim.lua(HEAR)
    yield lambda: list(nvim.lua("return _G.told"))
    nvim.lua("vim.notify = _G.notify")


def type_on(nvim: Neovim, asked: Exchange) -> str:
    """Type key after key until a request is answered, then leave insert mode; return the text."""
    typed = ""
    while not asked.ended:
        typed += KEYS[len(typed) % len(KEYS)]
        nvim.type(typed[-1])
        nvim.until(partial(holds, nvim, typed))
    nvim.type("<Esc>")
    return typed


def holds(nvim: Neovim, text: str) -> bool:
    return text in "\n".join(nvim.lines())


@pytest.mark.parametrize("span", ["1,2", ""])
def test_a_rewrite_asks_for_the_instruction(
    nvim: Neovim, endpoint: Simulator, workspace: Path, span: str
) -> None:
    """Without a range it is about the function around the cursor."""
    script(endpoint, action=replacing("sum(values)", "min(values)"))
    nvim.open(workspace / f"g{len(span)}.py", TEXT)
    nvim.type(f":{span}Glm rewrite<CR>")
    nvim.until(lambda: nvim.screen()[-1].startswith("Rewrite with GLM:"))
    nvim.type("take the least<CR>")
    nvim.until_holds(1, "    return min(values)")
    assert "take the least" in endpoint.log[-1].body["messages"][1]["content"]


def test_an_action_of_the_menu_lands(nvim: Neovim, endpoint: Simulator, workspace: Path) -> None:
    script(endpoint, action=replacing("    return", '    """Add up."""\n    return'))
    nvim.open(workspace / "h.py", TEXT)
    nvim.lua(RUN_ACTION, "GLM: document")
    nvim.until_holds(1, '    """Add up."""')
    assert nvim.lines()[2:] == TEXT.splitlines()[1:]


# -- review --------------------------------------------------------------------------------


def test_a_finding_is_shown_fixed_and_gone(
    nvim: Neovim, endpoint: Simulator, workspace: Path
) -> None:
    nvim.lua("vim.diagnostic.config({ virtual_text = true })")
    quote = "    return sum(values)"
    script(
        endpoint,
        review=finding(2, quote, "The total is a sum"),
        action=replacing("sum(", "total_of("),
    )
    nvim.open(workspace / "i.py", TEXT)
    nvim.api.command("Glm review")
    nvim.until(lambda: any("The total is a sum" in row for row in nvim.screen()))
    nvim.type("2Gw")  # into the finding
    nvim.lua(RUN_ACTION, "Fix with GLM")
    nvim.until_holds(1, "    return total_of(values)")
    nvim.until(lambda: not any("The total is a sum" in row for row in nvim.screen()))
    nvim.until(lambda: nvim.lua("return #vim.diagnostic.get(0)") == 0)


def test_a_finding_is_dismissed_for_good(
    nvim: Neovim, endpoint: Simulator, workspace: Path
) -> None:
    script(endpoint, review=finding(2, "    return sum(values)", "The total adds up"))
    nvim.open(workspace / "j.py", TEXT)
    nvim.api.command("Glm review")
    nvim.until(lambda: nvim.lua("return #vim.diagnostic.get(0)") == 1)
    nvim.type("2G:Glm dismiss<CR>")
    nvim.until(lambda: nvim.lua("return #vim.diagnostic.get(0)") == 0)
    nvim.api.command("messages clear")
    nvim.api.command("Glm review")
    nvim.until(lambda: "glm-ls: reviewed" in "".join(nvim.messages()))
    assert nvim.lua("return #vim.diagnostic.get(0)") == 0


# -- words ---------------------------------------------------------------------------------


def test_an_explanation_is_opened_beside_the_code(
    nvim: Neovim, endpoint: Simulator, workspace: Path
) -> None:
    script(endpoint, action=lambda _: EXPLANATION)
    nvim.open(workspace / "k2.py", TEXT)
    nvim.type(":1,2Glm explain<CR>")
    nvim.until_shows("k2.py, lines 1 to 2", *EXPLANATION.splitlines())
    assert nvim.api.current.buffer.name.endswith("k2.py")
    nvim.type("<C-w>j")
    nvim.until(lambda: nvim.lines() == EXPLANATION.splitlines())
    nvim.type("x")
    nvim.until(lambda: any("E21" in message for message in nvim.messages()))
    assert nvim.lines() == EXPLANATION.splitlines()
    nvim.type(":q<CR>")
    nvim.until(lambda: nvim.lines() == LINES)


def test_a_text_to_read_is_opened_beside_the_code(nvim: Neovim, workspace: Path) -> None:
    nvim.open(workspace / "k.py", TEXT)
    nvim.lua("""
      local handler = require('glm_ls.status').handlers['glm-ls/showDocument']
      handler(nil, { title = '100% clear', text = '# Why\\n\\nIt adds.' })
    """)
    nvim.until(lambda: any(row.startswith("# Why") for row in nvim.screen()))
    assert any(row.startswith("100% clear") for row in nvim.screen())
    assert nvim.api.current.buffer.name.endswith("k.py")


def test_commands_complete_and_say_what_is_wrong(
    nvim: Neovim, endpoint: Simulator, workspace: Path
) -> None:
    endpoint.script = Script(reply=going_on("x"))
    nvim.open(workspace / "l.py", TEXT)
    names = nvim.lua("return vim.fn.getcompletion('Glm re', 'cmdline')")
    assert names == ["restart", "review", "rewrite"]
    nvim.type(":Glm status<CR>")
    nvim.until(lambda: nvim.screen()[-1].endswith("(ready)"))
    nvim.type(":Glm nonsense<CR>")
    nvim.until(lambda: "no command nonsense" in nvim.screen()[-1])
    nvim.api.command("new")
    nvim.type(":Glm review<CR>")
    nvim.until(lambda: "does not serve this buffer" in nvim.screen()[-1])
    assert nvim.prompts() == 0


def test_the_help_is_found(nvim: Neovim) -> None:
    nvim.api.command("helptags ALL")
    for tag in ("glm_ls", "glm_ls-install", ":Glm", "glm_ls.setup()", "glm_ls-next-edit"):
        nvim.api.command(f"help {tag}")
        assert "doc/glm_ls.txt" in nvim.api.current.buffer.name
