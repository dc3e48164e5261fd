"""From a Request to the engine that answers it: the endpoint while it is well, else the embedded.

Everything that guards an endpoint meets here: the circuit breaker, the limiter, retries before
the first byte, what a refusal teaches (a smaller max_tokens, a model that always thinks), the
user's caps, and the health that the status shows.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from glm_ls.errors import BadParameter, CircuitOpen, GlmError, KeyMissing, ProviderError, RateLimited
from glm_ls.log import logger
from glm_ls.provider.breaker import Breaker
from glm_ls.provider.client import HttpClient, Timing
from glm_ls.provider.dialect import FimRoute
from glm_ls.provider.endpoint import EMBEDDED, Endpoint
from glm_ls.provider.limiter import Limiter
from glm_ls.provider.probe import probe_fim
from glm_ls.provider.request import PRIORITY, Delta, Intent, Request, Usage
from glm_ls.provider.wire import call_of

if TYPE_CHECKING:
    import httpx

    from glm_ls.config.schema import Settings
    from glm_ls.provider.embedded.engine import EmbeddedEngine

Route = Literal["chat", "fim", "embedded"]
log = logger("provider.router")


@dataclass(frozen=True, slots=True)
class Health:
    """Which engine answers and what is wrong with the endpoint, for the status."""

    engine: str
    """Dialect name, or `embedded`."""
    error: GlmError | None = None


@dataclass(frozen=True, slots=True)
class Booking:
    """What one request used, for the ledger."""

    intent: Intent
    dialect: str
    model: str
    usage: Usage
    exact: bool
    """False: the stream was cut before the endpoint counted, so the tokens are estimated."""
    cost: float | None
    currency: str


class Router:
    """The engines of one configuration."""

    def __init__(
        self,
        settings: Settings,
        endpoint: Endpoint | None,
        http: httpx.AsyncClient | None,
        embedded: EmbeddedEngine | None,
        *,
        on_health: Callable[[Health], None] = lambda _: None,
        on_usage: Callable[[Booking], None] = lambda _: None,
        check_caps: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the parts; `check_caps` raises CapReached where the user's cap is reached."""
        network = settings.network
        self.endpoint = endpoint
        self.embedded = embedded
        self.health = Health(
            endpoint.dialect.name if endpoint else EMBEDDED,
            _no_key(endpoint) if endpoint and endpoint.key_missing else None,
        )
        self._http = http
        self._client = (
            HttpClient(http, endpoint, Timing(network.first_byte_s, network.idle_s))
            if http and endpoint
            else None
        )
        self._limiter = Limiter(settings.limits.concurrency)
        self._breaker = Breaker()
        self._on_health = on_health
        self._on_usage = on_usage
        self._check_caps = check_caps
        self._fim: FimRoute | None = None if endpoint and endpoint.dialect.fim != "none" else "none"
        self._probing = asyncio.Lock()

    async def route(self) -> Route:
        """Return which kind of prompt the next completion needs."""
        if self._client is None or self.endpoint is None:
            return "embedded"
        if self._fim is None:
            async with self._probing:
                if self._fim is None:
                    self._fim = await probe_fim(self.endpoint, self._client)
        return "chat" if self._fim == "none" else "fim"

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """Yield the endpoint's answer; raises ProviderError."""
        try:
            async with aclosing(self._guarded(request)) as deltas:
                async for delta in deltas:
                    yield delta
        except ProviderError as error:
            self._report(error)
            raise
        self._report(None)

    async def close(self) -> None:
        """Close every connection; nothing is reported any more."""
        self._on_health = lambda _: None
        if self._client:
            await self._client.close()
        if self._http:
            await self._http.aclose()

    async def _guarded(self, request: Request) -> AsyncGenerator[Delta, None]:
        if self._client is None or self.endpoint is None:
            raise _no_key(self.endpoint)
        self._check_caps()
        if pause := self._breaker.wait_s():
            await asyncio.sleep(pause)
        tries = 0
        while True:
            begun = False
            try:
                async with (
                    self._limiter.slot(PRIORITY[request.intent]),
                    aclosing(self._once(request, self._client, self.endpoint)) as deltas,
                ):
                    async for delta in deltas:
                        begun = True
                        yield delta
                self._breaker.succeeded()
                self._limiter.succeeded()
                return
            except ProviderError as error:
                if isinstance(error, RateLimited):
                    self._limiter.refused()
                healed = None if begun or tries else self._healed(request, error)
                if healed is None and (begun or not _may_retry(error, tries)):
                    self._breaker.failed(error)
                    raise
                log.info("tried again after: %s", error.message)
                request = healed or request
                if healed is None:
                    await asyncio.sleep(_delay_s(error, tries))
                tries += 1

    async def _once(
        self, request: Request, client: HttpClient, endpoint: Endpoint
    ) -> AsyncGenerator[Delta, None]:
        call = call_of(
            request, endpoint.dialect, endpoint.model, endpoint.wire_model, self._fim or "none"
        )
        received = 0

        def book(usage: Usage | None) -> None:
            guess = Usage(prompt=_prompt_chars(call.body) // 4, completion=received // 4)
            self._book(request.intent, usage or guess, usage is not None)

        # aclosing: the socket closes at once, not when the generator is collected.
        async with aclosing(client.stream(call, book)) as deltas:
            async for delta in deltas:
                received += len(delta.text) + len(delta.reasoning)
                yield delta

    def _healed(self, request: Request, error: ProviderError) -> Request | None:
        """Return a request that takes the refusal's own advice, None where it gives none."""
        if not isinstance(error, BadParameter) or self.endpoint is None:
            return None
        model = self.endpoint.model
        if error.limit and error.limit < request.max_tokens:
            self.endpoint = replace(self.endpoint, model=replace(model, max_output=error.limit))
            return replace(request, max_tokens=error.limit)
        if "cannot be disabled" in error.message or "不支持关闭思考" in error.message:
            self.endpoint = replace(self.endpoint, model=replace(model, thinking="always"))
            return request
        return None

    def _book(self, intent: Intent, usage: Usage, exact: bool) -> None:
        if self.endpoint is None:
            return
        dialect = self.endpoint.dialect.name
        cost = self.endpoint.model.cost(usage, dialect)
        self._on_usage(
            Booking(
                intent, dialect, self.endpoint.model_name, usage, exact,
                cost.amount if cost else None, cost.currency if cost else "",
            )
        )  # fmt: skip

    def _report(self, error: ProviderError | None) -> None:
        if isinstance(error, CircuitOpen) and self.health.error is not None:
            return  # what opened the circuit says more
        name = self.endpoint.dialect.name if self.endpoint else EMBEDDED
        health = Health(name, error)
        if health != self.health:
            self.health = health
            self._on_health(health)


def _no_key(endpoint: Endpoint | None) -> KeyMissing:
    names = ", ".join(endpoint.dialect.key_env) if endpoint else "GLM_API_KEY"
    return KeyMissing(f"no key: set {names}")


def _may_retry(error: ProviderError, tries: int) -> bool:
    return tries < error.retry.attempts and (error.retry_after_s or 0) <= error.retry.pause_s


def _delay_s(error: ProviderError, tries: int) -> float:
    if error.retry_after_s is not None:
        return error.retry_after_s
    jitter = random.uniform(0.75, 1.0)
    return float(error.retry.first_delay_s * 2**tries * jitter)


def _prompt_chars(body: dict[str, object]) -> int:
    messages = body.get("messages")
    if isinstance(messages, list):
        return sum(len(str(message.get("content", ""))) for message in messages)
    return sum(len(str(body.get(key, ""))) for key in ("prompt", "input_prefix", "input_suffix"))
