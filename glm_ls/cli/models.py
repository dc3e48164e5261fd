"""`glm-ls models`: what is known of models and providers, and what the endpoint lists."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from glm_ls.cli.output import Report, Screen, clipped, table, wrapped
from glm_ls.cli.settings import settings_in, workspace_of
from glm_ls.config.paths import user_config_dir
from glm_ls.config.schema import Settings
from glm_ls.errors import KeyMissing, SettingsError
from glm_ls.log import redact
from glm_ls.provider.dialect import Dialect, load_dialects
from glm_ls.provider.endpoint import Endpoint, resolve_endpoint
from glm_ls.provider.keys import find_key
from glm_ls.provider.listing import list_models
from glm_ls.provider.models import Model, load_models
from glm_ls.provider.request import Usage

MODEL_HEAD = ("  model", "context", "output", "thinks", "fim", "in", "cached", "out")
PROVIDER_HEAD = ("  provider", "address", "key", "key variable")
_ADDRESS_WIDTH = 30


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `models`."""
    parser.add_argument(
        "--remote", action="store_true", help="ask the endpoint which models it lists"
    )


def run(options: argparse.Namespace, screen: Screen) -> Report:
    """Show both tables."""
    settings = settings_in(workspace_of(Path.cwd())).settings
    endpoint = resolve_endpoint(settings, os.environ, user_config_dir())
    listed = _listed(settings, endpoint) if options.remote else None
    models, dialects = load_models(settings.models), load_dialects(settings.dialects)
    origins = {name: _key_origin(dialect, settings) for name, dialect in dialects.items()}
    if endpoint and endpoint.key.secret:
        origins[endpoint.dialect.name] = endpoint.key.origin
    _say_models(screen, models, endpoint, listed)
    _say_providers(screen, dialects, endpoint, origins)
    document = {
        "provider": endpoint.dialect.name if endpoint else "embedded",
        "model": endpoint.model_name if endpoint else None,
        "models": [_model_document(model, listed) for model in models.values()],
        "providers": [_provider_document(d, origins[d.name]) for d in dialects.values()],
        "listed": listed,
    }
    return Report(document)


def _listed(settings: Settings, endpoint: Endpoint | None) -> list[str]:
    if endpoint is None or endpoint.key_missing:
        raise KeyMissing("no endpoint to ask for its models")
    return asyncio.run(list_models(settings, endpoint))


def _key_origin(dialect: Dialect, settings: Settings) -> str:
    """Return where a key of this provider is; what the settings say is not tied to a provider."""
    bare = replace(settings, api_key="", api_key_command=(), base_url="")
    try:
        key = find_key(dialect, bare, os.environ, user_config_dir())
    except SettingsError:
        return ""
    return key.origin if key else ""


def _say_models(
    screen: Screen,
    models: Mapping[str, Model],
    endpoint: Endpoint | None,
    listed: list[str] | None,
) -> None:
    head = MODEL_HEAD if listed is None else (*MODEL_HEAD, "listed")
    names = set(listed or ())
    rows = []
    for model in models.values():
        mark = "* " if endpoint and endpoint.model.name == model.name else "  "
        prices = _prices(model, endpoint.dialect.name if endpoint else "")
        cells = [
            mark + model.name, _thousands(model.context), _thousands(model.max_output),
            model.thinking,
            "yes" if model.fim else "", *prices,
        ]  # fmt: skip
        rows.append(cells if listed is None else [*cells, "yes" if model.name in names else ""])
    screen.lines(table(head, rows, ".rr..rrr" + "." * (listed is not None)))
    screen.line("Prices: USD, or ¥ where marked, per million tokens. Other models work too.")
    others = [name for name in listed or () if name not in models]
    glm = [clipped(name, 60) for name in others if "glm" in name.lower()]
    if glm:
        screen.lines(wrapped("Also listed: ", ", ".join(glm), 13))
    if len(others) > len(glm):
        screen.line(f"{len(others) - len(glm)} models of other families are listed too.")


def _say_providers(
    screen: Screen,
    dialects: Mapping[str, Dialect],
    endpoint: Endpoint | None,
    origins: Mapping[str, str],
) -> None:
    screen.line()
    rows = [
        (
            ("* " if endpoint and endpoint.dialect.name == name else "  ") + name,
            clipped(redact(dialect.base_url).removeprefix("https://"), _ADDRESS_WIDTH)
            or "(set base_url)",
            "found" if origins[name] else ("none" if dialect.key_required else "-"),
            dialect.key_env[0] if dialect.key_env else "",
        )
        for name, dialect in dialects.items()
    ]
    screen.lines(table(PROVIDER_HEAD, rows, "...."))
    for name, dialect in dialects.items():
        if len(dialect.key_env) > 1:
            screen.line(f"  {name} also reads {', '.join(dialect.key_env[1:])}")
    used = f"{endpoint.dialect.name} answers" if endpoint else "No key: the embedded engine answers"
    where = f", with the key from {endpoint.key.origin}" if endpoint and endpoint.key.secret else ""
    screen.line(f"{used}{where}.")


def _prices(model: Model, dialect: str) -> list[str]:
    """Return what input, cached input and output cost at a provider; empty where unknown."""
    cost = model.cost(Usage(), dialect)
    sign = "¥" if cost and cost.currency == "CNY" else ""
    known = model.prices.get(dialect, model.price) if cost else ()
    return [f"{sign}{price:.2f}" for price in known] or ["", "", ""]


def _thousands(tokens: int) -> str:
    return f"{tokens / 1000:,.0f}k"


def _model_document(model: Model, listed: list[str] | None) -> dict[str, object]:
    return {
        "name": model.name,
        "context": model.context,
        "max_output": model.max_output,
        "thinking": model.thinking,
        "fim": model.fim,
        "price": list(model.price) or None,
        "prices": {name: list(price) for name, price in model.prices.items()},
        "listed": None if listed is None else model.name in listed,
    }


def _provider_document(dialect: Dialect, origin: str) -> dict[str, object]:
    return {
        "name": dialect.name,
        "title": dialect.title,
        "base_url": redact(dialect.base_url),
        "key_variables": list(dialect.key_env),
        "key_required": dialect.key_required,
        "key": origin or None,
    }
