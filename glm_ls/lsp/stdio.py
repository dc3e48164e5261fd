"""Standard input and output without ever holding up the event loop.

A thread reads, a thread writes. Messages are handled one per loop turn, in order, so that a
handler's first step sees the documents as they were when its request was sent. The process ends
at once on `exit`, at the end of input, and when the parent process dies.
"""

from __future__ import annotations

import asyncio
import collections
import logging
import os
import queue
import re
import sys
import threading
from typing import BinaryIO, NoReturn, Protocol

from glm_ls.log import logger

LARGEST = 256 * 1024 * 1024
"""Bytes of one message; more is no message of an editor."""

DRAIN_S = 1.0
"""How long unsent output is waited for at the end."""

_LENGTH = re.compile(rb"content-length[ \t]*:[ \t]*([0-9]{1,18})[ \t]*\r?\n$", re.IGNORECASE)
_TYPE = re.compile(rb"content-type[ \t]*:", re.IGNORECASE)

log = logger("lsp.stdio")


class Dispatcher(Protocol):
    """What messages are given to."""

    def dispatch(self, body: bytes) -> None:
        """Handle the body of one message."""
        ...


class QueueWriter:
    """Takes output at once; a thread passes it on, however slowly the client reads."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, daemon=True, name="stdout")
        self._thread.start()

    def write(self, data: bytes) -> None:
        """Queue bytes; never waits."""
        self._queue.put(data)

    def close(self) -> None:
        """Wait until everything is out, DRAIN_S at most."""
        self._queue.put(None)
        self._thread.join(DRAIN_S)

    def _run(self) -> None:
        while (data := self._queue.get()) is not None:
            try:
                self._out.write(data)
                self._out.flush()
            except (OSError, ValueError):
                return  # the client is gone; the end of input will say so too


async def serve(dispatcher: Dispatcher, source: BinaryIO, finished: asyncio.Future[int]) -> int:
    """Handle messages until `finished` has an exit code, which the end of input sets to 1."""
    loop = asyncio.get_running_loop()
    waiting: collections.deque[bytes] = collections.deque()
    arrived = asyncio.Event()

    def take(body: bytes) -> None:
        waiting.append(body)
        arrived.set()

    def end() -> None:
        if not finished.done():
            finished.set_result(1)

    def read() -> None:
        try:
            while (body := read_message(source)) is not None:
                loop.call_soon_threadsafe(take, body)
            loop.call_soon_threadsafe(end)
        except RuntimeError:
            pass  # the loop is closed: the process is ending

    async def pump() -> None:
        while True:
            await arrived.wait()
            arrived.clear()
            while waiting:
                try:
                    dispatcher.dispatch(waiting.popleft())
                except Exception:
                    log.exception("a message was dropped")
                await asyncio.sleep(0)

    threading.Thread(target=read, daemon=True, name="stdin").start()
    pumping = asyncio.create_task(pump())
    try:
        return await finished
    finally:
        pumping.cancel()


def read_message(source: BinaryIO) -> bytes | None:
    """Return the body of the next message, None at the end of input.

    Header lines that are not understood are passed over. So is a body whose length nobody told:
    the header behind it, which stands on the same line, is found all the same.
    """
    length = -1
    while True:
        line = source.readline()
        if not line:
            return None
        if found := _LENGTH.search(line):
            length = int(found[1])
        elif line.strip() and not _TYPE.match(line):
            log.error("%d bytes that are no message were passed over", len(line))
        elif not line.strip() and 0 <= length <= LARGEST:
            break
    body = source.read(length)
    return body if len(body) == length else None


def leave(code: int) -> NoReturn:
    """End the process now; threads that still read or write cannot hold it."""
    logging.shutdown()
    sys.stderr.flush()
    os._exit(code)
