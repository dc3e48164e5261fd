"""Hundreds of hostile streams over real sockets: nothing but code comes through, and none hangs."""

from __future__ import annotations

import asyncio

import pytest

from tests.simulator import FAULTS, Script, Simulator
from tests.unit.features.conftest import Opened, target

CODE = "    total = 0\n    for value in values:\n        total += value\n    return total"
LINES = CODE.split("\n")
PLACE = "def add(values):\n▮\n\n\nprint(add([1, 2]))\n"
ECHO = {"echo_prefix": "def add(values):\n", "echo_suffix": "\n\n\nprint(add([1, 2]))"}
SPLITS = (0, 1, 7)
TOOLS = {fault for fault in FAULTS if fault.startswith("tool_")}
"""Faults of tool calls, which a completion never asks for."""

FLAVORS = ("zai", "comet", "vllm")
LONG = 10.0
"""Safety net in seconds; a stream that needs it has hung."""


def is_whole_lines_of_code(text: str) -> bool:
    """Whether a text is the code, or its first lines without anything else."""
    return text in ("\n".join(LINES[:count]) for count in range(1, len(LINES) + 1))


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize("fault", sorted(set(FAULTS) - TOOLS))
async def test_only_code_comes_through(open_completer: Opened, fault: str, flavor: str) -> None:
    provider = {"comet": "cometapi"}.get(flavor, flavor)
    async with Simulator(flavor=flavor, keys={"good-key": "general"}, fim_tokens=False) as sim:
        settings = {
            "provider": provider,
            "base_url": sim.base_url,
            "api_key": "good-key",
            "network": {"first_byte_s": 0.4, "idle_s": 0.4},
            "completion": {"debounce_ms": 0},
            "embedded": {"enabled": False},
        }
        for split in SPLITS if fault not in ("hang", "hang_mid") else (0,):
            async with open_completer(**settings) as completer, asyncio.timeout(LONG):
                sim.script = Script(reply=CODE, fault=fault, split=split, echo=ECHO.get(fault, ""))
                answer = await completer.complete(target(PLACE), invoked=False)
            for suggestion in answer.suggestions:
                assert is_whole_lines_of_code(suggestion.text), (fault, split, suggestion.text)
            assert answer.suggestions or answer.silence, (fault, split)
        await sim.finished(sum(exchange.generating for exchange in sim.log))


HARMLESS = (
    "no_done linger comments crlf glued choices_empty null_content no_usage reasoning_alias "
    "think_leak lone_think_end fence prose_before echo_prefix echo_suffix role_token_tail "
    "fim_token_tail backticks"
).split()
"""Faults after which the whole code must come through."""


@pytest.mark.parametrize("fault", HARMLESS)
async def test_what_can_be_saved_is_saved(open_completer: Opened, fault: str) -> None:
    async with Simulator(flavor="zai", keys={"good-key": "general"}) as sim:
        settings = {"provider": "zai", "base_url": sim.base_url, "api_key": "good-key"}
        for split in SPLITS:
            async with open_completer(**settings) as completer, asyncio.timeout(LONG):
                sim.script = Script(reply=CODE, fault=fault, split=split, echo=ECHO.get(fault, ""))
                answer = await completer.complete(target(PLACE), invoked=False)
            assert [s.text for s in answer.suggestions] == [CODE], (fault, split, answer)
