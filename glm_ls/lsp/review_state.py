"""What a session knows of reviews: findings that stand, what the client was told, the memory."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from glm_ls.config.paths import user_state_dir
from glm_ls.features.standing import Standing

if TYPE_CHECKING:
    from lsprotocol import types

    from glm_ls.store.reviews import Reviews

HOUR_S = 3600.0


class Reviewing:
    """The reviews of one connection."""

    def __init__(self) -> None:
        self.standing = Standing()
        self.told: dict[str, list[types.Diagnostic]] = {}
        """The diagnostics of each document as they were last published."""
        self.saves: deque[float] = deque()
        """When saving started a review, within the last hour."""
        self._memory: Reviews | None = None

    @property
    def memory(self) -> Reviews:
        """What is remembered from session to session; opened when it is first needed."""
        from glm_ls.features.review import MEMORY
        from glm_ls.store.reviews import Reviews

        if self._memory is None:
            self._memory = Reviews(user_state_dir() / MEMORY)
        return self._memory

    def admits_save(self, now: float, most: int) -> bool:
        """Whether saving may start a review, of at most so many in an hour; counts it if so."""
        while self.saves and self.saves[0] <= now - HOUR_S:
            self.saves.popleft()
        if len(self.saves) >= most:
            return False
        self.saves.append(now)
        return True

    async def close(self) -> None:
        """Close the file of the memory."""
        if self._memory is not None:
            await asyncio.to_thread(self._memory.close)
