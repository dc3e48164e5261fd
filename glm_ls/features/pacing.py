"""How long typing must pause before a model is asked: from the user's rhythm and what came of it.

A pause is one that is longer than the user's usual time between two keys, so that a burst costs
one request. Suggestions that are typed over one after the other make it longer; accepting one
makes it as short as it was.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from statistics import median

KEYS = 16
"""Intervals that make the rhythm."""
TOGETHER_S, THINKING_S = 0.025, 1.0
"""A shorter interval is the editor's doing (closers, indentation), a longer one no typing."""
STRANGER_S, STRANGER_KEYS = 0.1, 4
"""The usual interval of a user of whom fewer keys are known: 10 keys a second are quick."""
RHYTHM = 1.6
"""A pause is this many usual intervals. Of log-normal intervals with the spread of people's
typing (sigma 0.5) a sixth is longer."""
LEAST_RHYTHM = 1.4
"""No pause is shorter, whatever is taken off it."""
SLOWEST_S = 0.4
"""The longest pause that the rhythm asks for: whoever types slowly waits, too."""
SLOW_ANSWER = 0.1
"""Share of the endpoint's usual time that is taken off: who waits long need not wait twice."""

PATIENCE = 3
"""Rejections in a row that change nothing."""
BACK_OFF_S, GROWTH, MOST_S = 0.1, 1.5, 1.0
"""Extra pause after that, its growth per rejection, and its limit (Copilot's next edits: 1.5 per
rejection, up to 3 s)."""
FORGET_S = 60.0
"""Time after which one rejection is forgotten."""


class Pacing:
    """The rhythm of one user."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` returns seconds."""
        self._clock = clock
        self._last_key = -THINKING_S
        self._intervals: deque[float] = deque(maxlen=KEYS)
        self._answers: deque[float] = deque(maxlen=KEYS)
        self._rejections = 0
        self._rejected_at = 0.0

    def key(self) -> None:
        """Note a keystroke."""
        now = self._clock()
        if TOGETHER_S < now - self._last_key < THINKING_S:
            self._intervals.append(now - self._last_key)
        self._last_key = now

    def answered(self, seconds: float) -> None:
        """Note how long the endpoint took for an answer."""
        self._answers.append(seconds)

    def rejected(self) -> None:
        """Note that a suggestion was shown and something else was typed."""
        self._forget()
        self._rejections += 1
        self._rejected_at = self._clock()

    def accepted(self) -> None:
        """Note that a suggestion was accepted or typed to its end."""
        self._rejections = 0

    def pause_s(self, least_s: float) -> float:
        """Return how long to wait for another key; `least_s` is what the provider wants."""
        usual = self.usual_s()
        spared = SLOW_ANSWER * median(self._answers) if self._answers else 0.0
        wanted = max(RHYTHM * usual - spared, LEAST_RHYTHM * usual)
        return max(least_s, min(SLOWEST_S, wanted)) + self.back_off_s()

    def usual_s(self) -> float:
        """Return the usual time between two keys."""
        unknown = STRANGER_KEYS - len(self._intervals)
        return median([*self._intervals, *[STRANGER_S] * unknown])

    def back_off_s(self) -> float:
        """Return the extra pause after rejections."""
        self._forget()
        over = self._rejections - PATIENCE
        return min(MOST_S, BACK_OFF_S * GROWTH**over) if over >= 0 else 0.0

    def _forget(self) -> None:
        passed = int((self._clock() - self._rejected_at) // FORGET_S)
        if self._rejections and passed:
            self._rejections = max(0, self._rejections - passed)
            self._rejected_at += passed * FORGET_S
