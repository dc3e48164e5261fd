"""The endpoint: provider, key, way there, one smallest request, model, fill-in-the-middle.

The request takes the way of every other: configured client, proxy, limiter, caps and ledger, so
what fails here is what fails in the editor.
"""

from __future__ import annotations

import asyncio
import os
import platform
import time
from collections.abc import Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from glm_ls.cli.checks.check import Check
from glm_ls.cli.output import explained, one_line
from glm_ls.cli.remote import list_models
from glm_ls.config.paths import user_config_dir
from glm_ls.errors import KeyMissing, ProviderError, SettingsError
from glm_ls.log import redact
from glm_ls.provider.endpoint import EMBEDDED, Endpoint, resolve_endpoint
from glm_ls.provider.models import load_models
from glm_ls.provider.request import Chat, Message, Request
from glm_ls.provider.router import Router
from glm_ls.provider.transport import open_client, tls_context

if TYPE_CHECKING:
    from glm_ls.config.schema import Settings

QUESTION = Request(Chat((Message("user", "1"),)), intent="probe", max_tokens=1, temperature=0.0)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
STEPS = {
    "connection.connect_tcp.complete": "name and TCP",
    "connection.start_tls.complete": "TLS",
    "proxy_stream.start_tls.complete": "TLS through the proxy",
    "http11.receive_response_headers.complete": "answer begun",
}
"""What httpcore's trace extension calls the steps, and what they are called here."""

_SHORT, _LONG = 16, 256
"""Lengths between which every key of a hosted provider lies."""


def endpoint_checks(settings: Settings, *, offline: bool) -> list[Check]:
    """Return everything between here and the model."""
    try:
        endpoint = resolve_endpoint(settings, os.environ, user_config_dir())
    except SettingsError as error:
        return [
            Check(
                "provider", "problem", redact(str(error)), "Mend the setting; see `glm-ls config`."
            )
        ]
    way = [*_proxies(settings, os.environ), _certificates(settings, os.environ)]
    if endpoint is None:
        return [_no_endpoint(settings), *way]
    checks = [_provider(endpoint), _key(endpoint), *way, *_model(settings, endpoint)]
    if endpoint.key_missing or any(check.verdict == "problem" for check in checks):
        return checks
    if offline:
        return [*checks, Check("answer", "skipped", "not asked, because of --offline")]
    return [*checks, *asyncio.run(_asked(settings, endpoint))]


def _no_endpoint(settings: Settings) -> Check:
    if not settings.embedded.enabled:
        return Check(
            "provider", "problem", "no key, and embedded.enabled is off", KeyMissing.advice
        )
    if settings.provider == EMBEDDED:
        return Check("provider", "ok", "embedded: completes from your own code, without network")
    return Check(
        "provider",
        "warning",
        "no key found: the embedded engine completes from your own code meanwhile",
        KeyMissing.advice,
    )


def _provider(endpoint: Endpoint) -> Check:
    dialect = endpoint.dialect
    title = f" ({dialect.title})" if dialect.title != dialect.name else ""
    return Check("provider", "ok", f"{dialect.name}{title} at {redact(endpoint.base_url)}")


def _key(endpoint: Endpoint) -> Check:
    secret, origin = endpoint.key.secret, redact(endpoint.key.origin)
    if endpoint.key_missing:
        names = ", ".join(endpoint.dialect.key_env)
        return Check("key", "problem", f"none found; looked for {names}", KeyMissing.advice)
    if not secret:
        return Check("key", "ok", "none, and none is needed here")
    if not (secret.isascii() and secret.isprintable()) or " " in secret:
        odd = "it holds spaces or characters that no key has"
        return Check("key", "problem", f"from {origin}: {odd}", "Copy the bare key again.")
    if len(secret) < _SHORT or len(secret) > _LONG:
        size = f"shorter than {_SHORT}" if len(secret) < _SHORT else f"longer than {_LONG}"
        unusual = "warning" if endpoint.dialect.key_required else "ok"
        text = f"from {origin}; {size} characters"
        if unusual == "warning":
            return Check("key", "warning", text, "Check that it was copied whole.")
        return Check("key", "ok", text)
    return Check("key", "ok", f"from {origin}; of usual length")


def _proxies(settings: Settings, environ: Mapping[str, str]) -> list[Check]:
    told = {name: environ.get(name) or environ.get(name.lower(), "") for name in PROXIES}
    if settings.network.proxy:
        told = {"network.proxy": settings.network.proxy}
    seen = ", ".join(f"{name}={redact(value)}" for name, value in told.items() if value)
    if not seen:
        return [Check("proxy", "ok", "none")]
    return [Check("proxy", "ok", f"{seen}; 127.0.0.1 and localhost are reached directly")]


def _certificates(settings: Settings, environ: Mapping[str, str]) -> Check:
    bundle = settings.network.ca_bundle
    try:
        tls_context(bundle)
    except SettingsError as error:
        return Check("certificates", "problem", str(error), "Name a PEM file that can be read.")
    if bundle:
        return Check("certificates", "ok", f"those of {bundle}")
    if (file := environ.get("SSL_CERT_FILE")) and platform.system() == "Linux":
        return Check("certificates", "ok", f"those of SSL_CERT_FILE, {file}")
    return Check("certificates", "ok", "those of the operating system")


def _model(settings: Settings, endpoint: Endpoint) -> list[Check]:
    model, name = endpoint.model, endpoint.model_name
    facts = f"context {model.context:,} tokens"
    if model.name not in load_models(settings.models):
        return [
            Check(
                "model",
                "hint",
                f"{name} is not in the table, so {facts} is assumed",
                "Where that is wrong, add a row under [models] to the settings.",
            )
        ]
    known = Check("model", "ok", f"{name}: {facts}")
    if model.thinking != "always":
        return [known]
    slow = "cannot be told not to think, so completions take seconds"
    return [known, Check("model", "hint", f"{name} {slow}", "glm-4.6 answers at once.")]


async def _asked(settings: Settings, endpoint: Endpoint) -> list[Check]:
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
    except (SettingsError, ImportError) as error:  # httpx wants a further package for SOCKS
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
        return ", ".join(f"{step} {ms:.0f} ms" for step, ms in self._done.items())

    async def _trace(self, event: str, _: Any) -> None:
        if step := STEPS.get(event):
            self.mark(step)
