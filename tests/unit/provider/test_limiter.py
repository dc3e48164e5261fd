"""Who goes first, who waits, and that no slot is ever lost."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable

import pytest

from glm_ls.provider.limiter import GROW_AFTER, Limiter


class Line:
    """Requests that stand in line; each stays inside until it is let out."""

    def __init__(self, concurrency: int) -> None:
        self.limiter = Limiter(concurrency)
        self.inside: list[str] = []
        self.entered: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, *names: str) -> None:
        """Add requests; the first character is the priority."""
        for name in names:
            self._ends[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._ask(name))
            await turns()

    async def leave(self, *names: str) -> None:
        for name in names:
            self._ends[name].set()
            await turns()

    async def _ask(self, name: str) -> None:
        async with self.limiter.slot(int(name[0])):
            self.inside.append(name)
            self.entered.append(name)
            try:
                await self._ends[name].wait()
            finally:
                self.inside.remove(name)


async def turns(count: int = 3) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


Stand = Callable[[int], Line]


@pytest.fixture
async def line() -> AsyncIterator[Stand]:
    lines: list[Line] = []

    def stand(concurrency: int) -> Line:
        lines.append(Line(concurrency))
        return lines[-1]

    yield stand
    for each in lines:
        for task in each.tasks.values():
            task.cancel()
        await asyncio.gather(*each.tasks.values(), return_exceptions=True)
        assert each.limiter.live == 0


async def test_so_many_at_once(line: Stand) -> None:
    two = line(2)
    await two.come("0a", "0b", "0c")
    assert two.inside == ["0a", "0b"]
    await two.leave("0a")
    assert two.inside == ["0b", "0c"]


async def test_a_person_goes_before_a_batch(line: Stand) -> None:
    one = line(1)
    await one.come("2a", "2b", "1c", "0d", "0e")
    for name in ("2a", "0d", "0e", "1c", "2b"):
        await one.leave(name)
    assert one.entered == ["2a", "0d", "0e", "1c", "2b"]


async def test_nobody_overtakes_those_who_wait(line: Stand) -> None:
    one = line(1)
    await one.come("0a", "0b")
    one._ends["0a"].set()
    await one.come("0c")
    assert one.entered == ["0a", "0b"]


async def test_who_is_canceled_while_waiting_is_passed_over(line: Stand) -> None:
    one = line(1)
    await one.come("0a", "0b", "0c")
    one.tasks["0b"].cancel()
    await turns()
    await one.leave("0a")
    assert one.inside == ["0c"]


async def test_who_is_canceled_at_the_moment_of_the_wake_up_passes_the_slot_on(line: Stand) -> None:
    one = line(1)
    async with one.limiter.slot(0):
        await one.come("0b", "0c")
    one.tasks["0b"].cancel()  # it has the slot and has not run yet
    await turns()
    assert one.entered == ["0c"]


async def test_a_refusal_halves_and_successes_widen(line: Stand) -> None:
    four = line(4)
    await four.come("0a", "0b", "0c", "0d", "0e", "0f")
    four.limiter.refused()
    assert four.limiter.width == 2
    await four.leave("0a", "0b")
    assert four.inside == ["0c", "0d"]
    await four.leave("0c")
    assert four.inside == ["0d", "0e"]
    for _ in range(GROW_AFTER):
        four.limiter.succeeded()
    await turns()
    assert (four.limiter.width, four.inside) == (3, ["0d", "0e", "0f"])


async def test_it_narrows_to_one_and_widens_to_what_was_set() -> None:
    limiter = Limiter(3)
    widths = []
    for _ in range(4):
        limiter.refused()
        widths.append(limiter.width)
    assert widths == [1, 1, 1, 1]
    for _ in range(GROW_AFTER * 5):
        limiter.succeeded()
    assert limiter.width == 3


async def test_a_refusal_starts_the_run_of_successes_anew() -> None:
    limiter = Limiter(4)
    limiter.refused()
    for _ in range(GROW_AFTER - 1):
        limiter.succeeded()
    limiter.refused()
    limiter.succeeded()
    assert limiter.width == 1


@pytest.mark.parametrize("concurrency", [0, -5])
async def test_there_is_always_one_slot(line: Stand, concurrency: int) -> None:
    one = line(concurrency)
    await one.come("0a", "0b")
    assert one.inside == ["0a"]


async def test_a_slot_comes_back_after_a_failure() -> None:
    limiter = Limiter(1)
    with pytest.raises(ValueError, match="x"):
        async with limiter.slot(0):
            raise ValueError("x")
    async with limiter.slot(0):
        assert limiter.live == 1


@pytest.mark.parametrize("seed", range(20))
async def test_no_slot_is_lost_in_a_crowd(line: Stand, seed: int) -> None:
    crowd, dice = line(3), random.Random(seed)
    names = [f"{dice.randrange(3)}-{at}" for at in range(30)]
    for name in names:
        await crowd.come(name)
        victim = dice.choice(list(crowd.tasks))
        match dice.randrange(5):
            case 0:
                crowd.tasks[victim].cancel()
            case 1:
                crowd._ends[victim].set()
            case 2:
                crowd.limiter.refused()
            case _:
                for _ in range(GROW_AFTER):
                    crowd.limiter.succeeded()
        assert len(crowd.inside) <= 3
    for name in names:
        crowd._ends[name].set()
    async with asyncio.timeout(5):
        await asyncio.gather(*crowd.tasks.values(), return_exceptions=True)
    assert crowd.limiter.live == 0


@pytest.mark.parametrize(
    ("concurrency", "inside"),
    [(1, ["2a"]), (2, ["2a", "0x"]), (3, ["2a", "2b", "0x"])],
)
async def test_what_nobody_waits_for_leaves_a_slot(
    line: Stand, concurrency: int, inside: list[str]
) -> None:
    slots = line(concurrency)
    await slots.come("2a", "2b", "2c", "0x")
    assert slots.inside == inside
    for name in ("2a", "2b", "2c", "0x"):
        await slots.leave(name)
    await asyncio.gather(*slots.tasks.values())
    assert set(slots.entered) == {"2a", "2b", "2c", "0x"}
