"""The names of the models that an endpoint lists, and how it refuses to."""

from __future__ import annotations

import pytest

from glm_ls.config.schema import Settings
from glm_ls.errors import KeyRejected, NetworkDown
from glm_ls.provider.listing import list_models
from tests.simulator import Simulator
from tests.unit.provider.conftest import endpoint_at

pytestmark = pytest.mark.usefixtures("no_proxy", "nothing_is_left")


async def test_names_come_without_the_providers_prefix() -> None:
    async with Simulator(models=("z-ai/glm-4.6", "other")) as sim:
        endpoint = endpoint_at(sim.base_url, provider="openrouter")
        assert await list_models(Settings(), endpoint) == ["glm-4.6", "other"]


async def test_a_refusal_is_sorted_like_any_other() -> None:
    async with Simulator(keys={"another": "general"}) as sim:
        with pytest.raises(KeyRejected):
            await list_models(Settings(), endpoint_at(sim.base_url))


async def test_nobody_listens() -> None:
    with pytest.raises(NetworkDown, match=r"127\.0\.0\.1:9"):
        await list_models(Settings(), endpoint_at("http://127.0.0.1:9/v1"))
