"""Whether the endpoint is asked at all: open after failures, half-open by itself.

A broken endpoint must not cost every keystroke a time-out, and a key that is refused must not be
sent with every keystroke. One request at a time tries again after a pause that doubles; a short
rest of a pause is waited out, so that the same place answers as soon as the endpoint is well.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from glm_ls.errors import CircuitOpen, ProviderError

THRESHOLD = 3
"""Failures in a row that open the circuit."""

MAX_PAUSE_S = 60.0
PATIENCE_S = 1.5
"""The longest rest of a pause that a request waits out."""


class Breaker:
    """The state of one endpoint."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._open_until = 0.0
        self._pause_s = 0.0
        self.last: ProviderError | None = None
        """The failure that is not over yet."""

    def wait_s(self) -> float:
        """Return how long a request waits before it may go.

        Raises CircuitOpen, with the last failure's words, where that is longer than PATIENCE_S.
        """
        rest = self._open_until - self._clock()
        if rest <= 0:
            self._hold()
            return 0.0
        if rest > PATIENCE_S:
            why = f" ({self.last.message})" if self.last else ""
            raise CircuitOpen(f"tried again in {rest:.0f} s{why}", retry_after_s=rest)
        self._hold()
        return rest

    def failed(self, error: ProviderError) -> None:
        """Count a failure; opens the circuit after THRESHOLD, or at once when told until when."""
        self.last = error
        self._failures += 1
        told = _told_pause_s(error)
        if told is None and self._failures < THRESHOLD:
            return
        doubled = min(MAX_PAUSE_S, max(error.retry.pause_s, self._pause_s * 2))
        self._pause_s = told if told is not None else doubled
        self._open_until = self._clock() + self._pause_s

    def succeeded(self) -> None:
        """Close the circuit."""
        self._failures, self._open_until, self._pause_s, self.last = 0, 0.0, 0.0, None

    def _hold(self) -> None:
        """Let only this request try while the circuit is half open; others wait their turn."""
        if self._failures >= THRESHOLD:
            self._open_until = max(self._open_until, self._clock()) + PATIENCE_S


def _told_pause_s(error: ProviderError) -> float | None:
    if error.until:
        until = datetime.fromisoformat(error.until.replace("Z", "+00:00"))
        return max(0.0, (until - datetime.now(UTC)).total_seconds())
    return error.retry_after_s
