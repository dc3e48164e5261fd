"""One live request per document and feature: a newer one ends the older at once.

Helix and Emacs never send `$/cancelRequest`, Neovim only sometimes. An ended request is answered
with RequestCancelled, never late and never with an empty list, which would hide newer ghost text.
"""

from __future__ import annotations

import asyncio

Key = tuple[str, str]
"""(uri, feature)"""


class Superseding:
    """The live tasks."""

    def __init__(self) -> None:
        self._live: dict[Key, asyncio.Task[object]] = {}

    @property
    def busy(self) -> bool:
        """Whether anything runs."""
        return bool(self._live)

    def begin(self, uri: str, feature: str) -> None:
        """Make the current task the live one of its kind and cancel the one before."""
        task = asyncio.current_task()
        assert task is not None
        self.adopt(uri, feature, task)

    def adopt(self, uri: str, feature: str, task: asyncio.Task[object]) -> None:
        """Make a task the live one of its kind and cancel the one before."""
        key = (uri, feature)
        before = self._live.get(key)
        if before is not None and before is not task:
            before.cancel()
        self._live[key] = task
        task.add_done_callback(lambda done: self._drop(key, done))

    def end(self, uri: str) -> None:
        """Cancel everything that runs for a document."""
        for (its, _), task in list(self._live.items()):
            if its == uri:
                task.cancel()

    def end_all(self) -> None:
        """Cancel everything that runs."""
        for task in list(self._live.values()):
            task.cancel()

    def _drop(self, key: Key, task: asyncio.Task[object]) -> None:
        if self._live.get(key) is task:
            del self._live[key]
