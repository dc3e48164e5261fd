"""What cannot be done: no edit, one message that says why, and the log names the rule.

By command as well as by resolving, since what is refused has to be told in both.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

import pytest
import pytest_asyncio

from tests.protocol.acting import COMMAND, PROBLEM, RESOLVING, TEXT, applied, lines, offers
from tests.protocol.editor import GHOST_TEXT, PATIENCE_S, Editor, Json, Reply, at_work, endpoint_env
from tests.protocol.obeying import nonce_in
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")

KIND = "quickfix.glm"
SEARCH = "quickfix.glm.search"
WAYS: dict[str, Json] = {"command": GHOST_TEXT, "resolve": RESOLVING}


class Bad(NamedTuple):
    """Something that cannot be done, and what is said of it."""

    reply: str = ""
    """`_N` in a tag stands for the nonce."""
    change: Callable[[Json], Json] = lambda told: told
    """What an odd client makes of the offer."""
    rule: str = ""
    words: str = ""
    asked: int = 2
    """Requests to the model: a reply that can be mended is asked for once more."""
    kind: str = KIND


LINE = "    result = sum(values)\n"
BLOCK = f"<new_N>\ndef total(values):\n{LINE}    return result\n</new_N>\n"
BAD = {
    "no block": Bad("You should write values.", rule="no-block", words="no block"),
    "nothing at all": Bad("", rule="no-block", words="no block"),
    "a block of another request": Bad(
        BLOCK.replace("_N", "_abc123"), rule="no-block", words="no block"
    ),
    "two blocks": Bad(BLOCK * 2, rule="too-many-blocks", words="2 blocks", asked=1),
    "an unclosed block": Bad(BLOCK.removesuffix("</new_N>\n"), rule="unclosed", words="end"),
    "an unclosed block after a whole one": Bad(
        BLOCK + BLOCK.removesuffix("</new_N>\n"), rule="unclosed", words="end"
    ),
    "a file that does not exist": Bad(
        f'<old_N path="missing.py">\nx\n</old_N>\n<new_N>\n{LINE}</new_N>\n',
        rule="other-file", words="file", asked=1, kind=SEARCH,
    ),
    "a selection outside": Bad(
        change=lambda told: {**told, "range": lines(90, 95)},
        rule="outside-range", words="the selection is outside the document", asked=0,
    ),
    "another version": Bad(
        change=lambda told: {**told, "version": 7},
        rule="changed-meanwhile", words="the document has changed", asked=0,
    ),
    "a document that is not open": Bad(
        change=lambda told: {**told, "uri": told["uri"] + "x"},
        rule="not-open", words="the document is not open", asked=0,
    ),
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=WAYS)
async def way(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Editor, Simulator, str]]:
    home = tmp_path_factory.mktemp("home")
    options = {"glm-ls": {"actions": {"look_around": True}}}
    async with (
        Simulator(flavor="openai") as sim,
        at_work(
            home, endpoint_env(sim), {**WAYS[request.param], "initializationOptions": options}
        ) as editor,
    ):
        yield editor, sim, (home / "work" / "a.py").as_uri()


async def offered(editor: Editor, uri: str, kind: str) -> Json:
    """Open the document anew and return the action that is offered for its problem."""
    editor.forget()
    editor.requests.clear()
    editor.open(uri, TEXT)
    await editor.status()
    return next(
        one for one in await offers(editor, uri, PROBLEM, only=[kind]) if one["kind"] == kind
    )


def chosen(editor: Editor, action: Json, change: Callable[[Json], Json]) -> asyncio.Future[Reply]:
    """Have the action done as the client does it."""
    if "command" in action:
        told = change(action["command"]["arguments"][0])
        params = {"command": COMMAND, "arguments": [told]}
        return editor.ask("workspace/executeCommand", params)
    return editor.ask("codeAction/resolve", {**action, "data": change(action["data"])})


def said(editor: Editor) -> list[str]:
    return [told["message"] for told in editor.told("window/showMessage")]


@pytest.mark.parametrize("name", BAD)
async def test_what_cannot_be_done_is_said_and_logged(
    way: tuple[Editor, Simulator, str], name: str
) -> None:
    editor, sim, uri = way
    bad = BAD[name]
    sim.forget()
    sim.script = Script(reply=lambda body: bad.reply.replace("_N", f"_{nonce_in(body)}"))
    action = await offered(editor, uri, bad.kind)
    reply = await asyncio.wait_for(chosen(editor, action, bad.change), PATIENCE_S)
    assert reply.error is None
    assert "edit" not in (reply.result or {})
    assert applied(editor) == []
    [message] = said(editor)
    assert message.startswith(f"{action['title']}: nothing was changed: ")
    assert bad.words in message
    assert f": nothing done: {bad.rule}\n".encode() in editor.stderr
    assert len(sim.log) == bad.asked
    editor.close(uri)
    await editor.check()


async def test_closing_a_document_ends_what_is_done_for_it(
    way: tuple[Editor, Simulator, str],
) -> None:
    editor, sim, uri = way
    sim.forget()
    action = await offered(editor, uri, KIND)
    begun, hold = asyncio.Event(), asyncio.Event()

    def answer(body: Json) -> str:
        begun.set()
        return BLOCK.replace("_N", f"_{nonce_in(body)}")

    sim.script = Script(reply=answer, hold=hold, hold_after=1)
    running = chosen(editor, action, lambda told: told)
    await asyncio.wait_for(begun.wait(), PATIENCE_S)
    editor.close(uri)
    reply = await asyncio.wait_for(running, PATIENCE_S)
    assert reply.code == -32800
    hold.set()
    await editor.status()
    assert applied(editor) == []
    assert said(editor) == ["Fix with GLM: nothing was changed: the document was closed"]
    assert b"fix: nothing done: closed\n" in editor.stderr
    await editor.check()
