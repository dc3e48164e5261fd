"""Requests in flight per key: interactive ones first, and fewer when the service says so.

Z.ai refuses what is over the account's concurrency at once (1302) instead of queueing it, so the
queue is here. After a refusal the width is halved; after a run of successes it grows by one.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

BACKGROUND = 2
"""Priority from which on a request leaves a slot for somebody who types meanwhile."""
GROW_AFTER = 10
"""Successes in a row before one more request is let through."""


class Limiter:
    """Slots of one key."""

    def __init__(self, concurrency: int) -> None:
        self.most = max(1, concurrency)
        self.width = self.most
        self.live = 0
        self._queue: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = count()
        self._successes = 0

    @asynccontextmanager
    async def slot(self, priority: int) -> AsyncIterator[None]:
        """Wait for a slot, the lowest priority number first, and hold it."""
        await self._enter(priority)
        try:
            yield
        finally:
            self.live -= 1
            self._wake()

    def refused(self) -> None:
        """Note that the service refused a request for too many at once."""
        self.width = max(1, self.width // 2)
        self._successes = 0

    def succeeded(self) -> None:
        """Note an answer; a run of them widens the limit again."""
        self._successes += 1
        if self._successes >= GROW_AFTER and self.width < self.most:
            self.width += 1
            self._successes = 0
            self._wake()

    async def _enter(self, priority: int) -> None:
        is_first = not self._queue or self._queue[0][0] > priority
        if is_first and self._has_room(priority):
            self.live += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (priority, next(self._order), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.live -= 1  # the slot came at the moment of the cancel: pass it on
            self._wake()
            raise

    def _has_room(self, priority: int) -> bool:
        """Whether a request may go now; those that nobody waits for leave the last slot free."""
        kept = 1 if priority >= BACKGROUND and self.width > 1 else 0
        return self.live < self.width - kept

    def _wake(self) -> None:
        while self._queue and self._has_room(self._queue[0][0]):
            _, _, turn = heapq.heappop(self._queue)
            if not turn.done():
                self.live += 1
                turn.set_result(None)
