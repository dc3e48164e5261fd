"""How long the event loop is ever held up: round trips of a trivial request while work goes on.

The invariant is 5 ms at a time. A round trip also holds the pipe, both processes' threads and the
machine's noise, so the idle row is the floor to compare with.
Run: `python -m bench.loop`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sysconfig
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from shutil import copyfile

from glm_ls.cli.editor import Editor
from glm_ls.cli.places import choose_places
from glm_ls.cli.stdio_client import ServerTrouble, StdioClient
from glm_ls.text.snapshot import Snapshot

MODULES = ("typing", "argparse", "inspect", "tarfile", "subprocess", "socket", "pickle", "zipfile",
           "ssl", "ipaddress", "doctest", "configparser", "datetime", "optparse")  # fmt: skip
PING_S = 0.002
"""Between two round trips."""
PLACES = 60


def large_text() -> str:
    """Return more than 10,000 lines of real code."""
    folder = Path(sysconfig.get_path("stdlib"))
    return "\n".join((folder / f"{name}.py").read_text("utf-8") for name in MODULES)


class Probe:
    """Round trips in the background while something else happens."""

    def __init__(self, client: StdioClient) -> None:
        self._client = client

    async def during(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Print the round trips, in milliseconds, while `work` runs."""
        done = asyncio.Event()
        pinging = asyncio.create_task(self._ping(done))
        await work()
        done.set()
        trips = sorted(await pinging)
        p50, p95 = trips[len(trips) // 2], trips[int(len(trips) * 0.95)]
        count, most = len(trips), trips[-1]
        print(f"{name:36} {count:5} trips, p50 {p50:6.2f} ms, p95 {p95:6.2f}, max {most:6.2f}")

    async def _ping(self, done: asyncio.Event) -> list[float]:
        trips = []
        while not done.is_set():
            began = time.perf_counter()
            with contextlib.suppress(ServerTrouble):  # no such method, which is all it says
                await self._client.request("glm-ls/ping", None)
            trips.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(PING_S)
        return trips


async def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home, "workspace")
        folder.mkdir()
        for name in MODULES:
            copyfile(Path(sysconfig.get_path("stdlib"), f"{name}.py"), folder / f"{name}.py")
        env = {**os.environ, **{f"GLM_LS_{k}_DIR": home for k in ("CONFIG", "STATE", "CACHE")}}
        client = await StdioClient.start(env)
        try:
            await measure(client, folder)
        finally:
            await client.close()


async def measure(client: StdioClient, folder: Path) -> None:
    probe, text = Probe(client), large_text()
    editor = Editor(client, Snapshot.of((folder / "large.py").as_uri(), "python", 1, text))

    async def idle() -> None:
        await asyncio.sleep(1)

    async def start() -> None:
        await editor.open()

    async def type_keys() -> None:
        for place in choose_places(editor.snapshot, PLACES):
            await editor.play(place)

    await editor.greet(folder)
    await probe.during("start, open 12,000 lines, learn", start)
    await probe.during("idle", idle)
    await probe.during(f"type and complete at {PLACES} places", type_keys)


if __name__ == "__main__":
    asyncio.run(main())
