"""Next edits: what editors are answered, what typing and rejecting do to it, the code action."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from glm_ls.lsp.next_edit import label_of
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
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")

REQUEST, ALIAS = "glm-ls/nextEdit", "textDocument/copilotInlineEdit"
ACCEPTED, REJECTED = "glm-ls.nextEdit.accepted", "glm-ls.nextEdit.rejected"
APPLY = "glm-ls.nextEdit.apply"
NOTHING: Json = {"edits": []}
CANCELLED, INVALID = -32800, -32602
INVOKED, AUTOMATIC = 1, 2

TEXT = 'x = "𝒳🙂"\ndef total(values):\n    a = values[0]\n    return sum(values)\n'
RENAMED = TEXT.replace("(values):", "(prices):")
DONE = TEXT.replace("values", "prices")


def rewriting(change: Callable[[str], str]) -> Callable[[Json], str]:
    """Return a model that answers with each window it changes."""

    def answer(body: Json) -> str:
        windows = re.findall(r"<(window_\w+)>\n(.*?)</\1>", body["messages"][1]["content"], re.S)
        shown = [(tag, text.replace("<|cursor|>", "")) for tag, text in windows]
        changed = [(tag, change(text)) for tag, text in shown if change(text) != text]
        return "\n".join(f"<{tag}>\n{text}</{tag}>" for tag, text in changed) or "<|no change|>"

    return answer


RENAME = Script(reply=rewriting(lambda text: text.replace("values", "prices")))


def rename(editor: Editor, uri: str, text: str = TEXT, language: str = "python") -> None:
    """Open a document and rename the parameter, as a user does."""
    editor.open(uri, text, language)
    span = {"start": {"line": 1, "character": 10}, "end": {"line": 1, "character": 16}}
    editor.change(uri, {"range": span, "text": "prices"})


def place(uri: str, kind: int = INVOKED, **document: Any) -> Json:
    return {
        "textDocument": {"uri": uri, **document},
        "position": {"line": 1, "character": 16},
        "context": {"triggerKind": kind},
    }


async def next_edits(editor: Editor, uri: str, kind: int = INVOKED) -> list[Json]:
    reply = await editor.request(REQUEST, place(uri, kind))
    assert reply.error is None
    edits: list[Json] = reply.result["edits"]
    return edits


def made(text: str, edits: list[Json], encoding: str = "utf-16") -> str:
    """Return the text after an editor has made the edits, the last in the document first."""

    def start(edit: Json) -> tuple[int, int]:
        at = edit["range"]["start"]
        return at["line"], at["character"]

    for edit in sorted(edits, key=start, reverse=True):
        text = edited(text, edit["range"], edit["text"], encoding)
    return text


async def command(editor: Editor, name: str, *arguments: Any) -> Reply:
    params = {"command": name, "arguments": list(arguments)}
    return await editor.request("workspace/executeCommand", params)


async def actions(editor: Editor, uri: str, only: list[str] | None = None) -> list[Json]:
    at = {"line": 1, "character": 16}
    context: Json = {"diagnostics": [], "triggerKind": 1}
    params = {
        "textDocument": {"uri": uri},
        "range": {"start": at, "end": at},
        "context": context if only is None else {**context, "only": only},
    }
    reply = await editor.request("textDocument/codeAction", params)
    result: list[Json] = reply.result
    return [action for action in result if action["kind"].endswith(".nextEdit")]


# -- the request ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("prices", "prices"),
        ("    return a\n", "return a"),
        ("\n\tone()\r\n\n\ttwo()\n", "one() … +1"),
        ("", "(delete)"),
        ("  \n", "(delete)"),
        ("x" * 200, "x" * 80),
    ],
)
async def test_a_label_is_one_line(text: str, label: str) -> None:
    assert label_of(text) == label


async def test_an_edit_at_the_cursor_can_be_ghost_text(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(reply=rewriting(lambda text: text.replace("a = ", "a = prices[0]")))
    editor.open(uri, "def total(values):\n    \n")
    editor.insert(uri, 1, 4, "a = ")
    at_cursor = {**place(uri), "position": {"line": 1, "character": 8}}
    (edit,) = (await editor.request(REQUEST, at_cursor)).result["edits"]
    assert (edit["text"], edit["ghost"]) == ("prices[0]", True)


@pytest.mark.parametrize("method", [REQUEST, ALIAS])
async def test_a_rename_is_carried_on(
    editor: Editor, sim: Simulator, uri: str, method: str
) -> None:
    sim.script = RENAME
    rename(editor, uri)
    reply = await editor.request(method, place(uri, version=2))
    edits = reply.result["edits"]
    assert made(RENAMED, edits) == DONE
    assert [edit["range"]["start"]["line"] for edit in edits] == [2, 3], "the nearest first"
    assert {edit["text"] for edit in edits} == {"prices"}
    assert {edit["textDocument"]["version"] for edit in edits} == {2}
    assert {edit["command"]["command"] for edit in edits} == {ACCEPTED}
    assert [(edit["label"], edit["ghost"]) for edit in edits] == [("prices", False)] * 2


async def test_the_endpoint_sees_the_edit_and_is_told_not_to_think(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = RENAME
    rename(editor, uri)
    await next_edits(editor, uri)
    [exchange] = sim.log
    system, user = (message["content"] for message in exchange.body["messages"])
    assert "-def total(values):\n+def total(prices):\n" in user
    assert "prices" not in system
    assert exchange.body["max_tokens"] == 1024


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(Script(reply="Sorry, I cannot help."), id="prose"),
        pytest.param(Script(reply="<|no change|>"), id="no change"),
        pytest.param(Script(reply=rewriting(lambda text: text.replace("prices", "values"))),
                     id="revert"),
        pytest.param(Script(error="internal"), id="trouble"),
        pytest.param(Script(fault="empty"), id="nothing"),
    ],
)  # fmt: skip
async def test_what_cannot_be_used_is_an_empty_list(tmp_path: Path, script: Script) -> None:
    async with (
        Simulator(flavor="openai", script=script) as sim,
        at_work(tmp_path, endpoint_env(sim)) as editor,
    ):
        uri = (tmp_path / "work" / "a.py").as_uri()
        rename(editor, uri)
        assert await next_edits(editor, uri) == []


@pytest.mark.parametrize(
    "params",
    [
        None,
        {},
        [],
        {"textDocument": 1},
        {"textDocument": {"uri": 3}, "position": {"line": "x"}},
        {"textDocument": {"uri": "file:///nowhere"}},
        {"textDocument": {"uri": "file:///x", "a-b": 1}, "position": {"line": -1}},
    ],
)
async def test_odd_params_are_an_empty_list(editor: Editor, params: Any) -> None:
    assert (await editor.request(REQUEST, params)).result == NOTHING


async def test_without_an_edit_nothing_is_asked(editor: Editor, sim: Simulator, uri: str) -> None:
    editor.open(uri, TEXT)
    assert await next_edits(editor, uri) == []
    assert not sim.log


async def test_a_refused_document_is_left_alone(editor: Editor, sim: Simulator, home: Path) -> None:
    uri = (home / "work" / ".env").as_uri()
    rename(editor, uri)
    assert await next_edits(editor, uri) == []
    other = (home / "work" / "beside.py").as_uri()
    sim.script = RENAME
    rename(editor, other)
    await next_edits(editor, other)
    assert ".env" not in str(sim.log[-1].body)


async def test_a_secret_is_not_sent_and_stays_in_the_document(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = RENAME
    line = 'password = "S3cr3t-Pass", values\n'
    rename(editor, uri, TEXT + line)
    edits = await next_edits(editor, uri)
    assert "S3cr3t" not in str(sim.log[-1].body)
    assert made(RENAMED + line, edits) == DONE + line.replace("values", "prices")


async def test_another_version_is_cancelled(editor: Editor, sim: Simulator, uri: str) -> None:
    rename(editor, uri)
    assert (await editor.request(REQUEST, place(uri, version=1))).code == CANCELLED
    assert not sim.log


@pytest.mark.parametrize(
    ("settings", "kind", "asked"),
    [
        ({"next_edit": {"enabled": False}}, INVOKED, 0),
        ({"completion": {"mode": "manual"}}, AUTOMATIC, 0),
        ({"completion": {"mode": "manual"}}, INVOKED, 1),
        ({"completion": {"languages_off": ["python"]}}, INVOKED, 0),
        ({}, AUTOMATIC, 1),
    ],
)
async def test_settings_say_when_it_is_silent(
    tmp_path: Path, settings: Json, kind: int, asked: int
) -> None:
    params = {**GHOST_TEXT, "initializationOptions": settings}
    async with (
        Simulator(flavor="openai", script=RENAME) as sim,
        at_work(tmp_path, endpoint_env(sim), params) as editor,
    ):
        uri = (tmp_path / "work" / "a.py").as_uri()
        rename(editor, uri)
        assert bool(await next_edits(editor, uri, kind)) == bool(asked)
        assert len(sim.log) == asked


async def test_without_an_endpoint_it_is_silent(tmp_path: Path) -> None:
    async with at_work(tmp_path, {"GLM_LS_PROVIDER": "embedded"}) as editor:
        uri = (tmp_path / "work" / "a.py").as_uri()
        rename(editor, uri)
        assert await next_edits(editor, uri) == []
        assert await actions(editor, uri) == []


# -- requests that overlap -----------------------------------------------------------------


async def test_a_newer_request_ends_the_older(editor: Editor, sim: Simulator, uri: str) -> None:
    """Its connection is closed, whatever it was about to say."""
    ended = asyncio.Event()
    sim.on_end = lambda exchange: ended.set()
    sim.script = Script(reply=RENAME.reply, hold=asyncio.Event(), hold_after=1)
    rename(editor, uri)
    older = editor.ask(REQUEST, place(uri))
    await editor.status()  # by now the older one has begun
    editor.insert(uri, 0, 0, "#")
    sim.script = RENAME
    newer = editor.ask(REQUEST, place(uri))
    assert (await asyncio.wait_for(older, PATIENCE_S)).code == CANCELLED
    await asyncio.wait_for(ended.wait(), PATIENCE_S)
    assert made("#" + RENAMED, (await newer).result["edits"]) == "#" + DONE


# -- while the user goes on ----------------------------------------------------------------


async def test_typing_elsewhere_shifts_what_waits_and_asks_nothing(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = RENAME
    rename(editor, uri)
    await next_edits(editor, uri)
    editor.insert(uri, 0, 0, "# 𝒳\n")
    assert made("# 𝒳\n" + RENAMED, await next_edits(editor, uri)) == "# 𝒳\n" + DONE
    assert len(sim.log) == 1


async def test_typing_what_is_predicted_leaves_the_rest(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(reply=rewriting(lambda text: text.replace("a = ", "# first\n    a = ")))
    rename(editor, uri)
    [edit] = await next_edits(editor, uri)
    text = RENAMED
    for at, key in enumerate(["\n    ", "#", " ", "f"]):
        start = {"line": 1, "character": 18} if not at else {"line": 2, "character": 3 + at}
        editor.insert(uri, start["line"], start["character"], key)
        text = edited(text, {"start": start, "end": start}, key)
        [left] = await next_edits(editor, uri)
        assert made(text, [left]) == made(RENAMED, [edit])
    assert left["text"] == "irst"
    assert len(sim.log) == 1


async def test_typing_something_else_asks_anew(editor: Editor, sim: Simulator, uri: str) -> None:
    sim.script = RENAME
    rename(editor, uri)
    await next_edits(editor, uri)
    span = {"start": {"line": 2, "character": 8}, "end": {"line": 2, "character": 14}}
    editor.change(uri, {"range": span, "text": "other"})
    await next_edits(editor, uri)
    assert len(sim.log) == 2


async def test_after_one_is_accepted_the_other_waits(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = RENAME
    rename(editor, uri)
    first, second = await next_edits(editor, uri)
    editor.change(uri, {"range": first["range"], "text": first["text"]})
    done = first["command"]
    assert (await command(editor, done["command"], *done["arguments"])).error is None
    assert await next_edits(editor, uri) == [{**second, "textDocument": {"uri": uri, "version": 3}}]
    assert len(sim.log) == 1


async def test_the_same_text_gives_the_same_answer_without_a_request(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    """Also where the answer was that nothing follows."""
    sim.script = Script(reply="<|no change|>")
    rename(editor, uri)
    for _ in range(3):
        assert await next_edits(editor, uri) == []
    assert len(sim.log) == 1


@pytest.mark.parametrize("name", [REJECTED, "github.copilot.didRejectNextEditSuggestionItem"])
async def test_what_was_rejected_is_not_shown_again(tmp_path: Path, name: str) -> None:
    async with (
        Simulator(flavor="openai", script=RENAME) as sim,
        at_work(tmp_path, endpoint_env(sim)) as editor,
    ):
        uri = (tmp_path / "work" / "a.py").as_uri()
        rename(editor, uri)
        first, second = await next_edits(editor, uri)
        editor.notify("textDocument/didShowInlineEdit", {"item": first})
        arguments = first["command"]["arguments"] if name != REJECTED else []
        await command(editor, name, *arguments)
        assert await next_edits(editor, uri) == [second]
        editor.insert(uri, 2, 0, "    b = 1\n")  # what waited goes on, one row below
        [left] = await next_edits(editor, uri)
        assert left["range"]["start"]["line"] == second["range"]["start"]["line"] + 1
        # A silence follows, which only asking by hand breaks.
        editor.insert(uri, 0, 0, "#")
        editor.close(uri)
        rename(editor, uri)
        assert await next_edits(editor, uri, AUTOMATIC) == []
        assert len(await next_edits(editor, uri)) == 1


async def test_commands_of_copilot_are_not_announced(editor: Editor) -> None:
    announced = editor.capabilities["executeCommandProvider"]["commands"]
    assert {ACCEPTED, REJECTED, APPLY} <= set(announced)
    assert not [name for name in announced if not name.startswith("glm-ls.")]
