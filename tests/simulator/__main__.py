"""A simulated endpoint for people: `python -m tests.simulator --flavor vllm --port 8089`.

It prints the address to configure and a line per request, and answers with generated code.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys

from . import FAULTS, FLAVORS, Exchange, Script, Simulator


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--flavor", default="zai", choices=FLAVORS)
    parser.add_argument("--port", type=int, default=8089)
    parser.add_argument("--key", help="the only key that is accepted")
    parser.add_argument("--fault", default="", choices=FAULTS, help="what is wrong each time")
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(options))


async def _serve(options: argparse.Namespace) -> None:
    simulator = Simulator(
        flavor=options.flavor,
        keys={options.key: "general"} if options.key else None,
        port=options.port,
        on_end=_show,
        script=Script(gap_s=0.01, fault=options.fault),
    )
    async with simulator:
        keys = FLAVORS[options.flavor].keys if options.key is None else {options.key: ""}
        _say(f"{simulator.base_url}  key: {' '.join(keys) or 'none needed'}")
        await asyncio.get_running_loop().create_future()


def _show(exchange: Exchange) -> None:
    outcome = "client gone" if exchange.gone else str(exchange.status)
    cost = "".join(
        f" {name.removesuffix('_tokens')}={exchange.usage[name]}"
        for name in ("prompt_tokens", "completion_tokens")
        if name in exchange.usage
    )
    _say(f"{exchange.method} {exchange.path} {outcome}{cost} {exchange.text_sent[:60]!r}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
