"""What a prompt holds of other files: asked of a process of its own, in time or not at all."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.protocol.editor import (
    GHOST_TEXT,
    PATIENCE_S,
    Editor,
    at_work,
    endpoint_env,
    start_editor,
)
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")

WALLET = '''\
class Wallet:
    """Money of one owner."""

    def __init__(self, owner: str) -> None:
        self.owner = owner

    def deposit_all(self, amount: int, note: str = "") -> bool:
        return amount > 0
'''
FILES = {
    "bank/__init__.py": "",
    "bank/wallet.py": WALLET,
    "bank/.env": "class LeakedEnvironment:\n    pass\n",
    "bank/private.py": "class LeakedPrivate:\n    def leak_it(self) -> None: ...\n",
    ".gitignore": "private.py\n",
}
SHOP = """\
from bank.private import LeakedPrivate
from bank.wallet import Wallet


def pay(wallet: Wallet, amount: int) -> bool:
    return wallet.
"""
AT = (5, len("    return wallet."))
SIGNATURE = "def deposit_all(self, amount: int, note: str = "


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose workspace is a small project."""
    home = tmp_path_factory.mktemp("home")
    write(home / "work", FILES)
    return home


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest_asyncio.fixture(loop_scope="module")
async def shop(home: Path, editor: Editor) -> AsyncIterator[str]:
    """A document that uses the project, open in the editor."""
    uri = (home / "work" / "shop.py").as_uri()
    editor.open(uri, SHOP)
    yield uri
    editor.close(uri)


async def prompt_with(
    editor: Editor,
    sim: Simulator,
    uri: str,
    wanted: Callable[[str], bool],
    at: tuple[int, int] = AT,
) -> str:
    """Ask until a prompt satisfies a condition, as the index gets to know the project."""
    sim.script = Script("deposit_all(amount)")
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        sim.log.clear()
        await editor.inline(uri, *AT, kind=1)
        prompt = str(sim.log[-1].body["messages"][1]["content"])
        if wanted(prompt):
            return prompt
    raise AssertionError(f"not within {PATIENCE_S} s; the last prompt was:\n{prompt}")


async def test_definitions_of_other_files_come_first(
    editor: Editor, sim: Simulator, shop: str
) -> None:
    prompt = await prompt_with(editor, sim, shop, lambda text: SIGNATURE in text)
    assert prompt.index(SIGNATURE) < prompt.index("<before_cursor")
    assert "# bank/wallet.py\n" in prompt


async def test_ignored_and_denied_files_are_in_no_prompt(
    editor: Editor, sim: Simulator, shop: str
) -> None:
    prompt = await prompt_with(editor, sim, shop, lambda text: SIGNATURE in text)
    assert "leak_it" not in prompt
    assert "LeakedEnvironment" not in prompt


async def test_a_saved_file_counts_as_it_is_now(
    editor: Editor, sim: Simulator, shop: str, home: Path
) -> None:
    path = home / "work" / "bank" / "wallet.py"
    path.write_text(
        WALLET + "\n    def withdraw_all(self, amount: int) -> int:\n        return 0\n"
    )
    editor.notify("textDocument/didSave", {"textDocument": {"uri": path.as_uri()}})
    await prompt_with(editor, sim, shop, lambda text: "def withdraw_all(self" in text)


async def test_unsaved_text_of_another_document_counts(
    editor: Editor, sim: Simulator, shop: str, home: Path
) -> None:
    other = (home / "work" / "bank" / "wallet.py").as_uri()
    changed = WALLET + "\n    def lend_some(self, amount: int) -> int:\n        return \n"
    editor.open(other, changed)
    line = changed.count("\n") - 1
    await editor.inline(other, line, len("        return "), kind=1)
    await prompt_with(editor, sim, shop, lambda text: "def lend_some(self" in text)
    editor.close(other)
    await prompt_with(editor, sim, shop, lambda text: "def lend_some(self" not in text)


async def test_a_file_that_becomes_ignored_is_forgotten(
    editor: Editor, sim: Simulator, shop: str, home: Path
) -> None:
    await prompt_with(editor, sim, shop, lambda text: SIGNATURE in text)
    ignore = home / "work" / ".gitignore"
    ignore.write_text("private.py\nwallet.py\n")
    editor.notify(
        "workspace/didChangeWatchedFiles", {"changes": [{"uri": ignore.as_uri(), "type": 2}]}
    )
    await prompt_with(editor, sim, shop, lambda text: SIGNATURE not in text)
    ignore.write_text(FILES[".gitignore"])
    path = (home / "work" / "bank" / "wallet.py").as_uri()
    editor.notify(
        "workspace/didChangeWatchedFiles",
        {"changes": [{"uri": ignore.as_uri(), "type": 2}, {"uri": path, "type": 2}]},
    )
    await prompt_with(editor, sim, shop, lambda text: SIGNATURE in text)


async def test_a_crash_of_the_index_costs_one_prompt_its_context(
    editor: Editor, sim: Simulator, shop: str
) -> None:
    await prompt_with(editor, sim, shop, lambda text: SIGNATURE in text)
    for child in children(editor.process.pid):
        os.kill(child, signal.SIGKILL)
    sim.script = Script("deposit_all(amount)")
    reply = await editor.inline(shop, *AT, kind=1)
    assert reply.texts, reply.error
    await prompt_with(editor, sim, shop, lambda text: SIGNATURE in text)


async def test_without_a_budget_nothing_is_indexed(tmp_path: Path) -> None:
    write(tmp_path / "work", FILES)
    async with Simulator(flavor="openai") as sim:
        env = {**endpoint_env(sim), "GLM_LS_CONTEXT_PROJECT_TOKENS": "0"}
        async with at_work(tmp_path, env) as editor:
            uri = (tmp_path / "work" / "shop.py").as_uri()
            editor.open(uri, SHOP)
            sim.script = Script("deposit_all(amount)")
            await editor.inline(uri, *AT, kind=1)
            assert children(editor.process.pid) == []
            assert SIGNATURE not in str(sim.log[-1].body)
            assert not (tmp_path / "CACHE").exists()


async def test_the_index_ends_with_a_server_that_is_killed(tmp_path: Path) -> None:
    work = tmp_path / "work"
    write(work, FILES)
    async with Simulator(flavor="openai") as sim:
        async with start_editor(tmp_path, endpoint_env(sim)) as editor:
            await editor.initialize({"rootUri": work.as_uri(), **GHOST_TEXT})
            uri = (work / "shop.py").as_uri()
            editor.open(uri, SHOP)
            await prompt_with(editor, sim, uri, lambda text: SIGNATURE in text)
            [child] = children(editor.process.pid)
        await asyncio.wait_for(asyncio.to_thread(wait_for_end, child), PATIENCE_S)


def children(pid: int) -> list[int]:
    """Return the processes a process has started and that still run."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()]


def wait_for_end(pid: int) -> None:
    """Wait until a process that is no child of this one has ended."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        select.select([handle], [], [])
    finally:
        os.close(handle)
