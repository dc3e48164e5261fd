"""A wire position in, a Target out, or nothing where nothing may be done."""

from __future__ import annotations

from lsprotocol import types

from glm_ls.context.target import Target
from glm_ls.log import logger
from glm_ls.lsp.from_proto import position_in
from glm_ls.lsp.session import Session
from glm_ls.workspace.roots import file_name, shown_path

log = logger("lsp.targets")


async def target_at(session: Session, uri: str, position: types.Position) -> Target | None:
    """Return the target in the document as it is now, None where it has to be left alone.

    The first step takes the snapshot, so a change that comes later is not seen; the first request
    of a session then waits for the engines.
    """
    snapshot = session.documents.get(uri)
    if snapshot is None:
        log.warning("not open: %s", uri)
        return None
    where = position_in(snapshot, position, session.encoding)
    await session.started.wait()
    if session.broken:
        return None
    if why := session.refusal(snapshot):
        log.debug("%s is left alone: %s", file_name(uri), why)
        return None
    if session.trail is not None:
        session.trail.visited(uri, where.line)
    return Target(snapshot, where, shown_path(uri, session.roots))
