"""`glm-ls models`: the two tables, and what an endpoint lists."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.simulator import Simulator

from .conftest import KEY, Run


def test_the_tables_fit_a_terminal(run: Run, use: Callable[..., None]) -> None:
    use(GLM_API_KEY=KEY)
    code, out, _ = run("models")
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    assert "* glm-4.6 " in out
    assert "* zai " in out
    assert out.endswith("zai answers, with the key from environment GLM_API_KEY.\n")


def test_the_document_has_every_fact(run: Run) -> None:
    document = run("models", "--json").document
    models = {row["name"]: row for row in document["models"]}
    assert models["glm-4.6"] == {
        "name": "glm-4.6",
        "context": 202_752,
        "max_output": 131_072,
        "thinking": "toggle",
        "fim": True,
        "price": [0.6, 0.11, 2.2],
        "prices": {"cometapi": [0.64, 0.64, 2.56]},
        "listed": None,
    }
    providers = {row["name"]: row for row in document["providers"]}
    assert providers["bigmodel"]["key_variables"][0] == "ZHIPUAI_API_KEY"
    assert not any(row["key"] for row in providers.values())
    assert document["provider"] == "embedded"


def test_prices_are_those_of_the_provider(run: Run, use: Callable[..., None]) -> None:
    use(ZHIPUAI_API_KEY=KEY)
    row = next(line for line in run("models").out.splitlines() if "glm-5.1 " in line)
    assert row.split()[-3:] == ["¥6.00", "¥1.30", "¥24.00"]


async def test_remote_says_which_are_listed(run: Run, use: Callable[..., None]) -> None:
    served = ("glm-4.6", "glm-9-secret", "other")
    async with Simulator(keys={KEY: "general"}, models=served) as sim:
        use(GLM_API_KEY=KEY, GLM_LS_BASE_URL=sim.base_url, GLM_LS_PROVIDER="zai")
        outcome = await asyncio.to_thread(run, "models", "--remote", "--json")
        plain = await asyncio.to_thread(run, "models", "--remote")
    document = outcome.document
    listed = {row["name"] for row in document["models"] if row["listed"]}
    assert (document["listed"], listed) == (list(served), {"glm-4.6"})
    assert "Also listed: glm-9-secret\n1 models of other families" in plain.out
    assert max(map(len, plain.out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "no endpoint to ask"),
        ({"GLM_API_KEY": KEY, "GLM_LS_BASE_URL": "http://127.0.0.1:1"}, "http://127.0.0.1:1: "),
        ({"GLM_LS_PROVIDER": "nope"}, "provider 'nope' is unknown"),
    ],
)
def test_remote_needs_an_endpoint(
    run: Run, use: Callable[..., None], environ: dict[str, str], words: str
) -> None:
    use(**environ)
    code, out, err = run("models", "--remote")
    assert (code, out) == (1, "")
    assert words in err


async def test_remote_with_a_wrong_key(run: Run, use: Callable[..., None]) -> None:
    async with Simulator(keys={"another": "general"}) as sim:
        use(GLM_API_KEY=KEY, GLM_LS_BASE_URL=sim.base_url, GLM_LS_PROVIDER="zai")
        code, _, err = await asyncio.to_thread(run, "models", "--remote")
    assert code == 1
    assert "Check the key" in err
    assert KEY not in err
