"""Findings that outlive their document, the server and a checkout.

They are kept when a review ends, when a document is saved or closed, and when one is dismissed.
They come back when the server starts or their document is opened, and move when git or another
program writes a file that is not open.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from glm_ls.config.paths import user_state_dir
from glm_ls.log import logger
from glm_ls.lsp.findings import publish
from glm_ls.lsp.review_jobs import root_of
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.roots import file_name, uri_to_path

if TYPE_CHECKING:
    from glm_ls.features.standing import Stand
    from glm_ls.lsp.session import Session

MAX_BYTES = 5_000_000
"""Larger files are not read for their findings."""

log = logger("lsp.keeping")


def keep(session: Session, uri: str) -> None:
    """Write down what stands in a document."""
    if (stand := session.reviewing.standing.of(uri)) is not None:
        session.spawn(asyncio.to_thread(_write, session, uri, stand))


async def restore(session: Session) -> None:
    """Bring back what was kept of all files of the workspace, and show it."""
    if not await asyncio.to_thread(_has_memory):
        return
    rows = await asyncio.to_thread(lambda: session.reviewing.memory.stands())
    for uri, text in rows.items():
        path = uri_to_path(uri)
        if path is None or session.roots.relative(uri) is None:
            continue
        now = session.documents.get(uri) or await asyncio.to_thread(_on_disk, uri)
        if now is not None and session.reviewing.standing.of(uri) is None:
            await _bring_back(session, now, text)


async def _bring_back(session: Session, now: Snapshot, text: str) -> None:
    from glm_ls.features.kept_stands import restored
    from glm_ls.workspace.changes import blob_text

    def found() -> Stand:
        return restored(text, now, lambda name: blob_text(root_of(now.uri), name))

    try:
        stand = await asyncio.to_thread(found)
    except ValueError as error:
        log.warning("what is kept of %s cannot be read: %s", file_name(now.uri), error)
        return
    standing = session.reviewing.standing
    if standing.of(now.uri) is None and stand.findings:
        standing.put(now, stand.findings, stand.held)
        current = session.documents.get(now.uri)
        if current is not None:
            standing.follow(current)
        publish(session, now.uri)


def written_elsewhere(session: Session, uri: str) -> None:
    """Take the new text of a file that another program wrote."""
    stand = session.reviewing.standing.of(uri)
    if stand is not None and stand.findings and session.documents.get(uri) is None:
        session.spawn(_follow_disk(session, uri))


async def _follow_disk(session: Session, uri: str) -> None:
    now = await asyncio.to_thread(_on_disk, uri)
    if session.documents.get(uri) is None:
        session.reviewing.standing.follow(now or Snapshot.of(uri, "", 0, ""))
        publish(session, uri)
        keep(session, uri)


def _on_disk(uri: str) -> Snapshot | None:
    from glm_ls.workspace.files import read_text

    path = uri_to_path(uri)
    text = read_text(path, MAX_BYTES) if path is not None else None
    return None if text is None else Snapshot.of(uri, "", 0, text)


def _has_memory() -> bool:
    from glm_ls.features.review import MEMORY

    return (user_state_dir() / MEMORY).exists()


def _write(session: Session, uri: str, stand: Stand) -> None:
    from glm_ls.features.kept_stands import kept

    session.reviewing.memory.keep_stand(uri, kept(stand))
