"""Menu items for editors without ghost text: quick, single, and never beyond the cursor."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.protocol.editor import (
    PATIENCE_S,
    Editor,
    Json,
    Reply,
    at_work,
    endpoint_env,
    start_editor,
)
from tests.protocol.texts import cursor, edited
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")

MARKDOWN = {"completionItem": {"documentationFormat": ["markdown", "plaintext"]}}
NO_GHOST_TEXT: Json = {"capabilities": {"textDocument": {"completion": MARKDOWN}}}
CANCELLED = -32800
EMPTY = {"isIncomplete": True, "items": []}

ADD, LINE, CHARACTER = cursor("def add(a, b):\n    return ¦\n")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_editor(home: Path, shared_sim: Simulator) -> AsyncIterator[Editor]:
    """An editor without ghost text, whose server is ready."""
    async with at_work(home, endpoint_env(shared_sim), NO_GHOST_TEXT) as connected:
        await connected.status()
        yield connected


def ask_menu(editor: Editor, uri: str, line: int, character: int) -> asyncio.Future[Reply]:
    """Ask for the menu as on a typed letter."""
    place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
    return editor.ask("textDocument/completion", {**place, "context": {"triggerKind": 1}})


async def menu(editor: Editor, uri: str, line: int, character: int) -> Json:
    """Return the list an editor gets that asks until it is complete or has something in it."""
    while True:
        asked = ask_menu(editor, uri, line, character)
        reply = await asyncio.wait_for(asked, PATIENCE_S)
        assert reply.error is None
        result: Json = reply.result
        if result["items"] or not result["isIncomplete"]:
            return result


async def test_the_menu_stands_in_for_ghost_text(editor: Editor) -> None:
    assert editor.capabilities["completionProvider"]["resolveProvider"] is False
    assert "inlineCompletionProvider" in editor.capabilities


@pytest.mark.parametrize(
    ("marked", "reply", "result"),
    [
        ("def add(a, b):\n    return ¦\n", "a + b", "def add(a, b):\n    return a + b\n"),
        ("total = first.fi¦\n", "eld", "total = first.field\n"),
        ('s = "𝒳🙂"; été = s.up¦\n', "per()", 's = "𝒳🙂"; été = s.upper()\n'),
        ("if x:\r\n    ¦\r\n", "a()\n    b()", "if x:\r\n    a()\r\n    b()\r\n"),
    ],
)
async def test_an_item_is_one_edit_that_ends_at_the_cursor(
    editor: Editor, sim: Simulator, uri: str, marked: str, reply: str, result: str
) -> None:
    sim.script = Script(reply=reply)
    text, line, character = cursor(marked)
    editor.open(uri, text)
    listed = await menu(editor, uri, line, character)
    [item] = listed["items"]
    edit = item["textEdit"]
    assert listed["isIncomplete"] is True
    assert edit["range"]["end"] == {"line": line, "character": character}
    assert "additionalTextEdits" not in item
    assert edited(text, edit["range"], edit["newText"]) == result


@pytest.mark.parametrize(
    ("marked", "reply", "result"),
    [
        ("x = foo(¦)\n", "1, 2)", "x = foo(1, 2)\n"),
        ("x = [foo(¦)]\n", "1, 2)]\ny = 3", "x = [foo(1, 2)]\n"),
        ("x = foo(¦)\n", "1, 2", "x = foo(1, 2)\n"),
    ],
)
async def test_a_closer_behind_the_cursor_is_not_doubled(
    editor: Editor, sim: Simulator, uri: str, marked: str, reply: str, result: str
) -> None:
    sim.script = Script(reply=reply)
    text, line, character = cursor(marked)
    editor.open(uri, text)
    [item] = (await menu(editor, uri, line, character))["items"]
    edit = item["textEdit"]
    assert edit["range"]["end"] == {"line": line, "character": character}
    assert edited(text, edit["range"], edit["newText"]) == result


async def test_an_item_sorts_last_matches_the_word_and_shows_the_code(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(reply="ult = 1\n    return result")
    text, line, character = cursor("def f():\n    res¦\n")
    editor.open(uri, text)
    [item] = (await menu(editor, uri, line, character))["items"]
    assert item["sortText"] > "zzzz\uffff"
    assert item["filterText"] == "res"
    assert item["label"] == "result = 1 …"
    assert item["documentation"] == {
        "kind": "markdown",
        "value": "```python\nresult = 1\n    return result\n```",
    }
    assert item["command"]["command"] == "glm-ls.accepted"


async def test_a_held_answer_comes_with_the_next_asking_and_is_asked_for_once(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    held, ended = asyncio.Event(), asyncio.Event()
    sim.script = Script(reply="a + b", hold=held)
    sim.on_end = lambda exchange: ended.set()
    editor.open(uri, ADD)
    reply = await asyncio.wait_for(ask_menu(editor, uri, LINE, CHARACTER), PATIENCE_S)
    assert reply.result == EMPTY
    held.set()
    await ended.wait()
    [item] = (await menu(editor, uri, LINE, CHARACTER))["items"]
    assert item["textEdit"]["newText"] == "a + b"
    assert len(sim.log) == 1


async def test_asking_again_while_it_is_held_joins_the_same_request(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    held = asyncio.Event()
    sim.script = Script(reply="a + b", hold=held)
    editor.open(uri, ADD)
    for _ in range(3):
        reply = await asyncio.wait_for(ask_menu(editor, uri, LINE, CHARACTER), PATIENCE_S)
        assert reply.result == EMPTY
    held.set()
    [item] = (await menu(editor, uri, LINE, CHARACTER))["items"]
    assert item["textEdit"]["newText"] == "a + b"
    assert [exchange.gone for exchange in sim.log] == [False]


async def test_typing_on_while_it_is_held_leads_to_the_rest_of_it(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    held, ended = asyncio.Event(), asyncio.Event()
    sim.script = Script(reply="alpha + beta", hold=held)
    sim.on_end = lambda exchange: ended.set()
    editor.open(uri, ADD)
    assert (await ask_menu(editor, uri, LINE, CHARACTER)).result == EMPTY
    held.set()
    await ended.wait()
    editor.insert(uri, LINE, CHARACTER, "al")
    [item] = (await menu(editor, uri, LINE, CHARACTER + 2))["items"]
    assert item["textEdit"]["newText"] == "alpha + beta"
    assert len(sim.log) == 1


async def test_another_place_ends_the_request_of_the_one_before(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.queue(Script(hold=asyncio.Event()))
    sim.script = Script(reply="a + b")
    editor.open(uri, ADD)
    assert (await ask_menu(editor, uri, LINE, CHARACTER)).result == EMPTY
    editor.insert(uri, 0, 0, "# sums\n")
    [item] = (await menu(editor, uri, LINE + 1, CHARACTER))["items"]
    assert item["textEdit"]["newText"] == "a + b"
    await sim.finished(2)
    assert [exchange.gone for exchange in sim.log] == [True, False]


@pytest.mark.parametrize(
    ("version", "gets"), [("25.07.1", True), ("25.7.1 (079a789e)", True), ("25.01.1", False)]
)
async def test_helix_that_asks_once_gets_the_answer_for_what_is_typed_by_then(
    tmp_path: Path, version: str, gets: bool
) -> None:
    params = {**NO_GHOST_TEXT, "clientInfo": {"name": "helix", "version": version}}
    held = asyncio.Event()
    async with (
        Simulator(flavor="openai", script=Script(reply="alpha + beta", hold=held)) as sim,
        at_work(tmp_path, endpoint_env(sim), params) as editor,
    ):
        await editor.status()
        uri = (tmp_path / "work" / "a.py").as_uri()
        editor.open(uri, ADD)
        asked = ask_menu(editor, uri, LINE, CHARACTER)
        await sim.received(1)
        editor.insert(uri, LINE, CHARACTER, "al")
        if not gets:
            reply = await asyncio.wait_for(asked, PATIENCE_S)
            assert reply.code == CANCELLED or reply.result == EMPTY
            return
        await editor.status()  # The key has arrived before the answer goes on.
        held.set()
        [item] = (await asyncio.wait_for(asked, PATIENCE_S)).result["items"]
        here = {"line": LINE, "character": CHARACTER}
        assert item["textEdit"] == {
            "range": {"start": here, "end": here},
            "newText": "alpha + beta",
        }
        assert item["filterText"] == "al"
        assert len(sim.log) == 1


async def test_a_menu_for_an_older_text_is_never_shown(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(reply="a + b")
    editor.open(uri, ADD)
    asked = ask_menu(editor, uri, LINE, CHARACTER)
    editor.insert(uri, 0, 0, "# sums\n")
    assert (await asyncio.wait_for(asked, PATIENCE_S)).code == CANCELLED


async def test_cancelled_and_closed_are_answered_so(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(hold=asyncio.Event())
    editor.open(uri, ADD)
    asked = ask_menu(editor, uri, LINE, CHARACTER)
    editor.cancel(editor.last_id)
    assert (await asyncio.wait_for(asked, PATIENCE_S)).code == CANCELLED
    await sim.received(1)
    editor.close(uri)
    await sim.finished(1)
    assert sim.log[0].gone


async def test_nothing_to_say_is_a_complete_answer_to_nobody(
    editor: Editor, sim: Simulator, home: Path
) -> None:
    uri = (home / "work" / ".env").as_uri()
    editor.open(uri, "A=\n", "plaintext")
    reply = await asyncio.wait_for(ask_menu(editor, uri, 0, 2), PATIENCE_S)
    assert (reply.result, sim.log) == ({"isIncomplete": False, "items": []}, [])


@pytest.mark.parametrize(("ghost_text", "setting"), [(True, "always"), (False, "never")])
async def test_the_setting_decides_over_the_editor(
    tmp_path: Path, ghost_text: bool, setting: str
) -> None:
    params: Json = {
        "capabilities": {"textDocument": {"inlineCompletion": {}} if ghost_text else {}}
    }
    env = {"GLM_LS_PROVIDER": "embedded", "GLM_LS_COMPLETION_MENU": setting}
    async with at_work(tmp_path, env, params) as editor:
        assert ("completionProvider" in editor.capabilities) == (setting == "always")


async def test_nothing_to_say_leaves_the_menu_to_other_servers(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    """Helix 25.07 takes an empty list that is incomplete for the first answer of all."""
    sim.script = Script(fault="empty")
    editor.open(uri, ADD)
    assert await menu(editor, uri, LINE, CHARACTER) == {"isIncomplete": False, "items": []}


async def test_before_the_server_is_ready_the_list_is_incomplete(tmp_path: Path) -> None:
    params: Json = {"capabilities": {"workspace": {"configuration": True}}}
    async with start_editor(tmp_path, {"GLM_LS_PROVIDER": "embedded"}) as editor:
        editor.silent.add("workspace/configuration")
        await editor.initialize(params)
        uri = (tmp_path / "a.py").as_uri()
        editor.open(uri, ADD)
        # Until the client has told its settings the server does not start.
        assert (await ask_menu(editor, uri, LINE, CHARACTER)).result == EMPTY
        assert await editor.leave() == 0
        await editor.check()
