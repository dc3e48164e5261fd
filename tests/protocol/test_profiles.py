"""Each editor as it introduces itself: what it is offered, and one suggestion accepted in it.

The introductions were recorded from the editors. pytest-lsp checks what comes back against what
an editor said that it can take.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lsprotocol import types
from lsprotocol.converters import get_converter
from pytest_lsp import checks

from tests.protocol.editor import PROFILES, Editor, Json, at_work, endpoint_env, profile
from tests.protocol.texts import cursor, edited
from tests.simulator import Script, Simulator


class Offer(NamedTuple):
    """What the server chooses for an editor."""

    encoding: str
    ghost_text: bool
    """Whether the editor shows ghost text, so that menu items are not offered."""
    watches: bool
    """Whether the editor watches files for the server."""


OFFERS = {
    "emacs-28.2-eglot-1.9": Offer("utf-16", ghost_text=False, watches=True),
    "emacs-30.2-eglot-1.17.30": Offer("utf-32", ghost_text=False, watches=True),
    "helix-25.01.1": Offer("utf-8", ghost_text=False, watches=True),
    "helix-25.07.1+20260723": Offer("utf-8", ghost_text=False, watches=True),
    "neovim-0.11.4": Offer("utf-8", ghost_text=False, watches=False),
    "neovim-0.12.4": Offer("utf-8", ghost_text=True, watches=False),
    "vscode-1.139.1-languageclient-11.0.0": Offer("utf-16", ghost_text=True, watches=True),
}

MARKED = '# 𝒳 first\ns = "🙂é"; total = (s.up¦)\nlast = "𝒳"\n'
REPLY = "per()"
ACCEPTED = '# 𝒳 first\ns = "🙂é"; total = (s.upper())\nlast = "𝒳"\n'
CHANGED = '# 𝒳 first\ns = "🙂é"; total = (s.upper())\nlast = "𝒳!"\n'


def test_every_recording_is_expected_to_get_something() -> None:
    assert set(OFFERS) == set(PROFILES)


@pytest.mark.parametrize("name", PROFILES)
async def test_an_editor_gets_what_it_can_show_and_the_right_text(
    tmp_path: Path, name: str
) -> None:
    offer = OFFERS[name]
    # The options in the recordings were made up for them.
    params = {**profile(name), "initializationOptions": {}}
    async with (
        Simulator(flavor="openai", script=Script(reply=REPLY)) as sim,
        at_work(tmp_path, endpoint_env(sim), params) as editor,
    ):
        assert editor.capabilities["positionEncoding"] == offer.encoding
        assert editor.capabilities["inlineCompletionProvider"] == {}
        assert ("completionProvider" in editor.capabilities) == (not offer.ghost_text)
        uri = (tmp_path / "work" / "a.py").as_uri()
        text, line, character = cursor(MARKED, offer.encoding)
        editor.open(uri, text)
        ask = ghost_text if offer.ghost_text else menu_item
        span, new_text = await ask(editor, params["capabilities"], uri, line, character)
        assert edited(text, span, new_text, offer.encoding) == ACCEPTED
        await accept(editor, offer, uri, span, new_text)
        assert ("client/registerCapability" in dict(editor.requests)) == offer.watches
        assert editor.told("window/showMessage") == []
        await editor.inline(uri, 3, 0)
        assert CHANGED in sim.log[-1].body["messages"][-1]["content"]


async def accept(editor: Editor, offer: Offer, uri: str, span: Json, new_text: str) -> None:
    """Send the changes of an accepted suggestion, and of a letter typed further below."""
    editor.change(uri, {"range": span, "text": new_text})
    _, line, character = cursor(CHANGED.replace("!", "¦"), offer.encoding)
    editor.insert(uri, line, character, "!")
    assert (await editor.status())["reason"] == "ready"


def checked(capabilities: Json, method: str, kind: type, raw: Any) -> Any:
    """Return a result as its type; what the editor did not ask for is a warning of pytest-lsp."""
    converter = get_converter()
    result: Any = converter.structure(raw, kind)
    told = converter.structure(capabilities, types.ClientCapabilities)
    checks.check_result_against_client_capabilities(told, method, result)
    return result


async def ghost_text(
    editor: Editor, capabilities: Json, uri: str, line: int, character: int
) -> tuple[Json, str]:
    """Return range and text of the only suggestion."""
    reply = await editor.inline(uri, line, character)
    method = types.TEXT_DOCUMENT_INLINE_COMPLETION
    [item] = checked(capabilities, method, types.InlineCompletionList, reply.result).items
    assert isinstance(item.insert_text, str)
    assert item.command is not None
    [raw] = reply.result["items"]
    return raw["range"], item.insert_text


async def menu_item(
    editor: Editor, capabilities: Json, uri: str, line: int, character: int
) -> tuple[Json, str]:
    """Return range and text of the only item, asking until it is there."""
    place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
    method = types.TEXT_DOCUMENT_COMPLETION
    while True:
        reply = await editor.request(method, {**place, "context": {"triggerKind": 1}})
        result = checked(capabilities, method, types.CompletionList, reply.result)
        assert result.items or result.is_incomplete
        if result.items:
            [item] = result.items
            assert isinstance(item.text_edit, types.TextEdit)
            [raw] = reply.result["items"]
            return raw["textEdit"]["range"], item.text_edit.new_text
