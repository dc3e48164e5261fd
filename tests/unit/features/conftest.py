"""Completion without an editor: settings, router and completer against the simulator."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from glm_ls.config.layers import resolve
from glm_ls.context.target import Target
from glm_ls.features.completion import Completer
from glm_ls.features.engines import open_embedded, open_ledger, open_router
from glm_ls.features.project import Project
from glm_ls.features.recent import Recent
from glm_ls.text.position import Position
from glm_ls.text.snapshot import Snapshot

Opened = Callable[..., AbstractAsyncContextManager[Completer]]


@pytest.fixture
def open_completer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Return a function that opens a completer for the given client settings."""
    for name in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"GLM_LS_{name}_DIR", str(tmp_path / name))
    kept = {k: v for k, v in os.environ.items() if not k.endswith("_KEY")}

    @asynccontextmanager
    async def opened(project: Project | None = None, **client: Any) -> AsyncIterator[Completer]:
        resolved = resolve(user_file=None, client=client, environ={})
        assert not resolved.complaints
        ledger = await open_ledger()
        router = await open_router(
            resolved.settings,
            kept,
            open_embedded(resolved.settings),
            ledger,
            on_health=lambda health: None,
        )
        try:
            completer = Completer(resolved.settings, router, Recent(), project)
            yield completer
            await completer.close()
        finally:
            await router.close()
            ledger.close()

    return opened


def target(marked: str, language: str = "python", path: str = "app.py") -> Target:
    """Return the target at the mark `▮` in a text."""
    before, _, after = marked.partition("▮")
    snapshot = Snapshot.of(f"file:///code/{path}", language, 1, before + after)
    lines = before.split("\n")
    return Target(snapshot, Position(len(lines) - 1, len(lines[-1])), path)
