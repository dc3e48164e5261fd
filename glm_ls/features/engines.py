"""Settings in, the engines that answer out: endpoint, embedded engine, ledger.

Used by the server and by the command line. The heavy imports (httpx, sqlite3) and the slow key
sources run in a thread, so that the event loop stays free while an editor starts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from glm_ls.config.paths import user_config_dir, user_state_dir
from glm_ls.errors import SettingsError
from glm_ls.log import logger
from glm_ls.provider.embedded.engine import EmbeddedEngine
from glm_ls.provider.endpoint import Endpoint, resolve_endpoint
from glm_ls.provider.router import Health, Router
from glm_ls.provider.transport import open_client

if TYPE_CHECKING:
    from glm_ls.config.schema import Settings
    from glm_ls.features.actions import Actor
    from glm_ls.store.ledger import Ledger
    from glm_ls.workspace.documents import Documents
    from glm_ls.workspace.ignore import Ignore
    from glm_ls.workspace.roots import Roots

LEDGER = "usage.db"
log = logger("features.engines")


class House(Protocol):
    """Where an actor works: what is open, and which files there are; all of it may change."""

    documents: Documents
    roots: Roots
    ignore: Ignore


def open_actor(settings: Settings, router: Router, house: House) -> Actor:
    """Return what does actions in a house."""
    from glm_ls.features.actions import Actor
    from glm_ls.store.formats import FILE, FormatMemory

    memory = FormatMemory(user_state_dir() / FILE)
    return Actor(
        settings,
        router,
        house.documents.get,
        lambda: (house.roots, house.ignore),
        memory,
    )


def open_embedded(settings: Settings) -> EmbeddedEngine | None:
    """Return the embedded engine, None where it is switched off."""
    if not settings.embedded.enabled:
        return None
    return EmbeddedEngine(
        min_probability=settings.embedded.min_probability,
        min_probability_line_start=settings.embedded.min_probability_line_start,
        max_chars=int(settings.embedded.max_source_mb * 1_000_000),
    )


async def open_ledger() -> Ledger:
    """Return the user's ledger."""
    store = await asyncio.to_thread(import_module, "glm_ls.store.ledger")
    ledger: Ledger = await asyncio.to_thread(store.Ledger, user_state_dir() / LEDGER)
    return ledger


async def open_router(
    settings: Settings,
    environ: Mapping[str, str],
    embedded: EmbeddedEngine | None,
    ledger: Ledger,
    *,
    on_health: Callable[[Health], None],
) -> Router:
    """Return the router for the settings; trouble with them becomes its health, not an error."""
    problem: SettingsError | None = None
    endpoint: Endpoint | None = None
    http = None
    try:
        endpoint = await asyncio.to_thread(resolve_endpoint, settings, environ, user_config_dir())
        if endpoint is not None and not endpoint.key_missing:
            await asyncio.to_thread(import_module, "httpx")
            http = open_client(settings)
    except SettingsError as error:
        problem, endpoint = error, None
    router = Router(
        settings,
        endpoint,
        http,
        embedded,
        on_health=on_health,
        on_usage=ledger.book,
        check_caps=lambda: ledger.check_caps(settings.limits),
    )
    if problem is not None:
        router.health = Health(router.health.engine, problem)
    return router
