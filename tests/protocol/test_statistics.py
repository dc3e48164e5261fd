"""From suggestions in an editor to the numbers of `glm-ls stats`, with the real server."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.protocol.editor import GHOST_TEXT, Editor, Json, at_work, endpoint_env
from tests.protocol.texts import cursor
from tests.simulator import Script, Simulator

MARKED = "def add(a, b):\n    return ¦\n"
TEXT, LINE, CHARACTER = cursor(MARKED)
CANARY = "canary_of_the_code"
REPLY = f"a + b + {CANARY}"
SHOWN, PART = "textDocument/didShowCompletion", "textDocument/didPartiallyAcceptCompletion"
COMMAND: Json = {"command": "glm-ls.accepted", "arguments": [{"id": 1, "chars": 3}]}
MENU: Json = {"capabilities": {"textDocument": {"completion": {}}}}


async def stats(home: Path) -> Json:
    """Return what the command says of a server's ledger."""
    folders = {f"GLM_LS_{k}_DIR": str(home / k) for k in ("CONFIG", "STATE", "CACHE")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "glm_ls", "stats", "--json"),
        stdout=asyncio.subprocess.PIPE, env={**os.environ, **folders},
    )  # fmt: skip
    out, _ = await process.communicate()
    document: Json = json.loads(out)
    return document


async def tally(home: Path) -> Json:
    [row] = (await stats(home))["suggestions"]
    assert (row["language"], row["model"]) == ("python", "glm-4.6")
    return {name: row[name] for name in ("shown", "accepted", "in_part", "chars_accepted")}


async def suggested(editor: Editor, uri: str, column: int = CHARACTER) -> Json:
    reply = await editor.inline(uri, LINE, column)
    [item] = reply.result["items"]
    result: Json = item
    return result


async def execute(editor: Editor, command: Json) -> None:
    params = {"command": command["command"], "arguments": command["arguments"]}
    assert (await editor.request("workspace/executeCommand", params)).error is None


def take(editor: Editor, uri: str, item: Json) -> None:
    editor.change(uri, {"range": item["range"], "text": item["insertText"]})


class Home:
    """A place for one server, and the environment it runs in."""

    def __init__(self, path: Path, sim: Simulator) -> None:
        self.path = path
        self.uri = (path / "work" / "a.py").as_uri()
        self.env = endpoint_env(sim)


@pytest.fixture
async def home(tmp_path: Path) -> Any:
    async with Simulator(flavor="openai", script=Script(reply=REPLY)) as sim:
        yield Home(tmp_path, sim)


async def test_shown_typed_through_and_accepted(home: Home) -> None:
    async with at_work(home.path, home.env) as editor:
        editor.open(home.uri, TEXT)
        await suggested(editor, home.uri)
        editor.insert(home.uri, LINE, CHARACTER, "a ")
        item = await suggested(editor, home.uri, CHARACTER + 2)
        assert item["command"]["arguments"][0].keys() == {"id", "engine", "chars"}
        take(editor, home.uri, item)
        await execute(editor, item["command"])
        await execute(editor, item["command"])
        status = await editor.status()
    assert status["accepted_24h"] == 1
    assert await tally(home.path) == {
        "shown": 1, "accepted": 1, "in_part": 0, "chars_accepted": len(REPLY) - 2,
    }  # fmt: skip
    document = await stats(home.path)
    assert document["usage"][0]["requests"] == 1


async def test_acceptance_without_the_command(home: Home) -> None:
    async with at_work(home.path, home.env) as editor:
        editor.open(home.uri, TEXT)
        take(editor, home.uri, await suggested(editor, home.uri))
        await editor.status()
    assert (await tally(home.path))["chars_accepted"] == len(REPLY)


async def test_the_notifications_of_copilots_protocol(home: Home) -> None:
    async with at_work(home.path, home.env) as editor:
        editor.open(home.uri, TEXT)
        item = await suggested(editor, home.uri)
        for _ in range(2):
            editor.notify(SHOWN, {"item": item})
        # In UTF-16 units from the start of the text, which begins with what is typed.
        editor.notify(PART, {"item": item, "acceptedLength": CHARACTER + 2})
        editor.notify(PART, {"item": item, "acceptedLength": CHARACTER + 4})
        editor.notify(PART, {"item": item, "acceptedLength": CHARACTER + 4})
        await editor.status()
    assert await tally(home.path) == {
        "shown": 1, "accepted": 1, "in_part": 1, "chars_accepted": 4,
    }  # fmt: skip


