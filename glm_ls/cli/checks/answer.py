"""What the endpoint itself says: one smallest request, fill-in-the-middle, its list of models.

The request takes the way of every other: configured client, proxy, limiter, caps and ledger, so
what fails here is what fails in the editor.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from glm_ls.cli.checks.check import Check
from glm_ls.cli.output import explained, one_line
from glm_ls.errors import ProviderError, SettingsError
from glm_ls.log import redact
from glm_ls.provider.listing import list_models
from glm_ls.provider.request import Chat, Message, Request
from glm_ls.provider.router import Router
from glm_ls.provider.transport import open_client

if TYPE_CHECKING:
    from glm_ls.config.schema import Settings
    from glm_ls.provider.endpoint import Endpoint

QUESTION = Request(Chat((Message("user", "1"),)), intent="probe", max_tokens=1, temperature=0.0)

STEPS = {
    "connection.connect_tcp.complete": "name and TCP",
    "connection.start_tls.complete": "TLS",
    "proxy_stream.start_tls.complete": "TLS through the proxy",
    "http11.receive_response_headers.complete": "answer begun",
}
"""What httpcore's trace extension calls the steps, and what they are called here."""


async def asked(settings: Settings, endpoint: Endpoint) -> list[Check]:
    """Return what the endpoint itself says."""
    from glm_ls.features.engines import open_ledger

    ledger = await open_ledger()
    phases = Phases()
    try:
        http = open_client(settings)
        http.event_hooks["request"].append(phases.follow)
        router = Router(
            settings,
            endpoint,
            http,
            None,
            on_usage=ledger.book,
            check_caps=lambda: ledger.check_caps(settings.limits),
        )
        try:
            answer = await _answer(router, endpoint, phases)
            fim = [] if answer.verdict == "problem" else [await _fim(router, endpoint)]
        finally:
            await router.close()
    except SettingsError as error:
        return [Check("answer", "problem", redact(str(error)), "Mend network.* or the proxy.")]
    finally:
        await asyncio.to_thread(ledger.close)
    return [answer, *fim, *([] if not fim else [await _listed(settings, endpoint)])]


async def _answer(router: Router, endpoint: Endpoint, phases: Phases) -> Check:
    try:
        async with aclosing(router.stream(QUESTION)) as deltas:
            async for _ in deltas:
                phases.mark("first token")
    except ProviderError as error:
        return _refusal(error)
    phases.mark("whole")
    host = urlsplit(endpoint.base_url).hostname
    return Check("answer", "ok", f"{host} answered: {phases.shown()}")


def _refusal(error: ProviderError) -> Check:
    status = f"HTTP {error.status}" if error.status else ""
    code = f"code {error.code}" if error.code else ""
    until = f"until {error.until}" if error.until else ""
    details = ", ".join(filter(None, (error.reason, code, status, until)))
    return Check(
        "answer", "problem", f"{one_line(redact(error.message))} ({details})", error.advice
    )


async def _fim(router: Router, endpoint: Endpoint) -> Check:
    if endpoint.dialect.fim == "none":
        return Check("fim", "ok", f"{endpoint.dialect.name} has no route for it: chat is used")
    if await router.route() == "fim":
        return Check("fim", "ok", "the model fills in the middle: the fastest way to complete")
    return Check("fim", "hint", "the model has no code tokens: chat is used, which is slower")


async def _listed(settings: Settings, endpoint: Endpoint) -> Check:
    name = endpoint.model_name.removeprefix(endpoint.dialect.model_prefix)
    try:
        names = await list_models(settings, endpoint)
    except ProviderError as error:
        return Check("models", "hint", f"the endpoint does not list them: {explained(error)}")
    if name in names:
        return Check("models", "ok", f"{len(names)} listed, {name} among them")
    return Check(
        "models", "hint", f"{len(names)} listed without {name}, which answers all the same"
    )


class Phases:
    """When each step of a request was done, in milliseconds since its start."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self._done: dict[str, float] = {}

    async def follow(self, request: Any) -> None:
        """Have httpx report the steps of a request, which starts the clock anew."""
        self._begun, self._done = time.perf_counter(), {}
        request.extensions["trace"] = self._trace

    def mark(self, step: str) -> None:
        """Note the first time a step was done."""
        self._done.setdefault(step, (time.perf_counter() - self._begun) * 1000)

    def shown(self) -> str:
        """Return every step and its time, in order, on one line."""
        return ", ".join(f"{step} {ms:.0f} ms" for step, ms in self._done.items())

    async def _trace(self, event: str, _: Any) -> None:
        if step := STEPS.get(event):
            self.mark(step)
