from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.editors.neovim import Neovim, environment, make_workspace, start_neovim
from tests.editors.vscode import start_browser
from tests.simulator import Simulator


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Simulator]:
    """An endpoint in a thread of its own, because pynvim holds the test's."""
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


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, endpoint: Simulator) -> Iterator[Neovim]:
    with start_neovim(tmp_path_factory.mktemp("home"), environment(endpoint.base_url)) as neovim:
        yield neovim


@pytest.fixture
def nvim(shared: Neovim) -> Iterator[Neovim]:
    """The editor that the tests of a module share, with no buffer and no message left over."""
    yield shared
    shared.type("<Esc>")
    shared.until(lambda: shared.api.api.get_mode()["mode"] == "n")
    shared.api.command("silent! %bwipeout! | messages clear")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the files of a module's tests, so that one server serves them all."""
    return make_workspace(tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with start_browser() as browser:
        yield browser
