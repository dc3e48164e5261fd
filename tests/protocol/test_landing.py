"""Whether an edit really arrived: what the client tells of its document counts, not its answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from glm_ls.lsp import landing
from tests.protocol.acting import FIXED, PROBLEM, TEXT, fix_of, made
from tests.protocol.editor import PATIENCE_S, Editor, Json, Reply, at_work, endpoint_env
from tests.rewriting import FIX
from tests.simulator import Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERE: Json = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
APPLY, ASK = "workspace/applyEdit", "window/showMessageRequest"


def asked(editor: Editor, method: str) -> list[Json]:
    return [message for message in editor.kept if message["method"] == method]


def replace_all(editor: Editor, uri: str, text: str) -> None:
    editor.change(uri, {"text": text})


async def begun(editor: Editor, uri: str) -> asyncio.Future[Reply]:
    """Run the fix up to the edit that the server sends."""
    editor.open(uri, TEXT)
    await editor.status()
    editor.silent = {APPLY, ASK}
    command = (await fix_of(editor, uri))["command"]
    params = {"command": command["command"], "arguments": command["arguments"]}
    running = editor.ask("workspace/executeCommand", params)
    await editor.until(lambda: asked(editor, APPLY))
    return running


def answer(editor: Editor, method: str, number: int, result: Json | None) -> None:
    editor.send({"id": asked(editor, method)[number]["id"], "result": result})


@pytest.mark.parametrize("change_first", [True, False])
async def test_an_edit_whose_change_comes_has_landed(
    editor: Editor, sim: Simulator, uri: str, change_first: bool
) -> None:
    sim.script = FIX
    running = await begun(editor, uri)
    if change_first:
        replace_all(editor, uri, FIXED)
        answer(editor, APPLY, 0, {"applied": True})
    else:
        answer(editor, APPLY, 0, {"applied": True})
        replace_all(editor, uri, FIXED)
    await asyncio.wait_for(running, PATIENCE_S)
    assert len(asked(editor, APPLY)) == 1
    assert not asked(editor, ASK)
    editor.silent = set()


async def test_an_edit_that_was_dropped_is_sent_once_more(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    """Neovim: the user typed before the edit came, and it says `applied: true` all the same."""
    sim.script = FIX
    running = await begun(editor, uri)
    editor.insert(uri, 0, 0, "# mine\n")
    answer(editor, APPLY, 0, {"applied": True})
    await editor.until(lambda: len(asked(editor, APPLY)) == 2)
    second = asked(editor, APPLY)[1]["params"]["edit"]
    assert made("# mine\n" + TEXT, second) == "# mine\n" + FIXED
    replace_all(editor, uri, "# mine\n" + FIXED)
    answer(editor, APPLY, 1, {"applied": True})
    await asyncio.wait_for(running, PATIENCE_S)
    assert not asked(editor, ASK)
    assert len(sim.log) == 1
    editor.silent = set()


@pytest.mark.parametrize("wants", [True, False])
@pytest.mark.parametrize("says", [True, False])
async def test_an_edit_dropped_twice_is_offered_again(
    editor: Editor, sim: Simulator, uri: str, *, says: bool, wants: bool
) -> None:
    sim.script = FIX
    running = await begun(editor, uri)
    answer(editor, APPLY, 0, {"applied": says})
    editor.insert(uri, 0, 0, "# mine\n")
    await editor.until(lambda: len(asked(editor, APPLY)) == 2)
    answer(editor, APPLY, 1, {"applied": says})
    editor.insert(uri, 0, 0, "# mine\n")
    await editor.until(lambda: asked(editor, ASK))
    [question] = asked(editor, ASK)
    assert question["params"]["message"] == landing.REFUSED
    assert [each["title"] for each in question["params"]["actions"]] == ["Try again", "Leave it"]
    answer(editor, ASK, 0, {"title": "Try again"} if wants else None)
    if wants:
        await editor.until(lambda: len(asked(editor, APPLY)) == 3)
        replace_all(editor, uri, "# mine\n# mine\n" + FIXED)
        answer(editor, APPLY, 2, {"applied": True})
    await asyncio.wait_for(running, PATIENCE_S)
    assert len(asked(editor, APPLY)) == 2 + wants
    editor.silent = set()


async def test_an_edit_whose_change_is_still_to_be_told_is_not_made_twice(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    """Eglot tells of changes once the user pauses; until then it takes the same edit again."""
    sim.script = FIX
    running = await begun(editor, uri)
    answer(editor, APPLY, 0, {"applied": True})
    await asyncio.wait_for(running, PATIENCE_S)
    assert len(asked(editor, APPLY)) == 1
    assert not asked(editor, ASK)
    editor.silent = set()


async def test_an_edit_that_arrives_late_is_not_made_twice(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    """The first change comes after the wait is over: what is there already is not sent again."""
    sim.script = FIX
    running = await begun(editor, uri)
    replace_all(editor, uri, FIXED)
    answer(editor, APPLY, 0, {"applied": False})
    await asyncio.wait_for(running, PATIENCE_S)
    assert len(asked(editor, APPLY)) == 1
    assert not asked(editor, ASK)
    editor.silent = set()


async def test_what_is_typed_while_the_edit_travels_stays(tmp_path: Path) -> None:
    """The client merges the edit with what was typed elsewhere: that is no dropped edit."""
    async with (
        Simulator(flavor="openai", script=FIX) as sim,
        at_work(tmp_path, endpoint_env(sim)) as editor,
    ):
        uri = (tmp_path / "work" / "a.py").as_uri()
        running = await begun(editor, uri)
        replace_all(editor, uri, "# mine\n" + FIXED + "y = 2\n")
        answer(editor, APPLY, 0, {"applied": True})
        await asyncio.wait_for(running, PATIENCE_S)
        assert len(asked(editor, APPLY)) == 1
    assert PROBLEM["range"]["start"]["line"] == 4
