"""What is known of the endpoint before it is asked: provider, key, way there, model."""

from __future__ import annotations

import asyncio
import os
import platform
from collections.abc import Mapping
from typing import TYPE_CHECKING

from glm_ls.cli.checks.answer import asked
from glm_ls.cli.checks.check import Check
from glm_ls.config.paths import user_config_dir
from glm_ls.errors import KeyMissing, SettingsError
from glm_ls.log import redact
from glm_ls.provider.endpoint import EMBEDDED, Endpoint, resolve_endpoint
from glm_ls.provider.keys import key_names
from glm_ls.provider.models import load_models
from glm_ls.provider.transport import tls_context

if TYPE_CHECKING:
    from glm_ls.config.schema import Settings

PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
_SHORT, _LONG = 16, 256
"""Lengths between which every key of a hosted provider lies."""


def endpoint_checks(settings: Settings, *, offline: bool) -> list[Check]:
    """Return everything between here and the model."""
    try:
        endpoint = resolve_endpoint(settings, os.environ, user_config_dir())
    except SettingsError as error:
        advice = "Mend the setting; `glm-ls config` shows it."
        return [Check("provider", "problem", redact(str(error)), advice)]
    way = [*_proxies(settings, os.environ), _certificates(settings, os.environ)]
    if endpoint is None:
        return [_no_endpoint(settings), *way]
    checks = [_provider(endpoint), _key(settings, endpoint), *way, *_model(settings, endpoint)]
    if endpoint.key_missing or any(check.verdict == "problem" for check in checks):
        return checks
    if offline:
        return [*checks, Check("answer", "skipped", "not asked, because of --offline")]
    return [*checks, *asyncio.run(asked(settings, endpoint))]


def _no_endpoint(settings: Settings) -> Check:
    if not settings.embedded.enabled:
        nobody = "no endpoint, and embedded.enabled is off: nothing can answer"
        return Check("provider", "problem", nobody, KeyMissing.advice)
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


def _key(settings: Settings, endpoint: Endpoint) -> Check:
    secret, origin = endpoint.key.secret, redact(endpoint.key.origin)
    if endpoint.key_missing:
        names = ", ".join(key_names(endpoint.dialect, settings.base_url))
        return Check("key", "problem", f"none found; looked for {names}", KeyMissing.advice)
    if not secret:
        return Check("key", "ok", "none, and none is needed here")
    if endpoint.dialect.key_required and not _SHORT <= len(secret) <= _LONG:
        size = f"shorter than {_SHORT}" if len(secret) < _SHORT else f"longer than {_LONG}"
        text = f"from {origin}; {size} characters"
        return Check("key", "warning", text, "Check that it was copied whole.")
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
