"""A simulated endpoint in a thread of its own, because drivers of editors hold the test's."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.simulator import Simulator


@contextmanager
def running_endpoint() -> Iterator[Simulator]:
    """Run an endpoint of Z.ai's kind."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    simulator = Simulator(flavor="zai")
    try:
        asyncio.run_coroutine_threadsafe(simulator.up(), loop).result()
        yield simulator
        asyncio.run_coroutine_threadsafe(simulator.down(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
