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
"""Where doubling stops, unless the failure's class pauses longer."""
PATIENCE_S = 1.5
"""The longest rest of a pause that a request waits out."""


class Breaker:
    """The state of one endpoint: closed, open until a time, or half-open while one request tries.

    Every request that entered ends with `failed`, `succeeded` or `left`.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._open_until = 0.0
        self._pause_s = 0.0
        self._trying = False
        self.last: ProviderError | None = None
        """The failure that is not over yet."""

    def enter(self) -> float:
        """Return how long a request waits before it goes.

        Raises CircuitOpen, with the last failure's words, where that is longer than PATIENCE_S
        or another request is trying.
        """
        if not self._pause_s:
            return 0.0
        rest = max(0.0, self._open_until - self._clock())
        if self._trying or rest > PATIENCE_S:
            when = "now" if self._trying else f"in {rest:.0f} s"
            why = f" ({self.last.message})" if self.last else ""
            raise CircuitOpen(f"tried again {when}{why}", retry_after_s=rest)
        self._trying = True
        return rest

    def failed(self, error: ProviderError) -> None:
        """Count a failure; opens the circuit after THRESHOLD, or at once when told until when."""
        told = _told_pause_s(error)
        if told is None and not error.retry.pause_s:
            self.succeeded()  # it refuses this request and is well
            return
        self.last, self._trying = error, False
        self._failures += 1
        longest = max(MAX_PAUSE_S, error.retry.pause_s)
        if told is not None:
            # Not for hours, whatever was told: an allowance can be bought meanwhile.
            self._open(min(told, longest))
        elif self._failures >= THRESHOLD:
            self._open(min(longest, max(error.retry.pause_s, self._pause_s * 2)))

    def succeeded(self) -> None:
        """Close the circuit."""
        self._failures, self._pause_s, self._trying, self.last = 0, 0.0, False, None

    def left(self) -> None:
        """Note that a request was given up before the endpoint said anything: the next may try."""
        self._trying = False

    def _open(self, pause_s: float) -> None:
        self._pause_s = pause_s
        self._open_until = self._clock() + pause_s


def _told_pause_s(error: ProviderError) -> float | None:
    if error.until:
        until = datetime.fromisoformat(error.until.replace("Z", "+00:00"))
        return max(0.0, (until - datetime.now(UTC)).total_seconds())
    return error.retry_after_s
