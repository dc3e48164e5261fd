from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editors.neovim import Neovim, environment, make_workspace, start_neovim
from tests.editors.service import running_endpoint
from tests.editors.vscode_window import (  # noqa: F401
    add,
    browser,
    code,
    code_home,
    folder,
    keyed,
    keyless,
    service,
    window,
)
from tests.simulator import Simulator


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Simulator]:
    with running_endpoint() as endpoint:
        yield endpoint


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
