"""Ghost text: what editors are answered, and what becomes of requests nobody waits for any more."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from glm_ls.text.blocks import ALTERNATIVE
from tests.protocol.editor import Editor, Json, Reply, at_work, endpoint_env, profile
from tests.protocol.texts import cursor, edited
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADD, LINE, CHARACTER = cursor("def add(a, b):\n    return ¦\n")
AT_ADD = (LINE, CHARACTER)
INVOKED, AUTOMATIC = 1, 2
CANCELLED = -32800


def applied(text: str, reply: Reply) -> str:
    """Return the document after its only suggestion was accepted."""
    [item] = reply.result["items"]
    span = item["range"]
    assert span["start"]["line"] == span["end"]["line"]
    return edited(text, span, item["insertText"])


@pytest.mark.parametrize(
    ("marked", "reply", "result"),
    [
        pytest.param(
            "def add(a, b):\n    return ¦\n",
            "a + b",
            "def add(a, b):\n    return a + b\n",
            id="at the end of a line",
        ),
        pytest.param("print(¦)\n", '"hello")', 'print("hello")\n', id="a closer brought along"),
        pytest.param("print(¦)\n", '"hello"', 'print("hello")\n', id="a closer left to us"),
        pytest.param("run([f(¦)])\n", "1), g(2)])", "run([f(1), g(2)])\n", id="several closers"),
        pytest.param("f(¦, b)\n", "a", "f(a, b)\n", id="code behind the cursor"),
        pytest.param(
            's = "𝒳🙂"; t = ¦\n',
            "s.upper()",
            's = "𝒳🙂"; t = s.upper()\n',
            id="two units a character",
        ),
        pytest.param(
            "def f(x):\r\n    ¦\r\n",
            "if x:\n        return 1\n    return 2",
            "def f(x):\r\n    if x:\r\n        return 1\r\n    return 2\r\n",
            id="CRLF",
        ),
        pytest.param(
            "def f(x):\r\n    ¦",
            "if x:\n        return 1\n    return 2",
            "def f(x):\r\n    if x:\r\n        return 1\r\n    return 2",
            id="CRLF, in a last line without an end",
        ),
    ],
)
async def test_an_accepted_suggestion_gives_the_expected_text(
    editor: Editor, sim: Simulator, uri: str, marked: str, reply: str, result: str
) -> None:
    sim.script = Script(reply=reply)
    text, line, character = cursor(marked)
    editor.open(uri, text)
    assert applied(text, await editor.inline(uri, line, character)) == result


async def test_the_text_begins_with_what_is_typed_and_covers_closers(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(reply="1, 2")
    text, line, character = cursor("    x = foo(¦)\n")
    editor.open(uri, text)
    [item] = (await editor.inline(uri, line, character)).result["items"]
    assert item["insertText"] == "    x = foo(1, 2)"
    assert item["range"] == {
        "start": {"line": 0, "character": 0},
        "end": {"line": 0, "character": len("    x = foo()")},
    }


async def test_before_code_that_stays_the_item_is_an_insertion(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    """Neovim 0.12 draws an item with a range over what stands behind the cursor."""
    sim.script = Script(reply="sum(values)")
    text, line, character = cursor("total = ¦  # of all\n")
    editor.open(uri, text)
    [item] = (await editor.inline(uri, line, character)).result["items"]
    at = {"line": line, "character": character}
    assert (item["insertText"], item["range"]) == ("sum(values)", {"start": at, "end": at})


async def test_neovim_gets_plain_line_ends(tmp_path: Path) -> None:
    """It draws a carriage return as ^M, and puts its own line ends when it inserts."""
    params = {**profile("neovim-0.12.4"), "initializationOptions": {}}
    async with (
        Simulator(flavor="openai", script=Script(reply="if x:\n        return 1")) as sim,
        at_work(tmp_path, endpoint_env(sim), params) as editor,
    ):
        editor.open("file:///code/a.py", "def f(x):\r\n    \r\n")
        assert (await editor.inline("file:///code/a.py", 1, 4)).texts == [
            "    if x:\n        return 1"
        ]


@pytest.mark.parametrize(
    ("marked", "selected", "reply", "result"),
    [
        pytest.param("x = obj.up¦\n", "upper", "()", "x = obj.upper()\n", id="it goes on"),
        pytest.param("x = f(up¦)\n", "up2", "(s)", "x = f(up2(s))\n", id="a closer left to us"),
        pytest.param("x = f(up¦)\n", "up2", "(s))", "x = f(up2(s))\n", id="a closer brought along"),
        pytest.param(
            "def f():\r\n    re¦\r\n",
            "result",
            " = 1\n    return result",
            "def f():\r\n    result = 1\r\n    return result\r\n",
            id="CRLF",
        ),
        pytest.param(
            "import os\nfo¦\n",
            "for i in a:\n    ",
            "print(i)",
            "import os\nfor i in a:\n    print(i)\n",
            id="an item of two lines",
        ),
    ],
)
async def test_beside_a_menu_the_text_goes_on_from_the_selected_item(
    editor: Editor, sim: Simulator, uri: str, marked: str, selected: str, reply: str, result: str
) -> None:
    sim.script = Script(reply=reply)
    text, line, character = cursor(marked)
    editor.open(uri, text)
    start, end = ({"line": line, "character": at} for at in (character - 2, character))
    menu = {"range": {"start": start, "end": end}, "text": selected}
    context = {"triggerKind": AUTOMATIC, "selectedCompletionInfo": menu}
    place = {"textDocument": {"uri": uri}, "position": end}
    answer = await editor.request("textDocument/inlineCompletion", {**place, "context": context})
    [item] = answer.result["items"]
    assert item["insertText"].startswith(selected)
    assert item["range"]["start"] == start
    assert applied(text, answer) == result


async def test_asked_by_hand_there_are_several_different_answers(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(reply=f"a + b\n{ALTERNATIVE}\nb + a\n{ALTERNATIVE}\na + b")
    editor.open(uri, ADD)
    reply = await editor.inline(uri, *AT_ADD, kind=INVOKED)
    assert reply.texts == ["    return a + b", "    return b + a"]


async def test_while_typing_there_is_one_answer(editor: Editor, sim: Simulator, uri: str) -> None:
    sim.script = Script(reply="a + b")
    editor.open(uri, ADD)
    assert (await editor.inline(uri, *AT_ADD)).texts == ["    return a + b"]


async def test_acceptance_is_counted_by_the_command(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(reply=f"a + b\n{ALTERNATIVE}\nb + a")
    editor.open(uri, ADD)
    before = (await editor.status())["accepted_24h"]
    items = (await editor.inline(uri, *AT_ADD, kind=INVOKED)).result["items"]
    for item in items:
        command: Json = item["command"]
        accepted = {"command": command["command"], "arguments": command["arguments"]}
        assert (await editor.request("workspace/executeCommand", accepted)).error is None
    assert (await editor.status())["accepted_24h"] == before + len(items) == before + 2


async def test_an_acceptance_right_before_the_end_is_kept(tmp_path: Path) -> None:
    env = {"GLM_LS_PROVIDER": "embedded"}
    accepted = {"command": "glm-ls.accepted", "arguments": [{"engine": "test", "chars": 3}]}
    async with at_work(tmp_path, env) as editor:
        await editor.status()
        with closing(connect(tmp_path / "STATE" / "usage.db")) as other_server:
            other_server.execute("BEGIN IMMEDIATE")
            await editor.request("workspace/executeCommand", accepted)
            await editor.request("shutdown", None)
            editor.notify("exit", None)
        assert await editor.ended() == 0
    async with at_work(tmp_path, env) as editor:
        assert (await editor.status())["accepted_24h"] == 1


async def test_a_newer_request_ends_the_older_at_once(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    held = asyncio.Event()
    sim.queue(Script(hold=asyncio.Event()), Script(reply="a + b", hold=held))
    editor.open(uri, ADD)
    older = editor.ask_inline(uri, 0, len("def add(a, b):"))
    await sim.received(1)
    newer = editor.ask_inline(uri, *AT_ADD)
    assert (await older).code == CANCELLED
    await sim.finished(1)
    assert sim.log[0].gone
    assert not newer.done()
    held.set()
    assert (await newer).texts == ["    return a + b"]


async def test_documents_do_not_supersede_each_other(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    held = asyncio.Event()
    sim.script = Script(reply="a + b", hold=held)
    other = uri.removesuffix(".py") + "_other.py"
    editor.open(uri, ADD)
    editor.open(other, ADD)
    asked = [editor.ask_inline(document, *AT_ADD) for document in (uri, other)]
    await sim.received(2)
    held.set()
    assert [(await reply).texts for reply in asked] == [["    return a + b"]] * 2


async def test_a_cancelled_request_says_so_and_leaves_the_endpoint(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(reply="a + b", hold=asyncio.Event(), hold_after=1)
    editor.open(uri, ADD)
    asked = editor.ask_inline(uri, *AT_ADD)
    await sim.received(1)
    editor.cancel(editor.last_id)
    assert (await asked).code == CANCELLED
    await sim.finished(1)
    assert sim.log[0].gone


async def test_closing_a_document_ends_its_request(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(hold=asyncio.Event())
    editor.open(uri, ADD)
    asked = editor.ask_inline(uri, *AT_ADD)
    await sim.received(1)
    editor.close(uri)
    assert (await asked).code == CANCELLED
    await sim.finished(1)
    assert sim.log[0].gone


async def test_an_answer_for_an_older_text_is_never_shown(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    held = asyncio.Event()
    sim.script = Script(reply="a + b", hold=held)
    editor.open(uri, ADD)
    asked = editor.ask_inline(uri, *AT_ADD)
    await sim.received(1)
    editor.insert(uri, 0, 0, "# sums\n")
    await editor.status()
    held.set()
    assert (await asked).code == CANCELLED


async def test_nothing_to_say_is_an_empty_list(editor: Editor, sim: Simulator, uri: str) -> None:
    sim.script = Script(reply="")
    editor.open(uri, ADD)
    reply = await editor.inline(uri, *AT_ADD)
    assert (reply.result, reply.error) == ({"items": []}, None)


async def test_the_same_place_is_asked_once(editor: Editor, sim: Simulator, uri: str) -> None:
    sim.script = Script(reply="a + b")
    editor.open(uri, ADD)
    replies = [await editor.inline(uri, *AT_ADD) for _ in range(2)]
    assert [reply.texts for reply in replies] == [["    return a + b"]] * 2
    assert len(sim.log) == 1


async def test_typing_through_a_suggestion_offers_the_rest_without_asking(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(reply="a + b * 2")
    editor.open(uri, ADD)
    line, character = AT_ADD
    await editor.inline(uri, *AT_ADD)
    for typed in "a + b":
        editor.insert(uri, line, character, typed)
        character += 1
        reply = await editor.inline(uri, line, character)
        assert reply.texts == ["    return a + b * 2"]
        assert reply.result["items"][0]["range"]["end"] == {"line": line, "character": character}
    assert len(sim.log) == 1


@pytest.mark.parametrize(
    ("setting", "value", "by_hand"),
    [
        ("ENABLED", "false", False),
        ("COMPLETION_ENABLED", "false", False),
        ("COMPLETION_LANGUAGES_OFF", "python", False),
        ("COMPLETION_MODE", "manual", True),
    ],
)
async def test_switched_off_it_is_silent(
    tmp_path: Path, setting: str, value: str, by_hand: bool
) -> None:
    async with Simulator(flavor="openai", script=Script(reply="a + b")) as sim:
        env = endpoint_env(sim) | {f"GLM_LS_{setting}": value}
        async with at_work(tmp_path, env) as editor:
            uri = (tmp_path / "work/a.py").as_uri()
            editor.open(uri, ADD)
            reply = await editor.inline(uri, *AT_ADD)
            assert (reply.result, sim.log) == ({"items": []}, [])
            reply = await editor.inline(uri, *AT_ADD, kind=INVOKED)
            assert (reply.texts == ["    return a + b"]) == by_hand
            assert len(sim.log) == by_hand
