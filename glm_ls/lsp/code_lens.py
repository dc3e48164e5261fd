"""textDocument/codeLens: above each function and class that has changed since the last commit.

Only for clients with code lenses whose user wants them (`review.code_lens`); all of it can be had
by actions and commands as well, since some editors show none.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from glm_ls.lsp.findings import findings_at
from glm_ls.lsp.review import REVIEW
from glm_ls.lsp.review_jobs import path_below, root_of

if TYPE_CHECKING:
    from glm_ls.lsp.server import GlmServer
    from glm_ls.lsp.session import Session
    from glm_ls.text.snapshot import Snapshot

MAX_LINES = 20_000
"""Longer documents have no lenses."""


def register(server: GlmServer) -> None:
    """Register the handler."""
    session = server.session

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def code_lens(params: types.CodeLensParams) -> list[types.CodeLens]:
        uri = params.text_document.uri
        snapshot = session.documents.get(uri)
        await session.started.wait()
        if session.broken or snapshot is None or len(snapshot.lines) > MAX_LINES:
            return []
        if session.path_if_shown(uri) is None or not session.actor.may_ask():
            return []
        spans = await asyncio.to_thread(_changed, snapshot)
        return [_lens(session, snapshot, span) for span in spans]


def _changed(snapshot: Snapshot) -> list[range]:
    """Return the lines of each innermost function or class with lines that the commit has not."""
    from glm_ls.features.changed import changed_symbols
    from glm_ls.workspace.git import run_git

    root = root_of(snapshot.uri)
    path = path_below(root, snapshot.uri)
    if run_git(root, "rev-parse", "--verify", "--quiet", "HEAD") is None:
        return []
    old = run_git(root, "cat-file", "blob", f"HEAD:{path}") or b""
    return changed_symbols(path, old.decode("utf-8", "replace"), snapshot.text)


def _lens(session: Session, snapshot: Snapshot, span: range) -> types.CodeLens:
    count = len(findings_at(session, snapshot.uri, span))
    title = f"GLM: {count} finding{'s' * (count != 1)}" if count else "GLM: review"
    place = types.Range(types.Position(span.start, 0), types.Position(span.stop, 0))
    told = {"uri": snapshot.uri, "range": place}
    line = types.Position(span.start, 0)
    command = types.Command(title=title, command=REVIEW, arguments=[told])
    return types.CodeLens(range=types.Range(line, line), command=command)
