"""Feed the embedded engine with the user's own code, a slice at a time.

Files of the workspace first, the open documents last, since the newest weighs most. Only done
when that engine answers; each slice takes a few milliseconds and gives the event loop back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from glm_ls.config.schema import Settings
from glm_ls.log import logger
from glm_ls.provider.embedded.engine import EmbeddedEngine
from glm_ls.syntax.languages import LANGUAGES
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.documents import Documents
from glm_ls.workspace.files import read_text, source_files
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import Roots, path_to_uri, uri_to_path

MOST_FILES = 400
"""Files of one folder, the newest."""
MOST_BYTES = 200_000
"""Bytes of one file, unless the settings say less; larger ones are data or generated."""

log = logger("features.learning")


class Source(Protocol):
    """Where the code is that may be learned."""

    documents: Documents
    ignore: Ignore
    roots: Roots

    def refusal(self, snapshot: Snapshot) -> str | None:
        """Return why a document may not be learned, None where it may."""


class Learner:
    """What one engine learns, begun when it is the one to answer."""

    def __init__(self, engine: EmbeddedEngine, settings: Settings, source: Source) -> None:
        self._engine = engine
        self._settings = settings
        self._source = source
        self._task: asyncio.Task[None] | None = None

    @property
    def begun(self) -> bool:
        """Whether the engine is taught at all."""
        return self._task is not None

    @property
    def busy(self) -> bool:
        """Whether the workspace is still being read."""
        return self._task is not None and not self._task.done()

    def begin(self) -> None:
        """Begin to read the workspace, at the first call."""
        if self._task is None:
            self._task = asyncio.create_task(self._learn_all())

    async def refresh(self, snapshot: Snapshot) -> None:
        """Teach the engine a document as it is now, or have it forget one that is refused now."""
        if self._source.refusal(snapshot):
            self._engine.forget(snapshot.uri)
        else:
            await learn_documents(self._engine, [snapshot])

    def stop(self) -> None:
        """End the reading."""
        if self._task is not None:
            self._task.cancel()

    async def _learn_all(self) -> None:
        source = self._source
        snapshots = [s for s in source.documents if source.refusal(s) is None]
        near = uri_to_path(snapshots[0].uri) if snapshots else None
        try:
            for folder in source.roots.folders:
                await learn_workspace(
                    self._engine, folder, source.ignore, self._settings, near=near
                )
            await learn_documents(self._engine, snapshots)
        except Exception:
            log.exception("the embedded engine could not learn the workspace")


async def learn_documents(engine: EmbeddedEngine, snapshots: Iterable[Snapshot]) -> None:
    """Teach the engine open documents as they are now."""
    for snapshot in snapshots:
        await _learn(engine, snapshot.uri, snapshot.text)


async def learn_workspace(
    engine: EmbeddedEngine, root: Path, ignore: Ignore, settings: Settings, *, near: Path | None
) -> int:
    """Teach the engine the files of a folder, those beside `near` last; returns how many.

    Ignored and denied files are never read.
    """
    limit_bytes = int(settings.embedded.max_source_mb * 1_000_000)
    most_bytes = min(MOST_BYTES, int(settings.privacy.max_file_mb * 1_000_000))
    paths = await asyncio.to_thread(_listed, root, ignore, near, limit_bytes)
    known = 0
    for path in reversed(paths):
        text = await asyncio.to_thread(read_text, path, most_bytes)
        if text:
            await _learn(engine, path_to_uri(path), text)
            known += 1
    log.info("the embedded engine knows %d files of %s", known, root.name)
    return known


def _listed(root: Path, ignore: Ignore, near: Path | None, limit_bytes: int) -> list[Path]:
    suffixes = {suffix for row in LANGUAGES if row.style != "prose" for suffix in row.suffixes}
    return list(source_files(root, ignore, MOST_FILES, limit_bytes, suffixes, near))


async def _learn(engine: EmbeddedEngine, source: str, text: str) -> None:
    for _ in engine.learn(source, text):
        await asyncio.sleep(0)
