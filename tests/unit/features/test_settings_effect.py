"""Settings of a completion do what docs/settings.md says, as the endpoint and the user see it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import Script, Simulator
from tests.unit.features.conftest import Opened, target

KEY = "good-key"
BLOCK = "import os\n" * 200 + "▮" + "\nimport re" * 200
LINE = "total = ▮ + 1\n"


async def body_of(open_completer: Opened, text: str, **settings: Any) -> dict[str, Any]:
    """Return what the endpoint is sent for the mark in a text."""
    async with Simulator(keys={KEY: "general"}, script=Script(reply="x = 1")) as sim:
        base = {"provider": "zai", "base_url": sim.base_url, "api_key": KEY}
        async with open_completer(**base, **settings) as completer:
            await completer.complete(target(text), invoked=False, debounce=False)
        return sim.log[-1].body


@pytest.mark.parametrize(
    ("text", "completion", "sent"),
    [
        (BLOCK, {}, {"max_tokens": 256, "temperature": 0.2}),
        (BLOCK, {"max_tokens": 40}, {"max_tokens": 40}),
        (BLOCK, {"temperature": 0.7}, {"temperature": 0.7}),
        (LINE, {}, {"max_tokens": 96}),
        (LINE, {"max_tokens": 40}, {"max_tokens": 40}),
        (BLOCK, {"multiline": False}, {"max_tokens": 96}),
    ],
)
async def test_completion_settings_reach_the_endpoint(
    open_completer: Opened, text: str, completion: dict[str, Any], sent: dict[str, Any]
) -> None:
    body = await body_of(open_completer, text, completion=completion)
    assert {name: body[name] for name in sent} == sent


@pytest.mark.parametrize(
    ("context", "before", "after"),
    [
        ({}, range(200, 201), range(200, 201)),
        ({"max_tokens": 300, "suffix_share": 0.0}, range(32, 150), range(1)),
        ({"max_tokens": 300, "suffix_share": 0.9}, range(32), range(32, 150)),
    ],
)
async def test_context_settings_divide_the_budget(
    open_completer: Opened, context: dict[str, Any], before: range, after: range
) -> None:
    body = await body_of(open_completer, BLOCK, context=context)
    prompt = body["messages"][1]["content"]
    assert prompt.count("import os") in before
    assert prompt.count("import re") in after


OWN = "def draw(canvas):\n" + "    canvas.line(start, stop)\n" * 6 + "    canvas.li▮\n"


@pytest.mark.parametrize("trouble", [{}, {"api_key": "wrong-key"}, {"base_url": "nonsense"}])
@pytest.mark.parametrize("takeover", [True, False])
async def test_the_embedded_engine_takes_over_where_it_may(
    open_completer: Opened, trouble: dict[str, str], takeover: bool
) -> None:
    async with Simulator(keys={KEY: "general"}) as sim:
        settings = {"provider": "zai", "base_url": sim.base_url, **trouble}
        async with open_completer(**settings, embedded={"takeover": takeover}) as completer:
            answer = await completer.complete(target(OWN), invoked=False, debounce=False)
    assert bool(answer.suggestions) == takeover
    assert bool(answer.silence) == (not takeover)
    assert not takeover or answer.engine == "embedded"
