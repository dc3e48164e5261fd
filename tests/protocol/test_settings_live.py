"""Settings in every shape that editors send, changed while the server runs, or by a repository."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.protocol.editor import (
    GHOST_TEXT,
    PATIENCE_S,
    Editor,
    Json,
    at_work,
    endpoint_env,
    start_editor,
)
from tests.protocol.texts import cursor
from tests.simulator import Script, Simulator

ADD, LINE, CHARACTER = cursor("def add(a, b):\n    return ¦\n")
SUGGESTED = ["    return a + b"]
CANCELLED = -32800
ASKABLE: Json = {
    "capabilities": {**GHOST_TEXT["capabilities"], "workspace": {"configuration": True}}
}


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator(flavor="openai", script=Script(reply="a + b")) as simulator:
        yield simulator


@pytest.fixture
async def other_sim() -> AsyncIterator[Simulator]:
    async with Simulator(flavor="openai", script=Script(reply="a + b")) as simulator:
        yield simulator


@pytest.fixture
def uri(tmp_path: Path) -> str:
    return (tmp_path / "work" / "a.py").as_uri()


def settings_for(sim: Simulator, **more: object) -> Json:
    """Return settings, as a client has them, that lead to an endpoint."""
    endpoint = {"provider": "openai-compatible", "base_url": sim.base_url, "api_key": "test-key"}
    return {**endpoint, "embedded": {"enabled": False}, **more}


def configure(editor: Editor, settings: object) -> None:
    """Send settings as on a change of them."""
    editor.notify("workspace/didChangeConfiguration", {"settings": settings})


async def base_url(editor: Editor) -> str | None:
    """Return which endpoint is used."""
    url: str | None = (await editor.status())["base_url"]
    return url


SHAPES: dict[str, Callable[[Json], Json]] = {
    "bare": lambda table: table,
    "nested": lambda table: {"glm-ls": table, "other-server": {"model": "no"}},
    "nested in camelCase": lambda table: {"glmLs": table},
    "dotted": lambda table: {f"glm-ls.{key}": value for key, value in table.items()},
}


@pytest.mark.parametrize("shape", SHAPES)
async def test_settings_are_understood_at_the_start_and_later(
    tmp_path: Path, sim: Simulator, other_sim: Simulator, shape: str
) -> None:
    params = {**GHOST_TEXT, "initializationOptions": SHAPES[shape](settings_for(sim))}
    async with at_work(tmp_path, {}, params) as editor:
        assert await base_url(editor) == sim.base_url
        configure(editor, SHAPES[shape](settings_for(other_sim)))
        assert await base_url(editor) == other_sim.base_url
        assert editor.told("window/showMessage") == []


@pytest.mark.parametrize("said", [{}, None, {"other-server": {}, "glm-ls": None}], ids=repr)
async def test_a_change_that_says_nothing_makes_the_server_ask(
    tmp_path: Path, sim: Simulator, other_sim: Simulator, said: object
) -> None:
    params = {**ASKABLE, "initializationOptions": settings_for(sim)}
    async with at_work(tmp_path, {}, params) as editor:
        assert await base_url(editor) == sim.base_url
        editor.configuration = settings_for(other_sim)
        configure(editor, said)
        while await base_url(editor) == sim.base_url:
            await editor.until(lambda: len(editor.requests) == 2)
        assert await base_url(editor) == other_sim.base_url
        asked = {"items": [{"section": "glm-ls"}]}
        assert editor.requests == [("workspace/configuration", asked)] * 2


@pytest.mark.parametrize(
    "answer",
    [
        {"result": None},
        {"result": []},
        {"result": [None]},
        {"result": [5]},
        {"result": "nothing"},
        {"result": {"glm-ls": 5}, "error": None, "of": "another kind"},
        {},
        {"error": {"code": -32601, "message": "unknown"}},
        {"result": [{"completion": {"mode": "manual"}}], "error": None},
    ],
    ids=json.dumps,
)
async def test_any_answer_to_the_question_for_settings_lets_the_server_start(
    tmp_path: Path, sim: Simulator, uri: str, answer: Json
) -> None:
    params = {**ASKABLE, "initializationOptions": settings_for(sim)}
    async with start_editor(tmp_path, {}) as editor:
        editor.silent.add("workspace/configuration")
        await editor.initialize(params)
        editor.open(uri, ADD)
        asked = editor.ask_inline(uri, LINE, CHARACTER)
        await editor.until(lambda: editor.kept)
        editor.send({"id": editor.kept[0]["id"], **answer})
        manual = "manual" in str(answer)
        assert (await asyncio.wait_for(asked, PATIENCE_S)).texts == ([] if manual else SUGGESTED)
        assert await editor.leave() == 0
        await editor.check()


async def test_a_new_endpoint_and_model_are_used_at_once(
    tmp_path: Path, sim: Simulator, other_sim: Simulator, uri: str
) -> None:
    params = {**GHOST_TEXT, "initializationOptions": settings_for(sim)}
    async with at_work(tmp_path, {}, params) as editor:
        editor.open(uri, ADD)
        assert (await editor.inline(uri, LINE, CHARACTER)).texts == SUGGESTED
        configure(editor, settings_for(other_sim, model="glm-4.5-air"))
        assert (await editor.inline(uri, LINE, CHARACTER)).texts == SUGGESTED
        configure(editor, settings_for(other_sim))
        assert (await editor.inline(uri, LINE, CHARACTER)).texts == SUGGESTED
    assert [e.body["model"] for e in sim.log] == ["glm-4.6"]
    assert [e.body["model"] for e in other_sim.log] == ["glm-4.5-air", "glm-4.6"]


async def test_switching_off_and_on_is_heeded_at_once(
    tmp_path: Path, sim: Simulator, uri: str
) -> None:
    params = {**GHOST_TEXT, "initializationOptions": settings_for(sim)}
    async with at_work(tmp_path, {}, params) as editor:
        editor.open(uri, ADD)
        for enabled in (False, True, False):
            configure(editor, settings_for(sim, enabled=enabled))
            texts = (await editor.inline(uri, LINE, CHARACTER)).texts
            assert texts == (SUGGESTED if enabled else [])
    assert len(sim.log) == 1


async def test_a_change_ends_what_the_old_settings_began(
    tmp_path: Path, sim: Simulator, other_sim: Simulator, uri: str
) -> None:
    sim.script = Script(hold=asyncio.Event())
    params = {**GHOST_TEXT, "initializationOptions": settings_for(sim)}
    async with at_work(tmp_path, {}, params) as editor:
        editor.open(uri, ADD)
        asked = editor.ask_inline(uri, LINE, CHARACTER)
        await sim.received(1)
        configure(editor, settings_for(other_sim))
        assert (await asyncio.wait_for(asked, PATIENCE_S)).code == CANCELLED
        await sim.finished(1)
        assert sim.log[0].gone
        assert (await editor.inline(uri, LINE, CHARACTER)).texts == SUGGESTED


async def test_many_changes_at_once_end_with_the_last(
    tmp_path: Path, sim: Simulator, uri: str
) -> None:
    params = {**GHOST_TEXT, "initializationOptions": settings_for(sim)}
    async with at_work(tmp_path, {}, params) as editor:
        editor.open(uri, ADD)
        for tokens in range(10, 40):
            configure(editor, settings_for(sim, completion={"max_tokens": tokens}))
        assert (await editor.inline(uri, LINE, CHARACTER)).texts == SUGGESTED
    assert sim.log[-1].body["max_tokens"] == 39


async def test_a_document_is_judged_anew_by_new_limits(
    tmp_path: Path, sim: Simulator, uri: str
) -> None:
    params = {**GHOST_TEXT, "initializationOptions": settings_for(sim)}
    async with at_work(tmp_path, {}, params) as editor:
        editor.open(uri, "# " + "x" * 70 + "\n" * 20_000)
        assert (await editor.status())["documents"][uri] == "ready"
        configure(editor, settings_for(sim, privacy={"max_file_mb": 0.01}))
        assert (await editor.status())["documents"][uri] == "too-large"


async def test_the_embedded_engine_keeps_what_it_knows_over_a_change(
    tmp_path: Path, uri: str
) -> None:
    body = "    response = self.build_response(request)\n    self.send_response(response)\n"
    known = "".join(f"def handle_{n}(self, request):\n{body}\n" for n in range(20))
    text, line, character = cursor("def handle_x(self, request):\n    response = self.bu¦\n")
    params = {**GHOST_TEXT, "initializationOptions": {"provider": "embedded"}}
    async with at_work(tmp_path, {}, params) as editor:
        editor.open(uri, known)
        editor.open(f"{uri}.other.py", text)
        for tokens in (100, 101):
            configure(editor, {"provider": "embedded", "completion": {"max_tokens": tokens}})
            while (await editor.status())["learning"]:
                pass
            [suggested] = (await editor.inline(f"{uri}.other.py", line, character)).texts
            assert suggested.startswith("    response = self.build_response(request)")


# Complaints.


async def test_a_complaint_is_shown_once_and_names_what_was_meant(
    tmp_path: Path, sim: Simulator, uri: str
) -> None:
    wrong = settings_for(sim, modle="x", completion={"max_tokens": "many"})
    params = {**GHOST_TEXT, "initializationOptions": wrong}
    async with at_work(tmp_path, {}, params) as editor:
        for _ in range(3):
            configure(editor, wrong)
        editor.open(uri, ADD)
        assert (await editor.inline(uri, LINE, CHARACTER)).texts == SUGGESTED
        shown = [params["message"] for params in editor.told("window/showMessage")]
        assert len(shown) == 2
        assert any("did you mean model?" in words for words in shown)
        assert any("completion.max_tokens" in words for words in shown)
        configure(editor, {**wrong, "modell": "y"})
        await editor.status()
        assert len(editor.told("window/showMessage")) == 3


# What a repository may say.


HOSTILE = """\
provider = "openai-compatible"
base_url = "{url}"
model = "glm-4.5-air"
api_key = "stolen"
api_key_command = [{python}, "-c", "open({ran}, 'w')"]
dialects.openai-compatible.base_url = "{url}"
dialects.openai-compatible.headers = {{ X-Leak = "yes" }}
models."glm-4.6".context = 1
network.proxy = "{url}"
log.file = {ran}
privacy.hide_secrets = false
privacy.ignore = ["!.env"]
privacy.max_file_mb = 100.0
completion.candidates = 8
"""


async def test_a_repository_cannot_send_code_elsewhere_or_run_anything(
    tmp_path: Path, sim: Simulator, other_sim: Simulator, uri: str
) -> None:
    ran = tmp_path / "ran"
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / ".glm-ls.toml").write_text(
        HOSTILE.format(
            url=other_sim.base_url, python=json.dumps(sys.executable), ran=json.dumps(str(ran))
        )
        .replace('open("', "open('")
        .replace("\", 'w')", "', 'w')")
    )
    denied = (tmp_path / "work" / ".env").as_uri()
    async with at_work(tmp_path, endpoint_env(sim)) as editor:
        editor.open(denied, ADD)
        assert (await editor.inline(denied, LINE, CHARACTER)).texts == []
        secret = "sk-" + "a1B2c3D4" * 6
        editor.open(uri, f'key = "{secret}"\n{ADD}')
        assert (await editor.inline(uri, LINE + 1, CHARACTER)).texts == SUGGESTED
        status = await editor.status()
    complaints = " ".join(status["complaints"])
    assert status["report"][0] == ["ok", f"{status['message']} (ready)"]
    assert ["info", f"base_url: {sim.base_url}"] in status["report"]
    assert [words for grade, words in status["report"] if grade == "warn"] == status["complaints"]
    assert other_sim.log == []
    [exchange] = sim.log
    assert (exchange.key, exchange.body["model"]) == ("test-key", "glm-4.6")
    assert "x-leak" not in exchange.headers
    assert secret.encode() not in exchange.raw
    assert not ran.exists()
    for key in ("base_url", "api_key_command", "dialects", "network.proxy", "privacy.ignore"):
        assert key in complaints


async def test_a_repository_may_narrow_and_take_it_back(
    tmp_path: Path, sim: Simulator, uri: str
) -> None:
    file = tmp_path / "work" / ".glm-ls.toml"
    file.parent.mkdir()
    file.write_text('privacy.ignore = ["a.py"]\n')
    async with at_work(tmp_path, endpoint_env(sim)) as editor:
        editor.open(uri, ADD)
        assert (await editor.inline(uri, LINE, CHARACTER)).texts == []
        assert (await editor.status())["documents"][uri] == "ignored by privacy.ignore"
        for text, texts in (
            ("", SUGGESTED),
            ("completion.enabled = false\n", []),
            ('completion.languages_off = ["python"]\n', []),
            ("completion.max_tokens = 17\n", SUGGESTED),
        ):
            file.write_text(text)
            changed: Any = {"changes": [{"uri": file.as_uri(), "type": 2}]}
            editor.notify("workspace/didChangeWatchedFiles", changed)
            assert (await editor.inline(uri, LINE, CHARACTER)).texts == texts
        file.write_text("enabled = false\n")
        editor.notify("textDocument/didSave", {"textDocument": {"uri": file.as_uri()}})
        assert (await editor.inline(uri, LINE, CHARACTER)).texts == []
    assert [exchange.body["max_tokens"] for exchange in sim.log] == [256, 17]


async def test_a_folder_that_comes_and_goes_brings_its_ignore_files(
    tmp_path: Path, sim: Simulator
) -> None:
    folder = tmp_path / "second"
    folder.mkdir()
    uri = (folder / "a.py").as_uri()
    told = {"uri": folder.as_uri(), "name": "second"}
    async with at_work(tmp_path, endpoint_env(sim)) as editor:
        editor.open(uri, ADD)
        await editor.status()
        method = "workspace/didChangeWorkspaceFolders"
        editor.notify(method, {"event": {"added": [told], "removed": []}})
        assert (await editor.inline(uri, LINE, CHARACTER)).texts == SUGGESTED
        assert "second" not in sim.log[-1].body["messages"][-1]["content"]
        editor.notify(method, {"event": {"added": [], "removed": [told]}})
        assert (await editor.status())["documents"][uri] == "ready"


async def test_the_status_says_that_it_is_off_or_manual(tmp_path: Path, sim: Simulator) -> None:
    params = {**GHOST_TEXT, "initializationOptions": settings_for(sim)}
    async with at_work(tmp_path, {}, params) as editor:
        for more, kind, reason, manual in (
            ({}, "Normal", "ready", False),
            ({"completion": {"mode": "manual"}}, "Normal", "ready", True),
            ({"enabled": False}, "Inactive", "off", False),
            ({"enabled": False, "completion": {"mode": "manual"}}, "Inactive", "off", False),
            ({}, "Normal", "ready", False),
        ):
            configure(editor, settings_for(sim, **more))
            status = await editor.status()
            shown = (status["kind"], status["reason"], status["manual"])
            assert shown == (kind, reason, manual)
        told = [(one["reason"], one["manual"]) for one in editor.told("didChangeStatus")]
        assert told == [("ready", False), ("ready", True), ("off", False), ("ready", False)]
