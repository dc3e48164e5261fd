"""What happens between a request and its answer when the endpoint is not well."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from glm_ls.config.schema import build_settings
from glm_ls.errors import (
    BadParameter,
    BillingProblem,
    CapReached,
    CircuitOpen,
    ContentRefused,
    KeyMissing,
    KeyRejected,
    ModelUnknown,
    NetworkDown,
    Overloaded,
    PromptTooLong,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    Retry,
)
from glm_ls.provider.attempts import Booking
from glm_ls.provider.breaker import THRESHOLD
from glm_ls.provider.request import Chat, Fim, Message, Request, Usage
from glm_ls.provider.router import Health, Router
from glm_ls.provider.transport import open_client
from tests.simulator import Script, Simulator
from tests.unit.provider.conftest import PROVIDERS, endpoint_at

pytestmark = pytest.mark.usefixtures("no_proxy", "nothing_is_left", "no_pauses")

NET_S = 20.0
PIECES = ("one ", "two ", "three")
TEXT = "".join(PIECES)
CHAT = Request(Chat((Message("user", "count"),)))
GOOD = Script(chunks=PIECES)


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep how often each class is tried again, without the time between."""
    for cls in (RateLimited, Overloaded, NetworkDown):
        retry: Retry = cls.retry
        monkeypatch.setattr(cls, "retry", retry._replace(first_delay_s=0.0))


@dataclass
class Desk:
    """A router and what it told."""

    router: Router
    health: list[Health] = field(default_factory=list)
    booked: list[Booking] = field(default_factory=list)
    cap: CapReached | None = None

    def check_caps(self) -> None:
        if self.cap:
            raise self.cap

    async def ask(self, request: Request = CHAT) -> str:
        text = ""
        async with asyncio.timeout(NET_S), aclosing(self.router.stream(request)) as deltas:
            async for delta in deltas:
                text += delta.text
        return text

    async def fails(self, cls: type[ProviderError], request: Request = CHAT) -> ProviderError:
        with pytest.raises(ProviderError) as caught:
            await self.ask(request)
        assert type(caught.value) is cls
        return caught.value

    @property
    def troubles(self) -> list[str]:
        """Return the reasons that were reported, "" for health."""
        return [h.error.reason if h.error else "" for h in self.health]


@asynccontextmanager
async def desk(sim: Simulator, **settings: Any) -> AsyncIterator[Desk]:
    endpoint = endpoint_at(
        sim.base_url, **{"provider": PROVIDERS.get(sim.flavor, sim.flavor), **settings}
    )
    values = build_settings({"network.first_byte_s": 10.0, "network.idle_s": 10.0})
    made: Desk
    router = Router(
        values,
        endpoint,
        open_client(values),
        None,
        on_health=lambda health: made.health.append(health),
        on_usage=lambda booking: made.booked.append(booking),
        check_caps=lambda: made.check_caps(),
    )
    made = Desk(router)
    yield made
    await router.close()


# Trying again.

TRIES: list[tuple[Script, type[ProviderError], int]] = [
    (Script(error="1302"), RateLimited, 3),
    (Script(error="1303"), RateLimited, 3),
    (Script(error="1305"), Overloaded, 2),
    (Script(error="1234"), Overloaded, 2),
    (Script(fault="reset_before"), NetworkDown, 2),
    (Script(status=200, body=b'data: {"error":{"code":"1305"}}\n\n'), Overloaded, 2),
    (Script(error="1000"), KeyRejected, 1),
    (Script(error="1113"), BillingProblem, 1),
    (Script(error="1210"), BadParameter, 1),
    (Script(error="1211"), ModelUnknown, 1),
    (Script(error="1261"), PromptTooLong, 1),
    (Script(error="1301"), ContentRefused, 1),
    (Script(error="1308"), QuotaExhausted, 1),
    (Script(fault="close_mid", chunks=PIECES), NetworkDown, 1),
    (Script(fault="reset_mid", chunks=PIECES), NetworkDown, 1),
    (Script(fault="error_in_band", chunks=PIECES), Overloaded, 1),
    (Script(error="1305", headers=(("retry-after", "0"),)), Overloaded, 2),
    (Script(error="1305", headers=(("retry-after", "3600"),)), Overloaded, 1),
]


@pytest.mark.parametrize(("script", "cls", "requests"), TRIES)
async def test_what_is_tried_again(script: Script, cls: type[ProviderError], requests: int) -> None:
    async with Simulator() as sim, desk(sim) as asked:
        sim.script = script
        await asked.fails(cls)
        assert len(sim.log) == requests


async def test_a_second_try_that_brings_an_answer_is_no_trouble() -> None:
    async with Simulator() as sim, desk(sim) as asked:
        sim.script = GOOD
        sim.queue(Script(error="1302"), Script(error="1302"))
        assert await asked.ask() == TEXT
        assert len(sim.log) == 3
        assert asked.health == []


