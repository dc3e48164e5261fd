"""Whether an endpoint fills in the middle, asked of its tokenizer."""

from __future__ import annotations

from typing import Any

import pytest

from glm_ls.config.schema import Settings
from glm_ls.errors import NetworkDown
from glm_ls.provider.answer import Timing
from glm_ls.provider.client import HttpClient
from glm_ls.provider.dialect import FimRoute
from glm_ls.provider.probe import probe_fim
from glm_ls.provider.transport import open_client
from tests.simulator import Simulator
from tests.unit.provider.conftest import endpoint_at

pytestmark = pytest.mark.usefixtures("no_proxy", "nothing_is_left")


async def probed(base_url: str, provider: str, model: str = "glm-4.6", **row: Any) -> FimRoute:
    endpoint = endpoint_at(base_url, provider=provider, model=model, models={model: row})
    async with open_client(Settings()) as http:
        client = HttpClient(http, endpoint, Timing(5, 5))
        try:
            return await probe_fim(endpoint, client)
        finally:
            await client.close()


@pytest.mark.parametrize(
    ("flavor", "fim_tokens", "route"),
    [
        ("vllm", True, "tokens"),
        ("vllm", False, "none"),
        ("sglang", True, "tokens"),
        ("sglang", False, "none"),
        ("llamacpp", True, "infill"),
        ("llamacpp", False, "none"),
    ],
)
@pytest.mark.parametrize("fim", [True, False])
async def test_the_tokenizer_decides(flavor: str, fim_tokens: bool, route: str, fim: bool) -> None:
    async with Simulator(flavor=flavor, fim_tokens=fim_tokens) as sim:
        assert await probed(sim.base_url, flavor, fim=fim) == route
        assert [exchange.path for exchange in sim.log] == ["/tokenize"]


@pytest.mark.parametrize("provider", ["zai", "ollama", "openai-compatible"])
async def test_who_has_only_chat_is_not_asked(provider: str) -> None:
    async with Simulator() as sim:
        assert await probed(sim.base_url, provider, fim=True) == "none"
        assert sim.log == []


@pytest.mark.parametrize(("fim", "route"), [(True, "tokens"), (False, "none")])
@pytest.mark.parametrize("flavor", ["openai", "zai"])
async def test_without_the_question_the_models_row_decides(
    flavor: str, fim: bool, route: str
) -> None:
    async with Simulator(flavor=flavor, keys={"k": "general"}) as sim:
        assert await probed(sim.base_url, "vllm", fim=fim) == route


async def test_nothing_is_learned_from_a_server_that_is_down() -> None:
    async with Simulator(flavor="vllm") as sim:
        await sim.down()
        with pytest.raises(NetworkDown):
            await probed(sim.base_url, "vllm", fim=True)


@pytest.mark.parametrize("answer", [None, 7, [1], {}, {"tokens": 1}, {"tokens": [1, 2]}])
async def test_an_odd_answer_is_no(answer: object) -> None:
    class Client:
        async def post(self, path: str, body: dict[str, Any]) -> object:
            return answer

    endpoint = endpoint_at("http://127.0.0.1:1/v1", provider="vllm")
    assert await probe_fim(endpoint, Client()) == "none"
