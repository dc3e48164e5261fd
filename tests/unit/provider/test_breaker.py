"""When an endpoint is left alone, who tries again, and when it is asked as before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from glm_ls.errors import (
    BadParameter,
    CircuitOpen,
    ContentRefused,
    KeyRejected,
    NetworkDown,
    PromptTooLong,
    ProviderError,
    QuotaExhausted,
    RateLimited,
)
from glm_ls.provider.breaker import MAX_PAUSE_S, PATIENCE_S, THRESHOLD, Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """A breaker with a clock of its own."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.breaker = Breaker(self.clock)

    def fail(self, error: ProviderError | None = None, times: int = THRESHOLD) -> None:
        for _ in range(times):
            self.breaker.failed(error or NetworkDown("no route"))

    def closed_for(self) -> float:
        """Return in how many seconds a request may go, 0 for one that goes at once."""
        try:
            rest = self.breaker.enter()
        except CircuitOpen as error:
            return error.retry_after_s or 0.0
        self.breaker.left()
        return rest


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_single_failures_do_not_open_it(bench: Bench) -> None:
    bench.fail(times=THRESHOLD - 1)
    assert bench.closed_for() == 0
    bench.breaker.succeeded()
    bench.fail(times=THRESHOLD - 1)
    assert bench.closed_for() == 0


def test_failures_in_a_row_open_it_and_pauses_double(bench: Bench) -> None:
    bench.fail()
    pauses = []
    for _ in range(9):
        pauses.append(bench.closed_for())
        bench.clock.now += 1000
        bench.breaker.enter()
        bench.fail(times=1)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert MAX_PAUSE_S == 60


def test_a_failure_says_itself_how_long_it_lasts(bench: Bench) -> None:
    bench.fail(KeyRejected("no"))
    assert bench.closed_for() == KeyRejected.retry.pause_s
    bench.breaker.succeeded()
    bench.fail(QuotaExhausted("used up"))
    assert bench.closed_for() == QuotaExhausted.retry.pause_s


def test_what_is_told_counts_at_once_but_not_for_hours(bench: Bench) -> None:
    bench.fail(RateLimited("slow", retry_after_s=7), times=1)
    assert bench.closed_for() == 7
    bench.breaker.succeeded()
    bench.fail(RateLimited("slow", retry_after_s=1e9), times=1)
    assert bench.closed_for() == MAX_PAUSE_S
    bench.breaker.succeeded()
    bench.fail(RateLimited("slow", retry_after_s=float("inf")), times=1)
    assert bench.closed_for() == MAX_PAUSE_S
    bench.breaker.succeeded()
    until = (datetime.now(UTC) + timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    bench.fail(QuotaExhausted("used up", until=until), times=1)
    assert bench.closed_for() == QuotaExhausted.retry.pause_s


@pytest.mark.parametrize(
    "error",
    [RateLimited("x", retry_after_s=0), QuotaExhausted("x", until="2020-01-01T00:00:00Z")],
)
def test_a_time_that_is_over_closes_nothing(bench: Bench, error: ProviderError) -> None:
    bench.fail(error, times=1)
    assert bench.closed_for() == 0


@pytest.mark.parametrize("cls", [PromptTooLong, BadParameter, ContentRefused])
def test_an_endpoint_that_refuses_one_request_is_well(
    bench: Bench, cls: type[ProviderError]
) -> None:
    bench.fail(times=THRESHOLD - 1)
    bench.fail(cls("this one"), times=10)
    assert bench.closed_for() == 0
    assert bench.breaker.last is None
    bench.fail(times=THRESHOLD - 1)
    assert bench.closed_for() == 0


def test_an_open_circuit_says_why(bench: Bench) -> None:
    bench.fail(KeyRejected("wrong key"))
    with pytest.raises(CircuitOpen, match=r"tried again in 30 s \(wrong key\)") as caught:
        bench.breaker.enter()
    assert caught.value.retry_after_s == 30
    assert isinstance(bench.breaker.last, KeyRejected)


def test_a_short_rest_is_waited_out(bench: Bench) -> None:
    bench.fail(times=THRESHOLD + 1)
    bench.clock.now += 2 - PATIENCE_S
    assert bench.breaker.enter() == PATIENCE_S


def test_one_request_at_a_time_tries_again(bench: Bench) -> None:
    bench.fail()
    assert bench.breaker.enter() == 1
    with pytest.raises(CircuitOpen, match="tried again now"):
        bench.breaker.enter()


def test_a_trial_that_is_given_up_lets_the_next_one_try(bench: Bench) -> None:
    # Typing cancels requests: a trial that blocked the next ones would keep it open for ever.
    bench.fail()
    bench.clock.now += 1
    for _ in range(100):
        assert bench.breaker.enter() == 0
        bench.breaker.left()
        bench.clock.now += 0.01


def test_a_success_closes_it_at_once(bench: Bench) -> None:
    bench.fail(times=THRESHOLD + 5)
    bench.clock.now += MAX_PAUSE_S
    bench.breaker.enter()
    bench.breaker.succeeded()
    assert [bench.breaker.enter() for _ in range(5)] == [0.0] * 5
    assert bench.breaker.last is None
    bench.fail()
    assert bench.closed_for() == 1
