"""One live request per document and feature: a newer one ends the older at once.

Helix and Emacs never send `$/cancelRequest`, Neovim only sometimes. An ended request is answered
with RequestCancelled, never late and never with an empty list, which would hide newer ghost text.
"""

from __future__ import annotations

import asyncio
from typing import Any

Key = tuple[str, str]
"""(uri, feature)"""

GRACE_S = 0.05
"""How long the end of an older request is waited for; closing a connection takes about 1 ms."""


class Superseding:
    """The live tasks."""

    def __init__(self) -> None:
        self._live: dict[Key, asyncio.Task[Any]] = {}

    @property
    def busy(self) -> bool:
        """Whether anything runs."""
        return bool(self._live)

    async def begin(self, uri: str, feature: str) -> None:
        """Make the current task the live one of its kind, and end the one before first.

        Its connection closes before work begins here, which would hold it up.
        """
        task = asyncio.current_task()
        assert task is not None
        before = self.adopt(uri, feature, task)
        if before is not None:
            await asyncio.wait({before}, timeout=GRACE_S)

    def adopt(self, uri: str, feature: str, task: asyncio.Task[Any]) -> asyncio.Task[Any] | None:
        """Make a task the live one of its kind; cancel and return the one before."""
        key = (uri, feature)
        before = self._live.get(key)
        self._live[key] = task
        task.add_done_callback(lambda done: self._drop(key, done))
        if before is None or before is task:
            return None
        before.cancel()
        return before

    def end(self, uri: str) -> None:
        """Cancel everything that runs for a document."""
        for (its, _), task in list(self._live.items()):
            if its == uri:
                task.cancel()

    def end_all(self) -> None:
        """Cancel everything that runs."""
        for task in list(self._live.values()):
            task.cancel()

    def _drop(self, key: Key, task: asyncio.Task[Any]) -> None:
        if self._live.get(key) is task:
            del self._live[key]
