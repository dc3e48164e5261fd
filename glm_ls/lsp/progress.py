"""Work that a person waits for, as an editor shows it: a title, an end, and a way to cancel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import TYPE_CHECKING, Protocol

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from glm_ls.log import logger

if TYPE_CHECKING:
    from concurrent.futures import Future
    from typing import Any

    from glm_ls.lsp.server import GlmServer

ANSWER_S = 1.0
"""How long a client may take to make room for the progress; without it work goes on unseen."""

log = logger("lsp.progress")
_numbers = count(1)


class Say(Protocol):
    """Tells how far work is, in words, and in percent where that is known."""

    def __call__(self, words: str, percent: int | None = None, /) -> None: ...


@asynccontextmanager
async def shown(server: GlmServer, title: str) -> AsyncIterator[Say]:
    """Show what the current task does in the block; a user who cancels it cancels the task.

    The block gets what tells how far it is.
    """
    token = f"glm-ls.{next(_numbers)}"
    if not await _made_room(server, token):
        yield lambda _words, _percent=None: None
        return
    progress, task = server.work_done_progress, asyncio.current_task()

    def ended(future: Future[Any]) -> None:
        if future.cancelled() and task is not None:
            task.cancel()

    progress.begin(token, types.WorkDoneProgressBegin(title=title, cancellable=True))
    progress.tokens[token].add_done_callback(ended)

    def say(words: str, percent: int | None = None) -> None:
        if token in progress.tokens:
            report = types.WorkDoneProgressReport(message=words, percentage=percent)
            progress.report(token, report)

    try:
        yield say
    finally:
        progress.tokens.pop(token, None)
        progress.end(token, types.WorkDoneProgressEnd())


async def _made_room(server: GlmServer, token: str) -> bool:
    if not server.session.client.shows_progress:
        return False
    try:
        await asyncio.wait_for(server.work_done_progress.create_async(token), ANSWER_S)
    except (JsonRpcException, TimeoutError) as error:
        log.info("the client shows no progress: %s", type(error).__name__)
        return False
    return True
