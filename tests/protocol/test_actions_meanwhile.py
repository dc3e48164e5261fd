"""Code actions while the user goes on: what is typed stays, what is not wanted any more ends."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.protocol.acting import (
    FIXED,
    RESOLVING,
    TEXT,
    applied,
    fix_of,
    fix_offered,
    made,
    run,
)
from tests.protocol.editor import (
    GHOST_TEXT,
    PATIENCE_S,
    Editor,
    Json,
    Reply,
    at_work,
    endpoint_env,
)
from tests.protocol.texts import edited
from tests.rewriting import FIX
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANY_KEYS = 1_000


async def started(editor: Editor, sim: Simulator, uri: str, action: Json) -> asyncio.Future[Reply]:
    """Run an action up to the moment in which the model has begun to answer."""
    reply = FIX.reply
    assert callable(reply)
    hold, begun = asyncio.Event(), asyncio.Event()

    def answer(body: Json) -> str:
        begun.set()
        return reply(body)

    sim.script = Script(reply=answer, hold=hold, hold_after=1)
    command = action["command"]
    params = {"command": command["command"], "arguments": command["arguments"]}
    running = editor.ask("workspace/executeCommand", params)
    await asyncio.wait_for(begun.wait(), PATIENCE_S)
    return running


@pytest.mark.parametrize(
    ("line", "typed", "lands"),
    [
        pytest.param(0, "# 𝒳\n", True, id="above"),
        pytest.param(9, "    a = 1\n", True, id="below"),
        pytest.param(5, "    # mine\n", False, id="in the lines"),
    ],
)
async def test_what_is_typed_meanwhile_is_never_lost(
    editor: Editor, sim: Simulator, uri: str, line: int, typed: str, lands: bool
) -> None:
    action = await fix_offered(editor, uri)
    before = len(applied(editor))
    running = await started(editor, sim, uri, action)
    at = {"line": line, "character": 0}
    editor.insert(uri, line, 0, typed)
    live = edited(TEXT, {"start": at, "end": at}, typed)
    await editor.status()
    assert sim.script.hold is not None
    sim.script.hold.set()
    assert (await asyncio.wait_for(running, PATIENCE_S)).error is None
    edits = applied(editor)[before:]
    assert len(edits) == lands
    if lands:
        assert made(live, edits[0]) == live.replace("sum(value)", "sum(values)")
    else:
        assert "changed meanwhile" in editor.told("window/showMessage")[-1]["message"]


async def test_an_edit_waits_for_a_pause_of_those_who_type_fast(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    """Each key makes what was fitted until then a text of the past."""
    action = await fix_offered(editor, uri)
    before = len(applied(editor))
    running = await started(editor, sim, uri, action)
    assert sim.script.hold is not None
    sim.script.hold.set()
    for _ in range(MANY_KEYS):
        editor.insert(uri, 0, 0, "#")
        await asyncio.sleep(0)
    assert (await asyncio.wait_for(running, PATIENCE_S)).error is None
    live = MANY_KEYS * "#" + TEXT
    assert made(live, applied(editor)[before:][-1]) == live.replace("sum(value)", "sum(values)")


async def test_a_document_closed_meanwhile_is_left_alone(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    action = await fix_offered(editor, uri)
    before = len(applied(editor))
    running = await started(editor, sim, uri, action)
    editor.close(uri)
    await asyncio.wait_for(running, PATIENCE_S)
    assert applied(editor)[before:] == []
    assert sim.script.hold is not None
    sim.script.hold.set()


async def test_a_newer_action_ends_the_older(editor: Editor, sim: Simulator, uri: str) -> None:
    action = await fix_offered(editor, uri)
    older = await started(editor, sim, uri, action)
    before = len(applied(editor))
    sim.script = FIX
    await run(editor, action)
    assert (await asyncio.wait_for(older, PATIENCE_S)).code == -32800
    assert len(applied(editor)[before:]) == 1


async def test_resolving_is_marked_and_versioned(tmp_path: Path) -> None:
    params = {**GHOST_TEXT, **RESOLVING}
    params["capabilities"]["textDocument"]["codeAction"]["tagSupport"] = {"valueSet": [1]}
    async with (
        Simulator(flavor="openai", script=FIX) as sim,
        at_work(tmp_path, endpoint_env(sim), params) as editor,
    ):
        uri = (tmp_path / "work" / "a.py").as_uri()
        editor.open(uri, TEXT)
        await editor.status()
        action = await fix_of(editor, uri)
        assert action["tags"] == [1]
        resolved = (await editor.request("codeAction/resolve", action)).result
        [document] = resolved["edit"]["documentChanges"]
        assert document["textDocument"] == {"uri": uri, "version": 1}


# -- editors that refuse -------------------------------------------------------------------


@pytest.mark.parametrize("takes_second", [True, False])
async def test_an_edit_that_the_editor_refuses_is_fitted_anew_once(
    editor: Editor, sim: Simulator, uri: str, takes_second: bool
) -> None:
    sim.script = FIX
    action = await fix_offered(editor, uri)
    before = len(applied(editor))
    before_asked = sum(name == "window/showMessageRequest" for name, _ in editor.requests)
    editor.silent = {"workspace/applyEdit"}
    command = action["command"]
    params = {"command": command["command"], "arguments": command["arguments"]}
    running = editor.ask("workspace/executeCommand", params)
    await editor.until(lambda: editor.kept)
    editor.insert(uri, 0, 0, "# mine\n")  # typed before the edit came
    editor.send({"id": editor.kept[0]["id"], "result": {"applied": False}})
    await editor.until(lambda: len(editor.kept) == 2)
    if takes_second:
        editor.change(uri, {"text": "# mine\n" + FIXED})
    editor.send({"id": editor.kept[1]["id"], "result": {"applied": takes_second}})
    await asyncio.wait_for(running, PATIENCE_S)
    editor.silent = set()
    _, edit = applied(editor)[before:]
    assert made("# mine\n" + TEXT, edit) == "# mine\n" + FIXED
    assert len(sim.log) == 1, "the model is not asked again"
    asked = [params for name, params in editor.requests if name == "window/showMessageRequest"]
    assert [params["message"] for params in asked[before_asked:]] == (
        [] if takes_second else ["GLM: nothing was changed: the editor did not take the edit"]
    )


# -- progress ------------------------------------------------------------------------------


@pytest.mark.parametrize("cancels", [False, True])
async def test_progress_is_shown_and_can_be_cancelled(tmp_path: Path, cancels: bool) -> None:
    params: Json = {"capabilities": {**GHOST_TEXT["capabilities"],
                                     "window": {"workDoneProgress": True}}}  # fmt: skip
    async with (
        Simulator(flavor="openai") as sim,
        at_work(tmp_path, endpoint_env(sim), params) as editor,
    ):
        uri = (tmp_path / "work" / "a.py").as_uri()
        editor.open(uri, TEXT)
        await editor.status()
        action = await fix_of(editor, uri)
        running = await started(editor, sim, uri, action)
        [begun] = editor.told("$/progress")
        assert begun["value"]["title"] == "Fix with GLM"
        assert begun["value"]["cancellable"]
        if cancels:
            editor.notify("window/workDoneProgress/cancel", {"token": begun["token"]})
        else:
            assert sim.script.hold is not None
            sim.script.hold.set()
        reply = await asyncio.wait_for(running, PATIENCE_S)
        assert reply.code == (-32800 if cancels else None)
        assert len(applied(editor)) == (not cancels)
        _, ended = editor.told("$/progress")
        assert ended == {"token": begun["token"], "value": {"kind": "end"}}
