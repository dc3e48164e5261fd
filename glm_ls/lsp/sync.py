"""Documents as the editor has them: open, change, save, close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from glm_ls.errors import DocumentError
from glm_ls.log import logger
from glm_ls.lsp.findings import follow
from glm_ls.lsp.from_proto import changes_of
from glm_ls.lsp.keeping import keep, written_elsewhere
from glm_ls.lsp.review import saved
from glm_ls.workspace.roots import file_name

if TYPE_CHECKING:
    from glm_ls.lsp.server import GlmServer

log = logger("lsp.sync")


def register(server: GlmServer) -> None:
    """Register the handlers; none of them waits for anything."""
    session = server.session

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        it = params.text_document
        before = session.documents.get(it.uri)
        session.edits.forget(it.uri)
        snapshot = session.documents.open(it.uri, it.language_id, it.version, it.text)
        session.look_at(snapshot)
        if before is not None and session.statistics is not None:
            session.statistics.closed(before.uri)
        session.refresh(it.uri)
        follow(session, snapshot, opened=True)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        it, changes = params.text_document, changes_of(params.content_changes)
        before = session.documents.get(it.uri)
        try:
            snapshot = session.documents.change(it.uri, it.version, changes, session.encoding)
        except DocumentError as error:
            log.warning("didChange: %s", error)
            return
        if before is not None:
            session.changed(before, snapshot)
            follow(session, snapshot)
        server.arrivals.tell(snapshot)
        if any(change.start is None for change in changes):
            session.look_at(snapshot)
        elif changes:
            session.typed(snapshot, changes[-1])

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE, types.SaveOptions(include_text=False))
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        uri = params.text_document.uri
        session.take_in({file_name(uri)})
        session.saved(uri)
        session.refresh(uri)
        saved(session, uri)
        keep(session, uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        keep(session, params.text_document.uri)
        session.forget(params.text_document.uri)
        session.documents.close(params.text_document.uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(params: types.DidChangeWatchedFilesParams) -> None:
        session.take_in({file_name(change.uri) for change in params.changes})
        for change in params.changes:
            session.saved(change.uri)
            written_elsewhere(session, change.uri)
