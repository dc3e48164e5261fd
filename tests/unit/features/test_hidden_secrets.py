"""Secrets near the cursor: hidden in every part of a prompt, put back where they belong."""

from __future__ import annotations

import pytest

from tests.simulator import Script, Simulator
from tests.unit.features.conftest import Opened, target

FIRST, SECOND = "AKIAIOSFODNN7EXAMPL1", "AKIAIOSFODNN7EXAMPL2"
TEXT = f'first = "{FIRST}"\nboth = [first, ▮]\nsecond = "{SECOND}"\n'


@pytest.mark.parametrize("model", ["plain", "fim"])
async def test_each_secret_has_a_placeholder_of_its_own(open_completer: Opened, model: str) -> None:
    flavor = "vllm" if model == "fim" else "openai"
    provider = "vllm" if model == "fim" else "openai-compatible"
    async with Simulator(flavor=flavor, script=Script(reply='"GLM_LS_SECRET_2"')) as sim:
        settings = {"provider": provider, "base_url": sim.base_url, "api_key": "k-12345"}
        async with open_completer(**settings) as completer:
            answer = await completer.complete(target(TEXT), invoked=True, debounce=False)
        sent = b"".join(exchange.raw for exchange in sim.log if exchange.generating)
    assert b"GLM_LS_SECRET_1" in sent
    assert b"GLM_LS_SECRET_2" in sent
    assert FIRST.encode() not in sent
    assert SECOND.encode() not in sent
    # The text after the cursor comes first in the prompt.
    assert [s.text for s in answer.suggestions] == [f'"{FIRST}"']


async def test_a_key_block_cut_by_the_cursors_window_is_hidden(open_completer: Opened) -> None:
    body = ("Zm9vYmFy" * 8 + "\n") * 40
    text = f"-----BEGIN PRIVATE KEY-----\n{body}-----END PRIVATE KEY-----\n" + "x = 1\n" * 400
    async with Simulator(flavor="openai", script=Script(reply="1")) as sim:
        settings = {"provider": "openai-compatible", "base_url": sim.base_url, "api_key": "k-12345"}
        async with open_completer(**settings, context={"max_tokens": 3400}) as completer:
            await completer.complete(target(text + "y = ▮\n"), invoked=True, debounce=False)
        assert b"END PRIVATE KEY" in sim.log[0].raw
        assert b"BEGIN PRIVATE KEY" not in sim.log[0].raw
        assert b"Zm9vYmFyZm9v" not in sim.log[0].raw


async def test_nothing_is_asked_within_a_secret(open_completer: Opened) -> None:
    async with Simulator(flavor="openai") as sim:
        settings = {"provider": "openai-compatible", "base_url": sim.base_url, "api_key": "k-12345"}
        async with open_completer(**settings) as completer:
            place = target('password = "S3cr3t▮Pass99"\n')
            answer = await completer.complete(place, invoked=True, debounce=False)
        assert (answer.silence, sim.log) == ("in-secret", [])
