"""textDocument/completion: the same suggestions for editors without ghost text.

Helix waits for the slowest server before it opens its menu and asks again on every key while a
list is incomplete. So the answer is given within ANSWER_S: what is known, else an empty
incomplete list, while the generation goes on for the next time it is asked.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from glm_ls.lsp.inline import FEATURE
from glm_ls.lsp.targets import target_at
from glm_ls.lsp.to_proto import menu_item

if TYPE_CHECKING:
    from glm_ls.context.target import Target
    from glm_ls.features.completion import Answer
    from glm_ls.lsp.server import GlmServer
    from glm_ls.lsp.session import Session

ANSWER_S = 0.25
"""Under Helix' completion timeout (250 ms) and the protocol rule of 300 ms, with room to send."""

TRIGGERS = (".", "(", "=", " ", ":", ",", "[", "{")


def register(server: GlmServer) -> None:
    """Register the handler."""
    session = server.session

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
        answer = await _soon(session, target)
        session.check_current(target)
        return _listed(session, target, answer)


async def _soon(session: Session, target: Target) -> Answer | None:
    """Return the answer if it comes in time; the generation outlives this request."""
    working = session.spawn(session.completer.complete(target, invoked=False))
    session.superseding.adopt(target.snapshot.uri, FEATURE, working)
    done, _ = await asyncio.wait({working}, timeout=ANSWER_S)
    if not done or working.cancelled() or working.exception():
        return None
    answer: Answer = working.result()
    return answer


def _listed(session: Session, target: Target, answer: Answer | None) -> types.CompletionList:
    if answer is None:
        return types.CompletionList(is_incomplete=True, items=[])
    markdown = session.client.markdown
    items = [
        menu_item(target, suggestion, answer.engine, session.encoding, markdown=markdown)
        for suggestion in answer.suggestions
    ]
    return types.CompletionList(is_incomplete=True, items=items)
