"""initialize, initialized, settings and folders; pygls does shutdown."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from glm_ls.config.paths import WORKSPACE_FILE
from glm_ls.config.shapes import client_shape
from glm_ls.log import logger
from glm_ls.lsp import code_lens, menu
from glm_ls.lsp.footprint import settle
from glm_ls.lsp.from_proto import encoding_of
from glm_ls.lsp.keeping import restore
from glm_ls.lsp.parent import watch_parent
from glm_ls.workspace.ignore import IGNORE_FILES

if TYPE_CHECKING:
    from glm_ls.lsp.server import GlmServer

SECTION = "glm-ls"
ANSWER_S = 5.0
"""How long a client may take to answer workspace/configuration before the start goes on."""

log = logger("lsp.lifecycle")


def register(server: GlmServer) -> None:
    """Register the handlers."""
    session = server.session

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        session.begin(params)
        if params.process_id:
            watch_parent(params.process_id, server.stop_from_thread)
        wanted = session.settings.completion.menu
        if wanted == "always" or (wanted == "auto" and not session.client.inline_completion):
            menu.register(server)
        if session.settings.review.code_lens and session.client.code_lens:
            code_lens.register(server)

    @server.feature(types.INITIALIZED)
    async def initialized(_: types.InitializedParams) -> None:
        settle()  # at once, before the first document comes: it takes 40 ms
        session.encoding = encoding_of(server.server_capabilities)
        await _ask_configuration(server)
        await session.start()
        session.spawn(restore(session))
        await _watch_files(server)
        settle()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(params: types.DidChangeConfigurationParams) -> None:
        if client_shape(params.settings) is None:
            await _ask_configuration(server)
        else:
            await session.configure(params.settings)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def did_change_folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        session.change_folders(
            added=[folder.uri for folder in params.event.added],
            removed=[folder.uri for folder in params.event.removed],
        )
        await session.reload()


async def _ask_configuration(server: GlmServer) -> None:
    """Ask the client for its settings; one that fails, or cannot be asked, changes nothing."""
    if not server.session.client.configuration:
        return
    item = types.ConfigurationItem(section=SECTION)
    asking = server.workspace_configuration_async(types.ConfigurationParams(items=[item]))
    try:
        answer = await asyncio.wait_for(asking, ANSWER_S)
    except (JsonRpcException, TimeoutError) as error:
        log.info("the client did not tell its settings: %s", type(error).__name__)
        return
    if answer and (told := client_shape(answer[0])) is not None:
        await server.session.configure(told)


async def _watch_files(server: GlmServer) -> None:
    """Have the client report changes of ignore files, of settings and of what is indexed."""
    from glm_ls.syntax.languages import indexed_suffixes

    if not server.session.client.watched_files:
        return
    names = ",".join((*IGNORE_FILES, WORKSPACE_FILE))
    patterns = [f"**/{{{names}}}"]
    if server.session.project is not None:
        patterns.append(f"**/*{{{','.join(indexed_suffixes())}}}")
    watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in patterns]
    registration = types.Registration(
        id="glm-ls.files",
        method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
        register_options=types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers),
    )
    asking = server.client_register_capability_async(
        types.RegistrationParams(registrations=[registration])
    )
    try:
        await asyncio.wait_for(asking, ANSWER_S)
    except (JsonRpcException, TimeoutError) as error:
        log.info("the client does not watch files: %s", type(error).__name__)