async def test_a_refusal_narrows_what_goes_out_at_once() -> None:
    async with Simulator() as sim, desk(sim) as asked:
        hold = asyncio.Event()
        sim.script = Script(chunks=PIECES, hold=hold)
        sim.queue(Script(error="1302"))
        tasks = [asyncio.create_task(asked.ask()) for _ in range(4)]
        await sim.received(2)
        hold.set()
        assert await asyncio.gather(*tasks) == [TEXT] * 4
        sim.reset_peak()
        assert await asyncio.gather(*(asked.ask() for _ in range(4))) == [TEXT] * 4
        assert sim.peak_live == 1


# What a refusal teaches.


async def test_a_smaller_max_tokens_is_learned() -> None:
    async with Simulator() as sim, desk(sim, models={"glm-4.6": {"max_output": 10**6}}) as asked:
        sim.script = GOOD
        request = replace(CHAT, max_tokens=500_000)
        assert await asked.ask(request) == TEXT
        assert await asked.ask(request) == TEXT
        sent = [exchange.body["max_tokens"] for exchange in sim.log]
        assert sent == [500_000, 131_072, 131_072]
        assert asked.health == []


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_model_that_always_thinks_is_learned(language: str) -> None:
    unknown = {"glm-5.3": {"thinking": "toggle"}}
    row = {"zai": {"headers": {"Accept-Language": language}}}
    async with (
        Simulator() as sim,
        desk(sim, model="glm-5.3", models=unknown, dialects=row) as asked,
    ):
        sim.script = GOOD
        assert await asked.ask() == await asked.ask() == TEXT
        assert [e.body.get("reasoning_effort") for e in sim.log] == [None, "low", "low"]


async def test_it_is_taught_once_a_request() -> None:
    async with Simulator() as sim, desk(sim) as asked:
        words = b'{"error":{"code":"1210","message":"thinking cannot be disabled"}}'
        sim.script = Script(status=400, body=words)
        await asked.fails(BadParameter)
        assert len(sim.log) == 2


# Health and the circuit.


async def test_only_changes_are_reported() -> None:
    async with Simulator() as sim, desk(sim) as asked:
        sim.script = GOOD
        await asked.ask()
        assert asked.health == []
        sim.script = Script(error="1234")  # each answer has words of its own
        await asked.fails(Overloaded)
        await asked.fails(Overloaded)
        assert asked.troubles == ["overloaded"]
        sim.script = GOOD
        await asked.ask()
        await asked.ask()
        sim.script = Script(error="1302")
        await asked.fails(RateLimited)
        sim.script = Script(error="1113")
        await asked.fails(BillingProblem)
        sim.script = GOOD
        await asked.ask()
        assert asked.troubles == ["overloaded", "", "rate-limited", "billing", ""]
        assert asked.router.health == Health("zai")


async def test_the_circuit_opens_and_closes_at_once_after_a_success() -> None:
    async with Simulator() as sim, desk(sim) as asked:
        sim.script = Script(error="1000")
        for _ in range(THRESHOLD):
            await asked.fails(KeyRejected)
        error = await asked.fails(CircuitOpen)
        assert "tried again in 30 s (Authentication Failed)" in error.message
        assert len(sim.log) == THRESHOLD
        assert asked.troubles == ["key-rejected"]  # and not circuit-open, which says less
        asked.router._breaker._open_until = 0
        sim.script = GOOD
        assert [await asked.ask() for _ in range(3)] == [TEXT] * 3
        assert asked.troubles == ["key-rejected", ""]


async def test_leaving_early_is_a_success() -> None:
    # A completion that has enough closes the stream: that must end an outage all the same.
    async with Simulator() as sim, desk(sim) as asked:
        sim.script = Script(error="1113")
        await asked.fails(BillingProblem)
        sim.script = Script(chunks=PIECES, hold=asyncio.Event(), hold_after=1)
        deltas = asked.router.stream(CHAT)
        assert (await anext(deltas)).text == "one "
        await deltas.aclose()
        await sim.finished(2)
        assert sim.log[-1].gone
        assert asked.troubles == ["billing", ""]
        assert [booking.exact for booking in asked.booked] == [False]


async def test_a_canceled_trial_lets_the_next_request_try() -> None:
    async with Simulator() as sim, desk(sim) as asked:
        sim.script = Script(error="1000")
        for _ in range(THRESHOLD):
            await asked.fails(KeyRejected)
        asked.router._breaker._open_until = 0
        sim.script = Script(fault="hang")
        for count in range(3):
            task = asyncio.create_task(asked.ask())
            await sim.received(THRESHOLD + 1 + count)
            await asked.fails(CircuitOpen)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        sim.script = GOOD
        assert await asked.ask() == TEXT


