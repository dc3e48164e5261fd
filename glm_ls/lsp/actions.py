"""codeAction/resolve and the command `glm-ls.action`: what was chosen in, what comes of it out.

A client's own menu runs the command too, with an instruction for a selection:

    {"action": "rewrite", "uri": …, "range": …, "instruction": "use a set"}

An empty range means the function or class around it, as in the menu.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from glm_ls.features.action_table import ACTIONS, Action
from glm_ls.log import logger
from glm_ls.lsp import landing, progress, showing
from glm_ls.lsp.from_proto import position_in
from glm_ls.lsp.offered import COMMAND, LONGEST, MOST_ALIKE, rows_of
from glm_ls.lsp.plans import plan_edit
from glm_ls.lsp.targets import target_at
from glm_ls.lsp.untyped import at, position_at, untyped
from glm_ls.text.position import Range
from glm_ls.workspace.roots import uri_to_path

if TYPE_CHECKING:
    from glm_ls.features.asked import Asked, Done, Undone
    from glm_ls.lsp.server import GlmServer
    from glm_ls.lsp.session import Session

COMMIT = "glm-ls.commitMessage"

log = logger("lsp.actions")


def register(server: GlmServer) -> None:
    """Register resolving and the command."""

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolve(action: types.CodeAction) -> types.CodeAction:
        told = untyped(action.data)
        if at(told, "action") not in ACTIONS:
            return action  # Helix asks for actions that are whole.
        done = await _done(server, told)
        if done is None:
            return action
        edit = plan_edit(done, server.session.encoding, server.session.client)
        return types.CodeAction(
            title=action.title, kind=action.kind, diagnostics=action.diagnostics,
            tags=action.tags, edit=edit,
        )  # fmt: skip

    @server.command(COMMIT)
    async def commit(*arguments: Any) -> str | None:
        return await _commit_message(
            server, at(untyped(arguments[0] if arguments else None), "uri")
        )

    @server.command(COMMAND)
    async def act(*arguments: Any) -> None:
        done = await _done(server, untyped(arguments[0] if arguments else None))
        if done is not None:
            await landing.apply(server, done)


async def _done(server: GlmServer, told: Any) -> Done | None:
    """Do what an action says; a text, and what went wrong, is shown to the user."""
    session = server.session
    action = ACTIONS.get(str(at(told, "action")))
    if action is None:
        log.warning("an unknown action")
        return None
    from glm_ls.features.asked import Undone
    from glm_ls.features.explaining import Explanation

    asked = await _asked(session, action, told)
    if isinstance(asked, Undone):
        log.info("%s: nothing done: %s", action.name, asked.reason)
        _say(session, action, asked.words)
        return None
    uri = asked.target.snapshot.uri
    await session.superseding.begin(uri, f"action:{action.brings}")
    try:
        async with progress.shown(server, action.title) as report:
            outcome = await session.actor.do(asked, report)
    except asyncio.CancelledError:
        if session.documents.get(uri) is None:
            log.info("%s: nothing done: closed", action.name)
            _say(session, action, "the document was closed")
        raise
    if isinstance(outcome, Undone):
        _say(session, action, outcome.words)
        return None
    if isinstance(outcome, Explanation):
        await showing.show(server, outcome)
        return None
    return outcome


async def _commit_message(server: GlmServer, uri: Any) -> str | None:
    """Return a message for what is staged in a file's repository, else in the first folder's."""
    session = server.session
    await session.started.wait()
    path = uri_to_path(uri) if isinstance(uri, str) else None
    folder = (path.parent if path else None) or next(iter(session.roots.folders), None)
    if session.broken or folder is None:
        return None
    from glm_ls.features.asked import Undone

    title = "GLM: commit message"
    await session.superseding.begin("", "commit")
    async with progress.shown(server, title):
        outcome = await session.actor.commit_message(folder)
    if isinstance(outcome, Undone):
        session.notices.show(f"{title}: {outcome.words}", types.MessageType.Warning)
        return None
    return outcome


async def _asked(session: Session, action: Action, told: Any) -> Asked | Undone:
    """Return what a client sent as a value, or why it cannot be done."""
    from glm_ls.context.symbol import symbol_at
    from glm_ls.features.asked import Asked, Undone

    uri, version = at(told, "uri"), at(told, "version")
    start, end = position_at(told, "range", "start"), position_at(told, "range", "end")
    target = await target_at(session, uri, start) if isinstance(uri, str) else None
    if target is None:
        return Undone("not-open", "the document is not open, or glm-ls leaves it alone")
    if isinstance(version, int) and version != target.snapshot.version:
        return Undone("changed-meanwhile", "the document has changed since it was offered")
    if start.line >= len(target.snapshot.lines):
        return Undone("outside-range", "the selection is outside the document")
    instruction, problems = at(told, "instruction"), at(told, "problems")
    words = instruction[:LONGEST] if isinstance(instruction, str) else ""
    last = position_in(target.snapshot, end, session.encoding)
    rows = rows_of(Range(target.position, max(last, target.position)))
    if start == end and (words or action.on == "symbol"):
        rows = symbol_at(target.snapshot, start.line) or rows
    listed = problems[:MOST_ALIKE] if isinstance(problems, list) else ()
    return Asked(
        action,
        target,
        rows,
        words,
        tuple(str(problem)[:LONGEST] for problem in listed),
    )


def _say(session: Session, action: Action, why: str) -> None:
    message = f"{action.title}: nothing was {'shown' if action.brings == 'text' else 'changed'}"
    session.notices.show(f"{message}: {why}", types.MessageType.Warning)
