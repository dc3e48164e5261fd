"""Every recorded editor once more, through pytest-lsp's client, which checks all it is told.

The embedded engine answers, so that no endpoint is needed.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncGenerator
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from lsprotocol.converters import get_converter
from pytest_lsp import ClientServerConfig, LanguageClient, make_test_lsp_client

from tests.protocol.editor import PATIENCE_S, PROFILES, profile

HOME = tempfile.gettempdir()
ENV = {
    **{name: value for name, value in os.environ.items() if not name.endswith("_KEY")},
    **{f"GLM_LS_{kind}_DIR": f"{HOME}/glm-ls-pytest-lsp" for kind in ("CONFIG", "STATE", "CACHE")},
}
URI = "file:///code/app.py"
TEXT = "".join(f"log.info('step {n} of the run', extra=context)\n" for n in range(9))
TYPED = "log.info('step 9 of the run', "


def make_client() -> LanguageClient:
    """Return pytest-lsp's client, which also takes what real editors take."""
    client = make_test_lsp_client()

    @client.feature("didChangeStatus")
    def status(_: LanguageClient, __: object) -> None:
        """Take the notification."""

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(_: LanguageClient, __: types.RegistrationParams) -> None:
        """Take the registration of watched files."""

    return client


SERVER = ClientServerConfig(
    server_command=[sys.executable, "-m", "glm_ls"], client_factory=make_client, server_env=ENV
)


@pytest_lsp.fixture(config=SERVER, params=PROFILES)
async def client(
    request: pytest.FixtureRequest, lsp_client: LanguageClient
) -> AsyncGenerator[None, None]:
    recorded: dict[str, Any] = {**profile(request.param), "initializationOptions": None}
    params = get_converter().structure(recorded, types.InitializeParams)

    await lsp_client.initialize_session(params)
    yield
    await lsp_client.shutdown_session()


async def test_an_editor_gets_ghost_text(client: LanguageClient) -> None:
    item = types.TextDocumentItem(uri=URI, language_id="python", version=1, text=TEXT + TYPED)
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
    asking = client.text_document_inline_completion_async(
        types.InlineCompletionParams(
            text_document=types.TextDocumentIdentifier(uri=URI),
            position=types.Position(line=9, character=len(TYPED)),
            context=types.InlineCompletionContext(
                trigger_kind=types.InlineCompletionTriggerKind.Automatic
            ),
        )
    )
    answer = await asyncio.wait_for(asking, PATIENCE_S)
    assert isinstance(answer, types.InlineCompletionList)
    assert [item.insert_text for item in answer.items] == [TYPED + "extra=context)"]
    assert client.messages == []
