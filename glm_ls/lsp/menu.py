"""textDocument/completion: the same suggestions for editors without ghost text.

Editors hold back their menu for the slowest server and ask again on every key while a list is
incomplete. So the answer is given within ANSWER_S: what is known, else an empty incomplete list,
while the generation goes on for the next time it is asked. When there is nothing to say the empty
list is complete: Helix 25.07 drops a complete one and goes on with the other servers' items, but
takes an incomplete one for an answer.

Helix 25.07 asks once for a word, however much of it is typed meanwhile, and adds late items to its
menu. It gets its answer when there is one, for the text as it is by then, as an edit of the text
it asked about: what was typed since is part of the item.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from glm_ls.context.target import Target
from glm_ls.lsp.inline import FEATURE
from glm_ls.lsp.shown import accepting
from glm_ls.lsp.targets import target_at
from glm_ls.lsp.to_proto import menu_item
from glm_ls.text.position import Encoding, Position

if TYPE_CHECKING:
    from glm_ls.features.answer import Answer
    from glm_ls.lsp.server import GlmServer
    from glm_ls.lsp.session import Session

ANSWER_S = 0.25
"""Under Helix' completion timeout (250 ms) and the protocol rule of 300 ms, with room to send."""
LATE_S = 8.0
"""How long a client that adds late items waits for one."""

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
        latest, answer = await _followed(session, target, running)
        session.check_current(latest)
        return _listed(session, target, latest, answer)


async def _followed(
    session: Session, target: Target, running: Running
) -> tuple[Target, Answer | None]:
    """Return the answer for a place, or for where typing has led from there."""
    late = session.client.adds_late_items
    clock = asyncio.get_running_loop().time
    end = clock() + (LATE_S if late else ANSWER_S)
    while True:
        task = _generation(session, target, running)
        answer = await _soon(task, end - clock())
        later = _typed_on(session, target) if late and task.done() else None
        if later is None or task.cancelled():  # a newer request has ended it
            return target, answer
        target = later


def _typed_on(session: Session, target: Target) -> Target | None:
    """Return where the cursor is after typing on in its line, None where nothing was typed."""
    before, now = target.snapshot, session.documents.get(target.snapshot.uri)
    if now is None or now is before or len(now.lines) != len(before.lines):
        return None
    row, column = target.position
    old, new = before.line(row), now.line(row)
    typed = len(new) - len(old)
    if typed <= 0 or old[:column] + new[column : column + typed] + old[column:] != new:
        return None
    return Target(now, Position(row, column + typed), target.path)


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


async def _soon(task: asyncio.Task[Answer], seconds: float) -> Answer | None:
    """Return the answer if it comes in time."""
    await asyncio.wait({task}, timeout=max(seconds, 0))
    if not task.done() or task.cancelled() or task.exception():
        return None
    return task.result()


def _listed(
    session: Session, asked: Target, target: Target, answer: Answer | None
) -> types.CompletionList:
    if answer is None:
        return types.CompletionList(is_incomplete=True, items=[])
    accept, markdown = accepting(session, target, answer), session.client.markdown
    offered = (
        menu_item(target, s, answer.engine, accept, session.encoding, markdown=markdown)
        for s in answer.suggestions
    )
    items = [item for item in offered if item and _ends_at(asked, item, session.encoding)]
    return types.CompletionList(is_incomplete=bool(items), items=items)


def _ends_at(asked: Target, item: types.CompletionItem, encoding: Encoding) -> bool:
    """End an item's edit where the client asked; False where it begins behind that."""
    edit = item.text_edit
    assert isinstance(edit, types.TextEdit)
    edit.range.end = types.Position(
        asked.position.line, asked.snapshot.units(asked.position, encoding)
    )
    return edit.range.start.character <= edit.range.end.character
