"""Helix opens its menu at the first server's answer and adds what comes later.

So it is answered when there is something to say, however slow the endpoint; and since it asks
nobody again while an answer is out, a change of the text ends the waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from glm_ls.lsp.menu import ANSWER_S
from tests.protocol.editor import PATIENCE_S, Editor, Reply, at_work, endpoint_env, profile
from tests.protocol.texts import cursor
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")

CANCELLED = -32800
ADD, LINE, CHARACTER = cursor("def add(a, b):\n    return ¦\n")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_editor(home: Path, shared_sim: Simulator) -> AsyncIterator[Editor]:
    """Helix, whose server is ready."""
    params = {**profile("helix-25.07.1+20260723"), "initializationOptions": {}}
    async with at_work(home, endpoint_env(shared_sim), params) as connected:
        await connected.status()
        yield connected


def ask_menu(editor: Editor, uri: str, character: int) -> asyncio.Future[Reply]:
    place = {"textDocument": {"uri": uri}, "position": {"line": LINE, "character": character}}
    return editor.ask("textDocument/completion", {**place, "context": {"triggerKind": 1}})


async def test_an_item_of_a_slow_endpoint_comes_without_asking_again(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(reply="a + b", ttfb_s=2 * ANSWER_S)
    editor.open(uri, ADD)
    reply = await asyncio.wait_for(ask_menu(editor, uri, CHARACTER), PATIENCE_S)
    assert [item["label"] for item in reply.result["items"]] == ["a + b"]


async def test_a_change_ends_the_waiting_but_not_the_generation(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    held, ended = asyncio.Event(), asyncio.Event()
    sim.script = Script(reply="alpha + beta", hold=held)
    sim.on_end = lambda exchange: ended.set()
    editor.open(uri, ADD)
    asked = ask_menu(editor, uri, CHARACTER)
    await sim.received(1)
    editor.insert(uri, LINE, CHARACTER, "al")
    assert (await asyncio.wait_for(asked, PATIENCE_S)).code == CANCELLED
    held.set()
    await ended.wait()
    assert [exchange.gone for exchange in sim.log] == [False]


async def test_nothing_to_say_leaves_the_menu_to_slower_servers(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    """Helix takes an empty list that is incomplete for the answer and opens no menu."""
    sim.script = Script(fault="empty")
    editor.open(uri, ADD)
    reply = await asyncio.wait_for(ask_menu(editor, uri, CHARACTER), PATIENCE_S)
    assert reply.result == {"isIncomplete": False, "items": []}


async def test_a_list_with_items_is_asked_for_again_on_typing(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(reply="a + b")
    editor.open(uri, ADD)
    reply = await asyncio.wait_for(ask_menu(editor, uri, CHARACTER), PATIENCE_S)
    assert reply.result["isIncomplete"] is True
