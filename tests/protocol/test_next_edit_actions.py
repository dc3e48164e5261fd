"""The next edit in the menu of code actions, for editors that have no request of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.protocol.editor import (
    PROFILES,
    Editor,
    at_work,
    endpoint_env,
    profile,
)
from tests.protocol.test_next_edit import (
    ACCEPTED,
    APPLY,
    DONE,
    RENAME,
    RENAMED,
    TEXT,
    actions,
    command,
    made,
    next_edits,
    rename,
)
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_action_predicts_and_then_applies(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = RENAME
    rename(editor, uri)
    await editor.status()
    [action] = await actions(editor, uri)
    assert action["title"] == "GLM: predict next edit"
    assert not sim.log, "offering an action asks no model"
    await command(editor, action["command"]["command"], *action["command"]["arguments"])
    [applied] = [params for name, params in editor.requests if name == "workspace/applyEdit"][-1:]
    assert "documentChanges" not in applied["edit"]
    [[file, edits]] = applied["edit"]["changes"].items()
    assert file == uri
    wanted = [{"range": edit["range"], "text": edit["newText"]} for edit in edits]
    assert made(RENAMED, wanted) == DONE
    [action] = await actions(editor, uri)
    assert action["title"] == "GLM: apply predicted edit"
    assert action["edit"] == applied["edit"]
    assert action["command"]["command"] == ACCEPTED


@pytest.mark.parametrize(
    ("only", "count"),
    [
        (["refactor"], 1),
        (["refactor.rewrite"], 1),
        (["refactor.rewrite.glm.nextEdit"], 1),
        ([""], 1),
        (["quickfix", "refactor.rewrite"], 1),
        (["quickfix"], 0),
        (["refactor.rewrite.glm.next"], 0),
        ([], 0),
    ],
)
async def test_only_the_kinds_that_are_wanted_are_offered(
    editor: Editor, uri: str, only: list[str], count: int
) -> None:
    rename(editor, uri)
    await editor.status()
    assert len(await actions(editor, uri, only)) == count


async def test_without_an_edit_there_is_no_action(editor: Editor, uri: str) -> None:
    editor.open(uri, TEXT)
    await editor.status()
    assert await actions(editor, uri) == []


async def test_nothing_to_predict_is_said_when_asked_by_hand(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(reply="<|no change|>")
    rename(editor, uri)
    await command(editor, APPLY, {"uri": uri, "position": {"line": 1, "character": 16}})
    assert editor.told("window/showMessage")


@pytest.mark.parametrize("name", PROFILES)
async def test_each_editor_gets_edits_of_its_kind(tmp_path: Path, name: str) -> None:
    params = {**profile(name), "initializationOptions": {}}
    told = params["capabilities"]
    encodings = told.get("general", {}).get("positionEncodings", [])
    async with (
        Simulator(flavor="openai", script=RENAME) as sim,
        at_work(tmp_path, endpoint_env(sim), params) as editor,
    ):
        uri = (tmp_path / "work" / "a.py").as_uri()
        rename(editor, uri)
        encoding = editor.capabilities.get("positionEncoding", "utf-16")
        assert encoding == "utf-16" or encoding in encodings
        await next_edits(editor, uri)
        [action] = await actions(editor, uri)
        versioned = bool(told["workspace"]["workspaceEdit"].get("documentChanges"))
        assert ("documentChanges" in action["edit"]) == versioned
        if versioned:
            [document] = action["edit"]["documentChanges"]
            assert document["textDocument"] == {"uri": uri, "version": 2}
        assert ("tags" in action) == bool(told["textDocument"]["codeAction"].get("tagSupport"))
