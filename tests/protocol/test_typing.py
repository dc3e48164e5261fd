"""Typing goes on while an answer comes: one stream serves as long as it says what is typed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.protocol.editor import Editor, Reply, at_work, endpoint_env
from tests.protocol.texts import cursor, edited
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADD, LINE, CHARACTER = cursor("def add(a, b):\n    return ¦\n")
CANCELLED = -32800
TYPING = "alpha + beta * gamma"


def shown(reply: Reply) -> list[str]:
    """Return the texts without what stands before the cursor's statement."""
    return [text.removeprefix("    return ") for text in reply.texts]


def press(editor: Editor, uri: str, text: str) -> list[asyncio.Future[Reply]]:
    """Type a text, with a request after each key that cancels the one before."""
    asked: list[asyncio.Future[Reply]] = []
    for at, key in enumerate(text, CHARACTER):
        if asked:
            editor.cancel(editor.last_id)
        editor.insert(uri, LINE, at, key)
        asked.append(editor.ask_inline(uri, LINE, at + 1))
    return asked


async def test_keys_that_the_stream_brings_join_it(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    held = asyncio.Event()
    sim.script = Script(reply=TYPING, hold=held)
    editor.open(uri, ADD)
    editor.ask_inline(uri, LINE, CHARACTER)
    await sim.received(1)
    asked = press(editor, uri, TYPING[:7])
    await editor.status()
    held.set()
    *before, last = [await reply for reply in asked]
    assert {reply.code for reply in before} == {CANCELLED}
    assert shown(last) == [TYPING]
    assert [exchange.gone for exchange in sim.log] == [False]


async def test_keys_join_a_stream_that_has_begun(editor: Editor, sim: Simulator, uri: str) -> None:
    held = asyncio.Event()
    sim.script = Script(reply=TYPING, hold=held, hold_after=2)
    editor.open(uri, ADD)
    editor.ask_inline(uri, LINE, CHARACTER)
    await sim.received(1)
    editor.insert(uri, LINE, CHARACTER, "al")
    last = editor.ask_inline(uri, LINE, CHARACTER + 2)
    await editor.status()
    held.set()
    assert shown(await last) == [TYPING]
    assert [exchange.gone for exchange in sim.log] == [False]


async def test_a_key_that_the_stream_did_not_bring_ends_it(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.queue(Script(reply=TYPING, hold=asyncio.Event(), hold_after=2))
    sim.script = Script(reply="um(a)")
    editor.open(uri, ADD)
    editor.ask_inline(uri, LINE, CHARACTER)
    await sim.received(1)
    editor.insert(uri, LINE, CHARACTER, "s")
    assert shown(await editor.inline(uri, LINE, CHARACTER + 1)) == ["sum(a)"]
    await sim.finished(2)
    assert [exchange.gone for exchange in sim.log] == [True, False]


async def test_a_stream_that_turns_out_different_gives_way_to_a_new_one(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    held = asyncio.Event()
    sim.queue(Script(reply=TYPING, hold=held), Script(reply="um(a)"))
    editor.open(uri, ADD)
    editor.ask_inline(uri, LINE, CHARACTER)
    await sim.received(1)
    editor.insert(uri, LINE, CHARACTER, "s")
    last = editor.ask_inline(uri, LINE, CHARACTER + 1)
    await editor.status()
    assert len(sim.log) == 1
    held.set()
    assert shown(await last) == ["sum(a)"]
    assert len(sim.log) == 2


async def test_a_change_without_a_request_ends_a_stream_that_it_does_not_fit(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    """Neovim asks only after a pause, and never cancels."""
    sim.script = Script(reply=TYPING, hold=asyncio.Event(), hold_after=2)
    editor.open(uri, ADD)
    asked = editor.ask_inline(uri, LINE, CHARACTER)
    await sim.received(1)
    editor.insert(uri, 0, 0, "# sums\n")
    assert (await asked).code == CANCELLED
    await sim.finished(1)
    assert sim.log[0].gone


async def test_a_cancelled_stream_is_closed_when_nobody_comes_for_it(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(reply=TYPING, hold=asyncio.Event(), hold_after=2)
    editor.open(uri, ADD)
    asked = editor.ask_inline(uri, LINE, CHARACTER)
    await sim.received(1)
    editor.insert(uri, LINE, CHARACTER, "a")
    editor.cancel(editor.last_id)
    assert (await asked).code == CANCELLED
    await sim.finished(1)
    assert sim.log[0].gone


async def test_sixty_keys_of_a_suggestion_ask_nobody(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    text = "compute_total(values, limit=weights[index]) + offset_of(line)"
    sim.script = Script(reply=text)
    editor.open(uri, ADD)
    assert shown(await editor.inline(uri, LINE, CHARACTER)) == [text]
    for at, key in enumerate(text[:-1], CHARACTER):
        editor.insert(uri, LINE, at, key)
        assert shown(await editor.inline(uri, LINE, at + 1)) == [text]
    assert len(sim.log) == 1


async def test_the_editors_closers_do_not_end_a_suggestion(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(reply="f(g(a), b)")
    editor.open(uri, ADD)
    await editor.inline(uri, LINE, CHARACTER)
    editor.insert(uri, LINE, CHARACTER, "f()")
    at = CHARACTER + 2
    reply = await editor.inline(uri, LINE, at)
    [item] = reply.result["items"]
    typed = ADD.replace("return ", "return f()")
    assert edited(typed, item["range"], item["insertText"]) == ADD.replace(
        "return ", "return f(g(a), b)"
    )
    assert len(sim.log) == 1


async def test_an_edit_in_another_document_makes_it_ask_again(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(reply="a + b")
    other = uri.removesuffix(".py") + "_other.py"
    editor.open(uri, ADD)
    editor.open(other, "x = 1\n")
    await editor.inline(uri, LINE, CHARACTER)
    editor.insert(other, 0, 0, "y = 2\n")
    await editor.inline(uri, LINE, CHARACTER)
    assert len(sim.log) == 2


async def test_what_the_stream_brought_behind_fits_no_other_text_behind_the_cursor(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(reply="total = a + b\n    return total\n\n\ndef other():\n    pass\n")
    text, line, character = cursor("def add(a, b):\n    ¦  # sums\n")
    editor.open(uri, text)
    [first] = (await editor.inline(uri, line, character)).texts
    assert first == "total = a + b"
    editor.change(
        uri,
        {
            "range": {
                "start": {"line": line, "character": character},
                "end": {"line": line, "character": character + len("  # sums")},
            },
            "text": first,
        },
    )
    await editor.inline(uri, line, character + len(first))
    assert len(sim.log) == 2  # the text behind the cursor is another


async def test_what_the_stream_brought_behind_is_there_after_acceptance(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(chunks=("sum\n    return sum(x)\n    more()\n",))
    text, line, character = cursor("def f(x):\n    # the ¦\n")
    editor.open(uri, text)
    assert (await editor.inline(uri, line, character)).texts == ["    # the sum"]
    editor.insert(uri, line, character, "sum")
    reply = await editor.inline(uri, line, character + len("sum"))
    assert reply.texts == ["    # the sum\n    return sum(x)"]
    assert len(sim.log) == 1


@pytest.mark.parametrize("setting", ["on", "off"])
async def test_the_next_completion_is_asked_for_while_one_is_shown(
    tmp_path: Path, setting: str
) -> None:
    async with Simulator(flavor="openai") as sim:
        sim.queue(Script(reply="total = a + b\n"), Script(reply="\n    return total\n"))
        env = endpoint_env(sim) | {"GLM_LS_COMPLETION_PREFETCH": setting}
        async with at_work(tmp_path, env) as editor:
            uri = (tmp_path / "work/a.py").as_uri()
            text, line, character = cursor("def add(a, b):\n    ¦\n")
            editor.open(uri, text)
            [first] = (await editor.inline(uri, line, character)).texts
            assert first.strip() == "total = a + b"
            if setting == "on":
                await sim.finished(2)
            editor.insert(uri, line, character, first.strip())
            reply = await editor.inline(uri, line, character + len(first.strip()))
            assert reply.texts == ["    total = a + b\n    return total"]
            assert len(sim.log) == 2
