"""The server: pygls with our protocol, our documents and our input and output."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any, BinaryIO, NoReturn

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from glm_ls import __version__
from glm_ls.log import logger
from glm_ls.lsp import (
    actions,
    code_action,
    commands,
    finding_actions,
    inline,
    lifecycle,
    next_edit,
    reports,
    review,
    shown,
    sync,
)
from glm_ls.lsp.arrivals import Arrivals
from glm_ls.lsp.protocol import Protocol, accept_unknown_enum_values
from glm_ls.lsp.session import Session
from glm_ls.lsp.stdio import QueueWriter, leave, serve

FAMILIES = (
    lifecycle, sync, inline, shown, next_edit, review, finding_actions, code_action, actions,
    commands, reports,
)  # fmt: skip
"""Modules that register the methods; `menu` joins at `initialize` where the client needs it."""

SWITCH_S = 0.0005
"""How soon a thread that computes (imports, listing files) lets the loop and the reader go on. At
Python's 5 ms a message, which passes through three threads, took up to 160 ms during the start."""

log = logger("lsp.server")


class GlmServer(LanguageServer):
    """One connection to one editor."""

    protocol: Protocol

    def __init__(self) -> None:
        accept_unknown_enum_values()
        super().__init__(
            "glm-ls",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            protocol_cls=Protocol,
            converter_factory=default_converter,
        )
        self.session = Session(self.protocol.notify)
        self.arrivals = Arrivals()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._finished: asyncio.Future[int] | None = None
        for family in FAMILIES:
            family.register(self)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log it: an error of ours is no pop-up."""
        log.error("%s: %s", getattr(source, "__name__", source), type(error).__name__)

    async def run(self, source: BinaryIO, out: BinaryIO) -> int:
        """Serve until the end, put everything away, and return the exit code."""
        self._loop = asyncio.get_running_loop()
        self._finished = self._loop.create_future()
        writer = QueueWriter(out)
        self.protocol.set_writer(writer)
        self.protocol.on_exit = self.stop
        try:
            return await serve(self.protocol, source, self._finished)
        finally:
            await self.session.close()
            writer.close()

    def stop(self, code: int) -> None:
        """End the process with an exit code."""
        if self._finished is not None and not self._finished.done():
            self._finished.set_result(code)

    def stop_from_thread(self) -> None:
        """End the process because the parent is gone."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.stop, 1)


def main(make: Callable[[], GlmServer] = GlmServer) -> NoReturn:
    """Serve on standard input and output, and end the process."""
    source, out = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # a stray print must not break the protocol
    sys.setswitchinterval(SWITCH_S)

    async def serve_and_leave() -> NoReturn:
        # From within the loop, whose own end would wait for threads: a key command takes its time.
        leave(await make().run(source, out))

    asyncio.run(serve_and_leave())
