"""One server and one endpoint for all tests of a module; each test has its own documents."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.protocol.editor import Editor, at_work, endpoint_env
from tests.simulator import Simulator


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_sim() -> AsyncIterator[Simulator]:
    async with Simulator(flavor="openai") as simulator:
        yield simulator


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the shared server keeps its things; its folder `work` is the workspace."""
    return tmp_path_factory.mktemp("home")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_editor(home: Path, shared_sim: Simulator) -> AsyncIterator[Editor]:
    async with at_work(home, endpoint_env(shared_sim)) as connected:
        yield connected


@pytest_asyncio.fixture(loop_scope="module")
async def sim(shared_sim: Simulator) -> AsyncIterator[Simulator]:
    """The endpoint, with nothing in its log and no script of another test."""
    shared_sim.forget()
    yield shared_sim


@pytest_asyncio.fixture(loop_scope="module")
async def editor(shared_editor: Editor) -> AsyncIterator[Editor]:
    """The editor; in the end every request of the test was answered exactly once."""
    shared_editor.forget()
    yield shared_editor
    await shared_editor.status()
    await shared_editor.check()


@pytest.fixture
def uri(home: Path, request: pytest.FixtureRequest) -> str:
    """A document of this test alone."""
    digits = abs(hash(request.node.name)) % 10**8
    return (home / "work" / f"{request.node.originalname}_{digits}.py").as_uri()
