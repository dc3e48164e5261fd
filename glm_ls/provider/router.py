"""From a Request to the engine that answers it: the endpoint while it is well, else the embedded.

What guards an endpoint meets here: the key, the user's caps, the circuit breaker, the probe for
filling in the middle, and the health that the status shows.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from glm_ls.errors import CircuitOpen, GlmError, KeyMissing, ProviderError
from glm_ls.provider.answer import Timing
from glm_ls.provider.attempts import Attempts, Booking
from glm_ls.provider.breaker import Breaker
from glm_ls.provider.client import HttpClient
from glm_ls.provider.dialect import FimRoute
from glm_ls.provider.endpoint import EMBEDDED, Endpoint
from glm_ls.provider.probe import probe_fim
from glm_ls.provider.request import Delta, Request

if TYPE_CHECKING:
    import httpx

    from glm_ls.config.schema import Settings
    from glm_ls.provider.embedded.engine import EmbeddedEngine

Route = Literal["chat", "fim", "embedded"]


@dataclass(frozen=True, slots=True)
class Health:
    """Which engine answers and what is wrong with the endpoint, for the status."""

    engine: str
    """Dialect name, or `embedded`."""
    error: GlmError | None = None


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
        self.endpoint = endpoint
        self.embedded = embedded
        trouble = endpoint.key_trouble if endpoint else None
        self.health = Health(endpoint.dialect.name if endpoint else EMBEDDED, trouble)
        self._http = http
        self._client: HttpClient | None = None
        self._attempts: Attempts | None = None
        if http and endpoint and not trouble:
            timing = Timing(settings.network.first_byte_s, settings.network.idle_s)
            self._client = HttpClient(http, endpoint, timing)
            self._attempts = Attempts(endpoint, self._client, settings.limits.concurrency, on_usage)
        self._breaker = Breaker()
        self._on_health = on_health
        self._check_caps = check_caps
        self._fim: FimRoute | None = None if endpoint and endpoint.dialect.fim != "none" else "none"
        self._probing = asyncio.Lock()

    async def route(self) -> Route:
        """Return which kind of prompt the next completion needs.

        A chat while an endpoint that may fill in the middle is not well enough to be asked.
        """
        if self._client is None or self.endpoint is None:
            return "embedded"
        async with self._probing:
            if self._fim is None and self._breaker.last is None:
                try:
                    self._fim = await probe_fim(self.endpoint, self._client)
                except ProviderError as error:
                    self._breaker.failed(error)
                    self._report(error)
        return "chat" if self._fim in (None, "none") else "fim"

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """Yield the endpoint's answer; raises ProviderError."""
        try:
            if self._attempts is None:
                trouble = self.endpoint.key_trouble if self.endpoint else None
                raise trouble or KeyMissing("there is no endpoint to ask")
            self._check_caps()
            deltas = self._guarded(self._attempts.stream(request, self._fim or "none"))
            async with aclosing(deltas):
                async for delta in deltas:
                    yield delta
        except ProviderError as error:
            self._report(error)
            raise

    async def close(self) -> None:
        """Close every connection; nothing is reported any more."""
        self._on_health = lambda _: None
        if self._client:
            await self._client.close()
        if self._http:
            await self._http.aclose()

    async def _guarded(self, answer: AsyncGenerator[Delta, None]) -> AsyncGenerator[Delta, None]:
        """Ask if the breaker lets it, and tell it what came of it."""
        begun = False
        pause_s = self._breaker.enter()
        try:
            await asyncio.sleep(pause_s)
            async with aclosing(answer):
                async for delta in answer:
                    begun = True
                    yield delta
        except ProviderError as error:
            self._breaker.failed(error)
            raise
        except (asyncio.CancelledError, GeneratorExit):
            if begun:  # the reader had enough, which is the usual end of a completion
                self._succeeded()
            else:
                self._breaker.left()
            raise
        self._succeeded()

    def _succeeded(self) -> None:
        self._breaker.succeeded()
        self._report(None)

    def _report(self, error: ProviderError | None) -> None:
        """Tell a change of health; the same trouble in other words is none."""
        if isinstance(error, CircuitOpen) and self.health.error is not None:
            return  # what opened the circuit says more
        if _kind(error) != _kind(self.health.error):
            self.health = Health(self.health.engine, error)
            self._on_health(self.health)


def _kind(error: GlmError | None) -> tuple[object, ...]:
    return (type(error), error.code if isinstance(error, ProviderError) else "")
