"""Feed the embedded engine with the user's own code, a slice at a time.

Files of the workspace first, the open documents last, since the newest weighs most. Only done
when that engine answers; each slice takes a few milliseconds and gives the event loop back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from glm_ls.config.schema import Settings
from glm_ls.log import logger
from glm_ls.provider.embedded.engine import EmbeddedEngine
from glm_ls.syntax.languages import LANGUAGES
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.files import read_text, source_files
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import path_to_uri

MOST_FILES = 400
"""Files of one folder, the newest."""
MOST_BYTES = 200_000
"""Bytes of one file, unless the settings say less; larger ones are data or generated."""

log = logger("features.learning")


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
