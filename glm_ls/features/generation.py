"""An answer on its way, which outlives the request that asked for it.

A keystroke cancels an editor's request and sends another one. Where what was typed is what the
stream brings, the newer request joins the stream instead of starting its own. A stream that no
request waits for ends at once when the text moved elsewhere, and after a moment when nobody came.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from glm_ls.features.answer import Answer
from glm_ls.features.recent import Place
from glm_ls.postprocess.alternatives import Alternatives

LINGER_S = 0.03
"""How long a stream goes on when its request was cancelled: the next one comes right behind."""

TYPING_S = 0.5
"""How long it goes on while the user types what it brings; Neovim asks after a pause of 200 ms."""


class Generation:
    """One question to a model, and the newest place that waits for its answer."""

    def __init__(self, place: Place, origin: Place | None = None, way: str = "") -> None:
        """`way`: what is typed or accepted at `origin` before the cursor is at the place."""
        self.place = place
        self._origin = origin
        self._way = way
        self.alternatives: Alternatives | None = None
        """What has come; None where nothing has."""
        self.task: asyncio.Task[Answer]
        self._now = place
        self._waiting = 0
        self._end: asyncio.TimerHandle | None = None

    def start(self, work: Coroutine[Any, Any, Answer], on_end: Callable[[], None]) -> None:
        """Begin; `on_end` is called when the task is done, however it ended."""
        self.task = asyncio.create_task(work)
        self.task.add_done_callback(lambda _: on_end())

    def fits(self, now: Place) -> bool:
        """Whether what was typed until a later place may be what the stream brings."""
        if not self.place.is_beside(now):
            return False
        if self._origin is not None and self._way.startswith(self._origin.typed(now) or "\0"):
            return True
        if self.place.inserted(now) is None:
            return False
        typed = self.place.typed(now)
        if not typed:
            return typed is not None
        come = self.alternatives.so_far() if self.alternatives else None
        return come is None or come.startswith(typed) or typed.startswith(come)

    def move(self, now: Place) -> bool:
        """Take the place that the user went to; False: the stream is of no use there and ends."""
        if not self.fits(now):
            self.cancel()
            return False
        self._now = now
        if not self._waiting and self._origin is None:
            self._close_in(TYPING_S)
        return True

    def look(self, alternatives: Alternatives) -> None:
        """Take what has come; the stream ends where that is not what was typed meanwhile."""
        self.alternatives = alternatives
        if self._now is not self.place and not self.fits(self._now):
            self.cancel()

    async def wait(self) -> Answer | None:
        """Return the answer, None where the stream was ended because it does not fit any more.

        Raises what the work raised. Cancelling the caller leaves the stream to the next one.
        """
        self._waiting += 1
        if self._end:
            self._end.cancel()
        try:
            await asyncio.wait({self.task})
        finally:
            self._waiting -= 1
            if not self._waiting and not self.task.done():
                self._close_in(LINGER_S)
        return None if self.task.cancelled() else self.task.result()

    def cancel(self) -> None:
        """End the stream down to the socket."""
        self.task.cancel()

    def _close_in(self, delay_s: float) -> None:
        if self._end:
            self._end.cancel()
        self._end = asyncio.get_running_loop().call_later(delay_s, self._close)

    def _close(self) -> None:
        if not self._waiting:
            self.cancel()
