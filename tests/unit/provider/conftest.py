"""What the provider's tests share: endpoints at an address, and a look for what is left over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from glm_ls.config.schema import build_settings
from glm_ls.provider.endpoint import Endpoint, resolve_endpoint

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
KEY = "good-key"
PROVIDERS = {"comet": "cometapi", "openai": "openai-compatible"}
"""Simulated flavors whose dialect has another name."""


def endpoint_at(base_url: str, **settings: Any) -> Endpoint:
    """Return the endpoint at an address, with the simulator's key."""
    values = {"provider": "zai", "api_key": KEY, "base_url": base_url, **settings}
    endpoint = resolve_endpoint(build_settings(values), {}, Path("/nowhere"))
    assert endpoint is not None
    return endpoint


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
async def nothing_is_left() -> AsyncIterator[None]:
    """Fail a test that leaves a task behind."""
    before = asyncio.all_tasks()
    yield
    for _ in range(20):  # generators that were dropped close themselves in tasks of the loop
        await asyncio.sleep(0)
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    assert not left, left
