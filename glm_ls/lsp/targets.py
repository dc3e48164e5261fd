"""A wire position in, a Target out, or the reason why nothing may be done there."""

from __future__ import annotations

from lsprotocol import types

from glm_ls.context.target import Target
from glm_ls.features.engines import shown_path
from glm_ls.lsp.from_proto import position_in
from glm_ls.lsp.session import Session
from glm_ls.workspace.roots import uri_to_path


def target_at(session: Session, uri: str, position: types.Position) -> Target | str:
    """Return the target, or a slug that says why the document is left alone."""
    snapshot = session.documents.get(uri)
    if snapshot is None:
        return "not-open"
    why = session.refusal(snapshot)
    if why:
        return why
    where = position_in(snapshot, position, session.encoding)
    path = shown_path(uri_to_path(uri), session.roots.relative(uri))
    return Target(snapshot, where, path)
