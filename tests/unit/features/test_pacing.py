"""The pause that is waited for follows the user's rhythm, the endpoint and what was rejected."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from glm_ls.features.pacing import (
    FORGET_S,
    MOST_S,
    PATIENCE,
    RHYTHM,
    SLOWEST_S,
    STRANGER_S,
    Pacing,
)

STRANGER = RHYTHM * STRANGER_S


class Clock:
    """A clock that a test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def typed(intervals: Sequence[float]) -> tuple[Pacing, Clock]:
    clock = Clock()
    pacing = Pacing(clock)
    for interval in intervals:
        clock.now += interval
        pacing.key()
    return pacing, clock


@pytest.mark.parametrize(
    ("intervals", "answer_s", "least_s", "low", "high"),
    [
        pytest.param((), None, 0.075, STRANGER, STRANGER, id="nothing known: as for quick users"),
        pytest.param((), None, 0.3, 0.3, 0.3, id="never below the provider's"),
        pytest.param((5.0,) * 9, None, 0.0, STRANGER, STRANGER, id="thinking is no typing"),
        pytest.param(
            (0.01,) * 20, None, 0.0, STRANGER, STRANGER, id="nor are the editor's closers"
        ),
        pytest.param((0.3,), None, 0.0, STRANGER, STRANGER, id="one interval is no rhythm"),
        pytest.param((0.125,) * 20, None, 0.075, 0.19, 0.21, id="8 keys a second"),
        pytest.param((0.125,) * 20, 0.2, 0.075, 0.175, 0.185, id="less for a slow endpoint"),
        pytest.param((0.125,) * 20, 30.0, 0.075, 0.175, 0.175, id="never within the rhythm"),
        pytest.param((0.9,) * 20, None, 0.0, SLOWEST_S, SLOWEST_S, id="never for ever"),
        pytest.param((0.1,) * 19 + (0.8,), None, 0.0, 0.15, 0.17, id="one long stop is no rhythm"),
    ],
)
def test_a_pause_is_longer_than_the_time_between_two_keys(
    intervals: Sequence[float], answer_s: float | None, least_s: float, low: float, high: float
) -> None:
    pacing, _ = typed(intervals)
    if answer_s is not None:
        pacing.answered(answer_s)
    assert low - 1e-9 <= pacing.pause_s(least_s) <= high + 1e-9


def test_rejections_in_a_row_make_it_wait_longer_up_to_a_limit() -> None:
    pacing, _ = typed(())
    pauses = []
    for _ in range(20):
        pacing.rejected()
        pauses.append(pacing.pause_s(0.0))
    assert pauses[: PATIENCE - 1] == [STRANGER] * (PATIENCE - 1)
    assert pauses == sorted(pauses)
    assert pauses[PATIENCE - 1] > STRANGER
    assert pauses[-1] == STRANGER + MOST_S


def test_accepting_makes_it_quick_again() -> None:
    pacing, _ = typed(())
    for _ in range(9):
        pacing.rejected()
    pacing.accepted()
    assert pacing.pause_s(0.0) == STRANGER


def test_rejections_are_forgotten_with_time() -> None:
    pacing, clock = typed(())
    for _ in range(PATIENCE):
        pacing.rejected()
    clock.now += FORGET_S
    assert pacing.pause_s(0.0) == STRANGER
    pacing.rejected()
    assert pacing.pause_s(0.0) > STRANGER
