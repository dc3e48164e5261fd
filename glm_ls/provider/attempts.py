"""Requests to one endpoint, sent again where that helps, and booked.

A request is tried again only before anything of its answer came, and only where the failure's
class says so: asking twice after the first byte would show a user two beginnings.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace

from glm_ls.errors import BadParameter, ProviderError, RateLimited
from glm_ls.log import logger
from glm_ls.provider.client import HttpClient
from glm_ls.provider.dialect import FimRoute
from glm_ls.provider.endpoint import Endpoint
from glm_ls.provider.limiter import Limiter
from glm_ls.provider.models import Model
from glm_ls.provider.request import PRIORITY, Delta, Intent, Request, Usage
from glm_ls.provider.wire import Call, call_of

log = logger("provider.attempts")


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


class Attempts:
    """The requests to one endpoint and what its refusals taught."""

    def __init__(
        self,
        endpoint: Endpoint,
        client: HttpClient,
        concurrency: int,
        on_usage: Callable[[Booking], None],
    ) -> None:
        self._endpoint = endpoint
        self._client = client
        self._limiter = Limiter(concurrency)
        self._on_usage = on_usage

    async def stream(self, request: Request, fim: FimRoute) -> AsyncGenerator[Delta, None]:
        """Yield the answer of the first attempt that brings one; raises ProviderError."""
        tries = 0
        while True:
            begun = False
            try:
                async with (
                    self._limiter.slot(PRIORITY[request.intent]),
                    aclosing(self._once(request, fim)) as deltas,
                ):
                    async for delta in deltas:
                        if not begun:  # let in; whether it is read to its end says nothing more
                            begun = True
                            self._limiter.succeeded()
                        yield delta
                return
            except ProviderError as error:
                if isinstance(error, RateLimited):
                    self._limiter.refused()
                healed = None if begun or tries else self._healed(request, error)
                if healed is None and (begun or not _may_retry(error, tries)):
                    raise
                log.info("tried again after: %s", error.message)
                pause_s = 0.0 if healed else _pause_s(error, tries)
            request = healed or request
            await asyncio.sleep(pause_s)
            tries += 1

    async def _once(self, request: Request, fim: FimRoute) -> AsyncGenerator[Delta, None]:
        endpoint = self._endpoint
        call = call_of(request, endpoint.dialect, endpoint.model, endpoint.wire_model, fim)
        received = 0

        def book(counted: Usage | None) -> None:
            usage = counted or Usage(_prompt_chars(call) // 4, completion=received // 4)
            cost = endpoint.cost(usage)
            self._on_usage(
                Booking(
                    request.intent, endpoint.dialect.name, endpoint.model_name, usage,
                    counted is not None,
                    cost.amount if cost else None, cost.currency if cost else "",
                )
            )  # fmt: skip

        # aclosing: the socket closes at once, not when the generator is collected.
        async with aclosing(self._client.stream(call, book)) as deltas:
            async for delta in deltas:
                received += len(delta.text) + len(delta.reasoning)
                yield delta

    def _healed(self, request: Request, error: ProviderError) -> Request | None:
        """Return a request that takes the refusal's own advice, None where it gives none."""
        if not isinstance(error, BadParameter):
            return None
        if error.limit and error.limit < request.max_tokens:
            self._learn(replace(self._endpoint.model, max_output=error.limit))
            return replace(request, max_tokens=error.limit)
        if "cannot be disabled" in error.message or "不支持关闭思考" in error.message:
            self._learn(replace(self._endpoint.model, thinking="always"))
            return request
        return None

    def _learn(self, model: Model) -> None:
        self._endpoint = replace(self._endpoint, model=model)


def _may_retry(error: ProviderError, tries: int) -> bool:
    return tries < error.retry.attempts and (error.retry_after_s or 0) <= error.retry.pause_s


def _pause_s(error: ProviderError, tries: int) -> float:
    if error.retry_after_s is not None:
        return error.retry_after_s
    jitter = random.uniform(0.75, 1.0)
    return float(error.retry.first_delay_s * 2**tries * jitter)


def _prompt_chars(call: Call) -> int:
    messages = call.body.get("messages", ())
    whole = (call.body.get(key, "") for key in ("prompt", "input_prefix", "input_suffix"))
    return sum(len(m["content"]) for m in messages) + sum(map(len, whole))
