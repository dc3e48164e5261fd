"""What the tests of all editors share, and how they are divided between two processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.editors.neovim import VERSIONS, Neovim, environment, make_workspace, start_neovim
from tests.editors.service import running_endpoint
from tests.simulator import Simulator

Start = Callable[..., AbstractContextManager[Neovim]]

VSCODE = "tests/editors/vscode/"
"""All tests of this folder share a window; of the others those of one file and version do."""


class BySharing(LoadScopeScheduling):  # type: ignore[misc]
    """Keeps tests that share an editor in one process."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(VSCODE):
            return VSCODE
        file, _, name = nodeid.partition("::")
        return file + next((version for version in VERSIONS if f"[{version}" in name), "")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> BySharing:
    return BySharing(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with VS Code, which takes longest."""
    items.sort(key=lambda item: not item.nodeid.startswith(VSCODE))


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Simulator]:
    with running_endpoint() as endpoint:
        yield endpoint


@pytest.fixture(scope="module", params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    """Each Neovim that is supported."""
    named: str = request.param
    return named


@pytest.fixture
def start(version: str, tmp_path: Path, endpoint: Simulator) -> Start:
    """What starts an editor that a test has for itself: `start(more, **environment)`."""

    def begin(more: str = "", **env: str) -> AbstractContextManager[Neovim]:
        return start_neovim(version, tmp_path, {**environment(endpoint.base_url), **env}, more)

    return begin


@pytest.fixture(scope="module")
def shared(
    version: str, tmp_path_factory: pytest.TempPathFactory, endpoint: Simulator
) -> Iterator[Neovim]:
    home = tmp_path_factory.mktemp("home")
    with start_neovim(version, home, environment(endpoint.base_url)) as neovim:
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
