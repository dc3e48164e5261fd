"""One HTTP request in a task of its own, so that leaving it never harms the connection pool.

Readers are canceled with every keystroke, and httpcore bears that badly at some moments: between
making a connection and using it, and while a response is being closed, a cancel leaves a
connection in the pool that is never used nor closed again. After a day of typing none would be
left. So the reader waits for what this task hands over, and the task is canceled once, when
httpcore is not at one of these moments.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

FRAGILE = (
    "connect_tcp.complete",
    "start_tls.complete",
    "receive_response_body.complete",
    "response_closed.started",
)
"""How httpcore's trace events end after which a cancel does harm, for a few turns of the loop."""


AHEAD = 4
"""Pieces of a body that are read before anybody wants them; an endless one must not pile up."""


class Exchange:
    """A request and its response while they are on the way."""

    def __init__(self, http: httpx.AsyncClient, request: httpx.Request) -> None:
        """Send the request."""
        request.extensions["trace"] = self._trace
        self.response: httpx.Response
        """There when `read` has returned for the first time."""
        self._sound = asyncio.Event()
        self._sound.set()
        self._came: asyncio.Queue[bytes | Exception] = asyncio.Queue(AHEAD)
        self._task = asyncio.create_task(self._run(http, request))

    async def read(self) -> bytes:
        """Return first b"" for the head, then the body's bytes, at last b"" for its end.

        Raises what httpx raises.
        """
        chunk = await self._came.get()
        if isinstance(chunk, Exception):
            raise chunk
        return chunk

    async def leave(self) -> None:
        """Close the connection, unless the response has ended and it serves others."""
        await self._sound.wait()
        self._task.cancel()
        await asyncio.wait((self._task,))

    async def _run(self, http: httpx.AsyncClient, request: httpx.Request) -> None:
        try:
            self.response = await http.send(request, stream=True)
            await self._came.put(b"")
            try:
                # Raw: nothing compressed was asked for, and a few bytes could become gigabytes.
                async for chunk in self.response.aiter_raw():
                    await self._came.put(chunk)
            finally:
                await self.response.aclose()
            self._sound.set()
            await self._came.put(b"")
        except Exception as error:
            self._sound.set()
            await self._came.put(error)
        finally:
            self._sound.set()

    async def _trace(self, event: str, info: Mapping[str, object]) -> None:
        if event.endswith(FRAGILE):
            self._sound.clear()
        else:
            self._sound.set()
