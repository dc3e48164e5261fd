"""Waiting for a change of a document that looks as expected: answers of clients do not tell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.documents import same_document


@dataclass(eq=False)
class _Wait:
    uri: str
    fits: Callable[[Snapshot], bool]
    arrived: asyncio.Event

    def awaits(self, snapshot: Snapshot) -> bool:
        """Whether a text is the one that is waited for."""
        is_same = not self.arrived.is_set() and same_document(self.uri, snapshot.uri)
        return is_same and self.fits(snapshot)


class Arrivals:
    """Who waits for which change."""

    def __init__(self) -> None:
        self._waits: set[_Wait] = set()

    def tell(self, snapshot: Snapshot) -> None:
        """Take a new text of a document."""
        for wait in self._waits:
            if wait.awaits(snapshot):
                wait.arrived.set()

    @contextmanager
    def expected(self, uri: str, fits: Callable[[Snapshot], bool]) -> Iterator[asyncio.Event]:
        """Give an event that is set once a text of the document fits; it may come at any time."""
        wait = _Wait(uri, fits, asyncio.Event())
        self._waits.add(wait)
        try:
            yield wait.arrived
        finally:
            self._waits.discard(wait)
