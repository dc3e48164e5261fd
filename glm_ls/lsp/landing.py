"""workspace/applyEdit, and whether the edit really arrived.

Neovim answers that it applied edits which it dropped, because the user had typed on: what counts
is the document that the client tells of next. An edit that did not land is fitted to the text as
it is then and sent once more; after that the user is told, and may have it tried again. A client
that says it applied an edit and has told of no change is sent nothing: it would make it twice.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from glm_ls.log import logger
from glm_ls.lsp.plans import plan_edit
from glm_ls.postprocess.edits.landing import is_applied
from glm_ls.postprocess.edits.refusal import Refusal
from glm_ls.workspace.roots import shown_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glm_ls.features.asked import Done
    from glm_ls.lsp.server import GlmServer
    from glm_ls.postprocess.edits.plan import FileEdits
    from glm_ls.text.edit import Edit
    from glm_ls.text.snapshot import Snapshot

LANDED_S = 3.0
"""How long a client that says it applied an edit may take to tell of the change."""
ASKED_S = 600.0
"""How long a question waits for the user."""
APPLY, AGAIN, LEAVE = "Apply", "Try again", "Leave it"
REFUSED = "GLM: nothing was changed: the editor did not take the edit"

log = logger("lsp.landing")


async def apply(server: GlmServer, done: Done) -> None:
    """Have the client make the edits; nothing of what the user typed meanwhile is lost."""
    client = server.session.client
    if any(file.creates for file in done.plan.files) and not client.creates_files:
        words = f"{done.plan.label}: your editor cannot make the new file"
        server.session.notices.show(words, types.MessageType.Warning)
        return
    if done.needs_confirmation and not client.annotates and not await _confirms(server, done):
        return
    if await _lands(server, done) or (done.needs_confirmation and client.annotates):
        return  # Where edits are confirmed in the editor, it is the user who refused them.
    while not await _lands_again(server, done):
        if await _chosen(server, REFUSED, AGAIN, LEAVE) != AGAIN:
            return


async def _lands_again(server: GlmServer, done: Done) -> bool:
    """Fit the edits to the text as it is now and send them; whether they are there then."""
    if _is_there(server, done):
        return True
    again = await done.again()
    if isinstance(again, Refusal):
        log.info("the edit does not fit any more: %s", again.rule)
        return False
    return await _lands(server, again)


async def _confirms(server: GlmServer, done: Done) -> bool:
    """Have the user confirm a plan by a message that names its files."""
    roots = server.session.roots
    names = ", ".join(shown_path(file.uri, roots)[:100] for file in done.plan.files)
    return await _chosen(server, f"{done.plan.label}: change {names}?", APPLY, LEAVE) == APPLY


async def _chosen(server: GlmServer, words: str, *choices: str) -> str:
    """Return what the user chose, "" for nothing."""
    params = types.ShowMessageRequestParams(
        type=types.MessageType.Warning,
        message=words,
        actions=[types.MessageActionItem(title=choice) for choice in choices],
    )
    try:
        asking = server.window_show_message_request_async(params)
        chosen = await asyncio.wait_for(asking, ASKED_S)
    except (JsonRpcException, TimeoutError) as error:
        log.info("the user was not asked: %s", type(error).__name__)
        return ""
    return str(getattr(chosen, "title", ""))


async def _lands(server: GlmServer, done: Done) -> bool:
    """Send the edits; whether the client made them."""
    session = server.session
    edit = plan_edit(done, session.encoding, session.client)
    params = types.ApplyWorkspaceEditParams(edit=edit, label=done.plan.label or "GLM")
    watched = _watched(server, done)
    if watched is None:
        return await _answer(server, params) is not False
    uri, expected = watched[0].uri, server.arrivals.expected
    with expected(uri, partial(_shows, *watched)) as landed, expected(uri, _any) as changed:
        applied = await _answer(server, params)
        now = session.documents.get(uri)
        if applied is None or now is None or _is_there(server, done):  # Some answer with nothing.
            return True
        if now is not watched[0]:
            changed.set()
        # What was refused was so for a text that is still to be told.
        await _within(LANDED_S, landed if applied else changed)
        if landed.is_set():
            return True
        if applied and not changed.is_set():
            # Eglot tells nothing until the user pauses, and would make the edit twice.
            log.info("the client says it applied an edit, and has told of no change since")
            return True
        log.info("the client %s an edit that is not there", "applied" if applied else "refused")
        return False


async def _within(seconds: float, event: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


def _any(_: Snapshot) -> bool:
    return True


def _is_there(server: GlmServer, done: Done) -> bool:
    """Whether the client's document holds the edits by now, whatever it said of them."""
    watched = _watched(server, done)
    now = server.session.documents.get(watched[0].uri) if watched else None
    return bool(watched and now and now is not watched[0] and _shows(*watched, now))


def _watched(server: GlmServer, done: Done) -> tuple[Snapshot, Sequence[Edit]] | None:
    """Return the text and the edits of the plan's first open document, whose change is to come."""
    open_files: list[FileEdits] = [
        file for file in done.plan.files if server.session.documents.get(file.uri) is not None
    ]
    return (done.texts[open_files[0].uri], open_files[0].edits) if open_files else None


def _shows(before: Snapshot, edits: Sequence[Edit], after: Snapshot) -> bool:
    return is_applied(before, edits, after)


async def _answer(server: GlmServer, params: types.ApplyWorkspaceEditParams) -> bool | None:
    """Return what the client says became of an edit, None where it says nothing."""
    try:
        result = await server.workspace_apply_edit_async(params)
    except JsonRpcException as error:
        log.info("the edit was not applied: %s", type(error).__name__)
        return False
    applied = getattr(result, "applied", None)
    return applied if isinstance(applied, bool) else None
