from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client with a good key that asks for English, as a real client does."""
    headers = {"authorization": "Bearer good-key", "accept-language": "en-US,en"}
    async with httpx.AsyncClient(headers=headers, trust_env=False) as opened:
        yield opened


@pytest.fixture(autouse=True)
async def _no_task_is_left() -> AsyncIterator[None]:
    before = asyncio.all_tasks()
    yield
    assert asyncio.all_tasks() <= before | {asyncio.current_task()}
