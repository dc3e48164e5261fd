"""No command ever prints the key, wherever it is kept and whatever goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.simulator import Script, Simulator

from .conftest import KEY, Run

COMMANDS = (
    ("config", "--all"),
    ("models", "--remote"),
    ("doctor",),
    ("complete", "shapes.py:2"),
)
DEMO = ("demo", "shapes.py", "--places", "1")
FILE = Path("../config/config.toml")
PLACES: Mapping[str, Callable[[Callable[..., None]], object]] = {
    "environment": lambda use: use(GLM_API_KEY=KEY),
    "setting": lambda use: use(GLM_LS_API_KEY=KEY),
    "command": lambda use: use(GLM_LS_API_KEY_COMMAND=f"echo {KEY}"),
    "user file": lambda use: FILE.write_text(f'api_key = "{KEY}"\n'),
    "key file": lambda use: FILE.with_name("keys").write_text(f"zai = {KEY}\n"),
}


@pytest.mark.parametrize("place", PLACES)
async def test_the_canary_stays_in(run: Run, use: Callable[..., None], place: str) -> None:
    PLACES[place](use)
    for path in FILE.parent.iterdir():
        path.chmod(0o600)
    # A gateway that is so kind as to repeat the key in its refusal.
    body = f'{{"error": {{"code": "1000", "message": "bad key {KEY}"}}}}'.encode()
    kind = Script(status=401, body=body, content_type="application/json")
    async with Simulator(keys={}, script=kind) as sim:
        use(GLM_LS_BASE_URL=sim.base_url, GLM_LS_PROVIDER="zai", GLM_LS_LOG_LEVEL="debug")
        shapes = [(*command, *shape) for command in COMMANDS for shape in ((), ("--json",))]
        # A process of its own is slow to start, and reads its key like every other command.
        for argv in [*shapes, *([DEMO] if place == "environment" else [])]:
            _, out, err = await asyncio.to_thread(run, *argv)
            assert KEY not in out + err, argv
    assert any(exchange.key == KEY for exchange in sim.log)
