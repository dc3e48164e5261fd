"""Explanations: where they are shown in each editor, and that nothing in them can be clicked."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

from tests.protocol.acting import COMMAND, PROBLEM, TEXT, offers, run
from tests.protocol.editor import PROFILES, Editor, Json, at_work, endpoint_env, profile
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")

REPLY = "It **adds**. [More](http://evil.example/x) <img src=x>\n"
SHOWN = "It **adds**. \\[More](… \\<img src=x>\n"
SELECTION: Json = {"start": {"line": 3, "character": 0}, "end": {"line": 6, "character": 0}}
WAYS = {"neovim": "file", "vscode": "file", "helix-25.07": "file", "helix-25.01": "message",
        "emacs-30": "file", "emacs-28": "message"}  # fmt: skip


def way_of(name: str) -> str:
    return next(way for prefix, way in WAYS.items() if name.startswith(prefix))


async def explain(editor: Editor, uri: str, *problems: Json) -> Json:
    found = await offers(editor, uri, *problems, at=None if problems else SELECTION)
    [action] = [one for one in found if one["kind"].endswith(".explain")]
    assert "command" in action
    assert (await run(editor, action)).error is None
    return action


def check_file(home: Path, uri: str) -> None:
    file = Path(unquote(urlparse(uri).path))
    assert file.read_text("utf-8") == f"# a.py, lines 4 to 6\n\n{SHOWN}"
    assert not file.stat().st_mode & 0o222
    assert home / "CACHE" in file.parents


@pytest.mark.parametrize("name", PROFILES)
async def test_each_editor_shows_it_in_the_best_way_it_has(tmp_path: Path, name: str) -> None:
    async with (
        Simulator(flavor="openai", script=Script(reply=REPLY)) as sim,
        at_work(
            tmp_path, endpoint_env(sim), {**profile(name), "initializationOptions": {}}
        ) as editor,
    ):
        uri = (tmp_path / "work" / "a.py").as_uri()
        editor.open(uri, TEXT)
        await editor.status()
        await explain(editor, uri)
        opened = [p for method, p in editor.requests if method == "window/showDocument"]
        told = editor.told("window/showMessage")
        if way_of(name) == "file":
            [params] = opened
            check_file(tmp_path, params["uri"])
            assert not told
        else:
            assert opened == []
            assert [each["message"] for each in told] == ["GLM: It adds. More"]


async def test_a_client_that_announces_it_gets_the_text_itself(tmp_path: Path) -> None:
    params: Json = {"capabilities": {"experimental": {"glmLs": {"showDocument": True}}}}
    async with (
        Simulator(flavor="openai", script=Script(reply=REPLY)) as sim,
        at_work(tmp_path, endpoint_env(sim), params) as editor,
    ):
        uri = (tmp_path / "work" / "a.py").as_uri()
        editor.open(uri, TEXT)
        await editor.status()
        await explain(editor, uri, PROBLEM)
        assert editor.told("glm-ls/showDocument") == [
            {"title": "a.py, lines 4 to 6", "text": SHOWN}
        ]
        [exchange] = sim.log
        system, user = (message["content"] for message in exchange.body["messages"])
        assert '"value" is not defined (Pyright reportUndefinedVariable)' in user
        assert "value" not in system
        assert not [name for name, _ in editor.requests if name == "workspace/applyEdit"]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (Script(reply=""), "the model gave no explanation"),
        (Script(reply="\u200b\u202e"), "the model gave no explanation"),
        (Script(status=500), "the model's endpoint gave no answer"),
    ],
)
async def test_no_explanation_is_said(
    editor: Editor, sim: Simulator, uri: str, script: Script, words: str
) -> None:
    sim.script = script
    editor.open(uri, TEXT)
    await editor.status()
    await explain(editor, uri)
    [message] = [m["message"] for m in editor.told("window/showMessage") if "shown" in m["message"]]
    assert message == f"GLM: explain: nothing was shown: {words}"


async def test_a_secret_is_neither_sent_nor_shown(editor: Editor, sim: Simulator, uri: str) -> None:
    sim.script = Script(reply="The password is GLM_LS_SECRET_1.")
    text = TEXT.replace("    return result", '    password = "S3cr3t-Pass"\n    return result')
    editor.open(uri, text)
    await editor.status()
    told = {"action": "explain", "uri": uri, "range": SELECTION}
    await run(editor, {"command": {"command": COMMAND, "arguments": [told]}})
    assert "S3cr3t" not in str(sim.log[-1].body)
    assert "S3cr3t" not in str(editor.notifications)