async def test_a_refused_text_or_prompt_does_not_open_the_circuit() -> None:
    async with Simulator() as sim, desk(sim) as asked:
        for error, cls in (("1301", ContentRefused), ("1261", PromptTooLong)):
            sim.script = Script(error=error)
            for _ in range(THRESHOLD + 1):
                await asked.fails(cls)


async def test_nothing_is_reported_after_the_end() -> None:
    async with Simulator() as sim, desk(sim) as asked:
        sim.script = Script(chunks=PIECES, hold=asyncio.Event(), hold_after=1)
        deltas = asked.router.stream(CHAT)
        await anext(deltas)
        await asked.router.close()
        with pytest.raises(NetworkDown):
            await anext(deltas)
        with pytest.raises(NetworkDown, match="closed on our side"):
            await asked.ask()
        assert asked.health == []


async def test_caps_are_asked_first() -> None:
    async with Simulator() as sim, desk(sim) as asked:
        asked.cap = CapReached("limits.requests_per_hour = 1 is reached")
        await asked.fails(CapReached)
        assert sim.log == []
        assert asked.troubles == ["cap"]
        asked.cap, sim.script = None, GOOD
        await asked.ask()
        assert asked.troubles == ["cap", ""]


async def test_without_a_key_nothing_is_asked() -> None:
    async with Simulator() as sim, desk(sim, api_key="") as asked:
        assert isinstance(asked.router.health.error, KeyMissing)
        await asked.fails(KeyMissing)
        assert await asked.router.route() == "embedded"
        assert sim.log == []


async def test_without_an_endpoint_the_embedded_engine_answers() -> None:
    router = Router(build_settings({}), None, None, None)
    assert (router.health, await router.route()) == (Health("embedded"), "embedded")
    with pytest.raises(KeyMissing):
        await anext(router.stream(CHAT))
    await router.close()


# Filling in the middle.


@pytest.mark.parametrize(
    ("flavor", "fim_tokens", "route", "path"),
    [
        ("vllm", True, "fim", "/v1/completions"),
        ("vllm", False, "chat", "/v1/chat/completions"),
        ("sglang", True, "fim", "/v1/completions"),
        ("llamacpp", True, "fim", "/infill"),
        ("llamacpp", False, "chat", "/v1/chat/completions"),
        ("zai", True, "chat", "/api/paas/v4/chat/completions"),
    ],
)
async def test_the_route_is_probed_once(
    flavor: str, fim_tokens: bool, route: str, path: str
) -> None:
    async with Simulator(flavor=flavor, fim_tokens=fim_tokens) as sim, desk(sim) as asked:
        sim.script = GOOD
        routes = await asyncio.gather(*(asked.router.route() for _ in range(5)))
        assert routes == [route] * 5
        prompt = Fim("def f(", "):\n") if route == "fim" else CHAT.prompt
        assert await asked.ask(replace(CHAT, prompt=prompt)) == TEXT
        assert [e.path for e in sim.log] == ["/tokenize"] * (flavor != "zai") + [path]


async def test_an_endpoint_that_is_down_is_probed_when_it_is_back() -> None:
    async with Simulator(flavor="vllm") as sim, desk(sim) as asked:
        await sim.down()
        assert await asked.router.route() == "chat"
        assert asked.troubles == ["network"]
        await asked.fails(NetworkDown)
        assert await asked.router.route() == "chat"
        await sim.up()
        sim.script = GOOD
        assert await asked.ask() == TEXT
        assert await asked.router.route() == "fim"
        assert asked.troubles == ["network", ""]


# Booking.


async def test_what_is_booked() -> None:
    async with Simulator() as sim, desk(sim) as asked:
        sim.script = GOOD
        await asked.ask(replace(CHAT, intent="review"))
        await asked.router._client.close()  # type: ignore[union-attr]
        usage = sim.log[0].usage
        counted = Usage(usage["prompt_tokens"], completion=usage["completion_tokens"])
        cost = asked.router.endpoint.cost(counted)  # type: ignore[union-attr]
        assert cost is not None
        assert asked.booked == [
            Booking("review", "zai", "glm-4.6", counted, True, cost.amount, "USD")
        ]


async def test_what_is_not_counted_is_estimated() -> None:
    async with Simulator() as sim, desk(sim) as asked:
        sim.script = Script(chunks=("x" * 400,), fault="no_usage")
        await asked.ask(Request(Chat((Message("user", "y" * 800),))))
        await asked.router._client.close()  # type: ignore[union-attr]
        assert [(b.usage, b.exact) for b in asked.booked] == [(Usage(200, completion=100), False)]


async def test_refusals_are_not_booked() -> None:
    async with Simulator() as sim, desk(sim) as asked:
        sim.script = GOOD
        sim.queue(Script(error="1302"), Script(error="1302"))
        await asked.ask()
        await asked.router._client.close()  # type: ignore[union-attr]
        assert len(asked.booked) == 1