async def test_a_client_that_tells_what_it_shows_is_believed(home: Home) -> None:
    async with at_work(home.path, home.env) as editor:
        editor.open(home.uri, TEXT)
        item = await suggested(editor, home.uri)
        editor.notify(SHOWN, {"item": item})
        other = home.uri.replace("a.py", "b.py")
        editor.open(other, TEXT)
        await suggested(editor, other)
        await editor.status()
    assert (await tally(home.path))["shown"] == 1


@pytest.mark.parametrize("method", [SHOWN, PART])
@pytest.mark.parametrize(
    "params",
    [
        None,
        [],
        "x",
        {},
        {"item": None},
        {"item": {"insertText": "x", "command": {"command": "other.accepted"}}},
        {"item": {"insertText": "x", "command": {**COMMAND, "arguments": None}}},
        {"item": {"insertText": "x", "command": {**COMMAND, "arguments": [{"id": "1"}]}}},
        {"item": {"command": COMMAND}, "acceptedLength": 9},
        {"item": {"insertText": ["x"], "command": COMMAND}, "acceptedLength": 9},
        {"item": {"insertText": "other text", "command": COMMAND}, "acceptedLength": 9},
        {"item": {"insertText": "x", "command": COMMAND}, "acceptedLength": None},
        {"type_name": "not a name", "item": {"class": 1}},
    ],
    ids=repr,
)
async def test_any_other_item_is_passed_over(home: Home, method: str, params: Any) -> None:
    async with at_work(home.path, {"GLM_LS_PROVIDER": "embedded"}) as editor:
        await editor.status()
        editor.notify(method, params)
        await editor.status()
        assert b"rror" not in editor.stderr
    assert (await stats(home.path))["suggestions"] == []


@pytest.mark.parametrize("arguments", [[], [None], [{"engine": 5, "chars": "x"}], [{"id": 9}]])
async def test_an_acceptance_of_something_unknown_counts(
    home: Home, arguments: list[object]
) -> None:
    async with at_work(home.path, {"GLM_LS_PROVIDER": "embedded"}) as editor:
        await execute(editor, {**COMMAND, "arguments": arguments})
    [row] = (await stats(home.path))["suggestions"]
    assert (row["language"], row["accepted"], row["chars_accepted"]) == ("", 1, 0)


async def test_an_item_of_a_menu(home: Home) -> None:
    async with at_work(home.path, home.env, MENU) as editor:
        editor.open(home.uri, TEXT)
        place = {"line": LINE, "character": CHARACTER}
        params = {"textDocument": {"uri": home.uri}, "position": place}
        items: list[Json] = []
        while not items:
            items = (await editor.request("textDocument/completion", params)).result["items"]
        edit = items[0]["textEdit"]
        editor.change(home.uri, {"range": edit["range"], "text": edit["newText"]})
        await execute(editor, items[0]["command"])
    assert await tally(home.path) == {
        "shown": 1, "accepted": 1, "in_part": 0, "chars_accepted": len(REPLY),
    }  # fmt: skip


async def test_no_code_is_written_to_disk(home: Home) -> None:
    async with at_work(home.path, home.env, GHOST_TEXT) as editor:
        editor.open(home.uri, f"# {CANARY}\n{TEXT}", language=f"python{' ' * 50}{CANARY}")
        reply = await editor.inline(home.uri, LINE + 1, CHARACTER)
        [item] = reply.result["items"]
        editor.notify(PART, {"item": item, "acceptedLength": CHARACTER + 2})
        take(editor, home.uri, item)
        await execute(editor, item["command"])
        foreign = {**COMMAND, "arguments": [{"engine": CANARY, "chars": 5}]}
        await execute(editor, foreign)
        await editor.status()
    kept = [path.read_bytes() for path in (home.path / "STATE").rglob("*") if path.is_file()]
    assert any(b"glm-4.6" in data for data in kept)
    assert not any(CANARY.encode() in data for data in kept)
