"""textDocument/completion: the same suggestions for editors without ghost text.

Editors hold back their menu for the slowest server and ask again on every key while a list is
incomplete. So the answer is given within ANSWER_S: what is known, else an empty incomplete list,
while the generation goes on for the next time it is asked. When there is nothing to say the empty
list is complete: Helix 25.07 drops a complete one and goes on with the other servers' items, but
takes an incomplete one for an answer.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from glm_ls.lsp.inline import FEATURE
from glm_ls.lsp.shown import accepting
from glm_ls.lsp.targets import target_at
from glm_ls.lsp.to_proto import menu_item
from glm_ls.text.position import Position

if TYPE_CHECKING:
    from glm_ls.context.target import Target
    from glm_ls.features.answer import Answer
    from glm_ls.lsp.server import GlmServer
    from glm_ls.lsp.session import Session

ANSWER_S = 0.25
"""Under Helix' completion timeout (250 ms) and the protocol rule of 300 ms, with room to send."""

TRIGGERS = (".", "(", "=", " ", ":", ",", "[", "{")

Running = dict[str, tuple[tuple[int, Position], "asyncio.Task[Answer]"]]
"""By URI: version and position, and the generation for them."""


def register(server: GlmServer) -> None:
    """Register the handler."""
    session = server.session
    running: Running = {}

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION,
        types.CompletionOptions(trigger_characters=list(TRIGGERS), resolve_provider=False),
    )
    async def completion(params: types.CompletionParams) -> types.CompletionList:
        uri = params.text_document.uri
        if not session.started.is_set():
            return types.CompletionList(is_incomplete=True, items=[])
        target = await target_at(session, uri, params.position)
        if target is None:
            return types.CompletionList(is_incomplete=False, items=[])
        answer = await _soon(_generation(session, target, running))
        session.check_current(target)
        return _listed(session, target, answer)


def _generation(session: Session, target: Target, running: Running) -> asyncio.Task[Answer]:
    """Return the generation for a place: one under way, or a new one that ends any other.

    It outlives the request that began it.
    """
    uri, place = target.snapshot.uri, (target.snapshot.version, target.position)
    if uri in running and running[uri][0] == place:
        return running[uri][1]
    task = session.spawn(session.completer.complete(target, invoked=False))
    session.superseding.adopt(uri, FEATURE, task)
    running[uri] = place, task

    def drop(_: asyncio.Task[Answer]) -> None:
        if running.get(uri) == (place, task):
            del running[uri]

    task.add_done_callback(drop)
    return task


async def _soon(task: asyncio.Task[Answer]) -> Answer | None:
    """Return the answer if it comes in time."""
    await asyncio.wait({task}, timeout=ANSWER_S)
    if not task.done() or task.cancelled() or task.exception():
        return None
    return task.result()


def _listed(session: Session, target: Target, answer: Answer | None) -> types.CompletionList:
    if answer is None:
        return types.CompletionList(is_incomplete=True, items=[])
    accept, markdown = accepting(session, target, answer), session.client.markdown
    offered = (
        menu_item(target, s, answer.engine, accept, session.encoding, markdown=markdown)
        for s in answer.suggestions
    )
    items = [item for item in offered if item]
    return types.CompletionList(is_incomplete=bool(items), items=items)
